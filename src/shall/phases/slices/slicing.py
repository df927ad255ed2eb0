"""Where a subject fails: the worst slices of its log by one measure, each judged as `check` would judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.frames import TableLog
from shall.core.errors import DataError, InputError
from shall.core.evidence import Evidence
from shall.core.filters import And, Filter, columns_of
from shall.core.log import Binding, Log
from shall.core.requirement import Bound, Number, Requirement
from shall.methods.slices.columns import Column, others
from shall.methods.slices.error_tree import Node, grow
from shall.methods.slices.needed import Losses, apart
from shall.methods.slices.scores import Excess
from shall.methods.slices.slice_search import Found, Slice, possible, search
from shall.phases.check import Progress, count
from shall.phases.datasets.probing import MOST
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import known, measure, prepare
from shall.phases.row_values import columns_of_rows, row_values
from shall.phases.slices.failing import FailingSlice, FailingSlices, Worst
from shall.phases.slices.slice_columns import columns, features
from shall.reports._layout import plural
from shall.stats.special import normal_quantile

POOLS: Final = (200, 2_000)                 # of the worst slices, until enough of them are apart
OVERLAP: Final = 0.5                        # of the rows of the smaller one may be shared by two slices that are told
FEWEST: Final = 50                          # rows of a slice, and
SHARE: Final = 0.005                        # of all rows
UNBOUND: Final = -1e300                     # the limit of a line that was made of a measure alone


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a search. ``at_least``: rows of a slice. ``halves``: search on one half, judge on the other.

    ``looked``: the names that the column of a role was looked for by.
    """

    over: Sequence[str] | None = None
    depth: int = 3
    top: int = 10
    at_least: int | None = None
    bins: int = 8
    worst: Worst | None = None
    halves: bool = False
    looked: Mapping[str, str] = field(default_factory=dict)


def base_of(requirement: Requirement) -> Requirement:
    """The first measure of a requirement on the rows of its filter, without groups; InputError where there is none."""
    if requirement.against is not None or requirement.population is not None:
        raise InputError(f"{requirement.name or requirement} compares with other rows: slices are searched by a "
                         "measure of these rows alone")
    base = replace(requirement, measures=requirement.measures[:1], over=(), within=(), aggregate="each", to=None)
    if requirement.aggregate == "each":
        return base
    none = Number(UNBOUND)                  # a limit of ratios or differences is none of the measure itself
    return replace(base, bound=Bound(high=none) if requirement.bound.high is not None else Bound(low=none))


def slices(log: Log, binding: Binding, base: Requirement, asked: Asked, confidence: float = 95.0,
           progress: Progress | None = None) -> FailingSlices:
    """The worst slices of a log.

    Args:
        base: what is measured (`base_of`); its bound is the one that a slice will be given.
        progress: called with what is being done and the rows done since the last call.

    InputError where its measure is no mean over rows, or where there are too few rows or columns.
    """
    names = features(log.schema, binding, asked.over)
    part = prepare([measuring(base, "<=")], binding, confidence).parts[0][0]
    if part.lacks:
        looked = "".join(f" (looked for: {names})" for role, names in asked.looked.items()
                         if part.lacks == f"the log has no {role} column")
        raise InputError(f"{part.call}: {part.lacks}{looked}; its columns are: {', '.join(log.schema.names) or 'none'}")
    told_of = progress or (lambda what, rows: None)
    table, more = _first(log, [*names, *columns_of_rows(part, binding)], told_of)
    values = row_values(part, table, binding)
    worst = asked.worst or worst_side(base, part.card.better)
    searched, judged = _parted(values, asked.halves)
    least = asked.at_least or max(FEWEST, int(np.ceil(SHARE * int(np.isfinite(values).sum()))))
    made, left = columns(table, names, binding, asked.bins, least)
    notes = (*left, *([f"searched in the first {MOST:,} rows, judged on all"] if more and not asked.halves else []))
    if not np.isfinite(values[searched]).sum() >= 2 * least or not made:
        raise InputError(_too_few(part.call, values, (len(made), least), _unlabelled(table, binding)))
    losses = Losses(made, np.where(searched, values if worst == "high" else np.nanmax(values) - values, np.nan),
                    _weight(table, binding))
    found, kept = _search(losses, (asked, least, confidence), lambda: told_of("looking at every slice", 0))
    rows = TableLog(table.filter(pa.array(judged)), log.name) if asked.halves else log
    told = Told(found, asked, worst, least, names, int(searched.sum()), notes, confidence, made)
    return replace(_report(rows, binding, base, kept, told, told_of), tree=_tree(losses, values, least, confidence))


@dataclass(frozen=True, slots=True)
class Told:
    """What a search was and gave."""

    found: Found
    asked: Asked
    worst: Worst
    least: int
    names: tuple[str, ...]
    rows: int
    notes: tuple[str, ...]
    confidence: float
    columns: tuple[Column, ...]

    @property
    def compared(self) -> int:
        """For how many slices the bounds have to hold at once: those that were told, where other rows judge them."""
        return max(self.asked.top if self.asked.halves else self.found.possible, 1)


def _first(log: Log, wanted: Sequence[str], progress: Progress) -> tuple[pa.Table, bool]:
    """The first rows of some columns, and whether there are more."""
    names = list(dict.fromkeys(wanted))
    taken, had = [], 0
    for batch in log.batches(names):
        taken.append(batch)
        had += batch.num_rows
        progress(f"reading {log.name}", batch.num_rows)
        if had > MOST:
            break
    schema = pa.schema([log.schema.field(name) for name in names])
    return pa.Table.from_batches(taken, schema).slice(0, MOST), had > MOST


def _unlabelled(table: pa.Table, binding: Binding) -> str:
    """The column of the labels, where it was read and every one of them is missing."""
    name = binding.column("label")
    return name if name and name in table.column_names and table.column(name).null_count == len(table) else ""


def _too_few(call: object, values: NDArray[np.float64], had: tuple[int, int], unlabelled: str) -> str:
    """Why these rows cannot be searched; ``had``: columns, and the rows of a slice."""
    if not len(values):
        return "the log is empty: it has no row to search"
    if unlabelled:
        return f"{call}: every label is missing: the column {unlabelled} has no value in {plural(len(values), 'row')}"
    rows = int(np.isfinite(values).sum())
    return (f"{call} stands on {plural(rows, 'row')} and {plural(had[0], 'column')} to slice by: too few to look for "
            f"slices of {plural(had[1], 'row')}; say --at-least, or other columns")


def _tree(losses: Losses, values: NDArray[np.float64], least: int, confidence: float) -> Node | None:
    """The overview; None with weights, and where there are too few rows for one."""
    if losses.weight is not None:
        return None
    try:
        return grow(losses.columns, values, support=least, alpha=1 - confidence / 100)
    except DataError:
        return None


def _search(losses: Losses, how: tuple[Asked, int, float], looked: Callable[[], None]) -> tuple[Found, list[Slice]]:
    """The worst slices, and those of them that are told."""
    asked, least, confidence = how
    predicates = [len(column.low) for column in losses.columns]
    alpha = 1 - confidence / 100
    score = Excess(normal_quantile(alpha / possible(predicates, asked.depth)))
    for pool in POOLS:
        found = search(losses.columns, losses.loss, top=max(pool, asked.top), depth=asked.depth, support=least,
                       score=score, weight=losses.weight, looked=looked)
        kept = apart(found.slices, losses, normal_quantile(alpha / sum(predicates)), OVERLAP, asked.top)
        if len(kept) == asked.top or len(found.slices) < pool or found.slices[-1].score <= 0:
            break
    return found, kept


def _report(log: Log, binding: Binding, base: Requirement, kept: Sequence[Slice], told: Told,
            progress: Progress) -> FailingSlices:
    """Every slice, all other rows beside it, and all rows, counted in one pass and judged by the path of `check`."""
    side = "<=" if told.worst == "high" else ">="
    lines = [measuring(base, side)]
    for one in kept:
        lines += [measuring(also(base, one.filter), side), measuring(also(base, others(one.filter)), side)]
    examination = prepare(lines, binding, told.confidence)
    tally = count(examination, log, progress)
    evidences = [parts[0] for parts in measure(examination, tally, {}, told.compared)]
    families = [parts[0] for parts in known(examination, tally, {})]
    whole = evidences[0]
    shown = base if _bounded(base) else replace(base, bound=usual_bound(whole.value, told.worst))
    alpha = (1 - (base.confidence.value if base.confidence else told.confidence) / 100) / told.compared
    made = [_slice(one, also(shown, one.filter), evidences[2 * place + 1:2 * place + 3],
                   gap_of(families[2 * place + 1], families[2 * place + 2], alpha), told.worst)
            for place, one in enumerate(kept)]
    made = [one for one in made if one.gap is not None and (one.gap > 0 if told.worst == "high" else one.gap < 0)]
    return FailingSlices(
        subject="", file="", measure=str(base.measures[0]), worst=told.worst, rows=told.rows, judged=tally.rows,
        value=whole.value, slices=tuple(sorted(made, key=lambda one: not one.evident)), possible=told.found.possible,
        compared=told.compared, confidence=1 - alpha * told.compared, depth=told.asked.depth, at_least=told.least,
        over=told.names, unit=whole.unit, notes=told.notes, where=str(base.where or ""))


def _slice(one: Slice, line: Requirement, both: Sequence[Evidence], gap: tuple[float, float],
           worst: Worst) -> FailingSlice:
    here, rest = both
    between = None if here.value is None or rest.value is None else here.value - rest.value
    return FailingSlice(
        filter=str(one.filter), line=str(line), columns=columns_of(one.filter),
        rows=here.coverage.rows if here.coverage else 0, n=here.n, value=here.value, low=here.low, high=here.high,
        rest=rest.value, gap=between, gap_low=gap[0], gap_high=gap[1],
        evident=gap[0] > 0 if worst == "high" else gap[1] < 0)


def gap_of(here: Known | Unmeasured, rest: Known | Unmeasured, alpha: float) -> tuple[float, float]:
    """Bounds of the measure of a slice less that of all other rows."""
    if isinstance(here, Unmeasured) or isinstance(rest, Unmeasured):
        return -np.inf, np.inf
    first, second = np.array([0]), np.array([1])
    low, high = here.estimates.concat(rest.estimates).difference(first, second, alpha)
    return float(low[0]), float(high[0])


def measuring(base: Requirement, side: str) -> Requirement:
    """The same with a limit that nobody holds it against."""
    bound = Bound(high=Number(0.0)) if side == "<=" else Bound(low=Number(0.0))
    return replace(base, bound=bound, waive=None)


def also(base: Requirement, chosen: Filter) -> Requirement:
    """A requirement on those of its rows that a filter selects."""
    if base.where is None:
        return replace(base, where=chosen)
    terms = (inner for term in (base.where, chosen) for inner in (term.terms if isinstance(term, And) else (term,)))
    return replace(base, where=And(tuple(terms)))


def worst_side(base: Requirement, better: str) -> Worst:
    """Which values are bad: by the measure, else by the bound that holds them off."""
    if better in ("higher", "lower"):
        return "low" if better == "higher" else "high"
    return "low" if base.bound.high is None else "high"


def _bounded(base: Requirement) -> bool:
    return any(isinstance(limit, Number) and limit.value != UNBOUND for limit in (base.bound.low, base.bound.high))


def usual_bound(value: float | None, worst: Worst) -> Bound:
    """A bound that all rows together just keep, of two digits."""
    if value is None or not np.isfinite(value):
        return Bound(high=Number(0.0))
    step = 10.0 ** (np.floor(np.log10(abs(value))) - 1) if value else 0.01
    near = Number(float(f"{(np.ceil if worst == 'high' else np.floor)(value / step) * step:.6g}"))
    return Bound(high=near) if worst == "high" else Bound(low=near)


def _parted(values: NDArray[np.float64], halves: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The rows to search, and those to judge: all for both, or a half each, by chance that is always the same."""
    if not halves:
        return np.ones(len(values), dtype=bool), np.ones(len(values), dtype=bool)
    first = np.random.default_rng(0).random(len(values)) < 0.5
    return first, ~first


def _weight(table: pa.Table, binding: Binding) -> NDArray[np.float64] | None:
    name = binding.column("weight")
    return None if name is None else np.nan_to_num(table.column(name).cast(pa.float64()).to_numpy())
