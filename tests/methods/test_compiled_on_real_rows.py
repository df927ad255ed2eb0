"""Every learner, calibration and rule on three data sets: each decision is the same as a graph; mitigations too."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall import registry
from shall.core.log import GroupDef
from shall.graph import edge
from shall.graph.proof import proved
from shall.methods.compiled import compiled, python
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.methods.rule import Event, Rule
from shall.methods.task import Learned, Recipe, Sample, Target

find = partial(registry.find, "methods")
LEARNED_FROM = 3000
QUICK: dict[str, dict[str, Any]] = {
    "lightgbm": {"rounds": 60}, "xgboost": {"rounds": 60}, "hist_gradient_boosting": {"max_iter": 40},
    "extra_trees": {"trees": 20}, "additive": {"rounds": 100}, "mlp": {"epochs": 4, "width": 32}}
LEARNERS = ("lightgbm", "xgboost", "hist_gradient_boosting", "extra_trees", "additive", "score_card",
            "logistic_regression", "mlp")
CALIBRATIONS = ("", "temperature", "platt", "beta", "isotonic")
SETS = {"adult": ("train.parquet", "income", ">50K", ("race", "sex")),
        "compas": ("compas.parquet", "two_year_recid", "0",
                   ("sex", "race", "id", "decile_score", "score_text", "flagged")),
        "employment": ("2015.parquet", "employed", "1", ("sex", "race", "id", "household", "year", "prediction",
                                                        "predicted_probability"))}
SEXES = {"adult": ("Female", "Male"), "compas": ("Female", "Male"), "employment": ("women", "men")}


class World:
    """A data set: all rows, those learned from, and what is learned."""

    def __init__(self, name: str) -> None:
        file, target, positive, barred = SETS[name]
        self.table = pq.read_table(fetch(name) / file)
        self.table = self.table.take(np.random.default_rng(0).permutation(self.table.num_rows)[:20_000])
        some = self.table.slice(0, LEARNED_FROM)
        self.label = np.array([str(value) == positive for value in some.column(target).to_pylist()], dtype=np.int64)
        self.encoding = encode.fit(some, [one for one in self.table.column_names if one not in (*barred, target)])
        self.X = self.encoding(some)
        self.sex = np.array(some.column("sex").to_pylist())
        self.sexes = SEXES[name]

    @cache  # noqa: B019
    def learned(self, learner: str) -> Learned:
        made: Learned = find(learner).fit(self.X, self.label, self.encoding.sizes, settings=QUICK.get(learner))
        return made

    @cache  # noqa: B019
    def group(self) -> Learned:
        cell = (self.sex == self.sexes[1]).astype(np.int64)
        made: Learned = find("lightgbm").fit(np.column_stack([self.X, self.label]), cell, (*self.encoding.sizes, 0),
                                             settings={"rounds": 30})
        return made

    def rules(self) -> dict[str, dict[str, Any]]:
        by_group = ((((("sex", self.sexes[0]),), 0.37)), ((("sex", self.sexes[1]),), 0.52))
        events = (Event((True, False), None, 0.4), Event((False, True), 1, 0.3))
        return {"half": {"rule": Rule()}, "abstaining": {"rule": Rule(0.43, abstain=0.08)},
                "groups": {"rule": Rule(by_group=by_group), "by": (GroupDef("sex", "sex"),)},
                "plug-in": {"rule": Rule(0.5, events, (0.06, -0.04)), "group": self.group()}}

    def model(self, learner: str, calibration: str = "", rule: str = "half", target: Learned | None = None) -> Model:
        learned = target or self.learned(learner)
        curve = None
        if calibration:
            curve = (calibration, find(calibration).fit(learned.probabilities(self.X), self.label))
        return Model(learner, self.encoding, learned, calibration=curve, **self.rules()[rule])


@cache
def world(name: str) -> World:
    return World(name)


def with_odd_rows(table: pa.Table) -> pa.Table:
    """The table, and rows whose texts nobody saw and whose numbers are missing."""
    odd = table.slice(0, 200)
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) or pa.types.is_string(field.type):
            values = pa.array(["never seen", None] * 100, pa.string()).cast(field.type)
        else:
            values = pc.if_else(pa.array([True, False] * 100), pa.scalar(None, field.type), odd.column(place))
        odd = odd.set_column(place, field, values)
    return pa.concat_tables([table, odd]).unify_dictionaries()


def same(model: Model, table: pa.Table, tolerance: float) -> None:
    said, answer = compiled(model, find)(table), model.answer(table)
    np.testing.assert_array_equal(said["decision"], answer.decision)
    np.testing.assert_array_equal(said["abstained"], answer.abstained)
    np.testing.assert_allclose(said["score"], answer.score[:, 1], rtol=0, atol=tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("name", SETS)
def test_every_calibration_and_rule(name: str, learner: str) -> None:
    if learner == "mlp":
        pytest.importorskip("torch")
    here = world(name)
    table = with_odd_rows(here.table)
    for calibration in CALIBRATIONS:
        for rule in here.rules():
            same(here.model(learner, calibration, rule), table, 1e-6 if learner == "xgboost" else 1e-9)


@pytest.mark.parametrize("name", SETS)
def test_a_plain_model_of_each_set_is_proved(name: str) -> None:
    here = world(name)
    model = here.model("lightgbm", "platt", "plug-in")
    made = compiled(model, find)
    real = edge.packed(made.graph.inputs, with_odd_rows(here.table).slice(0, 4000))
    proof = proved(made.graph, made.onnx, real, python(model, made.graph.inputs), tolerance=1e-9)
    assert proof.holds and proof.compared >= 10_000, proof.differs


@pytest.mark.parametrize("mitigation", ["reweighing", "lagrangian", "reductions"])
def test_mitigated_models(mitigation: str) -> None:
    here = world("adult")
    sample = Sample(here.X, here.label, {"sex": here.sex})
    targets = (Target("difference", None, tuple((("sex", one),) for one in here.sexes), 0.1),)
    recipe = Recipe("lightgbm", find("lightgbm").fit, here.encoding.sizes, settings={"rounds": 30})
    settings = {"rounds": 10} if mitigation == "reductions" else {}
    learned = find(mitigation).fit(sample, targets, recipe, settings=settings)
    same(here.model("lightgbm", "", "half", learned), with_odd_rows(here.table), 1e-9)
