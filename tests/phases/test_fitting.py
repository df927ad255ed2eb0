"""What is learned once of Adult's sexes and races, and the rules that move their rates on rows held out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.log import Binding, Column, GroupDef
from shall.methods.prepare import encode
from shall.phases.fitting import Fitted, Sample, Target, fit, labelled, rule_for, sample

FEATURES = ("age", "education_num", "marital_status", "occupation", "relationship", "hours_per_week")
BINDING = Binding(roles=(("label", Column("income")),), positive=">50K",
                  groups=(GroupDef("sex", "sex"), GroupDef("race", "race")))
MEN, WOMEN = (("sex", "Male"),), (("sex", "Female"),)


@pytest.fixture(scope="module")
def parts() -> tuple[pa.Table, pa.Table]:
    table = pq.read_table(fetch("adult") / "train.parquet")
    return table.slice(0, 5000), table.slice(5000, 3000)


@pytest.fixture(scope="module")
def samples(parts: tuple[pa.Table, pa.Table]) -> tuple[encode.Encoding, Sample, Sample]:
    encoding = encode.fit(parts[0], FEATURES)
    train, held = (sample(table, BINDING, encoding, ["sex", "race"]) for table in parts)
    return encoding, train, held


@pytest.fixture(scope="module")
def fitted(samples: tuple[encode.Encoding, Sample, Sample]) -> Fitted:
    return fit("lightgbm", samples[0], samples[1])


def rates(fitted: Fitted, rule: object, held: Sample, label: int | None) -> Iterator[float]:
    """The rates of the sexes under a model, and nothing but its features is given to it."""
    decided = rule.decided(held.X)[1]                                    # type: ignore[attr-defined]
    for sex in ("Male", "Female"):
        inside = held.groups["sex"] == sex
        yield float(decided[inside & (held.label == label if label is not None else True)].mean())


def test_rows_without_a_label_are_left_out(parts: tuple[pa.Table, pa.Table]) -> None:
    table = parts[0].slice(0, 100)
    income = table["income"].to_pylist()
    income[3] = None
    place = table.schema.get_field_index("income")
    kept, label = labelled(table.set_column(place, "income", pa.array(income)), BINDING)
    assert kept.num_rows == len(label) == 99
    np.testing.assert_array_equal(label, [value == ">50K" for value in income if value is not None])


def test_a_sample_holds_labels_and_groups(parts: tuple[pa.Table, pa.Table],
                                          samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    _, train, _ = samples
    assert train.X.shape == (5000, len(FEATURES))
    np.testing.assert_array_equal(train.groups["sex"], parts[0]["sex"].to_pylist())
    np.testing.assert_array_equal(train.label, [value == ">50K" for value in parts[0]["income"].to_pylist()])


def test_small_cells_are_learned_together(fitted: Fitted, samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    _, train, held = samples
    assert len(fitted.shares) == len(fitted.cells) + 1
    assert fitted.shares.sum() == pytest.approx(1)
    rows = [(train.groups["sex"] == dict(cell)["sex"]) & (train.groups["race"] == dict(cell)["race"])
            for cell in fitted.cells]
    assert min(int(some.sum()) for some in rows) >= 50
    np.testing.assert_allclose(fitted.shares[:-1].sum(axis=1), [some.mean() for some in rows])
    joint = fitted.model.joint(held.X, fitted.model.target.probabilities(held.X)[:, 1])
    np.testing.assert_allclose(joint.sum(axis=(1, 2)), 1)


@pytest.mark.parametrize(("kind", "label", "limit"), [
    ("ratio", None, 0.8), ("difference", 0, 0.03), ("difference", 1, 0.05), ("least", 1, 0.6), ("most", None, 0.2)])
def test_a_rule_keeps_its_target(fitted: Fitted, samples: tuple[encode.Encoding, Sample, Sample], kind: str,
                                 label: int | None, limit: float) -> None:
    held = samples[2]
    model = rule_for(fitted, held, [Target(kind, label, (MEN, WOMEN), limit)])
    assert model is not None
    low, high = sorted(rates(fitted, model, held, label))
    slack = {"ratio": low / high - limit, "difference": limit - (high - low), "least": low - limit,
             "most": limit - high}[kind]
    assert slack >= 0
    free = sorted(rates(fitted, fitted.model, held, label))
    assert {"ratio": free[0] / free[1] < limit, "difference": free[1] - free[0] > limit, "least": free[0] < limit,
            "most": free[1] > limit}[kind]                              # the plain model broke it


def test_two_targets_at_once(fitted: Fitted, samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    held = samples[2]
    model = rule_for(fitted, held, [Target("difference", label, (MEN, WOMEN), 0.06) for label in (0, 1)])
    assert model is not None
    assert len(model.rule.multipliers) == 4
    for label in (0, 1):
        low, high = sorted(rates(fitted, model, held, label))
        assert high - low <= 0.06


def test_without_groups_there_is_no_rule(samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    encoding, train, held = samples
    plain = fit("logistic_regression", encoding, Sample(train.X, train.label, {}))
    assert plain.model.group is None
    assert rule_for(plain, held, [Target("ratio", None, (MEN, WOMEN), 0.8)]) is None


def test_what_cannot_be_kept_gives_no_rule(fitted: Fitted, samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    asked = [Target("least", None, (MEN,), 0.9), Target("most", None, (MEN,), 0.1)]
    assert rule_for(fitted, samples[2], asked) is None


def test_deciding_everybody_alike_is_no_rule(fitted: Fitted, samples: tuple[encode.Encoding, Sample, Sample]) -> None:
    assert rule_for(fitted, samples[2], [Target("least", None, (MEN, WOMEN), 1.0)]) is None
