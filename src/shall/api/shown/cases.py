"""Which logged decisions people are to look at: those that were not made, and those that an alarm is about."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.decisions import LoggedDecisions, logged
from shall.core.errors import DataError
from shall.core.filters import Filter, columns_of
from shall.core.reviews import Review
from shall.journal.layout import LABELS, is_log
from shall.journal.snapshot import Piece
from shall.runtimes.silenced import ALARM
from shall.tally.filters import selected

FIXED: Final = ("id", "time", "model")
ANSWER: Final = ("decision", "score", "abstained", "code", "why")
HIDDEN: Final = ("request", "bundle", "mode", "weight", "lower", "upper")
TWICE: Final = ("id", "time")               # columns that the service fills where a shall file names them
ROWS: Final = 500_000                       # that are looked through for them, the newest
ALARMED: Final = 50                         # cases of one alarm
ANSWERED: Final = "answered"                # code of a row that was decided
Ranges = dict[str, tuple[float, float]]     # the least and the largest score of which each decision was made


@dataclass(frozen=True, slots=True)
class Case:
    """One decision that somebody is to look at."""

    decision: str                           # its evidence id
    model: str                              # "income@7"
    at: str                                 # when it was decided: UTC, ISO 8601
    why: str                                # it is here
    suggestion: str                         # what the model decided, or would have; empty where it cannot say
    withheld: bool                          # it decided, and an alarm kept that back: the log has its score alone
    score: float | None
    values: Mapping[str, str]               # what came in, as text
    review: Review | None                   # what was said of it so far


def cases(folder: Path, filters: Mapping[str, Filter | None], columns: Mapping[str, str], most: int
          ) -> tuple[list[Case], int]:
    """The cases among the newest rows of a log that have no label, no more than about ``most`` of them, and `ALARMED`
    of each filter; of none is said what people said. Then how many other rows without a label a filter is about.

    ``filters``: the rows that are cases beside those that were not decided, by words that say why; None is every row.
    ``columns``: how the shall file calls what was answered, by role: that is not what came in. Of what was withheld the
    suggestion is what the same version decided of scores like it, in the rows that are looked through.
    """
    log = LoggedDecisions(folder)
    names = _names(log, columns)
    done = _labelled(folder, log, names, filters)
    left = dict.fromkeys(filters, ALARMED)
    seen, more, found = 0, 0, []
    ranges: dict[str, Ranges] = {}
    for piece in sorted(log.pieces, key=_age, reverse=True):
        for batch in reversed([*log.batches_of(piece, log.schema.names)]):
            why, others = _reasons(batch, names, filters, left, done)
            found += [Case(**case, review=None) for case in _of_batch(batch, names, why)]
            more += others
            _widen(ranges, batch, names)
            seen += batch.num_rows
        if seen >= ROWS or len(found) >= most:
            break
    return [one if not one.withheld else replace(one, suggestion=_would(one.score, ranges.get(one.model, {})))
            for one in found], more


def _labelled(folder: Path, log: LoggedDecisions, names: Mapping[str, str], filters: Mapping[str, Filter | None]
              ) -> Collection[str]:
    """Those of the newest rows that would be cases and have a label: they take the place of none that has none."""
    if not is_log(folder / LABELS):
        return ()
    asked = {names["id"], names["code"], *(column for where in filters.values() if where is not None
                                           for column in columns_of(where))}
    wanted = [name for name in log.schema.names if name in asked]
    seen, ids = 0, list[str]()
    for piece in sorted(log.pieces, key=_age, reverse=True):
        for batch in log.batches_of(piece, wanted):
            places, _ = _reasons(batch, names, filters, dict.fromkeys(filters, batch.num_rows), ())
            ids += batch.column(names["id"]).take(pa.array([*places], pa.int64())).cast(pa.string()).to_pylist()
            seen += batch.num_rows
        if seen >= ROWS:
            break
    return has_label(folder, ids)


def _widen(ranges: dict[str, Ranges], batch: pa.RecordBatch, names: Mapping[str, str]) -> None:
    """Take in which scores each version decided how."""
    keys, score = [names["model"], names["decision"]], names["score"]
    if not {*keys, score} <= {*batch.schema.names} or not pa.types.is_floating(batch.schema.field(score).type):
        return
    rows = pa.Table.from_batches([batch.select([*keys, score])]).drop_null()
    found = rows.group_by(keys).aggregate([(score, "min"), (score, "max")])
    for model, decision, low, high in zip(*(found[name].to_pylist() for name in (
            *keys, f"{score}_min", f"{score}_max")), strict=True):
        known = ranges.setdefault(str(model), {})
        lowest, highest = known.get(str(decision), (low, high))
        known[str(decision)] = min(low, lowest), max(high, highest)


def _would(score: float | None, ranges: Ranges) -> str:
    """What was decided of scores like this one; nothing where two things were, or nobody can say."""
    if score is None:
        return ""
    among = [decision for decision, (low, high) in ranges.items() if low <= score <= high]
    if not among and len(ranges) > 1:       # beyond all of them
        lows, highs = ({decision: ends[side] for decision, ends in ranges.items()} for side in (0, 1))
        among = [min(lows, key=lambda one: lows[one])] if score < min(lows.values()) else [
            max(highs, key=lambda one: highs[one])] if score > max(highs.values()) else []
    return among[0] if len(among) == 1 else ""


def _age(piece: Piece) -> float:
    try:
        return piece.part.path.stat().st_mtime
    except FileNotFoundError:               # it was let go just now: reading it says so
        return 0.0


def _names(log: LoggedDecisions, columns: Mapping[str, str]) -> dict[str, str]:
    """How what was answered is called in a log, by role; "same id": the column of the shall file that may repeat it."""
    names = {name: log.named(name) for name in (*FIXED, *HIDDEN[:4])}
    names |= {name: _own(name, log.schema.names) for name in (*ANSWER, *HIDDEN[4:])}
    there = {role: column for role, column in columns.items() if column in log.schema.names}
    names |= {role: there[role] for role in (*ANSWER, *HIDDEN[4:]) if role in there}
    return names | {f"same {role}": there[role] for role in TWICE if role in there}


def _of_batch(batch: pa.RecordBatch, names: Mapping[str, str], why: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    if not why:
        return
    rows = batch.take(pa.array(sorted(why, reverse=True), pa.int64())).to_pylist()
    twice = {names[f"same {role}"]: names[role] for role in TWICE if f"same {role}" in names}
    outputs = set(names.values()) - set(twice) | {name for name in batch.schema.names if name.startswith("score_")}
    for row, place in zip(rows, sorted(why, reverse=True), strict=True):
        known = {name: row.get(column) for name, column in names.items()}
        values = {name: _shown(value) for name, value in row.items()
                  if name not in outputs and not (name in twice and value == row[twice[name]])}
        yield {"decision": str(known["id"]), "model": str(known["model"]), "at": _at(known["time"]),
               "why": why[place], "suggestion": _shown(known["decision"]), "withheld": known["code"] == ALARM,
               "score": known["score"] if isinstance(known["score"], float) else None, "values": values}


def _reasons(batch: pa.RecordBatch, names: Mapping[str, str], filters: Mapping[str, Filter | None],
             left: dict[str, int], done: Collection[str]) -> tuple[dict[int, str], int]:
    """Why each row is to be looked at, by its place; only those that are, and are not ``done``. Then how many more that
    would be, had a filter any ``left``."""
    over = {place for place, one in enumerate(batch.column(names["id"]).to_pylist()) if str(one) in done
            } if done else set[int]()
    code, why = (batch.column(names[name]) if names[name] in batch.schema.names else None for name in ("code", "why"))
    found, beyond = dict[int, str](), set[int]()
    for words, where in filters.items():
        if where is not None and not {*columns_of(where)} <= {*batch.schema.names}:
            continue
        try:
            chosen = range(batch.num_rows) if where is None else selected(where, batch).nonzero()[0].tolist()
        except DataError:                   # bands of a group that nobody tells here
            continue
        fresh = [place for place in chosen[::-1] if place not in over]
        places = fresh[:left[words]]
        beyond.update(fresh[left[words]:])
        left[words] -= len(places)
        found |= dict.fromkeys(places, words)
    if code is not None:
        other = pc.fill_null(pc.not_equal(code.cast(pa.string()), ANSWERED), False)
        for place in {*pc.indices_nonzero(other).to_pylist()} - over:
            told = None if why is None else why[place].as_py()
            found[place] = f"not decided: {told or code[place].as_py()}"
    return found, len(beyond - {*found})


def _own(name: str, names: Sequence[str]) -> str:
    """What a column of an answer is called here: an input may have its name."""
    return f"decision_{name}" if f"decision_{name}" in names else name


def _at(value: object) -> str:
    return value.astimezone(datetime.UTC).isoformat() if isinstance(value, datetime.datetime) else ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" + (" UTC" if value.tzinfo else "")
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def has_label(folder: str | Path, ids: Sequence[str]) -> frozenset[str]:
    """Those of some decisions that have a label."""
    place = Path(folder) / LABELS
    if not ids or not is_log(place):
        return frozenset()
    wanted = pa.array(ids, pa.string())
    found: set[str] = set()
    for batch in logged(place).batches(["id"]):
        known = batch.column(0).cast(pa.string())
        found |= {*known.filter(pc.is_in(known, value_set=wanted)).to_pylist()}
    return frozenset(found)
