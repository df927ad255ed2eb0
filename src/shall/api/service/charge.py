"""Who is in charge of a name: as the file says, unless one took over, was recalled, or broke a promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from shall.api.service.activating import Wanted
from shall.core.branches import called
from shall.core.errors import StoreError
from shall.core.recalls import moment
from shall.core.responses import ABSTAIN, STOP, Response, falls_back
from shall.core.store import Store
from shall.runtimes.fleet import STOPPED

IN_CHARGE: Final = "in charge"              # kind of a record
TAKE_OVER: Final = "take over"
AT_ONCE: Final = "at once"


class Looked(NamedTuple):
    """The last look at an apprentice, from 1; 0: none. ``may``: whether it may take over."""

    look: int = 0
    may: bool = False


@dataclass(slots=True)
class Charge:
    """What the store knows of who was in charge; without one it is forgotten when the process ends."""

    store: Store | None = None
    taken: set[tuple[str, str, str]] = field(default_factory=set)       # name, and the digests of old and new
    looks: dict[str, Looked] = field(default_factory=dict)              # by digest
    _history: dict[str, list[str]] = field(default_factory=dict)        # who was in charge of a name, by digest

    def wanted(self, asked: Wanted) -> Wanted:
        """The same with who is in charge now."""
        return self.answering(self._proposed(self._taken_over(asked)))

    def answering(self, asked: Wanted) -> Wanted:
        """The same without those that may not answer; it needs no store, and remembers what it was asked."""
        asked = replace(asked, asked=asked, notes=(*asked.notes, *_notes(asked)))
        found = self._recalled(asked) if asked.in_charge in asked.recalled else self._responded(asked)
        return replace(found, notes=(*found.notes, *_others(asked)))

    def record(self, wanted: Mapping[str, Wanted]) -> None:
        """Keep who is in charge, where that is new."""
        if self.store is None:
            return
        for name, one in wanted.items():
            self._read(name)
            if one.in_charge in one.out or one.in_charge not in one.bundles:
                continue
            body = {"version": one.in_charge, "digest": one.bundles[one.in_charge].scorer.digest}
            latest = self.store.latest(IN_CHARGE, name)
            if latest is None or {part: latest.body.get(part) for part in body} != body:
                itself = {} if one.in_charge == one.served.in_charge else {"by": ""}    # nobody has put it there
                self.store.append(IN_CHARGE, name, body | itself)
                self._read(name, anew=True)

    def take_over(self, asked: Wanted) -> None:
        """Remember that the apprentice of a name took over from the version of the file."""
        name, old, new = _key(asked)
        if self.store is not None:
            self.store.append(TAKE_OVER, name, {"version": asked.apprentice, "from": old, "to": new, "taken": True},
                              key=f"{old} {new}")
        self.taken.add((name, old, new))

    def shown(self, model: str, digest: str) -> Looked:
        """The last look at an apprentice."""
        if digest not in self.looks:
            records = () if self.store is None else self.store.records(TAKE_OVER, model)
            own = [Looked(int(record.body["look"]), record.body["may"] is True) for record in records
                   if record.body.get("digest") == digest]
            self.looks[digest] = max(own, default=Looked())
        return self.looks[digest]

    def _read(self, name: str, anew: bool = False) -> None:
        """Learn the digests of those that were in charge of a name, the last one last."""
        if self.store is not None and (anew or name not in self._history):
            self._history[name] = [str(record.body.get("digest")) for record in self.store.records(IN_CHARGE, name)]

    def _proposed(self, asked: Wanted) -> Wanted:
        if not asked.apprentice or asked.apprentice in asked.recalled:
            return asked
        model = f"{asked.served.name}@{asked.apprentice}"
        told = self.shown(model, asked.bundles[asked.apprentice].scorer.digest)
        note = f"{model} may take over: every requirement was met at look {told.look}"
        return replace(asked, notes=(*asked.notes, note)) if told.may else asked

    def _taken_over(self, asked: Wanted) -> Wanted:
        served = asked.served
        if not asked.apprentice or served.take_over != AT_ONCE or asked.apprentice in asked.recalled:
            return asked
        if _key(asked) in self.taken or self._recorded(asked):
            note = f"{served.name}@{asked.apprentice} has taken over from {served.in_charge}"
            return replace(asked, in_charge=asked.apprentice, apprentice="", notes=(*asked.notes, note))
        return asked

    def _recalled(self, asked: Wanted) -> Wanted:
        """The same with another one in charge than the recalled one, where one was before."""
        gone, lifts = _recall(asked, asked.in_charge), _lifts(asked, asked.in_charge)
        before = self._before(asked)
        if not before:
            return replace(asked, notes=(*asked.notes, f"{gone}; none that was in charge before may answer, so nothing "
                                                       f"answers: put another one in charge, or {lifts}"))
        return replace(asked, in_charge=before, notes=(*asked.notes, f"{gone}; {before} is in charge again; {lifts}"))

    def _responded(self, asked: Wanted) -> Wanted:
        """The same after what was done about broken promises: another one in charge, or none."""
        notes = asked.notes
        if asked.in_charge not in asked.stopped:
            return asked
        way, why = asked.stopped[asked.in_charge]
        gone, ends = _gone(asked, asked.in_charge), _ends(asked, asked.in_charge)
        if way == STOPPED:
            return replace(asked, notes=(*notes, f"{gone}; nothing answers {ends}"))
        named = asked.served.fall_back
        before = named if named and named not in asked.out else self._before(asked)
        if before:
            return replace(asked, in_charge=before, notes=(*notes, f"{gone}; {before} is in charge {ends}"))
        return replace(asked, silent=why, notes=(*notes, f"{gone}; there is no other version to fall back to, so it "
                                                         f"abstains from every row {ends}"))

    def _recorded(self, asked: Wanted) -> bool:
        name, old, new = _key(asked)
        records = () if self.store is None else self.store.records(TAKE_OVER, name)
        return any((record.body.get("from"), record.body.get("to"), record.body.get("taken")) == (old, new, True)
                   for record in records)

    def _before(self, asked: Wanted) -> str:
        """The version that was in charge last, of those that are still there and were not recalled."""
        there = {one.scorer.digest: version for version, one in asked.bundles.items() if version not in asked.out}
        with suppress(StoreError):          # then by what was known when it could be read
            self._read(asked.served.name, anew=True)
        before = (there[digest] for digest in reversed(self._history.get(asked.served.name, ())) if digest in there)
        return next(before, asked.served.in_charge if asked.served.in_charge not in asked.out else "")


def _notes(asked: Wanted) -> list[str]:
    """What a person should know of responses that stand."""
    told = [f"{one.model} abstains from {f'rows with {one.where}' if one.where else 'every row'}: {one.name} is broken "
            f"of {one.about}{_since([one])}; it does so {_until([one])}"
            for some in asked.responses.values() for one in some if one.way == ABSTAIN]
    return told + [f"{asked.served.name}@{version} fell back to its branch {branch}, since {_fell(asked, version)}: it "
                   f"answers every row {_ends(asked, version)}"
                   for version, branch in asked.branched.items() if version not in asked.out]


def _others(asked: Wanted) -> list[str]:
    """What of the versions that are not in charge may not answer, and how that ends."""
    away = [version for version in asked.stopped if version not in {asked.in_charge, *asked.recalled, *asked.compared}]
    return [*(f"{_recall(asked, version)}; {_lifts(asked, version)}" for version in asked.recalled
              if version != asked.in_charge),
            *(f"{_gone(asked, version)}; it answers nothing {_ends(asked, version)}" for version in away)]


def _recall(asked: Wanted, version: str) -> str:
    return f"{asked.served.name}@{version} was recalled: {asked.recalled[version].told}"


def _lifts(asked: Wanted, version: str) -> str:
    return (f"the regulator's key lifts that: shall recall {asked.served.name}@{version} --lift --why REASON --key "
            "regulator.key")


def _ends(asked: Wanted, version: str) -> str:
    return _until(_replaced(asked, version))


def _until(some: Sequence[Response]) -> str:
    """How responses end."""
    how = dict.fromkeys(f"shall responses --end {one.model} {one.name} --why REASON" for one in some)
    return f"until somebody ends that: {' and '.join(how)}"


def _since(some: Sequence[Response]) -> str:
    """Since when they stand, as far as that is recorded."""
    at = min((one.at for one in some if one.at), default="")
    return f", since {moment(at)}" if at else ""


def _replaced(asked: Wanted, version: str) -> list[Response]:
    """The responses by which a version or one of its branches answers no more."""
    return [one for branch in ("", *asked.bundles[version].branches)
            for one in asked.responses.get(called(version, branch), ()) if one.way == STOP or falls_back(one.way)]


def _fell(asked: Wanted, version: str) -> str:
    """The promises by which a version fell back to a branch, or from one branch to another."""
    broken = dict.fromkeys(f"{one.name} is broken ({one.line})" for one in _replaced(asked, version)
                           if falls_back(one.way))
    return " and ".join(broken)


def _gone(asked: Wanted, version: str) -> str:
    """Why a version answers no more, since when."""
    way, why = asked.stopped[version]
    return (f"{asked.served.name}@{version} {'was stopped' if way == STOPPED else way}: {why}"
            f"{_since(_replaced(asked, version))}")


def standing(wanted: Wanted) -> list[str]:
    """Those of its notes that tell of recalls and responses that stand."""
    asked = wanted.asked or wanted
    told = (*_notes(asked), *_others(asked), *(gone(asked, asked.in_charge) for gone, some in (
        (_recall, asked.recalled), (_gone, asked.stopped)) if asked.in_charge in some))
    return [note for note in wanted.notes if note.startswith(told)]


def _key(asked: Wanted) -> tuple[str, str, str]:
    bundles, served = asked.bundles, asked.served
    return served.name, bundles[served.in_charge].scorer.digest, bundles[asked.apprentice].scorer.digest
