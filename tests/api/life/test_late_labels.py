"""Labels of real people that come late, and only of some: what is judged when, and whether it is right."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.api.life.looked import Looked
from shall.core.verdict import Verdict
from tests.api.life.lives import go, put

ROWS, DARED = 12_000, 0.1                   # of each year; the chance of a rejected one to be looked into
QUALITY = {"right": "accuracy >= 0.5", "found": "true_positive_rate >= 0.5", "false": "false_positive_rate <= 0.9",
           "close": "brier <= 0.5", "sharp": "roc_auc >= 0.5"}
FILE: dict[str, Any] = {
    "subject": {"name": "employment", "target": "employed", "positive": "1"},
    "columns": {"time": "year", "id": "id"}, "requirements": {**QUALITY, "some": "selection_rate <= 0.99",
                                                              "known": "label_rate >= 0.9"},
    "watch": {"windows": ["1 year"], "matured": "400 days"}}
WEIGHTED = FILE | {"columns": {**FILE["columns"], "weight": "weight"}}


def real() -> tuple[pa.Table, pa.Table]:
    """Decisions of two years, with the weight of those whose label is asked for, and the labels of all."""
    folder, chance = fetch("employment"), np.random.default_rng(1)
    table = pa.concat_tables([pq.read_table(folder / "decisions" / f"{year}.parquet").slice(0, ROWS)
                              for year in (2016, 2017)])
    likely = np.where(np.array(table["prediction"].to_pylist(), dtype=str) == "1", 1.0, DARED)
    chosen = chance.random(len(table)) < likely
    labels = pq.read_table(folder / "labels.parquet")
    return (table.append_column("weight", pa.array(np.where(chosen, 1 / likely, 0.0))),
            labels.filter(pc.is_in(labels["id"], table["id"].combine_chunks())))


def asked(table: pa.Table, labels: pa.Table) -> pa.Table:
    """The labels of those who were chosen."""
    chosen = table.filter(pc.greater(table["weight"], 0))["id"].combine_chunks()
    return labels.filter(pc.is_in(labels["id"], chosen))


def day(year: int, month: int, number: int = 1) -> float:
    return datetime.datetime(year, month, number, tzinfo=datetime.UTC).timestamp()


def judged(looked: Looked) -> dict[str, set[str]]:
    """The lines by window; those that wait for labels may be judged apart from the others."""
    return {window.label: {one.name for other in looked.windows if other.label == window.label
                           for one in other.verdicts} for window in looked.windows}


def verdicts(file: dict[str, Any], table: pa.Table, labels: pa.Table) -> dict[str, Verdict]:
    first, *_ = shall.watch(file, table, labels=labels).windows
    return {one.name: one for one in first.verdicts}


def test_only_windows_that_had_their_time_are_judged_and_the_label_rate_is_watched(tmp_path: Path) -> None:
    table, labels = real()
    years, place = [table.slice(0, ROWS), table.slice(ROWS)], tmp_path / "labels.parquet"
    put(years[0], tmp_path / "log" / "2016.parquet")
    put(labels.slice(0, 0), place)

    def look(clock: float) -> Looked:
        with go(tmp_path, tmp_path / "log", file=FILE, labels=place, clock=lambda: clock) as one:
            return one.look()

    early = look(day(2016, 12))
    assert early.windows == ()
    assert [(one.window, one.rows, one.labelled) for one in early.waiting] == [("2016", ROWS, 0)]
    put(years[1], tmp_path / "log" / "2017.parquet")
    assert judged(look(day(2017, 1, 2))) == {"2016": {"some"}}          # what needs no label waits for none
    put(asked(years[0], labels), place)
    waits = look(day(2017, 1, 3))
    assert waits.windows == () and 0 < waits.waiting[0].labelled < ROWS
    ripe = look(day(2017, 2, 10))                                       # 400 days and more after the first of January
    assert judged(ripe) == {"2016": {*QUALITY, "known"}}
    found = {one.name: one for one in ripe.windows[0].verdicts}
    share = pc.sum(pc.greater(years[0]["weight"], 0)).as_py() / ROWS
    assert found["known"].verdict == "broken" and found["known"].deciding.value == pytest.approx(share)
    assert {name: one.deciding for name, one in found.items()} == {
        name: one.deciding for name, one in verdicts(FILE, years[0], asked(years[0], labels)).items() if name in found}
    assert judged(look(day(2019, 2))) == {"2017": {*QUALITY, "known", "some"}}          # nobody has sent a label of it
    report = look(day(2019, 3))
    assert report.windows == () and report.state["right"].alarm == "undecided"


def test_chosen_labels_tell_the_truth_by_their_weights_and_not_without(tmp_path: Path) -> None:
    """Who was accepted is always looked into, who was not with a tenth of a chance: weight one over it, or 0."""
    table, labels = real()
    year, some = table.slice(0, ROWS), asked(table.slice(0, ROWS), labels)
    truth, naive, right = (verdicts(*told) for told in (
        (FILE, year, labels), (FILE, year, some), (WEIGHTED, year, some)))
    off = {name: abs(one.deciding.value - truth[name].deciding.value) for name, one in naive.items() if name in QUALITY}
    assert off["found"] > 0.04 and off["false"] > 0.3 and off["sharp"] > 0.05
    for name in QUALITY:
        found, true = right[name].deciding, truth[name].deciding.value
        assert found.low <= true <= found.high and found.high - found.low < 0.1, name
        assert abs(found.value - true) < 0.03
    assert right["some"].deciding.low <= truth["some"].deciding.value <= right["some"].deciding.high
    assert right["known"].deciding.value == 1.0                         # of those who were chosen
    put(year, tmp_path / "log" / "2016.parquet")
    put(some, tmp_path / "labels.parquet")
    with go(tmp_path, tmp_path / "log", file=WEIGHTED, labels=tmp_path / "labels.parquet",
            clock=lambda: day(2019, 1)) as going:
        windows = going.look().windows
    assert {one.name: one for window in windows for one in window.verdicts} == right


@pytest.mark.slow
def test_over_many_draws_the_weighted_value_is_that_of_all_labels() -> None:
    """The mean over draws of who is looked into: no bias, where the rows that have a label are off by far."""
    table, labels = real()
    year, chance = table.slice(0, 3_000), np.random.default_rng(2)
    file = WEIGHTED | {"requirements": {name: QUALITY[name] for name in ("right", "found", "false")}}
    true = {name: one.deciding.value for name, one in verdicts(
        file | {"columns": FILE["columns"]}, year, labels).items()}
    likely = np.where(np.array(year["prediction"].to_pylist(), dtype=str) == "1", 1.0, DARED)
    place, found = year.column_names.index("weight"), dict[str, list[float]]()
    for _ in range(60):
        chosen = chance.random(len(year)) < likely
        drawn = year.set_column(place, "weight", pa.array(np.where(chosen, 1 / likely, 0.0)))
        for name, one in verdicts(file, drawn, asked(drawn, labels)).items():
            found.setdefault(name, []).append(one.deciding.value)
    for name, values in found.items():
        assert abs(np.mean(values) - true[name]) < 4 * np.std(values) / len(values) ** 0.5 + 0.003, name
