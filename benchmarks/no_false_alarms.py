"""How often a fair model is called broken, and an unfair one met: ``python -m benchmarks.no_false_alarms``.

Worlds are drawn, not logged: the counts of a log of independent rows are multinomial (rows a group) and binomial
(selections within it). Beside ours, the rule that peers gate on: the percentile bootstrap of the smallest ratio and
the largest difference over groups, as Fairlearn's ``n_boot`` gives it. Resampling n rows out of n is a
multinomial draw of the cells group × decision, so it is drawn so.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks import harness
from benchmarks.synthetic_log import SHARES
from shall import stats

ALPHA: Final = 0.05
RATE: Final = 0.4
LINES: Final[dict[Literal["ratio", "difference"], float]] = {"ratio": 0.80, "difference": 0.05}
SIZES: Final = (10_000, 100_000, 1_000_000)
REPLICATES: Final = 300
PERCENTILES: Final = (2.5, 97.5)                # Fairlearn's documentation; wider than our two one-sided 95 %
GROUPS: Final[dict[int, NDArray[np.float64]]] = {
    2: np.array([0.48, 0.52]),
    5: np.sort(list(SHARES["race"].values())),
    60: np.sort(reduce(np.multiply.outer, [np.array(list(shares.values())) for shares in SHARES.values()]).ravel()),
}
Scenario = Literal["parity", "boundary", "unfair"]
Line = Literal["ratio", "difference"]


@dataclass(frozen=True)
class Case:
    """Worlds of one kind."""

    scenario: Scenario
    line: Line
    groups: int
    rows: int
    worlds: int
    peer: bool = False


def rates(case: Case) -> NDArray[np.float64]:
    """The true rate of each group, smallest group first."""
    true = np.full(case.groups, RATE)
    if case.scenario == "boundary":             # the smallest and the largest group at the limit, the others between
        true[0] = RATE * LINES["ratio"] if case.line == "ratio" else RATE - LINES["difference"]
        true[1:-1] = (true[0] + RATE) / 2
    if case.scenario == "unfair":               # one group in the middle of the sizes
        true[case.groups // 2] = RATE * 0.6 if case.line == "ratio" else RATE - 0.15
    return true


def world(case: Case, chance: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Selections and rows of each group of one log."""
    n = chance.multinomial(case.rows, GROUPS[case.groups] / GROUPS[case.groups].sum())
    return chance.binomial(n, rates(case)), n


def verdict(case: Case, k: NDArray[np.int64], n: NDArray[np.int64]) -> str:
    """What `shall` says."""
    limit, family = LINES[case.line], stats.Proportions(k, n)
    if case.line == "ratio":
        extreme = stats.over_groups(family, "ratio", ">=", ALPHA)
        return "met" if extreme.low >= limit else "broken" if extreme.high < limit else "undecided"
    extreme = stats.over_groups(family, "difference", "<=", ALPHA)
    return "met" if extreme.high <= limit else "broken" if extreme.low > limit else "undecided"


def peer_verdict(case: Case, k: NDArray[np.int64], n: NDArray[np.int64], chance: np.random.Generator) -> str:
    """What the percentile bootstrap of the extreme says: broken where its interval lies wholly beyond the limit."""
    cells = np.concatenate([k, n - k])
    drawn = chance.multinomial(case.rows, cells / cells.sum(), size=REPLICATES)
    chosen, rows = drawn[:, : len(k)], drawn[:, : len(k)] + drawn[:, len(k):]
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(rows > 0, chosen / rows, np.nan)
        low, high = np.nanmin(rate, axis=1), np.nanmax(rate, axis=1)
        figure = low / high if case.line == "ratio" else high - low
    least, most = np.percentile(figure, PERCENTILES)
    limit = LINES[case.line]
    if case.line == "ratio":
        return "met" if least >= limit else "broken" if most < limit else "undecided"
    return "met" if most <= limit else "broken" if least > limit else "undecided"


def shares(case: Case) -> dict[str, float]:
    """The share of the worlds in which each verdict is given."""
    chance = np.random.default_rng([case.groups, case.rows, len(case.scenario), len(case.line)])
    judge: Callable[..., str] = peer_verdict if case.peer else verdict
    extra = (chance,) if case.peer else ()
    said = [judge(case, *world(case, chance), *extra) for _ in range(case.worlds)]
    return {word: said.count(word) / case.worlds for word in ("met", "broken", "undecided")}


def cases(worlds: int, peer_worlds: int) -> list[Case]:
    """Everything that is run."""
    found = []
    for line in LINES:
        for groups in GROUPS:
            for rows in SIZES:
                found += [Case("parity", line, groups, rows, worlds), Case("boundary", line, groups, rows, worlds),
                          Case("unfair", line, groups, rows, peer_worlds)]
                found.append(Case("parity", line, groups, rows, peer_worlds, peer=True))
    return found


def main(worlds: int = 2000, peer_worlds: int = 200) -> None:
    """Draw all worlds, on all cores, and print one table a line."""
    todo = cases(worlds, peer_worlds)
    with ProcessPoolExecutor() as workers:
        found = dict(zip(todo, workers.map(shares, todo), strict=True))
    lines = [f"python -m benchmarks.no_false_alarms {worlds} {peer_worlds}",
             f"every group at {RATE} (parity), or the smallest and the largest group at the limit and the others",
             f"between, or one group far beyond; {worlds:,} worlds, peers and one group {peer_worlds:,}. Peers: the",
             f"percentile bootstrap of the extreme, {REPLICATES} replicates, 95 % interval wholly beyond the limit."]
    figures: list[dict[str, Any]] = []
    worst = {"broken": 0.0, "met": 0.0}
    for line, limit in LINES.items():
        sign = ">=" if line == "ratio" else "<="
        beyond = "0.60" if line == "ratio" else "0.15"
        lines += [f"{line} {sign} {limit:.2f}: share of worlds, in per cent",
                  "                             exact parity             |     at the limit     |  one group",
                  "                        broken            met         |      wrongly         |  at " + beyond,
                  "  groups       rows     ours    peers     ours   peers |   broken        met  |   broken    met"]
        for groups in GROUPS:
            for rows in SIZES:
                parity, limit_at = (found[Case("parity", line, groups, rows, worlds)],
                                    found[Case("boundary", line, groups, rows, worlds)])
                unfair = found[Case("unfair", line, groups, rows, peer_worlds)]
                peer = found[Case("parity", line, groups, rows, peer_worlds, peer=True)]
                worst["broken"] = max(worst["broken"], parity["broken"], limit_at["broken"])
                worst["met"] = max(worst["met"], limit_at["met"])
                lines.append(f"  {groups:>6} {rows:>10,} {parity['broken']:>8.1%} {peer['broken']:>8.1%}"
                             f" {parity['met']:>8.1%} {peer['met']:>7.1%} | {limit_at['broken']:>8.1%}"
                             f" {limit_at['met']:>10.1%}  | {unfair['broken']:>8.1%} {unfair['met']:>6.1%}"
                             .replace("%", " "))
                figures.append({"line": line, "groups": groups, "rows": rows, "parity": parity, "peer": peer,
                                "limit": limit_at, "unfair": unfair})
    allowed = ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / worlds)
    lines.append(f"largest: wrongly broken {worst['broken']:.1%}, wrongly met {worst['met']:.1%}; wanted at most "
                 f"{ALPHA:.0%}, with 3 standard errors of {worlds:,} worlds {allowed:.1%}: "
                 f"{'kept' if max(worst.values()) <= allowed else 'NOT KEPT'}")
    harness.save("no_false_alarms" if worlds == 2000 else f"no_false_alarms_{worlds}", lines,
                 {"alpha": ALPHA, "worlds": worlds, "peer_worlds": peer_worlds, "cases": figures})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
