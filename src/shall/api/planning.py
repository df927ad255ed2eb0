"""`check --plan`: how many rows a gate needs for the requirements of a file."""

from __future__ import annotations

import pyarrow as pa

from shall import registry
from shall.adapters.frames import TableLog
from shall.api.opening import File, bind, expect_label, features_to_learn, file_of, log_at, opened, other_of
from shall.core.log import Binding, Log
from shall.core.requirement import Requirement
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.phases import plan as phase
from shall.phases.building.answers import binding_of, log_of
from shall.phases.building.fitting import labelled, sample
from shall.phases.check import Progress, count
from shall.phases.datasets.populations import weighed
from shall.phases.measuring import known, prepare
from shall.phases.plan import Plan
from shall.reports._layout import placed
from shall.spec import ShallFile

STAND_IN = {"binary": "logistic_regression", "multiclass": "logistic_regression", "regressor": "ridge"}


def plan(file: File = "shall.toml", *, progress: Progress | None = None) -> Plan:
    """The rows that a gate needs to certify each requirement with a power of 80 %.

    Shares of groups and noise are taken from the log of the file; where there is only training data,
    from a logistic regression that stands in for the model that is not there yet.
    """
    shall_file = file_of(file)
    log, binding, note = _rows(shall_file)
    examination = prepare([line for line in shall_file.requirements if _planned(line)], binding, shall_file.confidence)
    tally = count(examination, log, progress)
    lines = phase.plan(examination, known(examination, tally, {}), shall_file.looks or 1)
    gate = log_at(shall_file, shall_file.data["gate"]) if "gate" in shall_file.data else None
    rows = None if gate is None else sum(batch.num_rows for batch in gate.batches(gate.schema.names[:1]))
    return Plan(shall_file.subject.name, str(shall_file.path or ""), rows, lines, (note,))


def _planned(line: Requirement) -> bool:
    """Whether rows can be planned for a line: not where a fact is asked, or what has to be found out first."""
    cards = [registry.named(call.name).card for call in line.measures]
    return not any(card.probe or card.census for card in cards)


def _rows(file: ShallFile) -> tuple[Log, Binding, str]:
    """A log of decisions to plan from, and what it is."""
    if "log" in file.data or "train" not in file.data:
        subject = opened(file)
        return subject.log, subject.binding, f"shares of groups and noise as in {placed(subject.log.name)}"
    train = log_at(file, file.data["train"])
    binding = bind(file, train)
    expect_label(file, train, binding)
    rows, _ = labelled(pa.Table.from_batches(train.batches(train.schema.names)), binding)
    encoding = encode.fit(rows, features_to_learn(file, train.schema, binding))
    known_rows = sample(rows, binding, encoding, ())
    classes: tuple[str, ...] = {"binary": ("0", "1"), "multiclass": binding.classes}.get(binding.kind, ())
    name = STAND_IN[binding.kind]
    learned = registry.find("methods", name).fit(known_rows.X, known_rows.label, encoding.sizes, classes=len(classes))
    model = Model(name, encoding, learned, classes=classes)
    note = (f"no model exists yet: a {name.replace('_', ' ')} on {placed(train.name)} stands in for it, and now is its "
            "value")
    decided = TableLog(log_of(model, rows, known_rows.X), train.name)
    log, _ = weighed(decided, file.requirements, binding, other_of(file))
    return log, binding_of(binding), note
