"""An apprentice takes over when its requirements are met on rows that others answered, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall import graph as g
from shall import spec
from shall.api.checking import check
from shall.api.service.apprentices import FIRST, LOOKS, may_take_over
from shall.api.service.charge import Charge, Looked
from shall.api.service.serving import Serving, serving
from shall.core import recalls
from shall.core.decisions import Label
from shall.stores import open_store
from tests.api.packed import SPEC, label, logged, pack

RULE = """shall = 1
[subject]
name = "Loans"
target = "paid"
positive = "yes"
[requirements]
right = "accuracy >= 0.8"
"""
SERVE = """serve = 1
store = "shall.db"
[loans]
bundles = {{ 7 = "7.zip", 8 = "8.zip" }}
apprentice = "8"
take_over = "{way}"
"""


def ages(limit: float) -> g.Compiled:
    """Decides yes from an age on."""
    x = g.inputs({"age": "number"})
    return g.compile(x, score=x["age"] * 0.01, decision=x["age"] >= limit)


def service(folder: Path, way: str = "at once", limit: float = 40.0, rule: str = RULE) -> Serving:
    pack(folder / "7.zip", "7", RULE, ages(55.0))
    pack(folder / "8.zip", "8", rule, ages(limit))
    (folder / "serve.toml").write_text(SERVE.format(way=way))
    return serving(folder / "serve.toml")


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Serving]:
    made = service(tmp_path)
    yield made
    made.close()


def live(served: Serving, number: int, seed: int = 0, truth: float = 40.0, right: float = 1.0) -> None:
    """Rows and their labels: yes from an age on, but turned round for some."""
    chance = np.random.default_rng(seed)
    labels, rows = [], [{"age": float(age)} for age in chance.integers(20, 60, number)]
    decided = served.service.decide("loans", rows)
    for sink, records in [*decided.kept, *(decided.later() if decided.later else [])]:
        sink.write(records)
    for row, answer in zip(rows, decided.answers, strict=True):
        yes = (row["age"] >= truth) == (chance.random() < right)
        labels.append(Label(answer.id, "yes" if yes else "no", served.service.clock()))
    label(served, *labels)


def models(served: Serving) -> dict[str, str]:
    return served.service.models()[0].modes


def test_it_takes_over_at_once_when_its_requirements_are_met(found: Serving, tmp_path: Path) -> None:
    assert found.look() == ["loans@8 has 0 rows so far, and is looked at from 64 with a label on"]
    live(found, FIRST - 1)
    assert found.look() == [f"loans@8 has {FIRST - 1} rows so far, and is looked at from 64 with a label on"]
    live(found, 200, seed=1)
    assert found.look() == ["loans@8 may take over: every requirement is met on 263 rows with a label"]
    assert models(found) == {"7": "idle", "8": "live"}
    assert found.service.decide("loans", [{"age": 45}]).answers[0].model == "loans@8"
    assert found.status == ["loans: loans@8 has taken over from 7"] and found.look() == []
    assert not found.refresh() and found.service.models()[0].in_charge == "8"


def test_it_stays_in_charge_after_a_new_start(tmp_path: Path) -> None:
    first = service(tmp_path)
    live(first, 300)
    assert first.look()[0].startswith("loans@8 may take over")
    first.close()
    again = serving(tmp_path / "serve.toml")
    assert again.service.models()[0].in_charge == "8"
    again.close()
    pack(tmp_path / "8.zip", "8", RULE, ages(41.0))         # another bundle has shown nothing
    other = serving(tmp_path / "serve.toml")
    assert other.service.models()[0].in_charge == "7"
    other.close()


def test_it_only_says_so_where_that_is_asked(tmp_path: Path) -> None:
    found = service(tmp_path, "propose")
    live(found, 300)
    (said,) = found.look()
    note = "loans@8 may take over: every requirement was met at look 3"
    assert said == "loans@8 may take over: every requirement is met on 300 rows with a label"
    assert found.service.models()[0].notes == [note] and models(found) == {"7": "live", "8": "apprentice"}
    assert found.look() == ["loans@8 has 300 rows so far, and is looked at from 512 with a label on"]
    assert found.status == [f"loans: {note}"]
    found.close()
    again = serving(tmp_path / "serve.toml")
    assert again.status == [f"loans: {note}"]
    live(again, 700, seed=9, right=0.5)
    assert again.look() == ["loans@8 may not take over yet: right is broken"] and again.status == []
    again.close()


@pytest.mark.parametrize(("right", "seed", "verdict"), [(0.6, 3, "broken"), (0.82, 4, "undecided")])
def test_what_is_not_met_never_takes_over(found: Serving, right: float, seed: int, verdict: str) -> None:
    live(found, 400, seed, right=right)
    assert found.look() == [f"loans@8 may not take over yet: right is {verdict}"]
    assert models(found) == {"7": "live", "8": "apprentice"}


def test_without_labels_nothing_is_shown(found: Serving) -> None:
    found.service.decide("loans", [{"age": 45.0}] * 500)
    decided = found.service.decide("loans", [{"age": 45.0}] * 500)
    assert decided.later is not None
    for sink, records in [*decided.kept, *decided.later()]:
        sink.write(records)
    assert found.look() == ["loans@8 has 0 rows with a label so far, and is looked at from 64 with a label on"]


def test_looks_are_few_and_kept(found: Serving, tmp_path: Path) -> None:
    live(found, 100, right=0.6)
    assert "may not take over yet" in found.look()[0]
    live(found, 20, seed=1)
    assert found.look() == ["loans@8 has 120 rows so far, and is looked at from 128 with a label on"]
    live(found, 20, seed=2, right=0.6)
    assert "may not take over yet" in found.look()[0]
    with closing(open_store(tmp_path / "shall.db")) as store:
        records = store.records("take over", "loans@8")
        assert [(one.body["look"], one.body["labelled"], one.body["may"]) for one in records] == [
            (1, 100, False), (2, 140, False)]
        (verdict,) = records[0].body["verdicts"]
        assert verdict["name"] == "right" and verdict["verdict"] in ("broken", "undecided")
        assert Charge(store).shown("loans@8", str(records[0].body["digest"])) == Looked(2, False)
        assert Charge(store).shown("loans@8", "another") == Looked(0, False)


def test_each_look_pays_its_share_of_alpha(found: Serving, tmp_path: Path) -> None:
    """At 95% over 20 looks each bound is one of 99.75%."""
    live(found, 200, right=0.9)
    file = found.bundles.at(str(tmp_path / "8.zip")).file
    shown = may_take_over(file, "loans@8", tmp_path / "compared" / "loans@8", tmp_path / "decisions/loans/labels")
    (tmp_path / "once.toml").write_text(RULE.replace("[subject]", f"confidence = {100 - 5 / LOOKS}\n[subject]", 1))
    once = check(tmp_path / "once.toml", tmp_path / "compared" / "loans@8", labels=tmp_path / "decisions/loans/labels",
                 record=False)
    (verdict,), (same,) = shown.verdicts, once.verdicts
    assert verdict.deciding.n == 200 and verdict.deciding.low == pytest.approx(same.deciding.low)


def test_a_recalled_apprentice_is_not_looked_at(found: Serving) -> None:
    live(found, 300)
    assert found.store is not None
    found.store.append(recalls.RECALL, "loans@8", recalls.body("wrong", "me"))
    assert found.refresh() and found.look() == [] and models(found) == {"7": "live", "8": "recalled"}


def test_the_one_in_charge_can_be_what_it_is_compared_with(tmp_path: Path) -> None:
    """On the same rows: 7 is right from 55 on only, 8 almost always."""
    rule = RULE + 'better = "accuracy >= logged"\n'
    found = service(tmp_path, rule=rule)
    live(found, 600)
    assert found.look()[0].startswith("loans@8 may take over")
    found.close()


def test_an_apprentice_that_is_worse_than_the_one_in_charge(tmp_path: Path) -> None:
    rule = RULE.replace("0.8", "0.5") + 'better = "accuracy >= logged"\n'
    found = service(tmp_path, rule=rule)
    live(found, 600, truth=54.0)
    assert found.look() == ["loans@8 may not take over yet: better is broken"]
    found.close()


@pytest.mark.parametrize(("line", "by", "verdict"), [
    ("churn against previous <= 60%", "churn against shipped <= 60%", "met"),
    ("churn against previous <= 10%", "churn against shipped <= 10%", "broken"),
    ("negative_flip_rate against previous <= 5%", "negative_flip_rate against shipped <= 5%", "met"),
    ("positive_flip_rate against previous >= 10%", "positive_flip_rate against shipped >= 10%", "met")])
def test_the_version_before_an_apprentice_is_the_one_in_charge(tmp_path: Path, line: str, by: str, verdict: str
                                                               ) -> None:
    """By the same figures as a log of what the one in charge decided; no store is asked."""
    found = service(tmp_path, rule=RULE + f'beside = "{line}"\n')
    live(found, 600)
    file, log = found.bundles.at(str(tmp_path / "8.zip")).file, tmp_path / "compared" / "loans@8"
    labels = tmp_path / "decisions/loans/labels"
    shown = may_take_over(file, "loans@8", log, labels)
    rows = logged(tmp_path, "compared/loans@8")
    pq.write_table(pa.table({"id": rows["id"], "decision": rows["decision_in_charge"]}), tmp_path / "7.parquet")
    top = f"confidence = {100 - 5 / LOOKS}\n[data]\nshipped = \"7.parquet\"\n[subject]"
    (tmp_path / "once.toml").write_text(RULE.replace("[subject]", top, 1) + f'beside = "{by}"\n')
    named = check(tmp_path / "once.toml", log, labels=labels, record=False).verdicts[1].deciding
    here = shown.verdicts[1].deciding
    assert shown.verdicts[1].verdict == verdict and shown.may == (verdict == "met")
    assert (here.value, here.n) == (named.value, named.n) and here.n == 600
    assert (here.low, here.high) == pytest.approx((named.low, named.high))
    (tmp_path / "again.toml").write_text(RULE + f'beside = "{line}"\n')
    again = check(tmp_path / "again.toml", log, labels=labels)
    assert again.verdicts[1].deciding.value == here.value
    assert "`previous` is the version in charge, which decided the same rows" in again.notes
    yes = pa.array(["yes" if age >= 40 else "no" for age in rows["age"].to_pylist()])
    for version, column in (("a", "decision_in_charge"), ("b", "decision")):
        table = pa.table({"id": rows["id"], "decision": rows[column], "paid": yes})
        pq.write_table(table, tmp_path / f"{version}.parquet")
        apart = check(tmp_path / "again.toml", tmp_path / f"{version}.parquet")
        assert (apart.verdicts[1].deciding.value is None) == (version == "a")   # no log was checked before it
    assert apart.verdicts[1].deciding.value == here.value
    found.close()


@pytest.mark.parametrize(("spec_", "said"), [
    (None, "the shall file of its bundle is not there"),
    (RULE.replace('"yes"', '"maybe"'), 'cannot be asked whether it may take over: no label is "maybe"'),
    (RULE + '[data]\ntrain = "none.parquet"\n', "may take over"),
    (RULE + 'steady = "population_stability over feature against train <= 0.1"\n[data]\ntrain = "none.parquet"\n',
     "may not take over yet: steady is undecided")])
def test_what_cannot_be_asked_is_said(tmp_path: Path, spec_: str | None, said: str) -> None:
    pack(tmp_path / "7.zip", "7", RULE, ages(55.0))
    pack(tmp_path / "8.zip", "8", spec_, ages(40.0))
    (tmp_path / "serve.toml").write_text(SERVE.format(way="at once"))
    found = serving(tmp_path / "serve.toml")
    live(found, 100)
    (told,) = found.look()
    assert said in told and (models(found)["8"] == "apprentice" or said == "may take over")
    found.close()


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    shown = may_take_over(spec.loads(SPEC), "loans@8", tmp_path / "none")
    assert not shown.may and "cannot be asked" in str(shown)


def test_nothing_that_was_found_is_no_permission() -> None:
    shown: Any = may_take_over(None, "loans@8", "none")
    assert not shown.may and shown.verdicts == ()
