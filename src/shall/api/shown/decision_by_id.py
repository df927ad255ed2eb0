"""One logged decision by its id, from the log as it is now: also one that was answered a moment ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.decisions import LoggedDecisions
from shall.api.service.beside_log import noted
from shall.core.errors import InputError
from shall.journal.layout import is_log
from shall.runtimes.deciding import ANSWERED

LETTERS: Final = 64                         # of an id that is told
ANSWER: Final = ("decision", "score", "abstained", "code", "why")       # written beside what came in
CODES: Final[Mapping[str, str]] = {         # why no decision left
    "abstained": "the model abstains by its own rule",
    "alarm": "an alarm is answered by abstaining from such rows",
    "no_class": "no class fits",
    "no_decision": "the model gives no decision",
    "no_number": "the model gives no number",
    "no_probability": "the model gives no probability",
    "several_classes": "several classes cannot be told apart",
    "unseen": "it is unlike the rows of training",
    "unsure": "the model is not sure enough",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What came in and what was said, by column; ``version``: who answered; ``answer``: what left, by `ANSWER`."""

    values: Mapping[str, Any]
    version: str
    answer: Mapping[str, Any]


def decision(folder: str | Path, said: str) -> Decision:
    """The decision of an id in a folder, the newest rows first. InputError where there is none, DataError."""
    place = Path(folder)
    if not is_log(place):
        raise InputError("no decision of this model was logged here yet")
    log = LoggedDecisions(place)
    name, model = log.named("id"), log.named("model")
    for piece in sorted(log.pieces, key=lambda one: (one.table is None, -one.part.number)):
        before = 0
        for batch in log.batches_of(piece, [name]):
            at = pc.index(batch.column(0).cast(pa.string()), said).as_py()
            if at >= 0:
                values = _row(log.batches_of(piece, log.schema.names), before + at)
                told = noted(place)
                return Decision(values, str(values[model]).rpartition("@")[2],
                                _answer(values, {} if told is None else told.columns))
            before += batch.num_rows
    raise InputError(f"the log has no decision {said[:LETTERS]!r}")


def left(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What left, as it is told: a decision or that it was withheld, the score, and in words why there is none."""
    code, why = str(answer.get("code") or ANSWERED), answer.get("why")
    if code == ANSWERED and not answer.get("abstained"):
        return {name: value for name, value in answer.items() if name not in ("abstained", "code")}
    words = CODES.get(code, "")
    told = f"{words}: {why}" if words and why and str(why) != words else str(why or words)
    return {"decision": "none: it was withheld", **{name: answer[name] for name in ("score",) if name in answer},
            "code": code, **({"why": told} if told else {})}


def _answer(values: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """What left; such a column has another name where the shall file says so (``columns``, by role), and where an
    input has this one."""
    own = {name: column for name, column in columns.items() if column in values}
    named = {name: values.get(own.get(name, f"decision_{name}"), values.get(name)) for name in ANSWER}
    return {name: value for name, value in named.items() if value not in (None, "")}


def _row(batches: Any, place: int) -> dict[str, Any]:
    for batch in batches:
        if place < batch.num_rows:
            return dict(batch.slice(place, 1).to_pylist()[0])
        place -= batch.num_rows
    raise InputError("the log was changed while it was read: ask again")
