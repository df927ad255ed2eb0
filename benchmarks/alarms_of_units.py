"""False alarms of rows that belong together: ``python -m benchmarks.alarms_of_units [PROCESSES]``.

Through a life as `shall watch` folds it, with households by their column: a thousand lives of 100,000 rows of a model
exactly at its bound, in households of three who share one outcome, the worst that they can be; the three are of one
group, or of groups of their own. Beside it what the promise is worth where nobody names the households. A few minutes
of one core.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy.stats import gamma

from benchmarks.harness import save
from shall.api.opening import file_of, opened
from shall.phases.measuring import prepare
from shall.phases.watch import Folding
from shall.phases.watching.life import Life
from shall.phases.watching.windows import Allowed, Windows

ROWS: Final = 100_000
LIVES: Final = 1_000
UNNAMED: Final = 100                        # lives of which nobody names the households
TOGETHER: Final = 25                        # lives of one task
PERIOD: Final = 100_000                     # rows between two false alarms
WINDOW: Final = "10000 rows"
HOME: Final = 3
BRIER: Final = (1 - math.sqrt(0.2)) / 2     # a score that is right about itself, whose squared error is 0.2
ONE: Final = {
    "rate": "selection_rate >= 0.80", "conditional rate": "true_positive_rate >= 0.80",
    "rate in each of 5 groups": "selection_rate over region >= 0.80", "squared error": "brier_score <= 0.20"}
TWO: Final = {"ratio of two groups": "ratio of selection_rate over sex >= 0.80",
              "difference of two groups": "difference of selection_rate over sex <= 0.10"}


def people(pairs: bool, apart: bool, chance: np.random.Generator) -> pa.Table:
    """One life. ``pairs``: two groups at 0.5 and 0.4, else everybody at 0.8; ``apart``: a home is of several groups."""
    home = np.arange(ROWS) // HOME
    homes = int(home[-1]) + 1

    def of_home(values: Any) -> Any:
        return values[home]

    woman, region = (chance.random(ROWS) < 0.3, chance.integers(0, 5, ROWS)) if apart else (
        of_home(chance.random(homes) < 0.3), of_home(chance.integers(0, 5, homes)))
    decided = of_home(chance.random(homes)) < (np.where(woman, 0.4, 0.5) if pairs else 0.8)
    if pairs:
        return pa.table({"decision": decided.astype(int), "sex": np.where(woman, "w", "m"), "home": home})
    label = of_home(chance.random(homes) < BRIER)
    return pa.table({"decision": decided.astype(int), "label": label.astype(int), "score": np.full(ROWS, BRIER),
                     "region": region, "home": home})


def false_alarms(pairs: bool, apart: bool, named: bool, lives: int, seed: int) -> dict[str, int]:
    """How many alarms each line had in so many lives."""
    lines, group = (TWO, "sex") if pairs else (ONE, "region")
    columns = {"decision": "decision", **({} if pairs else {"score": "score"}), **({"unit": "home"} if named else {})}
    file = file_of({"subject": {"positive": "1", **({} if pairs else {"target": "label"})}, "columns": columns,
                    "groups": {group: group}, "requirements": {f"r{place}": one for place, one in
                                                               enumerate(lines.values())}})
    chance = np.random.default_rng([2026, seed, pairs, apart])
    counts = dict.fromkeys(lines, 0)
    for _ in range(lives):
        table = people(pairs, apart, chance)
        examination = prepare(file.requirements, opened(file, table, None).binding, file.confidence)
        windows = Windows.parse(WINDOW)
        life = Life.of(examination, range(len(lines)), Allowed(math.inf, PERIOD), windows)
        assert not life.by_window
        fold = Folding(examination, windows, life)
        for batch in table.select(fold.columns).to_batches():
            fold.fold(batch)
        for place, name in enumerate(lines):
            counts[name] += sum(alarm.name == f"r{place}" for alarm in life.alarms)
    return counts


def main(workers: int = 2) -> None:
    """Run everything and keep the figures."""
    said = [f"false alarms in lives of {ROWS:,} rows of a model at its bound, promised one in {PERIOD:,} rows;",
            f"households of {HOME} who share one outcome:", f"  {'':30}{'at most':>9}{'found':>8}{'(at 95 %)':>16}"]
    figures: dict[str, Any] = {}
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for named, number in ((True, LIVES), (False, UNNAMED)):
            for apart in (False, True):
                of = "each of its own group" if apart else "of one group"
                said.append(f"  {number:,} lives, {'' if named else 'households not named, '}members {of}")
                for pairs in (False, True):
                    job = partial(false_alarms, pairs, apart, named, TOGETHER)
                    found = total(list(pool.map(job, range(number // TOGETHER))))
                    figures |= {f"{named} {apart} {name}": alarms for name, alarms in found.items()}
                    said += [told(name, number, alarms) for name, alarms in found.items()]
                    print("\n".join(said[-len(found):]), flush=True)
    save("alarms_of_units", said, figures)


def total(parts: Sequence[dict[str, int]]) -> dict[str, int]:
    """All counts together."""
    return {name: sum(part[name] for part in parts) for name in parts[0]}


def told(name: str, most: int, alarms: int) -> str:
    """A line of the report, with what as many alarms say of their mean number (Garwood 1936)."""
    low = 0.0 if not alarms else float(gamma.ppf(0.025, alarms))
    return f"    {name:28}{most:>9,}{alarms:>8,}{f'{low:,.0f} to {gamma.ppf(0.975, alarms + 1):,.0f}':>16}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
