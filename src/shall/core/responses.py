"""What is done when a promise is broken in service, and what stands of it: by the order of the store, by no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shall.core.branches import NAME
from shall.core.store import Record

RESPONSE: Final = "response"                # kind of a record
ALERT, FALL_BACK, ABSTAIN, STOP, RETRAIN = "alert", "fall back", "abstain", "stop", "retrain"
WAYS: Final = (ALERT, FALL_BACK, ABSTAIN, STOP, RETRAIN)
TO: Final = f"{FALL_BACK} to "              # and the name of a branch: "fall back to rules"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to one alarm. It stands until somebody ends it."""

    model: str                              # "income@7"
    way: str                                # one of `WAYS`, or `TO` a branch
    name: str                               # of the requirement
    line: str
    about: str                              # of the alarm: "sex = F against sex = M"
    did: str                                # what was done, in a sentence
    where: str = ""                         # the rows that are affected, as a filter; nothing: all rows
    alarm: str = ""                         # the key of the alarm
    at: str = ""                            # when it was recorded: UTC, ISO 8601; nothing: it is not recorded yet
    sequence: int = 0                       # of the record; 0: it is not recorded yet
    enders: tuple[tuple[str, str], ...] = ()    # role and key of those who may end it; nothing: anybody may

    @property
    def key(self) -> str:
        """Of the record: one alarm is answered once in each way."""
        return f"{self.alarm} {self.way}"

    @property
    def body(self) -> dict[str, Any]:
        """Of the record."""
        return {"response": self.way, "name": self.name, "line": self.line, "about": self.about, "did": self.did,
                "where": self.where, "alarm": self.alarm,
                **({"enders": [[*one] for one in self.enders]} if self.enders else {})}


def branch_of(way: str) -> str:
    """The branch that a response falls back to; nothing where it is another response."""
    branch = way.removeprefix(TO)
    return branch if way.startswith(TO) and NAME.fullmatch(branch) else ""


def branches_of(ways: Iterable[str]) -> list[str]:
    """The branches that some responses fall back to."""
    return [branch for branch in map(branch_of, ways) if branch]


def falls_back(way: str) -> bool:
    """Whether another one answers then: a version, or a branch of the same."""
    return way == FALL_BACK or way.startswith(TO)


def silences(way: str) -> bool:
    """Whether a response changes what is answered."""
    return way in (ABSTAIN, STOP) or falls_back(way)


def ended(name: str, why: str, by: str, of: Sequence[Response] = ()) -> dict[str, Any]:
    """The body of a record that ends every response to a requirement of a model, its subject; ``of``: those it ends."""
    return {"response": "", "name": name, "ended": True, "why": why, "by": by,
            "ways": [*dict.fromkeys(one.way for one in of)], "of": max((one.sequence for one in of), default=0)}


def standing(records: Iterable[Record], ends: Callable[[Record], bool] = lambda record: True) -> tuple[Response, ...]:
    """The responses that stand, oldest first, of records of the kind `RESPONSE` in whatever order.

    The same answer to a later alarm about the same rows takes the place of the earlier one. A record that ends some
    counts where ``ends`` says that it may, for those that were there when it was written: it cannot be used again. One
    that lacks what it should say counts all the same: in doubt a broken promise is answered.
    """
    found: dict[tuple[str, str, str, str], Response] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        name = str(record.body.get("name", ""))
        if record.body.get("ended") is True:
            of = record.body.get("of")
            last = of if isinstance(of, int) and not isinstance(of, bool) and of else record.sequence
            found = {key: one for key, one in found.items()
                     if key[:2] != (record.subject, name) or one.sequence > last or not ends(record)}
        else:
            one = read(record)
            found[one.model, one.name, one.way, one.where] = one
    return tuple(found.values())


def read(record: Record) -> Response:
    """The response of a record."""
    body: Mapping[str, Any] = record.body
    told = {part: str(body.get(part, "")) for part in ("name", "line", "about", "did", "where", "alarm")}
    said = body.get("enders")
    enders = tuple((str(one[0]), str(one[1])) for one in said if isinstance(one, list | tuple) and len(one) == 2
                   ) if isinstance(said, list | tuple) else ()
    return Response(record.subject, str(body.get("response", "")), **told, at=record.created, sequence=record.sequence,
                    enders=enders)
