"""What people say of decisions: two see each case, neither the word of the other, and a third where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from shall.core.store import Record

REVIEW: Final = "review"                    # kind of a record; its subject is the name of the model
ENOUGH: Final = 2                           # who have to agree
State = Literal["waits", "differ", "agreed"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said, last."""

    by: str
    label: str
    on: str                                 # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class Review:
    """The opinions on one decision: in the order in which each person spoke first."""

    decision: str
    opinions: tuple[Opinion, ...]

    @property
    def label(self) -> str:
        """What two agree on; empty while there is nothing."""
        label, number = Counter(one.label for one in self.opinions).most_common(1)[0]
        return label if number >= ENOUGH else ""

    @property
    def state(self) -> State:
        """Whether somebody is still to be asked."""
        if self.label:
            return "agreed"
        return "differ" if len(self.opinions) >= ENOUGH else "waits"


def body(decision: str, label: str, by: str, role: str = "") -> dict[str, Any]:
    """What the record of an opinion says."""
    return {"decision": decision, "label": label, "by": by, "role": role}


def reviews(records: Iterable[Record]) -> dict[str, Review]:
    """Every decision that somebody spoke of. A later word of the same person counts until two agree."""
    found: dict[str, Review] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        decision, label, by = (str(record.body.get(key, "")) for key in ("decision", "label", "by"))
        known = found.get(decision, Review(decision, ()))
        if not known.opinions or known.state != "agreed":
            said = {one.by: one for one in known.opinions} | {by: Opinion(by, label, record.created)}
            found[decision] = Review(decision, tuple(said.values()))
    return found
