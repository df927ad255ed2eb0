"""Every learner, preparation, calibration and rule as a graph: the same decisions, and scores to the last digits."""

from __future__ import annotations

import datetime
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall import registry
from shall.core.errors import InputError
from shall.core.log import GroupDef
from shall.graph import Compiled, edge, written
from shall.graph.proof import proved
from shall.methods.blend import Blend, Prepared
from shall.methods.compiled import compiled, python, table_of
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.methods.prepare.encode import Encoding
from shall.methods.rule import Event, Rule
from shall.methods.task import Learned

find = partial(registry.find, "methods")
ROWS = 1500
QUICK: dict[str, dict[str, Any]] = {
    "lightgbm": {"rounds": 30}, "xgboost": {"rounds": 30}, "hist_gradient_boosting": {"max_iter": 30},
    "extra_trees": {"trees": 20}, "additive": {"rounds": 100}, "mlp": {"epochs": 4, "width": 16}}
LEARNERS = ("lightgbm", "xgboost", "hist_gradient_boosting", "extra_trees", "additive", "score_card",
            "logistic_regression", "mlp")
SINGLE = ("xgboost",)
TIGHT = 1e-9


@cache
def census() -> pa.Table:
    """Adult, with some values missing."""
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, ROWS)
    holes = np.random.default_rng(0)
    for name in ("age", "occupation", "hours_per_week"):
        column = pa.array(table.column(name).to_pylist(), mask=holes.random(ROWS) < 0.05)
        table = table.set_column(table.column_names.index(name), name, column)
    return table.drop_columns(["fnlwgt"])


@cache
def encoding() -> Encoding:
    return encode.fit(census(), [name for name in census().column_names if name != "income"])


@cache
def targets(classes: int) -> np.ndarray[Any, Any]:
    hours = np.nan_to_num(census().column("hours_per_week").cast(pa.float64()).to_numpy(), nan=40.0)
    hours = hours + np.random.default_rng(3).normal(0, 8, ROWS)         # it is a feature, too
    if classes == 2:
        return np.array([value == ">50K" for value in census().column("income").to_pylist()], dtype=np.int64)
    return np.digitize(hours, [36, 45]).astype(np.int64) if classes else hours


@cache
def model(learner: str, classes: int = 2, prepare: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = (),
          calibration: str = "") -> Model:
    if learner == "mlp":
        pytest.importorskip("torch")
    X, sizes, steps = encoding()(census()), encoding().sizes, []
    for name, settings in prepare:
        step = find(name).fit(X, targets(classes), sizes, classes=classes, settings=dict(settings))
        X, sizes = step(X), step.sizes
        steps.append((name, step))
    learned = find(learner).fit(X, targets(classes), sizes, classes=classes, settings=QUICK.get(learner))
    curve = (calibration, find(calibration).fit(learned.probabilities(X), targets(classes))) if calibration else None
    return Model(learner, encoding(), learned, steps=tuple(steps), calibration=curve,
                 classes=tuple(f"class {place}" for place in range(classes)))


def agree(asked: Model, table: pa.Table | None = None, tolerance: float = TIGHT) -> Compiled:
    """Decided alike on real rows and on every edge, and the graph comes back from its JSON."""
    table = census() if table is None else table
    made = compiled(asked, find)
    real = edge.packed(made.graph.inputs, table)
    proof = proved(made.graph, made.onnx, real, python(asked, made.graph.inputs), tolerance=tolerance, least=2500)
    assert proof.holds, (proof.differs, [one for one in (*proof.outputs, *proof.parts) if one.beyond])
    assert proof.compared >= 2500
    assert Compiled(written.read(made.json)).onnx == made.onnx
    said, answer = made(table), asked.answer(table)
    np.testing.assert_allclose(said["score"], answer.score[:, 1] if len(asked.classes) == 2 else answer.score,
                               rtol=tolerance, atol=tolerance)
    if asked.classes:
        np.testing.assert_array_equal(said["decision"], answer.decision)
        np.testing.assert_array_equal(said["abstained"], answer.abstained)
    return made


@pytest.mark.parametrize("learner", LEARNERS)
def test_learners_of_two_classes(learner: str) -> None:
    agree(model(learner), tolerance=1e-6 if learner in SINGLE else TIGHT)


@pytest.mark.parametrize("learner", [one for one in LEARNERS if one != "score_card"])
def test_learners_of_three_classes(learner: str) -> None:
    agree(model(learner, 3), tolerance=1e-6 if learner in SINGLE else TIGHT)


@pytest.mark.parametrize("learner", ["lightgbm", "xgboost", "hist_gradient_boosting", "extra_trees", "additive"])
def test_learners_of_a_number(learner: str) -> None:
    agree(model(learner, 0), tolerance=1e-6 if learner in SINGLE else TIGHT)


@pytest.mark.parametrize("learner", ["ridge", "mlp"])
def test_linear_learners_of_a_number_on_real_rows(learner: str) -> None:
    asked = model(learner, 0)
    np.testing.assert_allclose(compiled(asked, find)(census())["score"], asked.score(census()), rtol=1e-12)


@pytest.mark.parametrize("steps", [
    (("impute", ()),), (("impute", (("strategy", "mean"), ("indicator", False))), ("scale", ())),
    (("scale", (("method", "robust"),)),), (("scale", (("method", "quantile"),)),), (("one_hot", ()),),
    (("one_hot", (("rare", 0.1),)), ("select", (("share", 0.5),))), (("target_encoding", ()),),
    (("select", (("share", 0.3),)), ("impute", ()), ("scale", ()), ("one_hot", ()))])
@pytest.mark.parametrize("learner", ["lightgbm", "logistic_regression"])
def test_preparations(learner: str, steps: Any) -> None:
    agree(model(learner, 2, steps))


def test_target_encoding_of_three_classes() -> None:
    agree(model("lightgbm", 3, (("target_encoding", ()),)))


@pytest.mark.parametrize("calibration", ["temperature", "platt", "beta", "isotonic"])
@pytest.mark.parametrize("learner", ["lightgbm", "score_card", "logistic_regression"])
def test_calibrations_of_two_classes(learner: str, calibration: str) -> None:
    agree(model(learner, 2, (), calibration))


@pytest.mark.parametrize("calibration", ["temperature", "platt", "vector_scaling"])
def test_calibrations_of_three_classes(calibration: str) -> None:
    agree(model("hist_gradient_boosting", 3, (), calibration))


@pytest.mark.parametrize("rule", [Rule(0.3), Rule(0.4, abstain=0.1), Rule(abstain=0.6)])
def test_thresholds_and_abstention(rule: Rule) -> None:
    asked = model("lightgbm")
    agree(Model(asked.learner, asked.encoding, asked.target, rule=rule))


def test_of_three_classes_an_unsure_row_is_left() -> None:
    asked = model("additive", 3)
    made = agree(Model(asked.learner, asked.encoding, asked.target, rule=Rule(abstain=0.5), classes=asked.classes))
    assert 0 < made(census())["abstained"].sum() < ROWS


def test_plug_in_multipliers_without_knowing_the_group() -> None:
    asked, X = model("lightgbm"), encoding()(census())
    cell = np.array([value == "Male" for value in census().column("sex").to_pylist()], dtype=np.int64)
    group = find("lightgbm").fit(np.column_stack([X, targets(2)]), cell + 1, (*encoding().sizes, 0), classes=3,
                                 settings=QUICK["lightgbm"])
    events = (Event((True, True, False), None, 0.34), Event((False, False, True), 1, 0.2),
              Event((False, True, True), 0, 0.7))
    rule = Rule(0.45, events, (0.08, -0.05, 0.01), abstain=0.02)
    agree(Model("lightgbm", asked.encoding, asked.target, group, rule))


def test_thresholds_of_groups() -> None:
    by = (GroupDef("sex", "sex"), GroupDef("age", "age", (25.0, 45.0)), GroupDef("pay", "income"))
    rule = Rule(0.5, by_group=(
        ((("sex", "Male"), ("age", "25 to 45")), 0.4), ((("sex", "Female"), ("age", "below 25")), 0.1),
        ((("sex", "Female"), ("age", "45 and over")), 0.7), ((("age", "(missing)"),), 0.2),
        ((("sex", "(missing)"),), 0.9)))
    asked = model("lightgbm")
    agree(Model("lightgbm", asked.encoding, asked.target, rule=rule, by=by))
    blind = encode.fit(census(), ["education_num", "occupation"])
    learned = find("lightgbm").fit(blind(census()), targets(2), blind.sizes, settings=QUICK["lightgbm"])
    made = agree(Model("lightgbm", blind, learned, rule=rule, by=by))
    assert [one.name for one in made.graph.inputs] == ["education_num", "occupation", "sex", "age"]


def test_several_models_as_one() -> None:
    parts = [model("lightgbm"), model("logistic_regression", 2, (("impute", ()), ("scale", ()))), model("xgboost")]
    blend = Blend(tuple(Prepared(one.learner, one.steps, one.target) for one in parts), (0.5, 0.3, 0.2))
    agree(Model("blend", encoding(), blend), tolerance=1e-6)
    alike: tuple[Learned, ...] = (model("lightgbm").target, model("lightgbm", 2, (), "platt").target)
    agree(Model("lightgbm", encoding(), Blend(alike, (0.5, 0.5))))


@cache
def dated() -> pa.Table:
    random, micro = np.random.default_rng(1), np.random.default_rng(2).integers(0, 15 * 10**14, ROWS)
    days = [str(datetime.date(1999, 3, 1) + datetime.timedelta(int(day))) for day in random.integers(0, 9000, ROWS)]
    return pa.table({
        "at": pa.array(micro, pa.timestamp("us"), mask=random.random(ROWS) < 0.05), "iso": days,
        "day": pa.array(random.integers(0, 20_000, ROWS), pa.int32()).cast(pa.date32()),
        "zoned": pa.array(micro // 1000, pa.timestamp("ms", "Europe/Oslo")),
        "time": pa.array(random.integers(0, 86_400 * 10**6, ROWS), pa.time64("us")),
        "took": pa.array(random.integers(0, 10**13, ROWS), pa.duration("ns")),
        "late": micro // (86_400 * 10**6) % 7 > 3})


def test_dates_by_parts_times_and_durations() -> None:
    encoded = encode.fit(dated(), [name for name in dated().column_names if name != "late"])
    assert {"at.weekday", "iso.month", "day.year", "zoned.hour", "time.seconds", "took.seconds"} <= {*encoded.features}
    y = dated().column("late").to_numpy(zero_copy_only=False).astype(np.int64)
    learned = find("lightgbm").fit(encoded(dated()), y, encoded.sizes, settings=QUICK["lightgbm"])
    made = agree(Model("lightgbm", encoded, learned), dated())
    assert {one.name: one.what for one in made.graph.inputs}["iso"] == "date"


def test_packed_rows_become_a_table_and_back() -> None:
    made = compiled(model("lightgbm"), find)
    packed = edge.packed(made.graph.inputs, census())
    back = edge.packed(made.graph.inputs, table_of(made.graph.inputs, packed))
    assert all(np.array_equal(packed[name], back[name], equal_nan=name == "numbers") for name in packed)


def test_a_group_of_numbers_that_is_no_number_is_refused() -> None:
    rule = Rule(by_group=(((("hours", "many"),), 0.4),))
    asked = model("lightgbm")
    with pytest.raises(InputError, match="hours = many"):
        compiled(Model("lightgbm", asked.encoding, asked.target, rule=rule, by=(GroupDef("hours", "hours_per_week"),)),
                 find)


def test_what_the_graph_is_of() -> None:
    about = compiled(model("additive", 3), find).graph.about
    assert about["classes"] == ["class 0", "class 1", "class 2"] and about["kind"] == "multiclass"
    assert about["model"] == model("additive", 3).digest and about["learner"] == "additive"


def test_a_method_that_says_no_nodes_cannot_ship() -> None:
    class Silent:
        """An older plug-in."""

    asked = model("lightgbm")
    with pytest.raises(InputError, match="lightgbm does not say its nodes"):
        compiled(asked, lambda name: Silent())
