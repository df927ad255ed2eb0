"""How the rows of a log that grows are read: from its first rows, and from labels that come later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall import adapters, registry
from shall.adapters.decisions import LoggedDecisions
from shall.adapters.files import ParquetLog
from shall.adapters.frames import TableLog, apart_of
from shall.adapters.growing import growing, is_empty
from shall.adapters.joined import EVIDENCE, LATE
from shall.adapters.late import LateLabels
from shall.api.apart import expect_clock, expect_whole, left_out
from shall.api.checking import references_of
from shall.api.opening import Opened, log_at, opened, peek
from shall.api.service.log_columns import own_columns
from shall.core.errors import DataError, InputError, ShallError
from shall.core.log import Column, Log
from shall.journal.layout import is_log
from shall.phases.measuring import Examination, prepare
from shall.phases.watching.labels import needs_labels, without_labels
from shall.phases.watching.source import Source
from shall.phases.watching.track import LABELS, ROWS, Track
from shall.phases.watching.windows import Allowed, Windows, seconds_in
from shall.spec import ShallFile, expect_columns
from shall.subjects import id_of
from shall.tally import Tally

MATURED: Final = "30 days"                  # where labels come later and the file does not say how long they may take
NO_LABELS: Final = pa.table({name: pa.array([], pa.string()) for name in LATE})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be watched: a file, a log that grows, labels that come later.

    ``rows_of``: only the rows of this model, where the log is of decisions in service; ``facts``: of it, such as its
    size; ``served``: by a server, which goes on where lines cannot be compared with what they name; ``further``:
    windows of other sizes, which raise no alarm; ``silent``: these are such windows.
    """

    file: ShallFile
    place: Path
    labels: Path | None
    windows: Windows
    rows_of: str = ""
    facts: tuple[tuple[str, float], ...] = ()
    served: bool = False
    further: tuple[Windows, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """Where its rows come from, and the tracks of its lines; ``weighted``: its rows count for their weight."""

    source: Source
    tracks: tuple[Track, ...]
    weighted: bool
    notes: tuple[str, ...]
    lacking: tuple[str, ...] = ()           # which other data cannot be compared with, and why
    columns: tuple[str, ...] = ()           # that the log had when its life began


def begin(asked: Asked, weighted: bool = False, again: bool = False, *, compared: bool = True,
          known: Sequence[str] = ()) -> Begun | None:
    """From the first rows of a log; None where there is none yet. ``weighted``: it was sampled somewhere later.
    ``compared``: with the other data that lines are compared with; without, nothing can be judged. ``known``: the
    columns that it had when its life began.

    DataError where a log is not there that was read before: ``again``.
    """
    file, notes = _lines(asked.file)
    if is_empty(asked.place) or not (again or asked.place.exists()):
        return None
    log = adapters.shared(log_at(file, asked.place))
    logs = log if isinstance(log, LoggedDecisions) else None
    model, weight = ("", "") if logs is None else (logs.named("model"), logs.named("weight"))
    rows_of = asked.rows_of if logs is not None else ""
    rows = peek(logs.of_model(rows_of)) if logs is not None and rows_of else _first(log, file, known)
    if not len(rows):
        return None
    models = {*pc.unique(rows.column(model)).to_pylist()} if model and not rows_of else set()
    weighted = weighted or (bool(weight) and bool(pc.any(pc.not_equal(rows.column(weight), 1.0)).as_py()))
    if logs is not None:
        if weighted and "weight" not in file.columns:
            file = replace(file, columns={**file.columns, "weight": Column(weight)})
        file = of_service(file, logs) if rows_of else file
        named = {mention.name for mention in file.mentions} | {column.name for column in file.columns.values()}
        rows = rows.select(logs.about_rows(named).schema.names)
    apart = {name: why for name, why in apart_of(log).items() if name not in rows.column_names}
    expect_columns(file, [mention.name for mention in file.mentions if mention.name not in apart], apart)
    late = _late(file, asked, [*log.schema.names, *apart])
    labels = None if late is None else late.log() or TableLog(NO_LABELS, str(asked.labels))
    subject = opened(file, TableLog(rows, log.name), labels)
    expect_whole(file, apart, subject.binding)
    if not known:                           # a life that began without a clock goes on without
        expect_clock(file, apart, subject.binding)
    if asked.facts:
        subject = replace(subject, binding=replace(subject.binding, facts=asked.facts))
    matured = _matured(file, subject, late)
    tracks, untold = _tracks(subject, asked, matured, compared)
    log_ = growing(asked.place, file.types)
    label = subject.binding.column("label") or ""
    unlabelled = label if logs is None and late is None and label not in rows.column_names else ""
    source = Source(log_, late, subject.binding, matured, model, rows_of, "" if weighted else weight, unlabelled)
    source.models |= models
    told = (*notes, *_told(subject, matured), *left_out(file, _unasked(log, rows), log.name), *untold)
    columns = tuple(known or rows.column_names) if logs is None else ()
    return Begun(source, tracks, weighted, told, untold, columns)


def no_rows(place: Path, rows_of: str = "") -> str:
    """That there are none yet, and where they were looked for."""
    if rows_of and is_log(place) and (models := LoggedDecisions(place).models()):
        return f"no rows yet: none of {place} is of {rows_of}; there are rows of {', '.join(models)}"
    if not place.exists():
        return f"no rows yet: there is no file or folder {place}"
    return f"no rows yet: {f'the folder {place} holds no .parquet file' if is_empty(place) else f'{place} has none'}"


def _lines(file: ShallFile) -> tuple[ShallFile, list[str]]:
    """The lines that are watched; one that asks about rows together is not of a log that grows."""
    watched = [line for line in file.requirements if "watch" in line.phases]
    asking = [line.name for line in watched if any(registry.card(call.name).probe for call in line.measures)]
    told = [f"{', '.join(asking)}: looked at by a watch that reads the whole log, and not by one that goes on"]
    kept = tuple(line for line in watched if line.name not in asking)
    if not kept:
        raise InputError("no requirement of the file is watched: leave \"watch\" in the phases of one")
    return replace(file, requirements=kept), told if asking else []


def of_service(file: ShallFile, log: LoggedDecisions) -> ShallFile:
    """The file with what a service knows of its own log."""
    file = own_columns(file, log.schema.names)
    return replace(file, columns={"time": Column(log.named("time")), "id": Column(log.named("id")), **file.columns})


def _first(log: Log, file: ShallFile, known: Sequence[str]) -> pa.Table:
    """The first rows, with the columns that the log had when its life began, and others that the file names.

    So a column that comes later makes no line another one; one that a file lacks is still asked for, and missed where
    that file is read.
    """
    if not known or not isinstance(log, ParquetLog):
        return peek(log)
    lost = [name for name in known if name in log.apart]
    rows = peek(log.having(lost) if lost else log)
    for name in (one for one in lost if one not in rows.column_names):      # of types that do not go together
        rows = rows.append_column(log.every.field(name), pa.nulls(len(rows), log.every.field(name).type))
    named = {file.subject.target, *(mention.name for mention in file.mentions)}
    return rows.select([*(name for name in known if name in rows.column_names),
                        *(name for name in rows.column_names if name in named and name not in known)])


def _unasked(log: Log, rows: pa.Table) -> list[str]:
    """The columns of files that are none of its life."""
    return [name for name in log.every.names if name not in rows.column_names] if isinstance(log, ParquetLog) else []


def _late(file: ShallFile, asked: Asked, names: list[str]) -> LateLabels | None:
    if asked.labels is None:
        return None
    target = file.subject.target or (file.columns["label"].name if "label" in file.columns else "label")
    if target in names:
        raise DataError(f"{asked.place} has a column {target} already, so labels of {asked.labels} are not joined to "
                        "it")
    place = asked.labels
    sent = not place.exists() or adapters.is_label_log(adapters.shared(log_at(file, place)))
    own = file.columns["id"].name if "id" in file.columns else id_of(names)
    on = next((name for name in EVIDENCE if name in names), own) if sent else own
    if on is None:
        raise DataError(f"labels are joined by an id, and {asked.place} has no such column: [columns] id = \"…\"")
    return LateLabels(place, lambda: adapters.shared(log_at(file, place)), on, target)


def _matured(file: ShallFile, subject: Opened, late: LateLabels | None) -> float | None:
    timed = subject.binding.column("time") is not None
    if file.watch.matured and not timed:
        raise DataError(f'matured = "{file.watch.matured}" counts from the time of a row, and {subject.log.name} has '
                        'no column of time: [columns] time = "…"')
    if file.watch.matured:
        return seconds_in(file.watch.matured)
    return seconds_in(MATURED) if late is not None and timed else None


def _tracks(subject: Opened, asked: Asked, matured: float | None, compared: bool
            ) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """The tracks, and which references are not at hand: in service the lines that need them are undecided."""
    file, binding = subject.file, subject.binding
    whole = prepare(file.requirements, binding, file.confidence, subject.features)
    wanting = [needs_labels(parts, binding) for parts in whole.parts]
    split = [(ROWS, whole)]
    if matured is not None and (any(wanting) or whole.estimates):
        lines = {wants: [line for line, one in zip(file.requirements, wanting, strict=True) if one is wants]
                 for wants in (False, True)}
        early = prepare(lines[False], without_labels(binding), file.confidence, subject.features)
        late = prepare(lines[True], binding, file.confidence, subject.features)
        split = [(LABELS, late.counting(early)), (ROWS, replace(early, of_references=binding))]
    allowed, untold = Allowed.parse(file.watch.false_alarms), dict[str, None]()
    found: list[Track] = []
    for name, examination in split:
        references, missing = _references(subject, examination, asked) if compared else ({}, [])
        found.insert(0, Track(name, examination, asked.windows, allowed, references, found[0] if found else None,
                              silent=asked.silent))
        untold |= dict.fromkeys(missing)
    return tuple(found), tuple(untold)


def _references(subject: Opened, examination: Examination, asked: Asked) -> tuple[Mapping[str, Tally], list[str]]:
    try:
        return references_of(subject, examination, None), []
    except ShallError as error:
        if not asked.served:
            raise
        return {}, [f"lines against other data are undecided in every window: {error}"]


def _told(subject: Opened, matured: float | None) -> list[str]:
    if matured is None:
        return list(subject.notes)
    word = subject.file.watch.matured or MATURED
    return [*(note for note in subject.notes if not note.startswith("labels of ")),
            f"lines that need labels are judged when those of a window are all there, or {word} old"]
