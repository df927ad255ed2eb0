"""Slices of a log: what is found, that `check` finds the same of it, and what is refused."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.core.errors import InputError
from shall.core.parse import parse_filter
from shall.tally.filters import selected

ROOT = Path(__file__).resolve().parents[2]
EMPLOYMENT = ROOT / ".data" / "employment" / "2015.parquet"
ROWS = 6_000


def log(seed=0):
    """Errors of 10 %, of 50 % among the old women; one column is missing here and there."""
    random = np.random.default_rng(seed)
    age, sex = random.integers(18, 80, ROWS), random.choice(["F", "M"], ROWS)
    income = np.where(random.random(ROWS) < 0.1, np.nan, random.lognormal(3, 1, ROWS))
    wrong = random.random(ROWS) < np.where((age >= 60) & (sex == "F"), 0.5, 0.1)
    label = random.random(ROWS) < 0.4
    return pa.table({"age": age, "sex": sex, "income": income, "id": np.arange(ROWS),
                     "label": label.astype(int), "decision": (label ^ wrong).astype(int),
                     "score": np.where(label ^ wrong, 0.8, 0.3), "cost": random.gamma(2.0, 3.0, ROWS)})


def file(**requirements):
    return {"requirements": requirements or {"right": "accuracy >= 0.75"}}


def masks(found, table):
    batch = table.combine_chunks().to_batches()[0]
    return [selected(parse_filter(one.filter), batch) for one in found.slices]


def test_finds_what_was_planted():
    found = shall.slices(file(), log(), bins=6)
    first = found.slices[0]
    planted = (log()["age"].to_numpy() >= 60) & (log()["sex"].to_numpy(zero_copy_only=False) == "F")
    rows = masks(found, log())[0]
    assert (rows & planted).sum() > 0.75 * (rows | planted).sum()
    assert first.evident and first.columns == ("age", "sex") and first.high < 0.75 < first.rest
    assert found.measure == "accuracy" and found.worst == "low" and "✗" in str(found)


def test_check_finds_the_same_of_a_slice():
    found, table = shall.slices(file(), log(), top=4), log()
    for one, rows in zip(found.slices, masks(found, table), strict=True):
        verdict = shall.check(file(it=one.line), table, record=False).verdicts[0]
        evidence = verdict.deciding
        assert (evidence.value, evidence.n) == (one.value, one.n)
        assert one.low <= evidence.low <= one.value <= evidence.high <= one.high
        right = (table["label"].to_numpy() == table["decision"].to_numpy())[rows]
        assert one.value == right.mean() and one.rows == rows.sum()


def test_slices_share_at_most_half_of_their_rows():
    found = masks(shall.slices(file(), log(), top=6), log())
    shared = [(one & two).sum() / min(one.sum(), two.sum()) for place, one in enumerate(found) for two in found[:place]]
    assert len(found) >= 2 and max(shared) <= 0.5


@pytest.mark.parametrize("measure, of_row", [
    ("false_positive_rate", lambda t: np.where(t["label"] == 0, t["decision"], np.nan)),
    ("precision", lambda t: np.where(t["decision"] == 1, t["label"], np.nan)),
    ("brier", lambda t: (t["score"] - t["label"])**2),
    ("log_loss", lambda t: -np.log(np.where(t["label"] == 1, t["score"], 1 - t["score"]))),
    ("mean(cost)", lambda t: t["cost"]),
    ("share(income > 20)", lambda t: np.where(np.isnan(t["income"]), np.nan, t["income"] > 20)),
])
def test_every_mean_over_rows_can_be_sliced_by(measure, of_row):
    table = log()
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    found = shall.slices(file(), table, measure=measure, top=3, depth=2, over=["age", "sex"])
    assert found.slices
    for one, rows in zip(found.slices, masks(found, table), strict=True):
        values = of_row(columns)[rows]
        assert one.value == pytest.approx(np.nanmean(values), abs=2e-5) and one.n == np.isfinite(values).sum()


def test_what_is_no_mean_over_rows_is_refused():
    with pytest.raises(InputError, match=r"roc_auc is not a mean over rows.*such as accuracy"):
        shall.slices(file(), log(), measure="roc_auc")
    with pytest.raises(InputError, match="neither a requirement nor a measure acuracy"):
        shall.slices(file(), log(), measure="acuracy")
    with pytest.raises(InputError, match="no column and the file no group agee"):
        shall.slices(file(), log(), over=["agee"])
    with pytest.raises(InputError, match="too few"):
        shall.slices(file(), log().slice(0, 60))
    with pytest.raises(InputError, match="compares with other rows"):
        shall.slices({"requirements": {"drift": "population_stability over feature against train <= 0.1"},
                      "data": {"train": "train.parquet"}}, log(), measure="drift")


def test_a_requirement_of_groups_is_taken_apart_and_its_filter_kept():
    asked = file(fair="ratio of selection_rate over sex >= 0.8 where age < 60")
    found = shall.slices(asked | {"groups": {"sex": "sex"}}, log(), measure="fair", over=["income", "sex"], depth=1)
    assert found.worst == "low" and found.over == ("income", "sex")
    assert all(" where age < 60 and " in one.line for one in found.slices)


def test_only_slices_that_are_worse_than_the_rest_are_told():
    found = shall.slices(file(), log(), over=["age"], top=10)
    assert found.slices and all(one.value < one.rest for one in found.slices)
    found = shall.slices(file(), log(), measure="mean(cost)", worst="high", over=["age", "sex"], top=10)
    assert all(one.value > one.rest for one in found.slices)


def test_a_perfect_model_has_none():
    table = log()
    found = shall.slices(file(), table.set_column(5, "decision", table["label"]))
    assert found.slices == () and "no slice of 50 rows or more is worse than the rest" in str(found)


@pytest.mark.parametrize("left_out, looked", [
    ("label", r"no label column \(looked for: label\); its columns are: age, sex"),
    ("decision", r"no decision column \(looked for: decision, prediction, .*\); its columns are: age, sex"),
])
def test_a_column_that_is_missing_is_named(left_out, looked):
    with pytest.raises(InputError, match=looked):
        shall.slices(file(), log().drop_columns([left_out, "score"]))


def test_rows_that_cannot_be_searched():
    with pytest.raises(InputError, match="the log is empty"):
        shall.slices(file(), log().slice(0, 0))
    table = log()
    unlabelled = table.set_column(4, "label", pa.nulls(ROWS, pa.int64()))
    with pytest.raises(InputError, match="every label is missing: the column label has no value in 6,000 rows"):
        shall.slices(file(), unlabelled)
    with pytest.raises(InputError, match=r"1 row and 0 columns .* say --at-least"):
        shall.slices(file(), table.slice(0, 1))


def test_halves_judge_on_rows_that_were_not_searched():
    found = shall.slices(file(), log(), halves=True)
    assert found.rows + found.judged == ROWS and found.compared == 10 and found.slices[0].evident
    assert "judged" in str(found)


def test_weights_count():
    table = log().append_column("weight", pa.array(np.where(log()["age"].to_numpy() >= 60, 0.0, 1.0)))
    found = shall.slices(file() | {"columns": {"weight": "weight"}}, table, over=["age", "sex"], depth=2)
    assert not any(one.evident for one in found.slices)


def test_real_rows():
    table = pq.read_table(EMPLOYMENT).slice(0, 12_000)
    columns = {"decision": "prediction", "id": "id", "time": "year", "score": "predicted_probability",
               "unit": "household"}
    asked = {"subject": {"target": "employed", "positive": "1"}, "columns": columns, **file()}
    found = shall.slices(asked, table, over=["AGEP", "SCHL", "DIS", "sex", "race"], top=5)
    assert sum(one.evident for one in found.slices) >= 2
    for one in found.slices[:2]:
        evidence = shall.check(asked | file(it=one.line), table, record=False).verdicts[0].deciding
        assert (evidence.value, evidence.n) == (one.value, one.n) and one.value < found.value - 0.1


def test_several_classes():
    random = np.random.default_rng(0)
    animal, place = random.choice(["cat", "dog", "bird"], ROWS), random.choice(["in", "out"], ROWS)
    said = np.where((place == "out") & (random.random(ROWS) < 0.4), "dog", animal)
    table = pa.table({"place": place, "size": random.normal(size=ROWS), "label": animal, "decision": said})
    asked = {"subject": {"target": "label", "classes": ["bird", "cat", "dog"]}, "columns": {"decision": "decision"}}
    found = shall.slices(asked | file(), table)
    assert found.slices[0].filter == "place = 'out'"
    assert found.slices[0].value == (said == animal)[place == "out"].mean()
    with pytest.raises(InputError, match="not a mean over rows"):
        shall.slices(asked | file(it="recall(average = macro) >= 0.5"), table, measure="it")


def test_numbers_that_are_predicted():
    random = np.random.default_rng(0)
    size, kind = random.gamma(2.0, 3.0, ROWS), random.choice(["a", "b"], ROWS)
    price = 10 * size + random.normal(size=ROWS)
    table = pa.table({"size": size, "kind": kind, "price": price, "score": price + np.where(kind == "a", 0.5, 4.0)})
    asked = {"subject": {"kind": "regressor", "target": "price"}, "columns": {"score": "score"},
             "requirements": {"near": "mean_absolute_error <= 3"}}
    found = shall.slices(asked, table)
    assert found.slices[0].filter == "kind = 'b'"
    assert found.slices[0].line == "mean_absolute_error <= 3 where kind = 'b'"
    assert found.worst == "high" and found.slices[0].value == pytest.approx(4.0) and found.slices[0].evident


def test_a_bound_for_a_measure_alone_is_what_all_rows_reach():
    found = shall.slices(file(), log(), measure="mean(cost)", over=["age", "sex"], depth=1, top=2)
    mean = np.mean(log()["cost"].to_numpy())
    bound = float(found.slices[0].line.split("<= ")[1].split(" where")[0])
    assert found.worst == "high" and mean <= bound < mean + 0.11


def test_the_gate_is_named_where_it_is_searched(tmp_path):
    pq.write_table(log(), tmp_path / "gate.parquet")
    asked = file() | {"data": {"gate": str(tmp_path / "gate.parquet")}}
    assert any("the rows of the gate" in note for note in shall.slices(asked, over=["age", "sex"], depth=1).notes)


def test_a_limit_of_ratios_is_no_limit_of_a_rate():
    asked = file(fair="ratio of selection_rate over sex >= 0.8") | {"groups": {"sex": "sex"}}
    found = shall.slices(asked, log(), measure="fair", over=["age"], depth=1, top=1)
    rate = np.mean(log()["decision"].to_numpy())
    assert found.worst == "low" and f"selection_rate >= {np.floor(rate * 100) / 100:g} where" in found.slices[0].line
