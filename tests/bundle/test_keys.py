"""Keys: made, locked, read, and never mistaken for one another."""

from __future__ import annotations

import base64
import os
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from shall.bundle import keys
from shall.core.errors import InputError

# RFC 8032, section 7.1, TEST 2
SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
             "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")


def pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def test_the_example_of_the_standard():
    key = keys.Private(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert key.public.raw.hex() == PUBLIC
    assert key.sign(b"\x72").hex() == SIGNATURE
    assert key.public.holds(bytes.fromhex(SIGNATURE), b"\x72") and not key.public.holds(bytes(64), b"\x72")


@pytest.mark.parametrize("passphrase", ["", "correct horse", "pässword"])
def test_a_key_comes_back_from_its_files(passphrase, tmp_path):
    key = keys.new()
    private, public = keys.save(key, tmp_path / "ana", passphrase)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in private.read_bytes()) == bool(passphrase)
    assert keys.private(private, passphrase or None).public == keys.public(str(public)) == key.public
    assert keys.public("ana.pub", tmp_path) == keys.public(key.public.id) == key.public


def test_a_key_is_never_written_over(tmp_path):
    private, _ = keys.save(keys.new(), tmp_path / "ana")
    before = private.read_bytes()
    with pytest.raises(InputError, match="never written over"):
        keys.save(keys.new(), tmp_path / "ana")
    assert private.read_bytes() == before
    with pytest.raises(InputError, match="cannot be written"):
        keys.save(keys.new(), tmp_path / "nowhere" / "ana")


def test_a_private_key_that_cannot_sign(tmp_path):
    private, public = keys.save(keys.new(), tmp_path / "ana", "secret")
    with pytest.raises(InputError, match="needs its passphrase"):
        keys.private(private)
    with pytest.raises(InputError, match="passphrase is another"):
        keys.private(private, "wrong")
    private.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        keys.private(private, "secret")
    plain, _ = keys.save(keys.new(), tmp_path / "bob")
    with pytest.raises(InputError, match="has no passphrase"):
        keys.private(plain, "secret")
    with pytest.raises(InputError, match=r"is the public key.*give .*ana\.key"):
        keys.private(public)
    with pytest.raises(InputError, match="the text of a public key"):
        keys.private(keys.public(str(public)).id)
    (text := tmp_path / "text.key").write_text("mine")
    text.chmod(0o600)
    with pytest.raises(InputError, match="no private key"):
        keys.private(text)
    with pytest.raises(InputError, match="cannot be read"):
        keys.private(tmp_path / "none")
    other = tmp_path / "ec.key"
    other.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    other.chmod(0o600)
    with pytest.raises(InputError, match="no Ed25519 key"):
        keys.private(other)


def test_what_is_no_public_key(tmp_path):
    private, public = keys.save(keys.new(), tmp_path / "ana")
    with pytest.raises(InputError, match="is a private key"):
        keys.public(str(private))
    other = tmp_path / "ec.pub"
    other.write_bytes(ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(InputError, match="no Ed25519 key"):
        keys.public(str(other))
    public.write_bytes(b"hello")
    with pytest.raises(InputError, match="no public key"):
        keys.public(str(public))
    os.truncate(public, 2**20)
    with pytest.raises(InputError, match="too large"):
        keys.public(str(public))


@pytest.mark.parametrize("text", ["ed25519:", "ed25519:AAAA", "ed25519:" + "*" * 43, "ed25519:" + "é" * 43])
def test_what_is_no_text_of_a_key(text):
    with pytest.raises(InputError, match=r"no key|no Ed25519 key"):
        keys.public(text)


def test_a_text_has_one_form():
    text = keys.new().public.id
    with pytest.raises(InputError, match=r"not how this key is written|no key"):
        keys.public(text + "=")


@pytest.mark.parametrize("y", sorted({*keys.SMALL, keys.P, keys.P + 1, 2**255 - 1}))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_weak_key_is_never_trusted(y, sign):
    raw = (y | sign << 255).to_bytes(32, "little")
    with pytest.raises(InputError, match="anybody can sign"):
        keys.Public(raw)
    with pytest.raises(InputError, match="anybody can sign"):
        keys.public(keys.PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("="))


def test_the_small_points_are_those_whose_order_divides_eight():
    d = -121665 * pow(121666, -1, keys.P) % keys.P

    def add(one, two):
        (x1, y1), (x2, y2) = one, two
        product = d * x1 * x2 * y1 * y2 % keys.P
        return ((x1 * y2 + x2 * y1) * pow(1 + product, -1, keys.P) % keys.P,
                (y1 * y2 + x1 * x2) * pow(1 - product, -1, keys.P) % keys.P)

    for y in keys.SMALL:
        square = (y * y - 1) * pow(d * y * y + 1, -1, keys.P) % keys.P
        x = pow(square, (keys.P + 3) // 8, keys.P)
        x = x if x * x % keys.P == square else x * pow(2, (keys.P - 1) // 4, keys.P) % keys.P
        assert x * x % keys.P == square
        point = (x, y)
        for _ in range(3):
            point = add(point, point)
        assert point == (0, 1)
