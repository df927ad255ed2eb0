"""A line on another population: weights that make the rows of a log like those of other data, as a column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import adapters, registry
from shall.core.errors import DataError
from shall.core.log import ROLES, Binding, Log
from shall.core.requirement import Requirement
from shall.methods.prepare.encode import Encoding, usable
from shall.phases.datasets.asking import LEARNER, dense, joined, probe
from shall.phases.datasets.coded import exactly
from shall.phases.datasets.probing import MOST, table_of
from shall.phases.parts import weight_of
from shall.stats.density_ratio import DIFFERENT, differences
from shall.tally import REPLICATES, noise_of, replicates_of

NAMED: Final = 3                            # columns that a message names
FOLDS: Final = 5
OF_NUMBERS: Final = LEARNER               # learns what a row usually weighs
QUICK: Final[Mapping[str, Mapping[str, Any]]] = {"lightgbm": {"rounds": 60, "learning_rate": 0.12}}   # to learn again

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Other = Callable[[str], Log]


@dataclass(frozen=True, eq=False)
class Weighing:
    """Weights float64[rows] by which rows are like those of a population, what is known of them, and a sentence."""

    weight: Floats
    noise: float                            # see `noise_of`
    told: str
    again: tuple[Floats, ...] = ()          # the weights learned again, see `replicates_of`


def weighed(log: Log, requirements: Sequence[Requirement], binding: Binding,
            other: Other) -> tuple[Log, tuple[str, ...]]:
    """The log with columns of weights for each population that a line names, and what they stand on, as sentences.

    Where there are no weights the column is empty, and what is to be weighed by it is not available.
    """
    wanted = {weight_of(line): line.population for line in requirements if line.population is not None}
    wanted = {column: name for column, name in wanted.items() if column not in log.schema.names}
    if not wanted:
        return log, ()
    made, notes, content = {}, list[str](), list[str]()
    for column, name in wanted.items():
        there = other(name)
        names = shared(log.schema, there.schema, binding)
        own = binding.column("weight")
        unit = binding.column("unit")
        rows = table_of(log, (*names, *dict.fromkeys(one for one in (own, unit) if one)) or log.schema.names[:1])
        try:
            some = rows.slice(0, MOST)
            found = weighing(some, table_of(there, names).slice(0, MOST), names, own, _units(some, unit))
        except DataError as error:
            none = np.empty(0)
            found = Weighing(none, 0.0, f"there are no weights: {error}", (none,) * REPLICATES)
        made[column] = _filled(found.weight, len(rows))
        made[noise_of(column)] = pa.array(np.full(len(rows), found.noise))
        made |= {drawn: _filled(weight, len(rows))
                 for drawn, weight in zip(replicates_of(column), found.again, strict=True)}
        notes.append(f"on {name}: {found.told}")
        content += [name, there.digest(), *names]
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return adapters.WiderLog(log, pa.table(made), digest, log.name), tuple(notes)


def weighed_table(table: pa.Table, name: str, requirements: Sequence[Requirement], binding: Binding,
                  other: Other) -> tuple[pa.Table, tuple[str, ...]]:
    """The same for rows in memory, which sentences call ``name``."""
    log, notes = weighed(adapters.open_log(table), requirements, binding, other)
    return table_of(log, None), tuple(f"{name} {note}" for note in notes)


def shared(schema: pa.Schema, other: pa.Schema, binding: Binding) -> tuple[str, ...]:
    """The columns that weights are learned from: those of both but labels, scores and the like; groups are among them.

    Nothing is decided by a weight, so a group may be known here that a model may not know.
    """
    said = {binding.column(role) for role in ROLES} | {name for _, name in binding.scores}
    return tuple(field.name for field in schema if field.name in other.names and field.name not in said
                 and usable(field.type) and usable(other.field(field.name).type))


def _filled(weight: Floats, rows: int) -> pa.Array:
    return pa.concat_arrays([pa.array(weight), pa.nulls(rows - len(weight), pa.float64())])


def _units(rows: pa.Table, unit: str | None) -> Ints:
    """int64[rows]: which rows are of one unit; each is its own where there are none."""
    return np.arange(len(rows)) if unit is None else dense(exactly(rows.column(unit)))


def weighing(rows: pa.Table, others: pa.Table, names: Sequence[str], weight: str | None = None,
             units: Ints | None = None) -> Weighing:
    """Weights of rows that make them like others; DataError where there are none, with the reason and what to do.

    Args:
        rows: the rows of the log.
        others: those of the population; each of them counts for one.
        names: the columns that both have and that are compared.
        weight: the column of weights that the rows have already; what is made is to be multiplied with it.
        units: int64[rows], which rows are drawn together where the weights are learned again; else they are not.
    """
    if not names:
        raise DataError("the two have no column in common but labels, scores and the like")
    both = pa.table({name: joined(rows.column(name), others.column(name)) for name in names})
    encoding = registry.find("methods", "encode").fit(both, names)
    X = encoding(both)
    own, theirs = X[:len(rows)], X[len(rows):]
    found = probe("shift").weights(own, theirs, _learn(encoding))
    if found.refused:
        raise DataError(_named(found.refused, own, theirs, encoding))
    several = "s" if len(encoding.names) > 1 else ""
    told = (f"weights from {len(encoding.names)} feature{several}, effective sample {found.effective:,.0f} of "
            f"{len(rows):,} rows, for {len(others):,} rows there")
    again = () if units is None else tuple(
        probe("shift").relearned(own, theirs, _learn(encoding, QUICK.get(LEARNER)), units, REPLICATES).T)
    if weight is None:
        return Weighing(found.weight, len(rows) / len(others), told, again)
    given = _numbers(rows.column(weight))
    usual = _expected(given, own, encoding)
    made = found.weight / usual
    if (left := differences(own, theirs, given * made)).size and left.max() > DIFFERENT:
        raise DataError(f"the log has weights of its own, and with these the rows are unlike the others in "
                        f"{encoding.features[int(left.argmax())]}; leave the weight column out of [columns]")
    noise = float((given * made).sum()) / len(others)
    return Weighing(made, noise, told, tuple(one / usual for one in again))


def _learn(encoding: Encoding, settings: Mapping[str, Any] | None = None) -> Any:
    learner = registry.find("methods", LEARNER)
    return lambda X, y, classes: learner.fit(X, y, encoding.sizes, classes=classes, seed=0,
                                             settings=settings).probabilities


def _numbers(column: pa.ChunkedArray) -> Floats:
    """float64[rows]; 0 where there is no usable weight: counting tells of it."""
    found = np.asarray(column.to_numpy(), dtype=np.float64)
    return np.where((found >= 0) & np.isfinite(found), found, 0.0)


def _expected(given: Floats, X: Floats, encoding: Encoding) -> Floats:
    """float64[rows]: the weight that a row like this one has, learned from others; of mean 1.

    Rows that stand for more of their like already need that much less of a further weight, and only what a weight says
    beyond the features (how labels were sampled) is left in their product.
    """
    learner = registry.find("methods", OF_NUMBERS)
    fold = np.random.default_rng(0).permutation(len(X)) % FOLDS
    found = np.empty(len(X))
    for number in range(FOLDS):
        rest = fold != number
        found[~rest] = learner.fit(X[rest], given[rest], encoding.sizes, classes=0, seed=0).values(X[~rest])
    positive = given[given > 0]
    found = np.clip(found, positive.min(initial=np.inf), positive.max(initial=0.0))
    return found / found.mean() if np.isfinite(found).all() and found.mean() > 0 else np.ones(len(X))


def _named(refused: str, own: Floats, theirs: Floats, encoding: Encoding) -> str:
    """Why there are no weights, with the names of columns."""
    apart = np.argsort(-differences(own, theirs, np.ones(len(own))))[:NAMED]
    said = re.sub(r"feature (\d+)", lambda found: f"column {encoding.features[int(found[1])]}", refused)
    return (f"{said}. Before any weight they differ most in {', '.join(encoding.features[place] for place in apart)}: "
            "one that names files or rows, and is no feature, is given its role in [columns]")
