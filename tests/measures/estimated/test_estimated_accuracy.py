"""Accuracy that is estimated before labels come: by hand, on years that were served, and where it must refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.api.life.watching import watching
from shall.core.verdict import Finding
from shall.measures.estimated.estimated_accuracy import estimate
from shall.reports import github, html, json, junit, markdown, sarif, text
from shall.testing import cells

WORDS = "estimated_accuracy"
SERVED = (2016, 2017, 2018)
MEASURES = {"accuracy": ">=", "true_positive_rate": ">=", "precision": ">=", "false_positive_rate": "<="}


def served(years: tuple[int, ...] = SERVED) -> pa.Table:
    return pa.concat_tables([pq.read_table(fetch("employment") / "decisions" / f"{year}.parquet") for year in years])


def file(requirements: dict[str, str], reference: Path | None = None, **more: Any) -> dict[str, Any]:
    return {"subject": {"target": "employed", "positive": "1"},
            "columns": {"score": "predicted_probability", "decision": "prediction", "id": "id", "time": "year"},
            "data": {"tested": str(reference or fetch("employment") / "2015.parquet")}, "groups": {"sex": "sex"},
            "watch": {"windows": ["1 year"]}, "requirements": requirements, **more}


def test_known_answer() -> None:
    """Chosen with 0.8: 3 of 4 are positive. Refused with 0.3: 1 of 5 is. Now there are thrice as many refused ones."""
    tested = cells(label=[1, 1, 1, 0] * 100 + [1, 0, 0, 0, 0] * 100, decision=[1] * 400 + [0] * 500,
                   score=[0.8] * 400 + [0.3] * 500)
    now = cells(label=[None] * 400, decision=[1] * 100 + [0] * 300, score=[0.8] * 100 + [0.3] * 300)
    found = estimate(now, tested)
    assert found.value[0] == pytest.approx(0.25 * 0.75 + 0.75 * 0.8) and found.n.tolist() == [400]
    (low,), (high,) = found.bounds(0.05)
    assert low < found.value[0] - 0.02 and found.value[0] + 0.02 < high < found.value[0] + 0.06


def test_the_served_years_of_real_data_beside_what_labels_said_later() -> None:
    """Estimated from the year before the model served; what is assumed moved by less than a point in three years."""
    lines = {f"{name}_{sign}": f"{name} over sex {sign} 0.5" for name, sign in MEASURES.items()}
    later = {f"e_{name}": f"estimated_{name} over sex against tested {sign} 0.5" for name, sign in MEASURES.items()}
    log = served()
    before = shall.watch(file(later), log)
    after = shall.watch(file(lines), log, labels=pq.read_table(fetch("employment") / "labels.parquet"))
    for blind, seen in zip(before.windows, after.windows, strict=True):
        assert blind.labelled == 0 and seen.labelled == seen.rows
        for estimated, true in zip(blind.verdicts, seen.verdicts, strict=True):
            assert str(estimated.requirement.measures[0]).startswith("estimated_")
            for one, other in zip(estimated.deciding.groups, true.deciding.groups, strict=True):
                assert one.group == other.group and one.value == pytest.approx(other.value, abs=0.015)
                assert one.high - one.low < 0.04


def test_labels_that_come_are_the_check() -> None:
    """Half of the labels are there: as they are it goes on; turned round, the scores mean nothing any more."""
    log = served((2016,)).slice(0, 8000)
    labels = pq.read_table(fetch("employment") / "labels.parquet")
    line = {"e": f"{WORDS} against tested >= 0.7"}
    kept = labels.filter(pa.array(np.arange(len(labels)) % 2 == 0))
    assert shall.check(file(line), log, labels=kept).verdicts[0].verdict is Finding.MET
    turned = kept.set_column(1, "employed", pa.array(1 - kept["employed"].to_numpy().astype(int)))
    found = shall.check(file(line), log, labels=turned).verdicts[0]
    assert found.verdict is Finding.UNDECIDED and "scores mean something else now" in found.deciding.reason


def test_a_reference_without_rows_like_these_makes_no_estimate(tmp_path: Path) -> None:
    table = pq.read_table(fetch("employment") / "2015.parquet")
    low = table.filter(pa.array(table["predicted_probability"].to_numpy() < 0.4))
    pq.write_table(low, tmp_path / "low.parquet")
    found = shall.check(file({"e": f"{WORDS} against tested >= 0.7"}, tmp_path / "low.parquet"), served((2016,)))
    assert found.verdicts[0].verdict is Finding.UNDECIDED and "too little" in found.verdicts[0].deciding.reason


def test_every_report_says_that_it_is_an_estimate() -> None:
    line = {"quality": f"{WORDS} against tested >= 0.99"}
    report = shall.check(file(line), served((2016,)).slice(0, 4000))
    watched = shall.watch(file(line), served((2016,)).slice(0, 4000))
    written = [text.check(report), html.check(report), str(json.check(report)), junit.check(report),
               markdown.check(report), sarif.check(report), github.check(report), html.watch(watched),
               str(json.watch(watched))]
    assert report.verdicts[0].verdict is Finding.BROKEN and all(WORDS in one for one in written)
    told = " ".join(text.watch(watched).split())
    assert "quality: estimated from what scores meant in `tested`, not measured on labels of these rows" in told


def test_weights_are_honoured_on_both_sides(tmp_path: Path) -> None:
    """Labels of refused rows were sampled one in four and weigh four: without weights too much is believed of them."""
    chance = np.random.default_rng(0)
    score = chance.random(12_000)
    decision, label = (score > 0.5).astype(int), (chance.random(12_000) < score).astype(int)
    kept = (decision == 1) | (chance.random(12_000) < 0.25)
    table = pa.table({"score": score, "decision": decision, "y": label, "w": np.where(decision == 1, 1.0, 4.0)})
    pq.write_table(table.filter(pa.array(kept)), tmp_path / "tested.parquet")
    asked = {"subject": {"target": "y", "positive": "1"}, "data": {"tested": str(tmp_path / "tested.parquet")},
             "columns": {"weight": "w"}, "requirements": {"e": "estimated_true_positive_rate against tested >= 0.5"}}
    now = table.slice(0, 6000).set_column(3, "w", pa.array(np.ones(6000))).drop_columns(["y"])
    found = shall.check(asked, now).verdicts[0].deciding
    assert found.value == pytest.approx(0.75, abs=0.02) and found.low < 0.75 < found.high


def test_units_and_a_gap_of_groups() -> None:
    line = {"gap": "difference of estimated_true_positive_rate over sex against tested <= 0.1"}
    columns = {"score": "predicted_probability", "decision": "prediction", "unit": "household"}
    log = served((2016,)).slice(0, 10_000)
    found = shall.check({**file(line), "columns": columns}, log).verdicts[0]
    assert found.verdict is Finding.MET and 0 <= found.deciding.value < 0.02


def test_of_several_classes_each_against_all_others(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    scores = chance.dirichlet([1, 1, 1], 4000)
    label = [["a", "b", "c"][chance.choice(3, p=row)] for row in scores]
    names = {f"p_{name}": scores[:, place] for place, name in enumerate("abc")}
    table = pa.table({"y": label, **names})
    pq.write_table(table.slice(0, 3000), tmp_path / "tested.parquet")
    asked = {"subject": {"target": "y", "classes": ["a", "b", "c"]},
             "columns": {"scores": {name: f"p_{name}" for name in "abc"}},
             "data": {"tested": str(tmp_path / "tested.parquet")},
             "requirements": {"e": "estimated_precision over class against tested >= 0.3",
                              "p": "precision over class >= 0.3"}}
    estimated, true = shall.check(asked, table.slice(3000)).verdicts
    for one, other in zip(estimated.deciding.groups, true.deciding.groups, strict=True):
        assert one.value == pytest.approx(other.value, abs=0.06)


def test_a_watch_that_goes_on_estimates_at_once_while_quality_waits_for_labels(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    score = chance.random(6000)
    label, start = (chance.random(6000) < score).astype(int), np.datetime64("2026-01-01T00:00:00")
    rows = pa.table({"id": [f"r{place}" for place in range(6000)], "score": score, "y": label,
                     "decision": (score > 0.5).astype(int),
                     "at": pa.array(start + np.arange(6000) * np.timedelta64(30, "m"))})
    (tmp_path / "log").mkdir()
    pq.write_table(rows.slice(0, 2000), tmp_path / "tested.parquet")
    pq.write_table(rows.slice(2000).drop_columns(["y"]), tmp_path / "log" / "a.parquet")
    pq.write_table(rows.select(["id", "y"]).slice(0, 2000), tmp_path / "labels.parquet")
    asked = {"subject": {"target": "y", "positive": "1"}, "columns": {"id": "id", "time": "at"},
             "data": {"tested": str(tmp_path / "tested.parquet")},
             "watch": {"windows": ["1 month"], "matured": "1 year"},
             "requirements": {"e": f"{WORDS} against tested >= 0.6", "a": "accuracy >= 0.6"}}
    now = np.datetime64("2026-06-01").astype("datetime64[s]").astype(int)
    with watching(asked, tmp_path / "log", labels=tmp_path / "labels.parquet", state=tmp_path / "state",
                  clock=lambda: float(now)) as going:
        going.look()
        windows = going.windows()
    found = [{verdict.requirement.name: verdict for verdict in window.verdicts} for window in windows]
    assert len(found) >= 2 and all(one["e"].verdict is Finding.MET for one in found)
    assert all(one["e"].deciding.value == pytest.approx(0.75, abs=0.03) for one in found)
    assert all(one["a"].verdict is Finding.UNDECIDED for one in found)
