"""Ed25519 keys: PEM files, or for a public one its text, `ed25519:` and 32 bytes in base64 for addresses."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shall.core.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX: Final = "ed25519:"
MOST: Final = 2**14                         # bytes of a key file
P: Final = 2**255 - 19
# Points whose order divides 8, by their y: for such a key anybody can make a signature of any text.
SMALL: Final = frozenset({
    0, 1, P - 1, 2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927})


class Public:
    """A key that verifies; ``id`` is its text."""

    def __init__(self, raw: bytes) -> None:
        number = int.from_bytes(raw, "little") % 2**255
        if len(raw) != 32 or number % P in SMALL or number >= P:
            raise InputError("this is no Ed25519 key that may be trusted: for a weak one anybody can sign")
        self.raw = raw
        self.id = PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def holds(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature is of this content by the private key of this one."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """As a PEM file."""
        _, serialization, ed25519 = _library()
        public: bytes = ed25519.Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return public

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Public) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return self.id


class Private:
    """A key that signs."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = _raw(key.public_key())

    def sign(self, content: bytes) -> bytes:
        """64 bytes; the same ones for the same content."""
        return self._key.sign(content)

    def pem(self, passphrase: str = "") -> bytes:
        """As a PEM file (PKCS 8), encrypted where there is a passphrase."""
        _, serialization, _ = _library()
        how: Any = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase \
            else serialization.NoEncryption()
        return self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def new() -> Private:
    """A key made from the randomness of the system. MissingExtra without cryptography."""
    _, _, ed25519 = _library()
    return Private(ed25519.Ed25519PrivateKey.generate())


def save(key: Private, place: str | Path, passphrase: str = "") -> tuple[Path, Path]:
    """Write `place.key`, which its owner alone can read, and `place.pub`. InputError where one is there already."""
    private, public = Path(f"{place}.key"), Path(f"{place}.pub")
    if there := [path for path in (private, public) if path.exists()]:
        raise InputError(f"{there[0]} exists, and a key is never written over: name another place")
    for path, content, mode in ((private, key.pem(passphrase), 0o600), (public, key.public.pem(), 0o644)):
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(content)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
    return private, public


def private(path: str | Path, passphrase: str | None = None) -> Private:
    """A private key from its file. InputError where it is none, locked, or open to others."""
    if str(path).startswith(PREFIX):
        raise InputError(f"{str(path)[:60]} is the text of a public key, and the private one signs: give the path of "
                         "its file, `.key`")
    content = _content(Path(path))
    if b"PUBLIC KEY" in content:
        raise InputError(f"{path} is the public key, and the private one signs: give {Path(path).with_suffix('.key')}, "
                         "as `shall keys new` wrote it")
    if os.name == "posix" and stat.S_IMODE(Path(path).stat().st_mode) & 0o077:
        raise InputError(f"{path} can be read by others, so whoever signs with it may be anybody: chmod 600 {path}")
    unsupported, serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_private_key(content, passphrase.encode() if passphrase else None)
    except TypeError:
        said = "needs its passphrase" if not passphrase else "has no passphrase, and one was given"
        raise InputError(f"the key {path} {said}") from None
    except (ValueError, unsupported):
        raise InputError(f"{path} is no private key in PEM, or its passphrase is another one") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InputError(f"{path} is no Ed25519 key: make one with `shall keys new`")
    return Private(key)


def stated(text: str) -> tuple[Public, ...]:
    """The key that a record, or a file from elsewhere, names as a text; none where it is no key. A path means nothing.
    """
    try:
        return (public(text),) if text.startswith(PREFIX) else ()
    except InputError:
        return ()


def public(told: str, folder: Path | None = None) -> Public:
    """A public key from its text (`ed25519:…`) or the path of a PEM file, which may be relative to a folder."""
    if told.startswith(PREFIX):
        return _of_text(told)
    path = (folder or Path()) / told
    content = _content(path)
    if b"PRIVATE" in content:
        raise InputError(f"{path} is a private key: give the public one, `.pub`, and keep that to yourself")
    unsupported, serialization, ed25519 = _library()
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, unsupported):
        raise InputError(f"{path} is no public key in PEM") from None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise InputError(f"{path} is no Ed25519 key: make one with `shall keys new`")
    return _raw(key)


def _of_text(told: str) -> Public:
    text = told.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise InputError(f"{told!r} is no key: `ed25519:` and 43 letters, as `shall keys new` prints it")
    found = Public(raw)
    if found.id != told:
        raise InputError(f"{told!r} is not how this key is written; that is {found.id}")
    return found


def _raw(key: Ed25519PublicKey) -> Public:
    _, serialization, _ = _library()
    return Public(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            raise InputError(f"{path} is too large to be a key")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"the key {path} cannot be read: {error.strerror}") from None


def _library() -> tuple[Any, Any, Any]:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise MissingExtra("cryptography", "sign", "a signature") from error
    return UnsupportedAlgorithm, serialization, ed25519
