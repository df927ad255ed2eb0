"""From a shall file and what it names to logs whose rows can be counted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import pyarrow as pa
import tomlkit

from shall import adapters, bundle, registry, spec
from shall.adapters.answers import Scorer
from shall.adapters.decisions import LoggedDecisions, mixed
from shall.adapters.frames import TableLog, apart_of
from shall.adapters.graph import GraphModel, is_graph
from shall.adapters.spark import SparkLog
from shall.adapters.timed import LATENCY, timed
from shall.api.apart import expect_whole, left_out
from shall.api.features import features_of, not_asked
from shall.api.hinting import with_values
from shall.bundle.manifest import NAME as MANIFEST
from shall.core.errors import DataError, FileError, InputError, Refused
from shall.core.log import Binding, Column, Log
from shall.graph.compiled import FIRST, GRAPH, MODEL, Compiled
from shall.graph.compiled import load as graph_at
from shall.graph.written import read as read_graph
from shall.methods.model import Model, load
from shall.methods.prepare.encode import usable
from shall.phases.building.answers import binding_of, log_of
from shall.phases.datasets.populations import weighed
from shall.phases.datasets.probing import Asked as Probed
from shall.phases.datasets.probing import probed
from shall.phases.parts import Feature
from shall.runtimes.columns import IN_CHARGE
from shall.spec import ShallFile
from shall.spec.names import PREVIOUS
from shall.spec.problems import did_you_mean, nearest
from shall.subjects import Asked, id_of, notes_of

File = str | Path | Mapping[str, Any] | ShallFile
USUAL: Final = {"target": "label", "positive": "1"}     # what `shall.log` writes
INSTEAD: Final = {"log": "--data PATH (`shall watch`: --log PATH)", "gate": "--data PATH (`shall watch`: --log PATH)",
                  "labels": "--labels PATH"}
DECIDED_BY: Final = "decided by the model"
PEEK: Final = 2**16                         # rows that are looked at before anything is counted
UNKNOWN: Final = ("which version was before is known to `shall check`, `shall ship` and `shall compress` only, and of "
                  "the log of a shadow or an apprentice: name a log of its decisions under [data], such as shipped: "
                  "against shipped")


class Before(Protocol):
    """Who knows the version before. Each gives what it decided and a sentence that says which it is; DataError where
    that is not at hand. ``noted``: what the record of this check keeps for the next one."""

    @property
    def noted(self) -> Mapping[str, str]: ...

    def log(self, now: Log, rows: Log, binding: Binding) -> tuple[Log, str]:
        """The log of the version before, for the one that is read now; ``rows``: that one as it is counted, with labels
        that came later."""
        ...

    def answers(self, model: Model | Scorer, rows: Log, binding: Binding) -> tuple[Log, str]:
        """What the version before a model decides on the same rows, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A log, how its rows are read, and what was guessed on the way."""

    file: ShallFile
    log: Log
    binding: Binding
    features: tuple[Feature, ...]
    notes: tuple[str, ...]
    model: Model | Scorer | None = None     # what decided on the rows, where that was a model of the file
    rows: str = ""                          # digest of the rows that it decided on: of the gate
    untrusted: bool = False                 # files are read in a process of their own
    paired: Mapping[str, str] = field(default_factory=dict)     # what the next check needs for `previous`
    apart: Mapping[str, str] = field(default_factory=dict)      # columns that not all files have: why, and what to do


def file_of(file: File, untrusted: bool = False) -> ShallFile:
    """A shall file from a path, from a mapping with the keys of the TOML file, or as it is.

    Faults in a file that is not ``untrusted`` are told with values of its data.
    """
    if isinstance(file, ShallFile):
        return file
    if isinstance(file, Mapping):
        return spec.loads(tomlkit.dumps({"shall": 1, "subject": USUAL, **file}), "requirements")
    try:
        return spec.load(Path(file))
    except FileError as error:
        raise (error if untrusted else with_values(error, Path(file), peek)) from None


def log_at(file: ShallFile, source: Any, untrusted: bool = False) -> Log:
    """The log at a place, its columns of the types that the file declares."""
    _expect_there(file, source)
    if untrusted and isinstance(source, str | Path) and not str(source).startswith("postgres"):    # a server is no file
        return adapters.GuardedLog(source, file.types)
    return adapters.open_log(source, file.types)


def _expect_there(file: ShallFile, source: Any) -> None:
    """DataError where the file names a path that is not there, as one that was copied without its data does."""
    key = next((key for key, place in file.data.items() if isinstance(source, str | Path) and place == source), None)
    if key is None or "://" in source or "?" in source or Path(source).exists():
        return
    instead = f", or give other rows with {INSTEAD[key]}" if key in INSTEAD else ""
    raise DataError(f"there is no file {source}, which {file.path or 'the file'} names under [data] as `{key}`: mend "
                    f"the path there{instead}")


def opened(file: ShallFile, data: Any = None, labels: Any = None, untrusted: bool = False,
           before: Before | None = None) -> Opened:
    """The log that a file is to be decided on, its columns bound to their roles; ``before``: who knows `previous`."""
    if data is None and labels is None and file.subject.model is not None:
        return _of_model(file, file.subject.model, untrusted, before)
    now = log = adapters.shared(log_at(file, source_of(file) if data is None else data, untrusted))
    notes: tuple[str, ...] = ()
    if isinstance(log, LoggedDecisions):
        together = mixed(log.models())
        notes = (together,) if together else ()
        file, log = _in_service(file, log)
    labels = file.data.get("labels") if labels is None and data is None else labels
    if labels is not None:
        log, note = _joined(file, log, adapters.shared(log_at(file, labels, untrusted)))
        notes = (*notes, note)
    log = _before_labels(file, log)
    spec.expect_columns(file, log.schema.names, apart := apart_of(now))
    binding = bind(file, log)
    expect_whole(file, apart, binding)
    features = features_of(file, log, binding)
    others = _Others(file, untrusted, partial(_version_before, now, log, binding, before))
    log, told = probed(log, file.requirements, _to_ask(file, log.schema, (binding, features), others))
    log, weights = weighed(log, file.requirements, binding, others)
    lost = () if isinstance(now, LoggedDecisions) else not_asked(file, log, binding, others)
    of_roles = (*notes_of(binding), *_nearly(file, log, binding))
    notes = (*of_roles, *notes, *others.told, *told, *weights, *lost, *left_out(file, apart, now.name),
             *_estimates(file))
    return Opened(file, log, binding, features, notes, untrusted=untrusted, paired=_noted(before, others), apart=apart)


def _of_model(file: ShallFile, place: str, untrusted: bool, before: Before | None) -> Opened:
    """What the model of a file decides on its gate."""
    gate_of(file)
    model = model_of(place)
    return at_gate(file, model, (Path(place).name, facts_of(model, Path(place))), untrusted, before)


def gate_of(file: ShallFile) -> str:
    """Where the gate of a file is; InputError where it has none."""
    if "gate" not in file.data:
        raise InputError(f"{file.path or 'the file'} names a model but no rows to put it to: add `gate = …` under "
                         "[data]")
    return file.data["gate"]


def at_gate(file: ShallFile, model: Model | Scorer, told: tuple[str, tuple[tuple[str, float], ...]],
            untrusted: bool = False, before: Before | None = None) -> Opened:
    """What a model decides on the gate of a file; ``told``: its name, and facts such as its size."""
    return on_rows(file, model, told, log_at(file, gate_of(file), untrusted), untrusted, before)


def on_rows(file: ShallFile, model: Model | Scorer, told: tuple[str, tuple[tuple[str, float], ...]], rows: Log,
            untrusted: bool = False, before: Before | None = None) -> Opened:
    """What a model decides on some rows, read as the file says; a line that is only watched is not asked of these."""
    file, gate = spec.of_phase(file, "check"), rows
    if isinstance(model, GraphModel) and LATENCY not in gate.schema.names and _mentions(file, LATENCY):
        gate = timed(gate, model, dict(file.units).get(LATENCY, ""))
    spec.expect_columns(file, gate.schema.names)
    binding, (name, facts), schema = bind(file, gate), told, gate.schema
    gate, weights = weighed(gate, file.requirements, binding, other_of(file, untrusted))
    log = gate
    if isinstance(model, Model):
        table = pa.Table.from_batches(gate.batches(gate.schema.names))
        log, binding = TableLog(log_of(model, table), f"{gate.name} as {name} decides it"), binding_of(binding)
    else:
        allowed = columns_of_model(file, schema, binding)
        log, binding = adapters.decided(gate, model, binding, allowed, file.subject.threshold)
    features = features_of(file, gate, binding)
    others = _Others(file, untrusted, lambda: _model_before(model, rows, binding, before))
    log, found = probed(log, file.requirements, _to_ask(file, schema, (binding, features), others))
    notes = (f"{DECIDED_BY} {name} ({model.digest[:12]}) on {gate.name}", *others.told, *found, *weights,
             *_estimates(file))
    return Opened(file, log, replace(binding, facts=facts), features, notes, model, rows.digest(), untrusted,
                  _noted(before, others))


def model_of(place: str) -> Model | Scorer:
    """The model at a place: a folder that `shall build` wrote, or one that was built elsewhere."""
    path = Path(place)
    if path.suffix.lower() == ".zip" and path.is_file():
        return GraphModel(graph_of(path), path.name)
    if path.is_dir() and not is_graph(path):
        return load(place, partial(registry.find, "methods"))
    return adapters.model_at(place)


def graph_of(place: Path) -> Compiled:
    """The graph of a bundle, or one that was saved. Refused where a byte of a bundle is not as it was packed."""
    if place.is_dir() and not (place / MANIFEST).is_file():
        return graph_at(place)
    return of_files(bundle.read(place).files, str(place))


def of_files(files: Mapping[str, bytes], place: str = "the bundle") -> Compiled:
    """The graph of the files of a bundle, or of a branch of one. Refused where one of them is missing."""
    wanted = (GRAPH, MODEL, *(FIRST if FIRST[0] in files else ()))
    if lacking := [name for name in wanted if name not in files]:
        raise Refused(f"{place} has no {lacking[0]}: ship that version again")
    first = Compiled(read_graph(files[FIRST[0]]), files[FIRST[1]]) if FIRST[0] in files else None
    return Compiled(read_graph(files[GRAPH]), files[MODEL], first)


def _mentions(file: ShallFile, column: str) -> bool:
    return any(mention.name == column for mention in file.mentions)


def _to_ask(file: ShallFile, schema: pa.Schema, read: tuple[Binding, tuple[Feature, ...]],
            other: Callable[[str], Log]) -> Probed:
    """What probes may ask of a log of these columns."""
    binding, features = read
    return Probed(features_to_learn(file, schema, binding), tuple(feature.name for feature in features), binding, other)


class _Others:
    """How to open other data of a file by name, and `previous`: what the version before decided on the same rows;
    ``told`` says which that was, where it was asked for."""

    def __init__(self, file: ShallFile, untrusted: bool, previous: Callable[[], tuple[Log, str]]) -> None:
        self._named, self._previous = other_of(file, untrusted), previous
        self._found: Log | DataError | None = None      # it is looked for once
        self.told: tuple[str, ...] = ()

    def __call__(self, name: str) -> Log:
        if name != PREVIOUS:
            return self._named(name)
        if self._found is None:
            try:
                self._found, said = self._previous()
                self.told = (said,)
            except DataError as error:
                self._found = error
        if isinstance(self._found, DataError):
            raise self._found
        return self._found


def _version_before(now: Log, rows: Log, binding: Binding, before: Before | None) -> tuple[Log, str]:
    """What the version before decided, for a log: beside a decision, where one in charge decided the same rows."""
    decision = binding.column("decision")
    if isinstance(now, LoggedDecisions) and IN_CHARGE in now.schema.names and decision is not None:
        kept = [name for name in now.schema.names if name != decision]
        table = pa.Table.from_batches(now.batches(kept), pa.schema([now.schema.field(name) for name in kept]))
        renamed = table.rename_columns([decision if name == IN_CHARGE else name for name in kept])
        return TableLog(renamed, now.name), "`previous` is the version in charge, which decided the same rows"
    if before is None:
        raise DataError(UNKNOWN)
    return before.log(now, rows, binding)


def _model_before(model: Model | Scorer, rows: Log, binding: Binding, before: Before | None) -> tuple[Log, str]:
    if before is None:
        raise DataError(UNKNOWN)
    return before.answers(model, rows, binding)


def _noted(before: Before | None, others: _Others) -> Mapping[str, str]:
    """What the record of a check keeps of what `previous` was; nothing where no line has asked."""
    beside = {"beside": IN_CHARGE} if others.told else {}
    return beside if before is None else dict(before.noted) or beside


def other_of(file: ShallFile, untrusted: bool = False) -> Callable[[str], Log]:
    """How to open other data of a file by name; InputError where the file does not say where they are."""
    return lambda name: adapters.shared(log_at(file, path_of(file, name), untrusted))


def path_of(file: ShallFile, name: str) -> str:
    """Where the data of a name are; InputError where the file does not say."""
    key = "log" if name == "logged" else name
    if key not in file.data:
        raise InputError(f"`{name}` is not under [data] of the file; there are {', '.join(file.data) or 'no files'}")
    return file.data[key]


def features_to_learn(file: ShallFile, schema: pa.Schema, binding: Binding) -> tuple[str, ...]:
    """Columns that a model may use, of a type that it can."""
    return tuple(name for name in columns_of_model(file, schema, binding) if usable(schema.field(name).type))


def facts_of(model: Model | Scorer, place: Path) -> tuple[tuple[str, float], ...]:
    """What is known of a model besides what it decides; the size of a graph is that of what answers."""
    if isinstance(model, GraphModel):
        return (("size", float(len(model.compiled.onnx))),)
    sizes = [file.stat().st_size for file in (place, *place.rglob("*")) if file.is_file()]
    return (("size", float(sum(sizes))),) if sizes else ()


def columns_of_model(file: ShallFile, schema: pa.Schema, binding: Binding) -> tuple[str, ...]:
    """Columns that are neither a role nor a group, unless the file lets the model use the group."""
    allowed = {group.column for group in file.groups if group.name in file.build.use_groups}
    barred = {column.name for _, column in binding.roles} | {group.column for group in file.groups} - allowed
    return tuple(name for name in schema.names if name not in barred | {*dict(binding.scores).values()})


def source_of(file: ShallFile) -> str:
    """Where the rows to check are: the log of the file, else its gate."""
    for key in ("log", "gate"):
        if key in file.data:
            return file.data[key]
    raise InputError(f"{file.path or 'the file'} names no rows to decide on: add `log = \"decisions.parquet\"` or "
                     "`gate = …` under [data], or give them with --data")


def bind(file: ShallFile, log: Log) -> Binding:
    """Which column plays which role, as the kind of the subject wants it."""
    subject = file.subject
    kinds = registry.ids("subjects")
    if subject.kind not in kinds:
        raise InputError(f"kind = \"{subject.kind}\" is not examined yet; there are: {', '.join(kinds)}")
    asked = Asked(subject.target, subject.positive, subject.threshold, file.columns, tuple(file.groups), file.units,
                  subject.classes, file.scores)
    binding: Binding = registry.find("subjects", subject.kind).bind(peek(log), asked)
    return binding


def peek(log: Log, rows: int = PEEK) -> pa.Table:
    """The first rows of a log."""
    if isinstance(log, SparkLog):
        return log.first(rows)
    taken, had, batches = [], 0, log.batches(log.schema.names)
    for batch in batches:
        taken.append(batch.slice(0, rows - had))
        had += taken[-1].num_rows
        if had >= rows:
            break
    if isinstance(batches, Generator):      # closed by hand: when it is let go of, a Ctrl-C that comes then is lost
        batches.close()
    return pa.Table.from_batches(taken) if taken else log.schema.empty_table()


def _in_service(file: ShallFile, log: LoggedDecisions) -> tuple[ShallFile, Log]:
    """A log of decisions in service: weighted where it was sampled, without what only says how a row was answered."""
    if "weight" not in file.columns and (weight := log.weight()):
        file = replace(file, columns={**file.columns, "weight": Column(weight)})
    named = {mention.name for mention in file.mentions} | {column.name for column in file.columns.values()}
    return file, log.about_rows(named)


def expect_label(file: ShallFile, log: Log, binding: Binding) -> None:
    """InputError where the rows have no column of labels, with the one that may be meant."""
    if binding.column("label") is None:
        target = file.subject.target
        if target is None:
            raise InputError(f"{log.name} has no label column: say it in the file, [subject] target = \"…\"")
        meant = did_you_mean(target, log.schema.names, "its columns are")
        raise InputError(f"{log.name} has no column {target}, as [subject] target says; {meant}")


def _nearly(file: ShallFile, log: Log, binding: Binding) -> tuple[str, ...]:
    """A sentence where no column is the target, and one is nearly called so: it is mistyped, or labels come later."""
    target, taken = file.subject.target, {column.name for _, column in binding.roles}
    if target is None or binding.column("label") is not None:
        return ()
    near = nearest(target, (name for name in log.schema.names if name not in taken))
    return (f"no column is called {target}, as [subject] target says; is {near} meant?",) if near else ()


def _before_labels(file: ShallFile, log: Log) -> Log:
    """With an empty column of labels, where some line estimates what they will say and the log has none yet."""
    target = file.subject.target
    there = (*log.schema.names, *apart_of(log))
    if target is None or "label" in file.columns or target in there or not _estimates(file):
        return log
    return adapters.Unlabelled(log, target)


def _estimates(file: ShallFile) -> tuple[str, ...]:
    """A sentence on the lines whose figures are estimates of what labels will say; nothing where there are none."""
    of: dict[str, list[str]] = {}
    for line in file.requirements:
        if line.against and any(registry.card(call.name).estimates for call in line.measures):
            of.setdefault(line.against, []).append(line.name or str(line))
    return tuple(f"{', '.join(names)}: estimated from what scores meant in `{there}`, not measured on labels of these "
                 "rows" for there, names in of.items())


def _joined(file: ShallFile, log: Log, labels: Log) -> tuple[Log, str]:
    target = file.subject.target or (file.columns["label"].name if "label" in file.columns else None)
    if adapters.is_label_log(labels):
        return adapters.with_late_labels(log, labels, target or "label")
    if target is None:
        raise InputError("labels in a second file need the name of the label column: [subject] target = \"…\"")
    on = file.columns["id"].name if "id" in file.columns else id_of(log.schema.names)
    if on is None:
        raise DataError(f"labels are joined by an id, and {log.name} has no such column: [columns] id = \"…\"")
    return adapters.with_labels(log, labels, on, target)
