"""`shall`: all that follows from a tally, without the rows: ``python -m benchmarks.peers.ours_derived LOG``."""

from __future__ import annotations

import datetime
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.harness import timed
from benchmarks.ours import RATES, bounded_gaps, rates_and_gaps
from shall import adapters
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.phases import measuring
from shall.stats import proportions
from shall.tally import Need, Tally, accumulate

GROUPINGS: Final = (("sex",), ("race",), ("sex", "race", "age"))
TURNS: Final = 11
LINES: Final = [line for names in GROUPINGS for rate in RATES for line in (
    f"ratio of {rate} over {' by '.join(names)} >= 0.80", f"difference of {rate} over {' by '.join(names)} <= 0.05")]


def main(path: Path) -> None:
    """Count once; then derive everything again and again, with nothing remembered from the turn before."""
    binding = Binding((("label", Column("label")), ("decision", Column("decision"))),
                      groups=tuple(GroupDef(name, name) for name in ("sex", "race", "age")))
    examination = measuring.prepare([Requirement.parse(line) for line in LINES], binding)
    tally = accumulate(examination.plan, adapters.open_log(path).batches(examination.plan.columns))
    work: dict[str, Callable[[], object]] = {
        "intervals": lambda: intervals(tally),
        "verdicts": lambda: measuring.judge(examination, tally, {}, on=datetime.date(2026, 1, 1), phase="check"),
    }
    spent = {name: statistics.median(_once(job) for _ in range(TURNS)) for name, job in work.items()}
    cells = tally.cells(Need(groups=("sex", "race", "age"), axes=("decision", "label")))
    found = bounded_gaps(cells)["selection_rate"]
    print(json.dumps({"cpu": spent["intervals"], "verdicts": spent["verdicts"], "selection_rate": found}))


def intervals(tally: Tally) -> None:
    """Six rates of 67 groups, each with its bounds; the ratio and the difference over all pairs, with theirs."""
    for names in GROUPINGS:
        cells = tally.cells(Need(groups=names, axes=("decision", "label")))
        rates_and_gaps(cells)
        bounded_gaps(cells)


def _once(job: Callable[[], object]) -> float:
    proportions._remembered.cache_clear()
    return timed(job)[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
