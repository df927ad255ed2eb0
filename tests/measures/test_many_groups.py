"""Thousands of groups in little memory: measures asked in processes of their own, whose peak the kernel tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = """
import sys
import numpy as np, pyarrow as pa
import shall
from tests.graph.boosters.mutants import most_memory

line, groups, *more = sys.argv[1:]
chance, rows = np.random.default_rng(1), 8 * int(groups)
score = chance.random(rows)
columns = {"branch": np.repeat(np.arange(int(groups)), 8).astype(str), "score": score,
           "label": (chance.random(rows) < score).astype(int), "decision": (score >= 0.5).astype(int)}
if "weight" in more:
    columns["weight"] = 4e6 * chance.random(rows)
if "unit" in more:
    columns["unit"] = np.arange(rows) // 2
before = most_memory()
file = {"shall": 1, "subject": {"name": "many", "kind": "classifier", "target": "label", "positive": "1"},
        "columns": {name: name for name in ("score", "decision", *filter(None, more))},
        "groups": {"branch": "branch"}, "requirements": {"held": line}}
(verdict,) = shall.check(file, pa.table(columns), record=False).verdicts
assert verdict.deciding.value is not None
print((most_memory() - before) // 1024)
"""


@pytest.mark.parametrize(("line", "groups", "more", "most_mb"), [
    ("brier over branch <= 0.5", 2_000, "weight", 400),
    ("ratio of mean(score) over branch >= 0.1", 2_000, "", 250),
    ("ratio of selection_rate over branch >= 0.1", 2_000, "", 250),
    ("roc_auc over branch >= 0.1", 100, "unit", 200),
])
def test_memory_does_not_grow_with_the_square_of_the_groups(line, groups, more, most_mb):
    done = subprocess.run([sys.executable, "-c", ASKED, line, str(groups), more], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < most_mb
