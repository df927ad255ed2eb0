"""Bounds of rows that come in households, and of several classes, hold as often as they say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.phases.measuring import measure, prepare
from shall.tally import accumulate

WORLDS, HOUSEHOLDS, EACH = 300, 60, 4
WRONG = 0.05 + 3 * (0.05 * 0.95 / WORLDS) ** 0.5                # of alpha = 5 %, within three standard errors


def wrong(line: str, table: pa.Table, binding: Binding, truth: float,
          then: pa.Table | None = None) -> tuple[float, float]:
    """How often the lower bound of a world is above the truth, and the upper one below it."""
    examination = prepare([Requirement.parse(line)], binding)
    tally = accumulate(examination.plan, table.to_batches())
    references = {} if then is None else {"then": accumulate(examination.plan, then.to_batches())}
    rows = measure(examination, tally, references)[0][0].groups
    assert len(rows) == WORLDS
    low, high = (np.array([getattr(row, side) for row in rows], dtype=float) for side in ("low", "high"))
    return float((low > truth).mean()), float((high < truth).mean())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_households(share: float) -> None:
    """Rows of one household decide alike: taken as independent they would be wrong in a fifth of the worlds."""
    chance = np.random.default_rng(int(100 * share))
    of_household = chance.beta(share, 1 - share, WORLDS * HOUSEHOLDS)
    decision = chance.random(len(of_household) * EACH) < np.repeat(of_household, EACH)
    table = pa.table({
        "decision": decision.astype(np.int8), "household": np.repeat(np.arange(len(of_household)), EACH),
        "world": np.repeat(np.arange(WORLDS), HOUSEHOLDS * EACH)})
    groups = (GroupDef("world", "world"),)
    roles = (("decision", Column("decision")), ("unit", Column("household")))
    low, high = wrong("selection_rate over world >= 0", table, Binding(roles, groups=groups), share)
    assert low <= WRONG and high <= WRONG
    naive = wrong("selection_rate over world >= 0", table, Binding(roles[:1], groups=groups), share)
    assert max(naive) > 0.12


@pytest.mark.parametrize(("options", "error"), [
    ("", 0.0), pytest.param("(bins = 5)", 0.02, marks=pytest.mark.slow),
    pytest.param("(equal_mass = true)", 0.0, marks=pytest.mark.slow)])
def test_the_noise_of_households_is_no_calibration_error(options: str, error: float) -> None:
    """Rows of one household have one score and one label, so bins are off by twice as much as of rows alone."""
    chance = np.random.default_rng(7)
    bins = 5 if error else 10
    score = (np.arange(WORLDS * HOUSEHOLDS) % bins + 0.5) / bins
    label = chance.random(len(score)) < score + np.where(score > 0.5, -error, error)
    some = {name: np.repeat(values, EACH) for name, values in (
        ("score", score), ("label", label.astype(np.int8)), ("household", np.arange(len(score))))}
    table = pa.table({**some, "world": np.repeat(np.arange(WORLDS), HOUSEHOLDS * EACH)})
    roles = tuple((name, Column(column)) for name, column in (
        ("score", "score"), ("label", "label"), ("unit", "household")))
    line, groups = f"calibration_error{options} over world <= 1", (GroupDef("world", "world"),)
    low, high = wrong(line, table, Binding(roles, groups=groups), error)
    assert low <= WRONG and high <= WRONG
    naive, _ = wrong(line, table, Binding(roles[:2], groups=groups), error)
    assert naive > 0.1


@pytest.mark.parametrize(("now", "then"), [(1, EACH), (EACH, EACH)])
@pytest.mark.parametrize("measure", ["population_stability", "jensen_shannon", "wasserstein"])
def test_households_are_no_drift(measure: str, now: int, then: int) -> None:
    """Nothing moved; rows of a household have one score, in the log or in both: also what a log is held against."""
    chance = np.random.default_rng(3)

    def log(each: int) -> pa.Table:
        homes = WORLDS * HOUSEHOLDS * EACH // each
        score = np.round(chance.beta(2, 3, homes), 1)
        return pa.table({"score": np.repeat(score, each), "household": np.repeat(np.arange(homes), each),
                         "world": np.repeat(np.arange(WORLDS), HOUSEHOLDS * EACH)})

    tables, groups = [log(now), log(then)], (GroupDef("world", "world"),)
    roles = (("score", Column("score")), ("unit", Column("household")))
    line = f"{measure} over world against then <= 1"
    low, _ = wrong(line, tables[0], Binding(roles, groups=groups), 1e-9, tables[1])
    assert low <= WRONG
    naive, _ = wrong(line, tables[0], Binding(roles[:1], groups=groups), 1e-9, tables[1])
    assert naive > WRONG


@pytest.mark.parametrize("line", ["f1(average = macro) over world >= 0", "recall(average = macro) over world >= 0",
                                  "balanced_accuracy(average = macro) over world >= 0"])
def test_several_classes(line: str) -> None:
    chance = np.random.default_rng(5)
    names = np.array(["bus", "car", "van"])

    def rows(count: int) -> tuple[np.ndarray, np.ndarray]:
        label = chance.choice(3, count, p=(0.5, 0.3, 0.2))
        return label, np.where(chance.random(count) < 0.7, label, chance.integers(0, 3, count))

    def binding(groups: tuple[GroupDef, ...]) -> Binding:
        return Binding((("label", Column("label")), ("decision", Column("decision"))), groups=groups, kind="multiclass",
                       classes=tuple(names))

    label, decision = rows(2_000_000)
    large = pa.table({"label": names[label], "decision": names[decision]})
    examination = prepare([Requirement.parse(line.replace(" over world", ""))], binding(()))
    truth = measure(examination, accumulate(examination.plan, large.to_batches()), {})[0][0].value
    assert truth is not None
    label, decision = rows(WORLDS * 400)
    table = pa.table({"label": names[label], "decision": names[decision], "world": np.repeat(np.arange(WORLDS), 400)})
    low, high = wrong(line, table, binding((GroupDef("world", "world"),)), truth)
    assert low <= WRONG and high <= WRONG
