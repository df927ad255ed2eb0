"""False alarms of lines that are judged by window, at the share that one window may spend.

An area under the curve and a calibration error have no e-detector: their alarm is a window that is broken at its share
of the allowed false alarms. Each window of a model exactly at its bound is counted and judged as `watch` does it. Of
calibration errors in households more windows are bounded straight from sums by bucket, which costs far less.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy.stats import norm

from shall import stats
from shall.api.opening import file_of, opened
from shall.core.verdict import Finding
from shall.phases.measuring import judge, prepare
from shall.phases.watching.life import Life
from shall.phases.watching.windows import Allowed, Windows
from shall.tally import count
from shall.tally.units import BUCKETS

ON: Final = datetime.date(2026, 1, 1)
ROWS: Final = 100_000
WINDOW: Final = 10_000
PERIOD: Final = 1_000_000                   # rows between two false alarms: a hundred windows, each at 99 per cent
HOME: Final = 3                             # people of a household, who are alike
CLIFF: Final = 0.02                         # of the calibration
STRAIGHT: Final = ((1, 0.02, 10_000), (10, 0.02, 10_000), (10, 0.005, 10_000), (10, 0.0, 1_000))  # bins, error, rows
TOGETHER: Final = 100                       # windows at a time
LINES: Final = {"roc_auc >= 0.80": 0.80, f"calibration_error(bins = 1) <= {CLIFF}": CLIFF}


def people(line: str, number: int, chance: np.random.Generator) -> tuple[Any, Any]:
    """Scores and labels of a model that is exactly at the bound of a line."""
    if line.startswith("roc_auc"):
        label = chance.random(number) < 0.3
        apart = norm.ppf(LINES[line]) * math.sqrt(2)
        return norm.cdf(chance.normal(size=number) + label * apart - 1), label
    score = chance.uniform(0.1, 0.8, number)
    return score, chance.random(number) < score + CLIFF


def life(line: str, alike: bool, chance: np.random.Generator) -> pa.Table:
    """One life; those of a household have one score and one label, the worst that they can be."""
    number = math.ceil(ROWS / HOME) if alike else ROWS
    score, label = (np.repeat(one, HOME)[:ROWS] if alike else one for one in people(line, number, chance))
    home = {"home": np.arange(ROWS) // HOME} if alike else {}
    return pa.table({"score": score, "label": label.astype(int), "decision": (score > 0.5).astype(int), **home})


def windows_of(line: str, alike: bool) -> Callable[[pa.Table], int]:
    """How many windows of a life alarm."""
    unit = {"unit": "home"} if alike else {}
    file = file_of({"subject": {"target": "label", "positive": "1"}, "requirements": {"line": line},
                    "columns": {"score": "score", "decision": "decision", **unit}})
    binding = opened(file, life(line, alike, np.random.default_rng(1)), None).binding
    examination = prepare(file.requirements, binding, file.confidence)
    looks = Life.of(examination, [0], Allowed(math.inf, PERIOD), Windows(WINDOW, "row")).looks(0)

    def alarms(log: pa.Table) -> int:
        verdicts = [judge(examination, count(examination.plan, batch), {}, on=ON, phase="watch", looks=looks)[0]
                    for batch in log.combine_chunks().to_batches(max_chunksize=WINDOW)]
        assert len(verdicts) == ROWS // WINDOW and all(one.deciding.value is not None for one in verdicts)
        return sum(one.verdict is Finding.BROKEN for one in verdicts)

    return alarms


def straight(bins: int, error: float, rows: int, windows: int) -> int:
    """How many windows of households that are alike alarm, of a model that is off by ``error`` in each of some bins."""
    chance, homes = np.random.default_rng([2027, bins, rows]), math.ceil(rows / HOME)
    alarms = 0
    for first in range(0, windows, TOGETHER):
        many = min(TOGETHER, windows - first)
        score = chance.uniform(0.1, 0.8, (many, homes))
        cell = (np.arange(many)[:, None] * BUCKETS + chance.integers(0, BUCKETS, (many, homes))) * bins
        cell += np.minimum((score * bins).astype(np.int64), bins - 1)
        label = chance.random((many, homes)) < score + error
        by = [np.bincount(cell.ravel(), weights, many * BUCKETS * bins).reshape(many, BUCKETS, bins) * HOME
              for weights in (np.ones(cell.size), label.ravel(), score.ravel())]
        whole = stats.CalibrationError(*(one.sum(axis=1) for one in by))
        left = [stats.CalibrationError(*(one.sum(axis=1) - one[:, bucket] for one in by)) for bucket in range(BUCKETS)]
        family = stats.jackknifed(whole, left, (by[0].sum(axis=2) > 0).sum(axis=1))
        alarms += int((family.bounds(WINDOW / PERIOD)[0] > error).sum())
    return alarms


def false_alarms(line: str, alike: bool, lives: int, seed: int) -> int:
    """How many windows of so many lives alarmed."""
    chance, alarms = np.random.default_rng([2026, seed]), windows_of(line, alike)
    return sum(alarms(life(line, alike, chance)) for _ in range(lives))
