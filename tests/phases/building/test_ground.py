"""What is learned of Adult's sexes and races, out of fold, and the rules that move their rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.log import Binding, Column, GroupDef
from shall.methods.adjust.plug_in import rule_for
from shall.methods.prepare import encode
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Kind, Target
from shall.phases.building.fitting import folds_of, labelled, sample
from shall.phases.building.ground import Ground, OutOfTime, cells_of, cross_fitted, folds_for, given_of, learn, loss
from shall.phases.building.trial import held_out

FEATURES = ("age", "education_num", "marital_status", "occupation", "relationship", "hours_per_week")
BINDING = Binding(roles=(("label", Column("income")),), positive=">50K",
                  groups=(GroupDef("sex", "sex"), GroupDef("race", "race")))
MEN, WOMEN = (("sex", "Male"),), (("sex", "Female"),)
CONFIG = {"learner": "lightgbm"}


@pytest.fixture(scope="module")
def ground() -> Ground:
    table, label = labelled(pq.read_table(fetch("adult") / "train.parquet").slice(0, 7000), BINDING)
    encoding = encode.fit(table, FEATURES)
    rows = sample(table, BINDING, encoding, ["sex", "race"])
    folds, held = folds_for(table.num_rows)
    made = Ground(table, rows, encoding, ("0", "1"), (), folds_of(table, BINDING, label, folds), folds, held,
                  cells_of(rows))
    return replace(made, given=given_of(made))


@pytest.fixture(scope="module")
def held(ground: Ground) -> HeldOut:
    says = cross_fitted(ground, CONFIG, lambda tightness: (), 0)
    assert says is not None
    return held_out(ground, says)


def rates(held: HeldOut, rule: Rule, label: int | None) -> list[float]:
    """The rates of the sexes, in order."""
    decided, _ = rule.decide(held)
    about = np.ones(len(decided), dtype=bool) if label is None else held.label == label
    return sorted(float(decided[about & (held.everyone["sex"] == sex)].mean()) for sex in ("Male", "Female"))


def test_small_cells_are_learned_together(ground: Ground, held: HeldOut) -> None:
    cells = ground.cells
    assert cells is not None
    assert len(cells.shares) == len(cells.names) + 1
    assert cells.shares.sum() == pytest.approx(1)
    rows = [(ground.sample.groups["sex"] == dict(cell)["sex"]) & (ground.sample.groups["race"] == dict(cell)["race"])
            for cell in cells.names]
    assert min(int(some.sum()) for some in rows) >= 50
    np.testing.assert_allclose(cells.shares[:-1].sum(axis=1), [some.mean() for some in rows])
    assert held.joint is not None
    np.testing.assert_allclose(held.joint.sum(axis=(1, 2)), 1)


def test_no_row_is_told_by_a_model_that_learned_from_it(ground: Ground, held: HeldOut) -> None:
    """Labels that are noise are told no better than by chance; a model knows its own rows far better."""
    noise = np.random.default_rng(0).integers(0, 2, len(ground.fold))
    blind = replace(ground, sample=replace(ground.sample, label=noise))
    says = cross_fitted(blind, CONFIG, lambda tightness: (), 0)
    assert says is not None
    assert abs(float(((says[:, 1] >= 0.5) == noise).mean()) - 0.5) < 0.02
    own = learn(blind, CONFIG, lambda tightness: (), 0).says(blind.sample.X, 2)
    assert float(((own[:, 1] >= 0.5) == noise).mean()) > 0.6
    assert loss(held.probabilities, held.label) < 0.4


def test_a_fold_that_is_far_behind_ends_the_trial(ground: Ground) -> None:
    assert cross_fitted(ground, CONFIG, lambda tightness: (), 0, most=0.01) is None
    with pytest.raises(OutOfTime):
        cross_fitted(ground, CONFIG, lambda tightness: (), 0, late=lambda ahead: ahead > 0)


@pytest.mark.parametrize(("kind", "label", "limit"), [
    ("ratio", None, 0.8), ("difference", 0, 0.03), ("difference", 1, 0.05), ("least", 1, 0.6), ("most", None, 0.2)])
def test_a_rule_keeps_its_target(held: HeldOut, kind: Kind, label: int | None, limit: float) -> None:
    rule = rule_for(held, [Target(kind, label, (MEN, WOMEN), limit)])
    assert rule is not None
    for one, kept in ((rule, True), (Rule(), False)):                   # the plain rule broke it
        low, high = rates(held, one, label)
        slack = {"ratio": low / high - limit, "difference": limit - (high - low), "least": low - limit,
                 "most": limit - high}[kind]
        assert (slack >= 0) == kept


def test_two_targets_at_once(held: HeldOut) -> None:
    rule = rule_for(held, [Target("difference", label, (MEN, WOMEN), 0.06) for label in (0, 1)])
    assert rule is not None
    assert len(rule.multipliers) == 4
    for label in (0, 1):
        low, high = rates(held, rule, label)
        assert high - low <= 0.06


def test_what_cannot_be_kept_gives_no_rule(held: HeldOut) -> None:
    asked = [Target("least", None, (MEN,), 0.9), Target("most", None, (MEN,), 0.1)]
    assert rule_for(held, asked) is None


def test_deciding_everybody_alike_is_no_rule(held: HeldOut) -> None:
    assert rule_for(held, [Target("least", None, (MEN, WOMEN), 1.0)]) is None


def test_many_classes_count_as_many_rows() -> None:
    assert folds_for(1400) == folds_for(1400, 5) == folds_for(5999) == (5, 5)
    assert folds_for(1400, 10) == folds_for(6000) == (3, 3)
    assert folds_for(60_000) == folds_for(60_000, 10) == (5, 1)
