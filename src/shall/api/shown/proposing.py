"""Requirements are changed by proposal: somebody says why, somebody signs, and then it stands in the shall file."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shall.api.keeping import FOLDER
from shall.api.life.recalling import REGULATOR
from shall.api.storing import configured
from shall.api.storing import opened as opened_there
from shall.api.verifying import trusted
from shall.bundle import keys as keeping
from shall.bundle import notices
from shall.bundle.keys import Private, Public
from shall.core import proposals as kept
from shall.core.errors import InputError, Refused
from shall.core.proposals import Proposal
from shall.core.requirement import Requirement
from shall.core.store import Store
from shall.spec import load
from shall.spec.adding import change, changed, had
from shall.stores import open_store

SAID: Final = f"the {REGULATOR}"            # who signs with that key, where nobody says who it is


@dataclass(frozen=True, slots=True)
class Signature:
    """The key that has signed a proposal; ``named``: whether [trust] of the file names it as the regulator's."""

    key: str
    named: bool

    def __str__(self) -> str:
        """In words."""
        return f"the {REGULATOR}'s key {self.key}" if self.named else f"the key {self.key}"


def propose(file: str | Path, name: str, line: str, *, why: str, by: str = "",
            store: Store | str | None = None) -> Proposal:
    """Propose a line for a requirement: a new one, another one, or (an empty ``line``) none.

    Args:
        file: path of the shall file that is to be changed. It is read, and stays as it is until somebody signs.
        name: of the requirement.
        line: as it is to stand there.
        why: for those who sign.
        by: who proposes; else the user of this machine.
        store: where it is recorded: a store, a path or an address; else that of the file.

    Raises FileError where the file would not be read any more, InputError where nothing would change or there is no
    reason.
    """
    path, was = Path(file), had(Path(file), name)
    if line and str(Requirement.parse(line)) == was:
        raise InputError(f"{name} says {was} already")
    changed(path, name, line, was)
    body = kept.body(name, line, was, _said(why), by or getpass.getuser())
    subject = load(path).subject.name
    with store_beside(path, store) as opened:
        record = opened.append(kept.PROPOSAL, subject, body)
        return next(one for one in kept.proposals([record]))


def proposals(file: str | Path, store: Store | str | None = None) -> tuple[Proposal, ...]:
    """All proposals for a shall file, oldest first."""
    path = Path(file)
    subject = load(path).subject.name
    with store_to_read(path, store) as opened:
        return () if opened is None else _all(opened, subject)


def waiting(file: str | Path, store: Store | str | None = None) -> tuple[Proposal, ...]:
    """Those that somebody has to do something about, newest first: open, or signed and never put into the file."""
    path = Path(file)
    lines = {one.name: str(Requirement.parse(str(one))) for one in load(path).requirements}
    return tuple(one for one in reversed(proposals(path, store)) if one.state == "open" or (
        one.state == "signed" and one.line != one.was == lines.get(one.name, "")))


def sign(file: str | Path, number: int, *, by: str = "", why: str = "", key: str | Path | Private | None = None,
         passphrase: str | None = None, store: Store | str | None = None) -> Proposal:
    """Sign a proposal: it is recorded, and the line stands in the shall file.

    Where [trust] of the file names a key of the regulator's, it takes that ``key``. Of one that was signed and is not
    in the file (the power failed between) the second half is done. Without ``by`` it is the regulator who says so where
    that is the key, else the user of this machine. Refused without the right key; InputError where
    the file says something else by now than when it was proposed, or the proposal has ended.
    """
    path = Path(file)
    with store_to_read(path, store) as opened:
        if opened is None:                  # none is made, where nobody has proposed anything
            raise InputError(_strange(path, number))
        one = _open(opened, path, number, also="signed")
        if not landed(path, one):
            changed(path, one.name, one.line, one.was)
        if one.state == "open":
            owner = keeping.private(key, passphrase) if isinstance(key, str | Path) else key
            body = kept.ending(one, why, by or _who(path, owner))
            opened.append(kept.SIGNED, one.subject, _signed(path, one.subject, body, owner), key=str(number))
        if not landed(path, one):
            change(path, one.name, one.line, one.was)
        return next(ended for ended in _all(opened, one.subject) if ended.number == number)


def decline(file: str | Path, number: int, *, why: str, by: str = "", store: Store | str | None = None) -> Proposal:
    """Decline a proposal, or take it back; with the reason."""
    path = Path(file)
    with store_to_read(path, store) as opened:
        if opened is None:                  # none is made, where nobody has proposed anything
            raise InputError(_strange(path, number))
        one = _open(opened, path, number)
        body = kept.ending(one, _said(why), by or getpass.getuser())
        opened.append(kept.DECLINED, one.subject, body, key=str(number))
        return next(ended for ended in _all(opened, one.subject) if ended.number == number)


def landed(file: str | Path, proposal: Proposal) -> bool:
    """Whether the file says what was proposed."""
    return had(Path(file), proposal.name) == (str(Requirement.parse(proposal.line)) if proposal.line else "")


def takes_key(file: str | Path) -> bool:
    """Whether a change of a shall file takes the key of the regulator that its [trust] names."""
    return REGULATOR in load(Path(file)).trust


def signatures(file: str | Path, store: Store | str | None = None) -> dict[int, Signature]:
    """The keys that have signed proposals, by the number of the proposal; none where a person said so without one."""
    path = Path(file)
    with store_to_read(path, store) as opened:
        return {} if opened is None else _signatures(opened, path)


def whose(one: Proposal, keys: Mapping[int, Signature]) -> str:
    """Who has signed or declined a proposal: by the key, where one has signed, and by who said so."""
    key = keys.get(one.number)
    said = [] if key is not None and key.named and one.ended_by == SAID else [f"by {one.ended_by}"]
    return " ".join([*said, *([f"with {key}"] if key is not None else [])])


def signer(file: str | Path, proposal: Proposal, store: Store | str | None = None) -> str:
    """The id of the regulator's key that has signed a proposal; empty where none did that the file trusts."""
    path = Path(file)
    with store_beside(path, store) as opened:
        record = next((one for one in opened.records(kept.SIGNED, proposal.subject)
                       if one.sequence == proposal.ended), None)
    return "" if record is None else notices.signer(kept.SIGNED, record.subject, record.body, _regulators(path))


def _who(path: Path, key: Private | None) -> str:
    """Who signs, where nobody said who: by the name of the key in [trust], else by the user of this machine."""
    return SAID if key is not None and key.public in _regulators(path) else getpass.getuser()


def _signatures(store: Store, path: Path) -> dict[int, Signature]:
    subject = load(path).subject.name
    ended = {one.ended: one.number for one in _all(store, subject)}
    found = {ended[one.sequence]: notices.whose(kept.SIGNED, subject, one.body)
             for one in store.records(kept.SIGNED, subject) if one.sequence in ended}
    named: set[str] = set()
    with suppress(InputError):              # a key that is not there stops nobody from reading what was said
        named = {one.id for one in _regulators(path)} if any(found.values()) else named
    return {number: Signature(key, key in named) for number, key in found.items() if key}


def _signed(path: Path, subject: str, body: dict[str, Any], key: Private | None) -> dict[str, Any]:
    """What is recorded, with the signature that the file asks for."""
    known = _regulators(path)
    if key is None:
        if known:
            raise Refused(f"{path} names the regulator's key under [trust]: sign with it, --key regulator.key")
        return body
    made = notices.signed(kept.SIGNED, subject, body, key)
    if known and not notices.signer(kept.SIGNED, subject, made, known):
        raise Refused(f"this key is not the regulator's that {path} names under [trust]")
    return made


def _regulators(path: Path) -> Sequence[Public]:
    return tuple(trusted({}, path).keys.get(REGULATOR, ())) if REGULATOR in load(path).trust else ()


def _open(store: Store, path: Path, number: int, also: str = "") -> Proposal:
    """The proposal of a number, which has not ended."""
    found = {one.number: one for one in _all(store, load(path).subject.name)}
    if number not in found:
        raise InputError(_strange(path, number, *found))
    one = found[number]
    if one.state not in ("open", also):
        who = whose(one, _signatures(store, path))
        raise InputError(f"proposal {number} was {one.state} {who} on {one.ended_on[:10]}")
    return one


def _strange(path: Path, number: int, *found: int) -> str:
    return f"there is no proposal {number} for {path}; there are {', '.join(map(str, found)) or 'none'}"


def _all(store: Store, subject: str) -> tuple[Proposal, ...]:
    return kept.proposals(record for kind in kept.KINDS for record in store.records(kind, subject))


def _said(why: str) -> str:
    if not why.strip():
        raise InputError("say why, for those who sign: --why \"the law asks for four fifths from 2027 on\"")
    return why.strip()


@contextmanager
def store_beside(file: Path, store: Store | str | None) -> Iterator[Store]:
    """The store that is given, or that of the file, made where there is none yet."""
    if store is not None and not isinstance(store, str):
        yield store
        return
    place = configured(file.absolute().parent) if store is None else store
    if store is None and "://" not in place:
        (file.absolute().parent / FOLDER).mkdir(exist_ok=True)
    opened = open_store(place)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def store_to_read(file: Path, store: Store | str | None) -> Iterator[Store | None]:
    """The store that is given, which has to be there, or that of the file, None where there is none yet."""
    if store is not None and not isinstance(store, str):
        yield store
        return
    beside = configured(file.absolute().parent)
    if store is None and "://" not in beside and not Path(beside).exists():
        yield None
        return
    with opened_there(beside if store is None else store) as found:
        yield found
