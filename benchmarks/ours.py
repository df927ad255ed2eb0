"""Six rates and their gaps by `shall`: one pass over the Parquet file, the measures, the extremes over groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from shall import adapters, registry, stats
from shall.core.log import Binding, Column, GroupDef
from shall.stats import Estimates
from shall.tally import Cells, Need, accumulate, compile_plan

RATES: Final = ("selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate", "precision",
                "accuracy")
Grouping = tuple[str, ...]
Table = dict[str, dict[str, float]]             # by group ("F|A|18-24"), difference and ratio: each rate


def tables(path: Path, roles: Mapping[str, str], groupings: Sequence[Grouping]) -> dict[Grouping, Cells]:
    """Count a log once, for every grouping."""
    names = dict.fromkeys(name for grouping in groupings for name in grouping)
    binding = Binding(tuple((role, Column(column)) for role, column in roles.items()),
                      groups=tuple(GroupDef(name, name) for name in names))
    needs = {grouping: Need(groups=grouping, axes=("decision", "label")) for grouping in groupings}
    plan = compile_plan(needs.values(), binding)
    tally = accumulate(plan, adapters.open_log(path).batches(plan.columns))
    return {grouping: tally.cells(need) for grouping, need in needs.items()}


def families(cells: Cells, rates: Sequence[str] = RATES) -> dict[str, Estimates]:
    """What is known of each rate in each group."""
    return {rate: registry.find("measures", rate).estimate(cells) for rate in rates}


def rates_and_gaps(cells: Cells, rates: Sequence[str] = RATES) -> Table:
    """Each rate by group, its largest difference and its smallest ratio; the values, without their bounds."""
    known = {rate: family.value for rate, family in families(cells, rates).items()}
    table = {"|".join(value for _, value in group): {rate: float(value[index]) for rate, value in known.items()}
             for index, group in enumerate(cells.groups)}
    table["difference"] = {rate: float(np.nanmax(value) - np.nanmin(value)) for rate, value in known.items()}
    table["ratio"] = {rate: float(np.nanmin(value) / np.nanmax(value)) for rate, value in known.items()}
    return table


def bounded_gaps(cells: Cells, alpha: float = 0.05) -> dict[str, tuple[float, float, float, float]]:
    """Bounds of every rate of every group, and of the difference and the ratio over all pairs of groups."""
    found = {}
    for rate, family in families(cells).items():
        family.bounds(alpha)
        difference = stats.over_groups(family, "difference", "<=", alpha)
        ratio = stats.over_groups(family, "ratio", ">=", alpha)
        found[rate] = (difference.low, difference.high, ratio.low, ratio.high)
    return found
