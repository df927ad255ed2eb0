"""A model as one graph: score, decision and abstention, with what Python says beside it for the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall import graph
from shall.core.errors import InputError
from shall.core.log import MISSING as NO_GROUP
from shall.core.log import GroupDef
from shall.graph import Columns, Compiled, Value, stack
from shall.graph.compiled import compiled as assembled
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input
from shall.methods import blend, rule
from shall.methods import nodes as said
from shall.methods.model import Answer, Model
from shall.methods.prepare import encode
from shall.methods.prepare._times import FARTHEST, Times
from shall.methods.task import Floats, Group
from shall.tally.codes import band_names

SCORE: Final = "score"
DECISION: Final = "decision"
ABSTAINED: Final = "abstained"
Find = Callable[[str], Any]
Packed = Mapping[str, Array]


def compiled(model: Model, find: Find) -> Compiled:
    """The graph that answers as the model does; ``find`` gives the file of a method by its id.

    Outputs: `score` (probability of the positive class, of all of several, or the value); with classes also `decision`
    (the place of the class) and `abstained`. InputError for what no graph can say.
    """
    x = graph.inputs(asked(model))
    encoded = encode.nodes(model.encoding, x)
    prepared = blend.prepared(model.steps, encoded, find)
    learned = blend.nodes(model.target, model.learner, prepared, len(model.classes), find)
    about = {"classes": list(model.classes), "kind": _kind(model), "model": model.digest, "learner": model.learner}
    if not model.classes:
        return assembled(x, {SCORE: learned}, about)
    probabilities = _calibrated(model, learned, find)
    joint = _joint(model, encoded, probabilities, find)
    decided, abstains = rule.nodes(model.rule, probabilities, joint, lambda group: _inside(x, model.by, group))
    score = probabilities if len(model.classes) > 2 else probabilities[:, 1]
    return assembled(x, {SCORE: score, DECISION: decided, ABSTAINED: abstains}, about)


def asked(model: Model) -> dict[str, str | Sequence[str]]:
    """The columns that the graph of a model takes: those of its encoding, and the groups that its rule knows."""
    columns = dict(encode.asked(model.encoding))
    for group in _used(model):
        how = columns.setdefault(group.column, "number" if group.cut else "text")
        if not isinstance(how, str):
            columns[group.column] = "text"      # a group may have a value that training did not see
    return columns


def python(model: Model, inputs: Sequence[Input]) -> dict[str, Callable[[Packed], Array]]:
    """What the model says of packed rows, by output: the other side of the proof."""
    asked_last: list[tuple[Packed, Answer]] = []
    model = replace(model, by=_used(model))

    def answer(packed: Packed) -> Answer:
        if not asked_last or asked_last[0][0] is not packed:
            table = table_of(inputs, packed)
            asked_last[:] = [(packed, model.answer(table, _encoded(model, inputs, packed, table)))]
        return asked_last[0][1]

    def score(packed: Packed) -> Array:
        found = answer(packed).score
        return found[:, 1] if len(model.classes) == 2 else found

    if not model.classes:
        return {SCORE: score}
    return {SCORE: score, DECISION: lambda packed: answer(packed).decision.astype(np.float64),
            ABSTAINED: lambda packed: answer(packed).abstained}


def _used(model: Model) -> tuple[GroupDef, ...]:
    """The groups that its rule asks for, of those that it may."""
    names = {name for group, _ in model.rule.by_group for name, _ in group}
    return tuple(group for group in model.by if group.name in names)


def table_of(inputs: Sequence[Input], packed: Packed) -> pa.Table:
    """Packed rows as a table: numbers, text, and instants."""
    found, places = {}, {"numbers": 0, "texts": 0}
    for one in inputs:
        kind = "texts" if one.what == "text" else "numbers"
        column = packed[kind][:, places[kind]]
        places[kind] += 1
        found[one.name] = _column(one, column)
    return pa.table(found)


def _column(one: Input, column: Array) -> pa.Array:
    if one.what == "text":
        return pa.array([None if text == MISSING else str(text) for text in column.tolist()], pa.string())
    if one.what != "date":
        return pa.array(np.asarray(column, dtype=np.float64))
    known = np.abs(column) < FARTHEST           # not where it is missing, too
    ticks = np.floor(np.where(known, column, 0.0)).astype(np.int64)
    return pa.array(ticks, pa.timestamp("us"), mask=~known)


def _encoded(model: Model, inputs: Sequence[Input], packed: Packed, table: pa.Table) -> Floats:
    """Encoded rows; times of day and durations are seconds, which no column of Arrow holds to the last bit."""
    seconds = {name for name, how in model.encoding.columns if isinstance(how, Times) and how.kind != "date"}
    blank = {name: pa.nulls(len(table)) for name in seconds}
    plain = table.select([name for name in table.column_names if name not in blank])
    for name, nothing in blank.items():
        plain = plain.append_column(name, nothing)
    found = model.encoding(plain)
    of_times = [name for name, how in model.encoding.columns
                for _ in (how.parts if isinstance(how, Times) else (name,))]
    for place, name in enumerate(of_times):
        if name in seconds:
            column = table.column(name).to_numpy()
            found[:, place] = np.where(np.isfinite(column), column, np.nan)
    return found


def _calibrated(model: Model, probabilities: Value, find: Find) -> Value:
    if model.calibration is None:
        return probabilities
    name, curve = model.calibration
    made: Value = blend.nodes_of(name, find)(curve, probabilities)
    return made.against(f"the calibration {name}", (probabilities,), curve)


def _joint(model: Model, encoded: Value, probabilities: Value, find: Find) -> Value | None:
    """[2G] P(group, label | x), where the rule weighs groups; each label in turn put behind the features."""
    if model.group is None or not model.rule.events:
        return None
    count, parts = len(model.rule.events[0].cells), []
    for label in (0, 1):
        rows = stack(encoded, said.chosen(encoded[:, 0].isna(), float(label), float(label)))
        given = blend.nodes(model.group, model.group_learner, rows, count, find)
        parts.append(given * probabilities[:, label])
    return stack(*parts)


def _inside(x: Columns, by: Sequence[GroupDef], group: Group) -> Value:
    """Whether a row is of a group."""
    defined = {one.name: one for one in by}
    found: Value | None = None
    for name, value in group:
        if name not in defined:
            raise InputError(f"the rule of this model decides by {name}, which it does not define")
        here = _is(x[defined[name].column], defined[name], value)
        found = here if found is None else found & here
    assert found is not None                    # a group has a value at least
    return found


def _is(column: Value, group: GroupDef, value: str) -> Value:
    if column.kind.what == "text":
        return column.isin([value]) | column.isna() if value == NO_GROUP else column.isin([value])
    if value == NO_GROUP:
        return column.isna()
    if not group.cut:
        return column == _number(group, value)
    band = band_names(group.cut).index(value)
    above = column >= group.cut[band - 1] if band else ~column.isna()
    return above & (column < group.cut[band]) if band < len(group.cut) else above


def _number(group: GroupDef, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise InputError(f"the rule of this model decides by {group.name} = {value}, and the column {group.column} is "
                         "made of numbers: make it text, or cut it into bands") from error


def _kind(model: Model) -> str:
    return {0: "regressor", 2: "binary"}.get(len(model.classes), "multiclass")

