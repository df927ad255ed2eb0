"""What a measure says of each row, where it is a mean over rows: what slices are searched by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import stats
from shall.core.errors import InputError
from shall.core.log import Binding, GroupDef
from shall.phases.parts import Part
from shall.stats.graded import FLOOR
from shall.tally import compile_plan, count
from shall.tally.rows import Rows

ROW: Final = "(row)"                        # the group that each row of a chunk is on its own
CHUNK: Final = 4096
MEANS: Final = (stats.Proportions, stats.Means, stats.Numbers)
OWN: Final = "label * score + (1 - label) * (1 - score)"
ON_SCORES: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {     # a table of all scores a row would be too large
    "brier": ("(score - label)**2", lambda value: value),
    "log_loss": (OWN, lambda own: -np.log(np.clip(own, FLOOR, 1 - FLOOR))),
    "multiclass_log_loss": ("own", lambda own: -np.log(np.clip(own, FLOOR, 1 - FLOOR))),
}
SUCH: Final = ("accuracy", "false_positive_rate", "selection_rate", "brier", "log_loss", "mean_absolute_error",
               "mean(COLUMN)", "share(FILTER)")


def row_values(part: Part, table: pa.Table, binding: Binding) -> NDArray[np.float64]:
    """float64[rows]: the measure of each row alone; nan where the measure does not stand on it.

    InputError where the measure is no mean over rows: an area under a curve has no value in one row.
    """
    if part.lacks:
        raise InputError(f"{part.call}: {part.lacks}")
    if part.card.census or part.average or len(part.items) > 1 or part.references:
        raise InputError(refusal(part))
    alone = replace(binding, roles=tuple(pair for pair in binding.roles if pair[0] not in ("weight", "unit")),
                    groups=(*binding.groups, GroupDef(ROW, ROW)))
    made = _on_scores if part.measure in ON_SCORES else _counted
    found = list(made(part, table, alone))
    return np.concatenate(found) if found else np.zeros(0)


def columns_of_rows(part: Part, binding: Binding) -> tuple[str, ...]:
    """The columns that a measure reads, and that of the weights; InputError where the log lacks one of them."""
    weight = binding.column("weight")
    return (*compile_plan(part.needs, binding).columns, *([weight] if weight else []))


def refusal(part: Part) -> str:
    """Why slices cannot be searched by a measure, and by which they can."""
    return (f"{part.call} is not a mean over rows, so a row says nothing of it alone and slices cannot be searched by "
            f"it; take a rate or a mean, such as {', '.join(SUCH)}")


def _counted(part: Part, table: pa.Table, binding: Binding) -> Iterator[NDArray[np.float64]]:
    """By the measure itself, each row a group."""
    need = replace(part.needs[0], groups=(ROW,), weight="")
    plan = compile_plan([need], binding)
    columns = [name for name in plan.columns if name != ROW]
    for batch in table.select(columns).combine_chunks().to_batches(max_chunksize=CHUNK):
        names = pa.array(map(str, range(batch.num_rows)), pa.string())
        tally = count(plan, batch.append_column(ROW, names))
        cells = tally.cells(need)
        family = part.module.estimate(cells, *part.call.columns, **part.options)
        if not isinstance(family, MEANS) or getattr(family, "root", False):
            raise InputError(refusal(part))
        values = np.full(batch.num_rows, np.nan)
        values[[int(group[0][1]) for group in cells.groups]] = family.value
        yield values


def _on_scores(part: Part, table: pa.Table, binding: Binding) -> Iterator[NDArray[np.float64]]:
    """By an expression, where the rows that its filter selects have what it reads."""
    text, then = ON_SCORES[part.measure]
    plan = compile_plan([replace(part.needs[0], axes=(), sums=(text,), weight="")], binding)
    for batch in table.select(list(plan.columns)).combine_chunks().to_batches():
        rows = Rows(plan, batch)
        values = np.asarray(then(rows.values(text)), dtype=np.float64).copy()
        chosen = rows.chosen(part.requirement.where)
        if chosen is not None:
            values[np.setdiff1d(np.arange(len(values)), chosen)] = np.nan
        yield values
