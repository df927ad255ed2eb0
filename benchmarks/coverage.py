"""How often the bounds of every measure are wrong: ``python -m benchmarks.coverage [WORLDS]``.

Worlds with n = 5 to 10,000 rows, shares of positives from 0.01 to 0.99, scores that are calibrated, decisions by a
threshold at the share. Every measure is asked as a user asks it: the rows of all worlds are one log, a world is a
group, and bounds are one-sided at alpha = 5 %. The truth is the measure of four million rows of the same world. A world
without a value asserts nothing and counts as right, as does a bound at the end of the range.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from benchmarks import harness
from shall import registry, stats
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Cells, Need, accumulate, compile_plan

ROWS: Final = (5, 20, 100, 1000, 10_000)
SHARES: Final = (0.01, 0.1, 0.5, 0.9, 0.99)
ALPHA: Final = 0.05
LARGE: Final = 4_000_000
KINDS: Final = {"binary": ("label", "decision", "score"), "regressor": ("label", "score")}
WEIGHED: Final = ("accuracy", "precision", "f1", "brier", "roc_auc", "mean_absolute_error")
REGRESSION: Final = ("mean_absolute_error", "root_mean_squared_error", "quantile_loss", "r_squared")
COLUMN: Final = ("mean", "quantile")
BINARY: Final = ("accuracy", "true_positive_rate", "false_positive_rate", "precision", "selection_rate", "f1",
                 "balanced_accuracy", "mcc", "roc_auc", "pr_auc", "log_loss", "brier", "calibration_error",
                 "maximum_calibration_error", "calibration_slope", "calibration_intercept", "generalized_entropy")
DRIFT: Final = ("population_stability", "jensen_shannon", "wasserstein")
Columns = dict[str, Any]


def world(chance: np.random.Generator, rows: int, share: float, shift: float = 0.0) -> Columns:
    """So many rows: scores of a beta with this mean, labels by them, a skewed cost, a target and its prediction."""
    score = chance.beta(2 * share, 2 * (1 - share), rows)
    target = chance.gamma(2, 1, rows)
    return {
        "label": (chance.random(rows) < score).astype(np.int8), "decision": (score >= share).astype(np.int8),
        "score": np.clip(score + shift * (score - score**2), 0, 1), "cost": chance.lognormal(0, 0.5 + share / 2, rows),
        "target": target, "guess": target + chance.normal(0, 0.2 + share, rows),
        "weight": chance.lognormal(0, 0.5, rows),
    }


def cells_of(measure: str, columns: Columns, worlds: Any, weighted: bool = False) -> Cells:
    """The cells of a measure, a group a world."""
    module = registry.find("measures", measure)
    regressor = measure in REGRESSION
    table = pa.table({**columns, "world": worlds, **({"label": columns["target"], "score": columns["guess"]}
                                                     if regressor else {})})
    card = module.CARD
    given = {"column": "cost", "filter": "", **{option.name: option.default for option in card.options}}
    axes, sums = (tuple(text.format(**given) for text in getattr(module, part, ())) for part in ("AXES", "SUMS"))
    kind = "regressor" if regressor else "binary"
    roles = tuple((role, Column(role)) for role in (*KINDS[kind], *(["weight"] if weighted else [])))
    need = Need(None, ("world",), axes, sums)
    plan = compile_plan([need], Binding(roles, groups=(GroupDef("world", "world"),), kind=kind))  # type: ignore[arg-type]
    return accumulate(plan, table.to_batches(max_chunksize=2**19)).cells(need)


def family_of(measure: str, columns: Columns, worlds: Any, reference: Columns | None, weighted: bool = False) -> Any:
    """What the measure says of every world."""
    module = registry.find("measures", measure)
    cells = [cells_of(measure, some, worlds, weighted) for some in (columns, reference) if some is not None]
    column = ["cost"] * (module.CARD.takes == "column")

    def made(power: int) -> Any:
        return module.estimate(*(one.weighing(power) for one in cells), *column)

    return stats.weighted(made(1), made(2), made(0)) if weighted else made(0)


def figures(measure: str, worlds: int, weighted: bool = False) -> Iterator[tuple[int, float, float, float, float]]:
    """Rows, share, and how often low is above the truth, high below it, and both hold."""
    for place, share in enumerate(SHARES):
        chance = np.random.default_rng(place)
        drift = measure in DRIFT
        shift = 0.4 if drift else 0.0
        large = world(chance, LARGE, share, shift)
        then = world(chance, LARGE, share) if drift else None
        truth = float(family_of(measure, large, np.zeros(LARGE, dtype=np.int32), then, weighted).value[0])
        for rows in ROWS:
            some = min(worlds, max(2_000_000 // rows, 200))
            index = np.repeat(np.arange(some, dtype=np.int32), rows)
            columns = world(chance, some * rows, share, shift)
            reference = world(chance, some * rows, share) if drift else None
            low, high = family_of(measure, columns, index, reference, weighted).bounds(ALPHA)
            above, below = float(np.mean(low > truth)), float(np.mean(high < truth))
            yield rows, share, above, below, 1 - above - below


def main(worlds: int = 1000) -> None:
    """Every measure; one line each with the worst of both sides and the mean coverage."""
    jobs = [*((name, False) for name in (*BINARY, *DRIFT, *REGRESSION, *COLUMN)), *((name, True) for name in WEIGHED)]
    lines, told = [], {}
    for name, weighted in jobs:
        found = list(figures(name, worlds, weighted))
        low, high = (max(found, key=lambda cell: cell[side]) for side in (2, 3))
        title = f"{name}, weighted" if weighted else name
        told[title] = found
        mean = sum(cell[4] for cell in found) / len(found)
        lines.append(f"  {title:<30}{100 * low[2]:6.1f}  ({low[0]:>6,}, {low[1]:.2f})"
                     f"{100 * high[3]:8.1f}  ({high[0]:>6,}, {high[1]:.2f}){100 * mean:9.1f}")
        print(lines[-1], file=sys.stderr, flush=True)
    harness.save("coverage", [
        f"python -m benchmarks.coverage {worlds}",
        f"{len(ROWS)} x {len(SHARES)} worlds of 5 to 10,000 rows and shares 0.01 to 0.99, each {worlds} times",
        "(10,000 rows: 200 times); per cent of bounds that are wrong, at most (rows, share), wanted 5 on each side;",
        "mean coverage of both, wanted 90",
        f"  {'':<30}{'low above truth':>22}{'high below truth':>24}{'covered':>9}",
        *lines,
    ], {"figures": told})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
