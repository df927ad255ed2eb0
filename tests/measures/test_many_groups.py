"""Thousands of groups in little memory: measures asked in processes of their own, whose peak the kernel tells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
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
pq.write_table(pa.table(columns), "tested.parquet")
before = most_memory()
file = {"shall": 1, "subject": {"name": "many", "kind": "classifier", "target": "label", "positive": "1"},
        "columns": {name: name for name in ("score", "decision", *filter(None, more))},
        "data": {"tested": "tested.parquet"},
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
    ("roc_auc over branch >= 0.1", 2_000, "", 100),
    ("log_loss over branch <= 9", 2_000, "", 100),
    ("calibration_intercept over branch <= 9", 2_000, "", 100),
    ("calibration_error over branch <= 0.9", 2_000, "", 100),
    ("calibration_error over branch <= 0.9", 2_000, "unit", 100),
    ("calibration_error(equal_mass = true) over branch <= 0.9", 2_000, "", 100),
    ("p95(score) over branch <= 9", 2_000, "", 100),
    ("population_stability over branch against tested <= 9", 4_000, "", 100),
    ("wasserstein over branch against tested <= 9", 2_000, "", 100),
    ("wasserstein over branch against tested <= 9", 300, "unit", 60),
    ("estimated_accuracy over branch against tested >= 0.1", 1_000, "", 100),
])
def test_memory_does_not_grow_with_the_square_of_the_groups_or_with_the_grid(line, groups, more, most_mb, tmp_path):
    done = subprocess.run([sys.executable, "-c", ASKED, line, str(groups), more], cwd=tmp_path, capture_output=True,
                          text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < most_mb
