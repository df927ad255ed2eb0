"""Importance weighting from a small reference: in a build, by hand, and where it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.adapters import open_log
from shall.api.opening import bind, file_of, log_at
from shall.core.errors import DataError, InputError
from shall.methods.mitigate.importance_weighting import fit
from shall.phases.building import referenced
from tests.methods.mitigate.conftest import World

KEPT = ["age", "education_num", "hours_per_week", "occupation", "relationship", "race", "sex", "income"]


@pytest.fixture(scope="module")
def biased(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4,000 rows of Adult, 90 in 100 of them men, a gate and 200 rows of equal shares, and 400 of men only."""
    folder, random = tmp_path_factory.mktemp("biased"), np.random.default_rng(0)
    table = pq.read_table(fetch("adult") / "train.parquet").select(KEPT)
    men = np.asarray(table["sex"].to_pylist()) == "Male"
    places = {side: random.permutation(np.flatnonzero(men == side)) for side in (True, False)}
    for name, first, of_men, of_women in (("train", 0, 3600, 400), ("gate", 4000, 1000, 1000),
                                          ("reference", 6000, 100, 100), ("men", 7000, 400, 0)):
        rows = np.concatenate([places[True][first:first + of_men], places[False][first:first + of_women]])
        pq.write_table(table.take(pa.array(random.permutation(rows))), folder / f"{name}.parquet")
    return folder


def file(folder: Path, reference: str = "reference", **build: object) -> dict[str, object]:
    data = {name: str(folder / f"{name}.parquet") for name in ("train", "gate")}
    said = pq.read_table(folder / "train.parquet")["income"].unique().to_pylist()
    return {"subject": {"target": "income", "positive": next(one for one in said if ">" in one)},
            "data": {**data, **({"reference": str(folder / f"{reference}.parquet")} if reference else {})},
            "groups": {"sex": "sex"}, "requirements": {"useful": "accuracy >= 0.6"},
            "build": {"trials": 2, "learners": ["lightgbm"], "mitigations": ["importance_weighting"],
                      "readiness": "off", "blend": "off", **build}}


def test_build_weighs_its_rows_and_says_what_that_stands_on(biased: Path) -> None:
    found = shall.build(file(biased), output=biased / "model")
    assert found.found and any("importance weighting" in tried.name for tried in found.tried)
    assert any(note.startswith("training rows like the reference: weights from 8 features, effective sample")
               for note in found.notes)


def test_group_shares_come_within_two_points_of_the_reference(biased: Path) -> None:
    train = pq.read_table(biased / "train.parquet")
    made = file_of(file(biased))
    binding = bind(made, log_at(made, str(biased / "train.parquet")))
    wider, _ = referenced.weighed(train, binding, lambda name: open_log(str(biased / f"{name}.parquet")))
    weight, men = referenced.toward(wider), np.asarray(train["sex"].to_pylist()) == "Male"
    assert weight.mean() == pytest.approx(1)
    assert np.average(men, weights=weight) == pytest.approx(0.5, abs=0.02) and men.mean() == 0.9
    assert referenced.toward(train) is None


def test_no_overlap_stops_the_build_with_a_reason(biased: Path) -> None:
    train = pq.read_table(biased / "train.parquet")
    women = np.asarray(train["sex"].to_pylist()) == "Female"
    pq.write_table(train.filter(pa.array(women)), biased / "women.parquet")
    given = file(biased, "men")
    given["data"]["train"] = str(biased / "women.parquet")
    with pytest.raises(DataError, match="cannot be made like the reference: there is"):
        shall.build(given)


def test_without_a_reference_it_says_what_to_add(biased: Path, census: World) -> None:
    with pytest.raises(InputError, match="`reference` is not under"):
        shall.build(file(biased, ""))
    with pytest.raises(InputError, match=r"\[data\] reference"):
        fit(census.train, (), census.recipe)


def test_strength_flattens_and_own_weights_count(census: World) -> None:
    toward = np.where(np.arange(len(census.train.label)) % 2 == 0, 1.9, 0.1)
    given = replace(census.train, toward=toward)
    even = fit(given, (), census.recipe, {"strength": 0.0})
    np.testing.assert_array_equal(even.probabilities(census.new.X), census.plain().probabilities(census.new.X))
    full, own = fit(given, (), census.recipe), replace(census.train, weight=toward)
    np.testing.assert_array_equal(full.probabilities(census.new.X),
                                  census.recipe(own.X, own.label, own.weight).probabilities(census.new.X))
    both = fit(replace(given, weight=np.full(len(toward), 2.0)), (), census.recipe)
    np.testing.assert_array_equal(both.probabilities(census.new.X), census.recipe(
        own.X, own.label, 2 * toward).probabilities(census.new.X))


@pytest.mark.parametrize("settings", [{"strength": -0.1}, {"strength": 1.5}, {"strength": "much"}, {"power": 1.0}])
def test_settings_are_checked(census: World, settings: dict[str, object]) -> None:
    with pytest.raises(InputError, match="strength"):
        fit(replace(census.train, toward=np.ones(len(census.train.label))), (), census.recipe, settings)
