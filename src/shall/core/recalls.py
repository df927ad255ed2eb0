"""What is recalled now: the newest word on each version, by the order of the store and by no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shall.core.store import Record

RECALL: Final = "recall"                    # kind of a record: this version is defective
LIFTED: Final = "lifted"                    # kind of a record: it may answer again
KINDS: Final = (RECALL, LIFTED)


@dataclass(frozen=True, slots=True)
class Recall:
    """A version that may not answer."""

    model: str                              # "income@7", the subject of the record
    why: str
    by: str
    on: str                                 # when it was recorded: UTC, ISO 8601
    sequence: int                           # of the record

    @property
    def told(self) -> str:
        """Why, by whom and when, as a sentence has it."""
        return f"{self.why or 'no reason was given'} (by {self.by or 'somebody'}, {moment(self.on)})"


def moment(on: str) -> str:
    """A time of a record, UTC and ISO 8601, as a sentence has it: "2026-11-22 at 07:04 UTC"."""
    return f"{on[:10]} at {on[11:16]} UTC" if on[11:16] else on[:10]


def body(why: str, by: str) -> dict[str, str]:
    """What a record of either kind says; append it with the version, such as ``income@7``, as its subject."""
    return {"why": why, "by": by}


def recalled(records: Iterable[Record], lifts: Callable[[Record, Recall], bool] = lambda record, recall: True,
             ) -> Mapping[str, Recall]:
    """The versions that are recalled, by NAME@VERSION, of the records of both `KINDS`, in whatever order.

    The last record of a version counts; one that lifts a recall only where ``lifts`` says that it may. A record that
    lacks a reason or a name recalls all the same: in doubt, a version does not answer. Other kinds say nothing.
    """
    standing: dict[str, Recall] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        if record.kind == RECALL:
            why, by = (str(record.body.get(part, "")) for part in ("why", "by"))
            standing[record.subject] = Recall(record.subject, why, by, record.created, record.sequence)
        elif record.kind == LIFTED and record.subject in standing and lifts(record, standing[record.subject]):
            del standing[record.subject]
    return standing
