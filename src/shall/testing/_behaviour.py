"""The rules of what a measure gives: never a number without evidence, the same for any order, sound bounds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import stats
from shall.core.errors import ShallError
from shall.core.words import written_name
from shall.tally import Need, blocks
from shall.testing._logs import CLASSES, COLUMN, ROWS, WITHOUT, odd, ordinary
from shall.testing.counting import tally

if TYPE_CHECKING:
    from shall.core.log import Kind
    from shall.stats import Estimates
    from shall.tally import Tally

ALPHAS: Final = (0.01, 0.05, 0.2)
BY: Final = ("sex",)
Floats = NDArray[np.float64]


def faults(module: ModuleType) -> Iterator[str]:
    """What is wrong with what `estimate` gives."""
    for what, table in odd(kind=_kind(module)):
        yield from (f"on a log with {what}: {fault}" for fault in _odd_faults(module, what, table))
    usual = estimated(module, ordinary(kind=_kind(module)))
    yield from (f"on an ordinary log: {fault}" for fault in _sound(module, usual))
    yield from _order_faults(module)
    yield from _size_faults(module)
    yield from _packed_faults(module)


def estimated(module: ModuleType, table: pa.Table, batch: int | None = None) -> Estimates:
    """What a measure says of a table, over its groups, counted in batches of so many rows."""
    return _of_tally(module, _counted(module, table, batch))


def _kind(module: ModuleType) -> Kind:
    """The kind of log that a measure is tried on."""
    if "scores" in module.CARD.needs:
        return "multiclass"
    return "binary" if {*module.CARD.examines} & {"classifier", "dataset"} else "regressor"


def _counted(module: ModuleType, table: pa.Table, batch: int | None = None) -> Tally:
    kind = _kind(module)
    return tally(table, [_need(module)], BY, batch, kind=kind, classes=CLASSES if kind == "multiclass" else ())


def _of_tally(module: ModuleType, counted: Tally) -> Estimates:
    need = _need(module)
    reference = [_counted(module, ordinary(seed=1, kind=_kind(module))).cells(need)] * module.CARD.reference
    column = [COLUMN] * (module.CARD.takes == "column")
    family: Estimates = module.estimate(counted.cells(need), *reference, *column)
    return family


def _need(module: ModuleType) -> Need:
    given = {"column": COLUMN, "filter": f"{COLUMN} < 1", **{one.name: one.default for one in module.CARD.options}}
    answer = getattr(module, "ANSWER", "").format(column=COLUMN, against="train")
    given.update(answer=answer, written=written_name(answer))
    axes, sums = (tuple(text.format(**given) for text in getattr(module, part, ())) for part in ("AXES", "SUMS"))
    # Compared with a reference, the groups of both would have to be the same: everybody is one group.
    return Need(None, () if module.CARD.reference else BY, axes, sums)


def _odd_faults(module: ModuleType, what: str, table: pa.Table) -> Iterator[str]:
    try:
        family = estimated(module, table)
        yield from _sound(module, family)
        known = ~np.isnan(family.value)
        asked = module.CARD.probe or module.CARD.of_missing or module.CARD.estimates     # a probe does not answer, …
        if known.any() and not asked and any(what in WITHOUT.get(role, ()) for role in module.CARD.needs):
            yield f"it gives {family.value[known]} without a row to stand on"
    except ShallError:
        return                              # a message for the user is an answer
    except Exception as problem:            # whatever it is, it must not reach the user
        yield f"it raises {type(problem).__name__}: {problem}"


def _sound(module: ModuleType, family: Estimates) -> Iterator[str]:
    value, (least, most) = family.value, family.natural
    known = ~np.isnan(value)
    if (least, most) != (module.CARD.low, module.CARD.high):
        yield f"the natural range {least}, {most} is not that of the card, {module.CARD.low}, {module.CARD.high}"
    if not ((value[known] >= least) & (value[known] <= most)).all():
        yield f"a value lies outside of the natural range {least} to {most}: {value}"
    if (family.n < 0).any() or (known & (family.n == 0) & (not module.CARD.census)).any():
        yield f"there is a value without a row that it stands on: {value}, n = {family.n}"
    yield from _bound_faults("bounds", value, least, most, [family.bounds(alpha) for alpha in ALPHAS])
    i, j = _pairs(len(value))
    with np.errstate(all="ignore"):
        gap, quotient = value[i] - value[j], value[i] / value[j]
        ends = least - most, most - least
    yield from _bound_faults("difference", gap, *ends, [family.difference(i, j, alpha) for alpha in ALPHAS])
    yield from _bound_faults("ratio", np.where(np.isfinite(quotient), quotient, np.nan), 0.0, np.inf,
                             [family.ratio(i, j, alpha) for alpha in ALPHAS], [value[i], value[j]])


def _bound_faults(what: str, value: Floats, least: float, most: float, bounds: list[tuple[Floats, Floats]],
                  stands_on: list[Floats] | None = None) -> Iterator[str]:
    """``bounds``: at ascending alpha. Where one of ``stands_on`` (by default the value) is nan, nothing is known."""
    unknown = np.isnan(stands_on or [value]).any(axis=0)
    for low, high in bounds:
        if np.isnan(low).any() or np.isnan(high).any() or not (low <= high).all():
            yield f"{what}: low <= high does not hold: {low}, {high}"
            return
        if not ((low[unknown] <= least) & (high[unknown] >= most)).all():
            yield f"{what}: a group that is not available must have the ends of the natural range, {least} and {most}"
        known = ~np.isnan(value)
        slack = 1e-9 * np.maximum(1, np.abs(value[known]))
        if not ((low[known] <= value[known] + slack) & (value[known] - slack <= high[known])).all():
            yield f"{what}: the value is not between its bounds: {low}, {value}, {high}"
    for (wide_low, wide_high), (low, high) in pairwise(bounds):
        if not ((wide_low <= low + 1e-9) & (high <= wide_high + 1e-9)).all():
            yield f"{what}: with a smaller alpha the bounds must not be narrower"


def _order_faults(module: ModuleType) -> Iterator[str]:
    table = ordinary(kind=_kind(module))
    whole = _figures(estimated(module, table))
    for batch in (1, 2, 7, 64):
        if not _equal(_figures(estimated(module, table, batch)), whole):
            yield f"counted in batches of {batch} it gives other figures than at once"
    shuffled = table.take(np.random.default_rng(2).permutation(len(table)))
    if not _equal(_figures(estimated(module, shuffled)), whole):
        yield "with the rows in another order it gives other figures"
    parts = [_counted(module, table.slice(start, 80)) for start in (160, 0, 80)]
    if not _equal(_figures(_of_tally(module, parts[0] + parts[1] + parts[2])), whole):
        yield "of tallies counted apart and added it gives other figures"


def _size_faults(module: ModuleType) -> Iterator[str]:
    """The same rows again and again: the same rates, and more evidence of them."""
    table = ordinary(rows=ROWS, kind=_kind(module))
    families = [estimated(module, pa.concat_tables([table] * times)) for times in (1, 2, 8)]
    for (fewer, more), alpha in product(pairwise(families), ALPHAS):
        (low, high), (nearer_low, nearer_high) = fewer.bounds(alpha), more.bounds(alpha)
        with np.errstate(invalid="ignore"):
            wider = (nearer_high - nearer_low) > (high - low) * (1 + 1e-9)
            # Less noise is subtracted from more rows: such a value moves away from the end that cut it off.
            moved = np.abs(more.value - fewer.value) > 1e-9
        cut_off = (low <= fewer.natural[0]) | (high >= fewer.natural[1])
        if (wider & ~(moved & cut_off)).any():
            yield f"more rows at the same rates give wider bounds at alpha = {alpha}"
            return


def _packed_faults(module: ModuleType) -> Iterator[str]:
    """With ALONG it is asked with other cells: those of the score that occur in a group, numbered upwards."""
    if not (along := getattr(module, "ALONG", "")):
        return
    counted = _counted(module, ordinary(kind=_kind(module))).cells(_need(module))
    found = stats.Parted.of((places, module.estimate(block)) for places, block in blocks(counted, along))
    pairs = zip(_figures(found), _figures(module.estimate(counted)), strict=True)
    if not all(np.allclose(mine, theirs, rtol=1e-9, equal_nan=True) for mine, theirs in pairs):
        yield f"ALONG says that of {along} only the order counts, and sums, but without empty cells figures are others"


def _figures(family: Estimates) -> list[Floats]:
    pairs = _pairs(len(family.value))
    return [family.value, family.n.astype(float), *family.bounds(0.05), *family.difference(*pairs, 0.05),
            *family.ratio(*pairs, 0.05)]


def _equal(one: list[Floats], other: list[Floats]) -> bool:
    return all(np.array_equal(mine, theirs, equal_nan=True) for mine, theirs in zip(one, other, strict=True))


def _pairs(groups: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    i, j = np.nonzero(~np.eye(min(groups, 4), dtype=bool))
    return i.astype(np.int64), j.astype(np.int64)
