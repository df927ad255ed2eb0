"""`Enforcing`: which responses stand while bundles serve, by the store and, while that is down, by what is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from shall.api.life.alerting import Alerts
from shall.api.life.lifting import ENDERS, Enders, attempts, enders, ending, word
from shall.api.life.responding import Responding
from shall.core.alarm import Alarm
from shall.core.errors import StoreError
from shall.core.responses import RESPONSE, Response, standing
from shall.core.store import Record, Store
from shall.spec import ShallFile

WITHOUT: Final = "there is no store, so what was done about broken promises ends when the server does"


@dataclass(slots=True)
class Enforcing:
    """What was done about the broken promises of every model in service, by whichever server.

    Without a store it stands until the process ends. ``keys``: by "income@7", role and key of those whom this server
    trusts to end it. They are recorded, so that every list goes by the same.
    """

    store: Store | None = None
    alerts: Alerts | None = None
    train: Callable[[Response], str] | None = None
    keys: dict[str, Enders] = field(default_factory=dict)
    _of: dict[str, Responding] = field(default_factory=dict)
    _records: Sequence[Record] = ()         # of the store, when it could be read last
    _named: Mapping[str, Enders] = field(default_factory=dict)      # who may end it, as the store says
    _told: dict[str, Enders] = field(default_factory=dict)          # of `keys`, what is recorded
    _memory: list[Response] = field(default_factory=list)       # where there is no store

    def respond(self, model: str, file: ShallFile, alarms: Sequence[Alarm], life: str = "", *,
                branches: Collection[str] = ()) -> list[Response]:
        """Respond to some alarms of a model, to each once; ``branches``: of its bundle."""
        one = self._of.setdefault(model, Responding(file, model, self.store, serves=True))
        one.file, one.alerts, one.train, one.ends = file, self.alerts, self.train, self.ends
        one.branches = branches
        one.enders = tuple((role, key.id) for role, key in self.trusted(model))
        found = one.of(alarms, life)
        if self.store is None:
            self._memory += found
        return found

    def settle(self) -> None:
        """Record what could not be recorded."""
        for one in self._of.values():
            if one.late:
                one.settle()
        self.tell()

    def tell(self) -> None:
        """Record whom this server trusts, where the store says another; what it does not take waits for the next time.
        """
        if self.store is None:
            return
        for model, known in self.keys.items():
            if not known or self._told.get(model) == known:
                continue
            try:
                before = self.store.latest(ENDERS, model)
                if before is None or before.body != word(known):
                    self.store.append(ENDERS, model, word(known))
            except StoreError:
                return
            self._told[model] = known

    def trusted(self, model: str) -> Enders:
        """Who may end what was done about a model: whom this server trusts; where it names nobody, whom the store
        names. Anybody may where there are none."""
        return self.keys.get(model) or self._named.get(model, ())

    def ends(self, record: Record) -> bool:
        """Whether a record ends responses, of a model whose keys are known by now."""
        return ending([key for _, key in self.trusted(record.subject)])(record)

    def standing(self, name: str, versions: Mapping[str, Enders]) -> Mapping[str, Sequence[Response]]:
        """What stands of the versions of a name, oldest first; of each version, whose signature ends it."""
        self.keys |= {f"{name}@{version}": keys for version, keys in versions.items()}
        found: dict[str, list[Response]] = {}
        for one in self.every:
            model, _, version = one.model.rpartition("@")
            if model == name and version in versions:
                found.setdefault(version, []).append(one)
        return found

    def read(self) -> None:
        """Read the store. StoreError where it is down; what was known stays so."""
        if self.store is not None:
            self._records = self.store.records(RESPONSE)
            self._named = enders([*self._records, *self.store.records(ENDERS)])

    def ended(self, model: str, name: str) -> Record | None:
        """The newest record that ended what was done about a requirement of a model."""
        return next((one for one in sorted(self._records, key=lambda one: -one.sequence) if one.subject == model
                     and one.body.get("ended") is True and one.body.get("name") == name), None)

    def status(self) -> list[str]:
        """What those who run it should know."""
        late = len(self._late)
        told = "" if self.alerts is None or not self.alerts.problem else self.alerts.problem
        return [*([f"{late} responses to alarms are not recorded yet: the store is down"] if late else []),
                *([WITHOUT] if self._memory else []), *dict.fromkeys(self._uncounted()),
                *([f"{self.alerts.queued}: {told}"] if told and self.alerts is not None else [])]

    def _uncounted(self) -> Iterator[str]:
        """The newest end of each response that stands all the same."""
        for one in standing(self._records, self.ends):
            tried = [*attempts(one, self._records, self.trusted(one.model))]
            if tried:
                yield (f"{one.model}: {one.name} was ended by {tried[-1].by or 'somebody'} on {tried[-1].on[:10]} at "
                       f"{tried[-1].on[11:16]} UTC, which does not count: {tried[-1].lacks}")

    @property
    def every(self) -> tuple[Response, ...]:
        """All that stands."""
        return (*standing(self._records, self.ends), *self._late, *self._memory)

    @property
    def _late(self) -> list[Response]:
        return [one for some in self._of.values() for one in some.late]

