from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.graph.boosters import edges

lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")
MUTANTS = Path(__file__).with_name("mutants.py")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Boosters of every kind, as their libraries save them."""
    folder = tmp_path_factory.mktemp("boosters")
    x, y = edges.coded()
    small = {"verbose": -1, "num_leaves": 5, "num_threads": 1}
    for name, rows, label, params in (
            ("categories", x, y, {"objective": "binary", "min_data_per_group": 5}),
            ("lines", edges.HOLED[:, :6], edges.CANCER_LABEL, {"objective": "binary", "linear_tree": True}),
            ("classes", edges.WINE, edges.WINE_LABEL, {"objective": "multiclass", "num_class": 3})):
        data = lightgbm.Dataset(rows, label, categorical_feature=[0, 1, 2] if name == "categories" else [])
        lightgbm.train({**small, **params}, data, 3).save_model(folder / f"{name}.txt")
    for name, rows, label, params in (
            ("codes", x, y, {"objective": "binary:logistic"}),
            ("dart", edges.WINE, edges.WINE_LABEL, {"objective": "multi:softprob", "num_class": 3, "booster": "dart"}),
            ("line", edges.WINE, edges.WINE_LABEL == 1, {"objective": "binary:logistic", "booster": "gblinear"})):
        types = ["c", "c", "c", "c", "q"] if name == "codes" else None
        matrix = xgboost.DMatrix(rows, label, feature_types=types, enable_categorical=True)
        booster = xgboost.train({"max_depth": 2, "verbosity": 0, "nthread": 1, **params}, matrix, 2)
        booster.save_model(folder / f"{name}.json")
        booster.save_model(folder / f"{name}.ubj")
    return folder


def tried(folder: Path, count: int) -> dict[str, Any]:
    ran = subprocess.run([sys.executable, str(MUTANTS), str(folder), str(count)], capture_output=True, text=True,
                         check=False, timeout=1200)
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout)
    assert sum(value for name, value in found.items() if name not in ("slowest", "megabytes")) == count
    assert found["slowest"] < 20 and found["megabytes"] < 1024, found
    return found


def test_two_hundred_damaged_boosters_do_no_harm(whole: Path) -> None:
    found = tried(whole, 200)
    assert found["refused"] > 50 and found["run"] > 10


@pytest.mark.slow
def test_four_thousand_damaged_boosters_do_no_harm(whole: Path) -> None:
    found = tried(whole, 4000)
    assert found["refused"] > 1000
