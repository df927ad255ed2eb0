"""Who is in charge of a name: as the file says, unless an apprentice took over, or a version was recalled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from shall.api.activating import Wanted
from shall.core.store import Store

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

    def wanted(self, asked: Wanted) -> Wanted:
        """The same with who is in charge now."""
        asked = self._proposed(self._taken_over(asked))
        if asked.in_charge not in asked.recalled:
            return asked
        served = asked.served
        gone = f"{served.name}@{asked.in_charge} was recalled: {asked.recalled[asked.in_charge].why}"
        before = self._before(asked)
        if not before:
            return replace(asked, notes=(*asked.notes, f"{gone}; no other version was in charge before, so nothing "
                                                       "answers: put another one in charge"))
        return replace(asked, in_charge=before, notes=(*asked.notes, f"{gone}; {before} is in charge again"))

    def record(self, wanted: Mapping[str, Wanted]) -> None:
        """Keep who is in charge, where that is new."""
        if self.store is None:
            return
        for name, one in wanted.items():
            if one.in_charge in one.recalled or one.in_charge not in one.bundles:
                continue
            body = {"version": one.in_charge, "digest": one.bundles[one.in_charge].scorer.digest}
            latest = self.store.latest(IN_CHARGE, name)
            if latest is None or dict(latest.body) != body:
                self.store.append(IN_CHARGE, name, body)

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

    def _recorded(self, asked: Wanted) -> bool:
        name, old, new = _key(asked)
        records = () if self.store is None else self.store.records(TAKE_OVER, name)
        return any((record.body.get("from"), record.body.get("to"), record.body.get("taken")) == (old, new, True)
                   for record in records)

    def _before(self, asked: Wanted) -> str:
        """The version that was in charge last, of those that are still there and were not recalled."""
        there = {one.scorer.digest: version for version, one in asked.bundles.items() if version not in asked.recalled}
        records = () if self.store is None else self.store.records(IN_CHARGE, asked.served.name)
        before = (there[str(record.body.get("digest"))] for record in reversed(records)
                  if str(record.body.get("digest")) in there)
        return next(before, asked.served.in_charge if asked.served.in_charge not in asked.recalled else "")


def _key(asked: Wanted) -> tuple[str, str, str]:
    bundles, served = asked.bundles, asked.served
    return served.name, bundles[served.in_charge].scorer.digest, bundles[asked.apprentice].scorer.digest
