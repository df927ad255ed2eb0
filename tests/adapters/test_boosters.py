"""Boosters in files: read in a process of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from shall import graph as g
from shall.adapters.boosters import BoosterLimits, open_booster, read
from shall.core.errors import DataError, InputError
from tests.graph.boosters import edges

lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")


def asked(path: Path, x: np.ndarray, method: str) -> np.ndarray:
    booster = open_booster(path)
    columns = g.inputs({f"c{place}": "number" for place in range(x.shape[1])})
    made = getattr(g, method)(booster, columns)
    assert made.reference is None
    return g.compile(columns, said=made)._session({"numbers": x})["said"]


def test_a_text_of_lightgbm_says_what_lightgbm_says(tmp_path: Path) -> None:
    fitted = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(edges.WINE, edges.WINE_LABEL)
    fitted.booster_.save_model(tmp_path / "model.txt")
    np.testing.assert_allclose(asked(tmp_path / "model.txt", edges.WINE, "predict_proba"),
                               fitted.predict_proba(edges.WINE), rtol=0, atol=5e-16)
    np.testing.assert_array_equal(asked(tmp_path / "model.txt", edges.WINE, "decision_function"),
                                  fitted.predict(edges.WINE, raw_score=True))


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_a_file_of_xgboost_says_what_xgboost_says(tmp_path: Path, suffix: str) -> None:
    fitted = xgboost.XGBClassifier(n_estimators=10).fit(edges.HOLED, edges.CANCER_LABEL)
    fitted.save_model(tmp_path / f"model.{suffix}")
    np.testing.assert_array_equal(asked(tmp_path / f"model.{suffix}", edges.HOLED, "predict")[:, 0],
                                  fitted.predict_proba(edges.HOLED)[:, 1].astype(float))
    number = xgboost.XGBRegressor(n_estimators=5).fit(edges.DIABETES, edges.DIABETES_TARGET)
    number.save_model(tmp_path / f"number.{suffix}")
    np.testing.assert_array_equal(asked(tmp_path / f"number.{suffix}", edges.DIABETES, "predict")[:, 0],
                                  number.predict(edges.DIABETES).astype(float))
    with pytest.raises(InputError, match="no probabilities"):
        asked(tmp_path / f"number.{suffix}", edges.DIABETES, "predict_proba")


def test_categories_come_with_the_file(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"age": np.arange(200.0), "city": pandas.Categorical(["Oslo", "Bergen"] * 100)})
    label = (frame["city"] == "Oslo") ^ (frame["age"] > 150)
    one = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(frame, label)
    two = xgboost.XGBClassifier(n_estimators=10, enable_categorical=True).fit(frame, label)
    one.booster_.save_model(tmp_path / "model.txt")
    two.save_model(tmp_path / "model.json")
    for fitted, name in ((one, "model.txt"), (two, "model.json")):
        x = g.inputs({"age": "number", "city": "text"})
        said = g.compile(x, p=g.predict_proba(open_booster(tmp_path / name), x))._session({
            "numbers": frame[["age"]].to_numpy(), "texts": frame[["city"]].astype(object).to_numpy()})["p"]
        np.testing.assert_allclose(said, fitted.predict_proba(frame), rtol=0, atol=3e-16)


@pytest.mark.parametrize(("content", "why"), [
    (b"", "no booster"), (b"\x80\x04pickle", "no booster"), (b"tree\n", "cut off"), (b'{"learner": {}}', "not known")])
def test_what_is_no_booster_is_a_clear_error(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "model").write_bytes(content)
    with pytest.raises(DataError, match=why):
        open_booster(tmp_path / "model")
    with pytest.raises(DataError):
        read(content)


def test_no_file_and_one_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no booster"):
        open_booster(tmp_path / "nothing.txt")
    (tmp_path / "model").write_bytes(b"tree\n" * 100)
    with pytest.raises(DataError, match="500 bytes, more than 100"):
        open_booster(tmp_path / "model", BoosterLimits(size=100))


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
def test_a_file_that_takes_too_much_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(b'{"learner":[' + b"[]," * 15_000_000 + b"0]}")
    with pytest.raises(DataError, match=r"memory|damaged"):
        open_booster(tmp_path / "model.json", BoosterLimits(memory=2**30))
    with pytest.raises(DataError, match=r"more than 0\.01 s"):
        open_booster(tmp_path / "model.json", BoosterLimits(seconds=0.01))
