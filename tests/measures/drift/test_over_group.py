"""Drift of inputs, of the shares of groups and of missing values, asked through whole lines."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.core.verdict import Finding
from shall.phases.measuring import judge, prepare
from shall.phases.parts import Feature
from shall.tally import accumulate

BINDING = Binding(roles=(("score", Column("score")),),
                  groups=(GroupDef("sex", "sex"), GroupDef("band", "age", (30.0, 50.0))))
FEATURES = (Feature("income", "value:income"), Feature("state", "category:state"))
LINES = tuple(map(Requirement.parse, (
    "population_stability over feature against then <= 0", "jensen_shannon over feature against then <= 0",
    "wasserstein over feature against then <= 0", "population_stability over group against then <= 0",
    "jensen_shannon over group against then <= 0", "population_stability against then <= 0")))
DAY = datetime.date(2026, 11, 21)


def drawn(chance: Any, rows: int, *, women: float = 0.5, unknown: float = 0.02) -> pa.Table:
    income = chance.lognormal(10, 1, rows)
    return pa.table({
        "income": pa.array(income, mask=chance.random(rows) < unknown),
        "state": chance.choice(["a", "b", "c", None], rows, p=[0.5, 0.3, 0.15, 0.05]).tolist(),
        "sex": chance.choice(["F", "M", "X"], rows, p=[women, 0.98 - women, 0.02]).tolist(),
        "age": chance.integers(18, 90, rows), "score": chance.beta(2, 3, rows)})


def allowed(worlds: int) -> float:
    """One side of 95 % bounds, and what chance adds."""
    return 0.05 + 2.33 * float(np.sqrt(0.05 * 0.95 / worlds))


def judged(now: pa.Table, then: pa.Table) -> Any:
    examination = prepare(LINES, BINDING, features=FEATURES)
    now, then = (accumulate(examination.plan, table.to_batches()) for table in (now, then))
    return judge(examination, now, {"then": then}, on=DAY, phase="check")


@pytest.mark.parametrize("worlds", [40, pytest.param(600, marks=pytest.mark.slow)])
def test_a_world_that_stands_still_is_not_called_drift(worlds: int) -> None:
    """A limit of 0 is broken where drift is proved: of stable worlds in at most alpha, and what chance adds."""
    chance, called = np.random.default_rng(0), np.zeros(len(LINES))
    for _ in range(worlds):
        found = judged(drawn(chance, 400), drawn(chance, 800))
        called += [verdict.verdict is Finding.BROKEN for verdict in found]
    assert called.max() / worlds <= allowed(worlds), called


@pytest.mark.parametrize("worlds", [24, pytest.param(300, marks=pytest.mark.slow)])
def test_shifts_of_known_size_lie_within_their_bounds(worlds: int) -> None:
    """What moved is the share of women, by 0.2, and the share of missing incomes, by 0.1; nothing else."""
    chance = np.random.default_rng(1)
    then = np.array([0.5, 0.48, 0.02])
    moved = then + np.array([0.2, -0.2, 0])
    of_sex = ((moved - then) * np.log(moved / then)).sum()
    known, now = np.append(np.full(10, 0.098), 0.02), np.append(np.full(10, 0.088), 0.12)
    of_income = ((now - known) * np.log(now / known)).sum()
    wrong = np.zeros(4)
    for _ in range(worlds):
        found = judged(drawn(chance, 1500, women=0.7, unknown=0.12), drawn(chance, 3000))
        groups = {dict(row.group)["group"]: row for row in found[3].deciding.groups}
        features = {dict(row.group)["feature"]: row for row in found[0].deciding.groups}
        wrong += [groups["sex"].low > of_sex, groups["sex"].high < of_sex,
                  features["income"].low > of_income, features["income"].high < of_income]
        assert groups["band"].low == 0 or groups["band"].low < 0.01
    assert wrong.max() / worlds <= allowed(worlds), wrong


def test_real_data_and_a_group_that_has_a_cut() -> None:
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 20_000)
    old = table.filter(pc.greater(table["AGEP"], 25))
    path = fetch("employment") / "2015.parquet"
    file = {"groups": {"sex": "sex", "age": {"column": "AGEP", "cut": [30, 45, 60]}}, "data": {"then": str(path)},
            "requirements": {"same": "population_stability over group against then <= 0.1"}}
    found = shall.check(file, old).verdicts[0].deciding
    rows = {dict(row.group)["group"]: row for row in found.groups}
    everybody = pq.read_table(path, columns=["AGEP", "sex"])
    bands = [np.bincount(np.digitize(some["AGEP"].to_numpy(), [30, 45, 60]), minlength=4) + 0.5
             for some in (old, everybody)]
    p, q = (counts / counts.sum() for counts in bands)
    assert rows["age"].value == pytest.approx(((p - q) * np.log(p / q)).sum(), rel=0.01)
    assert rows["sex"].value < 0.01 and dict(found.worst[0]) == {"group": "age"}


def test_a_group_that_is_called_group_is_meant_first() -> None:
    table = pa.table({"decision": [1, 0] * 100, "team": ["a", "b"] * 100})
    found = shall.check({"groups": {"group": "team"}, "requirements": {"r": "selection_rate over group >= 0"}}, table)
    assert {row.group for row in found.verdicts[0].deciding.groups} == {(("group", "a"),), (("group", "b"),)}


def test_without_any_group_it_is_undecided(tmp_path: Any) -> None:
    table = pa.table({"decision": [1, 0] * 100})
    pq.write_table(table, tmp_path / "then.parquet")
    line = {"r": "population_stability over group against then <= 0.1"}
    found = shall.check({"data": {"then": str(tmp_path / "then.parquet")}, "requirements": line}, table).verdicts[0]
    assert found.verdict is Finding.UNDECIDED and found.deciding.reason == "the file defines no group"
