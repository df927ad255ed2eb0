"""Blends in a search: chosen greedily, judged like all others, learned again in time, and not unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_digits

import shall
from shall.methods.blend import Blend, Prepared
from shall.phases.build import BuildResult
from shall.phases.building.blending import EACH, KEPT, Member, _best, weights_of
from shall.phases.building.trial import MOST, packed, unpacked
from tests.phases.building import searching

lightgbm = pytest.importorskip("lightgbm")


def square(error: Any) -> float:
    return float(np.mean(error ** 2))


def test_errors_that_cancel_are_taken_together() -> None:
    noise = np.random.default_rng(0).normal(size=(3, 4000))
    told = [noise[0], noise[1], 3 * noise[2]]
    weights = weights_of(told, [1, 1, 1], square)
    assert sum(weights) == pytest.approx(1)
    assert weights[0] == pytest.approx(9 / 19, abs=0.05) and weights[2] == pytest.approx(1 / 19, abs=0.05)
    assert square(sum(weight * one for weight, one in zip(weights, told, strict=True))) < 0.52
    assert weights_of(told, [1, 1, 1], square) == weights


def test_no_more_is_taken_than_there_is_time_for() -> None:
    noise = np.random.default_rng(0).normal(size=(3, 4000))
    told = [0.99 * noise[0], noise[1], noise[2]]
    assert weights_of(told, [1, 1, 1], square, most=2).count(0) == 1
    assert weights_of(told, [1, 2, 1], square, most=2)[1] == 0
    assert weights_of(told, [1, 1, 1], square, most=1) == [1, 0, 0]
    assert weights_of(told, [1, 1, 1], square, most=0.5) == [0, 0, 0]


def test_the_best_of_each_learner_stay_whatever_the_order() -> None:
    says = np.zeros((1, 1))
    some = [Member(number, {"learner": "a" if number < 40 else "b"}, says, float(number), 1.0) for number in range(44)]
    kept = _best(some)
    assert len(kept) == KEPT
    assert sum(one.config["learner"] == "b" for one in kept) == EACH
    one_by_one: list[Member] = []
    for one in reversed(some):
        one_by_one = _best([*one_by_one, one])
    assert [one.number for one in one_by_one] == [one.number for one in kept]


@pytest.mark.parametrize("classes", [0, 2, 5])
def test_what_is_said_is_kept_as_text(classes: int) -> None:
    says = np.random.default_rng(0).dirichlet(np.ones(classes), 30) if classes else np.linspace(-5, 90, 30)[:, None]
    back = unpacked(packed(says), 30, classes)
    assert back is not None
    np.testing.assert_allclose(back, says, rtol=1e-6, atol=1e-6)
    assert packed(np.zeros((MOST + 1, 1))) == "" and unpacked("", 30, classes) is None


def build(folder: Path, table: pa.Table, subject: dict[str, Any], line: str, **options: Any) -> BuildResult:
    order = np.random.default_rng(0).permutation(table.num_rows)
    half = len(order) // 2
    for name, rows in (("train", order[:half]), ("gate", order[half:])):
        pq.write_table(table.take(rows), folder / f"{name}.parquet")
    return shall.build({"subject": {"target": "y", **subject}, "requirements": {"useful": line},
                        "data": {name: str(folder / f"{name}.parquet") for name in ("train", "gate")},
                        "build": {"readiness": "off", "trials": 4, **options}})


def blends(found: BuildResult) -> list[Any]:
    return [one for one in found.tried if "blend" in one.made]


def columns(X: Any) -> dict[str, Any]:
    return {f"x{place}": column for place, column in enumerate(X.T)}


def test_numbers(tmp_path: Path) -> None:
    ink = load_digits().data[:800]          # a pixel, from those around it
    table = pa.table({**columns(ink[:, [19, 20, 21, 27, 29, 35, 36, 37]]), "y": ink[:, 28]})
    found = build(tmp_path, table, {"kind": "regressor"}, "root_mean_squared_error <= 10", trials=8)
    (blend,) = blends(found)
    assert blend.objective >= max(one.objective for one in found.tried)
    assert blend.chosen and blend.name.startswith("blend of ")
    model = found.candidate
    assert model is not None and model.learner == "blend" and isinstance(model.target, Blend)
    assert all(isinstance(part, Prepared) for part in model.target.parts)
    assert sum(model.target.weights) == pytest.approx(1)
    assert found.verdicts and found.found


def test_many_classes(tmp_path: Path) -> None:
    digits = load_digits()
    table = pa.table({**columns(digits.data[:1000, 20:44]), "y": [f"d{digit}" for digit in digits.target[:1000]]})
    found = build(tmp_path, table, {"classes": [f"d{digit}" for digit in range(10)]}, "accuracy >= 0.5",
                  learners=["extra_trees", "logistic_regression"], blend="on")
    assert blends(found)
    single = min(one.loss for one in found.tried if "blend" not in one.made)
    assert min(one.loss for one in blends(found)) < single


def test_a_search_that_goes_on_finds_the_same_blend(tmp_path: Path) -> None:
    searching.rows(tmp_path)
    whole = searching.search(tmp_path, blend="on")
    study = f"sqlite:///{tmp_path / 'search.db'}"
    searching.search(tmp_path, blend="on", study=study, trials=3)
    again = searching.search(tmp_path, blend="on", study=study)
    assert again.tried == whole.tried and blends(whole)
    assert again.candidate is not None and whole.candidate is not None
    assert again.candidate.digest == whole.candidate.digest


def test_whoever_names_learners_gets_no_blend_unasked(tmp_path: Path) -> None:
    searching.rows(tmp_path)
    assert not blends(searching.search(tmp_path))
    assert blends(searching.search(tmp_path, blend="on"))
    assert not blends(searching.search(tmp_path, learners=[], blend="off", trials=2))
