"""Every odd log, every measure, every aggregate: a message or a verdict, and never *met* without evidence.

What counts as evidence is worked out here again, row by row in plain Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall import registry
from shall.core.errors import DataError
from shall.core.evidence import Outcome
from shall.core.verdict import Finding, Verdict

ROWS = 400
Columns = dict[str, list[Any]]


class Row(NamedTuple):
    """One row as a person reads it; None is missing."""

    label: int | None
    decision: int | None
    score: float | None
    latency: float | None
    group: str


def usual() -> Columns:
    """An ordinary log, with two groups that are large enough for every line below."""
    chance = np.random.default_rng(0)
    score = chance.beta(1, 1, ROWS)
    return {
        "label": (chance.random(ROWS) < score).astype(int).tolist(),
        "decision": (score >= 0.5).astype(int).tolist(),
        "score": score.tolist(),
        "latency": chance.lognormal(0, 1, ROWS).tolist(),
        "sex": chance.choice(["F", "M"], ROWS).tolist(),
    }


def with_(**columns: Any) -> Columns:
    """The ordinary log with some columns of one value, or of a list that is repeated."""
    return {**usual(), **{name: _fill(value) for name, value in columns.items()}}


def _fill(value: Any) -> list[Any]:
    return (value * ROWS)[:ROWS] if isinstance(value, list) else [value] * ROWS


def arrow(columns: Columns, **types: Any) -> pa.Table:
    return pa.table({name: pa.array(values, types.get(name)) for name, values in columns.items()})


def sometimes(value: object, name: str) -> list[Any]:
    return [value if place % 3 == 0 else old for place, old in enumerate(usual()[name])]


NAN, INF = math.nan, math.inf
TYPES: dict[str, Any] = {"label": pa.int64(), "decision": pa.int64(), "score": pa.float64(), "latency": pa.float64(),
                         "sex": pa.string()}
LOGS: Mapping[str, Callable[[], Any]] = {
    "as usual": lambda: arrow(usual()),
    "empty": lambda: arrow(usual(), **TYPES).slice(0, 0),
    "one row": lambda: arrow(usual()).slice(0, 1),
    "two rows": lambda: arrow(usual()).slice(0, 2),
    "one class: positive": lambda: arrow(with_(label=1)),
    "one class: negative": lambda: arrow(with_(label=0)),
    "one class in one group": lambda: arrow({**usual(), "label": [
        1 if sex == "F" else label for sex, label in zip(usual()["sex"], usual()["label"], strict=True)]}),
    "labels all missing": lambda: arrow(with_(label=None), **TYPES),
    "labels all missing, null type": lambda: arrow(with_(label=None)),
    "labels all nan": lambda: arrow(with_(label=NAN)),
    "labels missing in one group": lambda: arrow({**usual(), "label": [
        None if sex == "F" else label for sex, label in zip(usual()["sex"], usual()["label"], strict=True)]}),
    "labels missing sometimes": lambda: arrow({**usual(), "label": sometimes(None, "label")}),
    "scores all missing": lambda: arrow(with_(score=None), **TYPES),
    "scores all nan": lambda: arrow(with_(score=NAN)),
    "scores nan sometimes": lambda: arrow({**usual(), "score": sometimes(NAN, "score")}),
    "scores inf": lambda: arrow(with_(score=INF)),
    "scores -inf": lambda: arrow(with_(score=-INF)),
    "scores inf sometimes": lambda: arrow({**usual(), "score": sometimes(INF, "score")}),
    "scores constant": lambda: arrow(with_(score=0.5)),
    "scores 0 or 1": lambda: arrow(with_(score=[0.0, 1.0])),
    "scores denormal": lambda: arrow(with_(score=5e-324)),
    "scores are text": lambda: arrow(with_(score=["low", "high"])),
    "scores of 32 bits": lambda: arrow(usual(), score=pa.float32()),
    "groups all missing": lambda: arrow(with_(sex=None), **TYPES),
    "groups missing sometimes": lambda: arrow({**usual(), "sex": sometimes(None, "sex")}),
    "one group": lambda: arrow(with_(sex="F")),
    "a group a row": lambda: arrow({**usual(), "sex": [str(number) for number in range(ROWS)]}).slice(0, 40),
    "groups are numbers": lambda: arrow(with_(sex=[1, 2])),
    "groups are nan sometimes": lambda: arrow(with_(sex=[1.0, 2.0, NAN])),
    "groups are true and false": lambda: arrow(with_(sex=[True, False])),
    "groups are a dictionary": lambda: arrow(usual(), sex=pa.dictionary(pa.int8(), pa.string())),
    "groups are categorical, with a level that is empty": lambda: pd.DataFrame(
        {**usual(), "sex": pd.Categorical(usual()["sex"], categories=["F", "M", "nobody"])}),
    "groups are categorical, polars": lambda: pl.DataFrame(usual()).with_columns(pl.col("sex").cast(pl.Categorical)),
    "labels yes and no": lambda: arrow(with_(label=["yes", "no"])),
    "labels yes and no, polars": lambda: pl.DataFrame(with_(label=["yes", "no"])),
    "labels yes and no, pandas": lambda: pd.DataFrame(with_(label=["yes", "no"])),
    "labels yes and no, a dictionary": lambda: arrow(
        with_(label=["yes", "no"]), label=pa.dictionary(pa.int32(), pa.string())),
    "labels true and false": lambda: arrow(with_(label=[True, False])),
    "labels 1.0 and 0.0": lambda: arrow(with_(label=[1.0, 0.0])),
    "labels are text 1 and 0": lambda: arrow(with_(label=["1", "0"])),
    "labels 0.3": lambda: arrow(with_(label=0.3)),
    "labels of three classes": lambda: arrow(with_(label=[0, 1, 2])),
    "labels nullable, pandas": lambda: pd.DataFrame({**usual(), "label": pd.array(sometimes(pd.NA, "label"), "Int64")}),
    "decisions nan sometimes, pandas": lambda: pd.DataFrame({**usual(), "decision": sometimes(NAN, "decision")}),
    "decisions all nan": lambda: arrow(with_(decision=NAN)),
    "decisions all missing": lambda: arrow(with_(decision=None), **TYPES),
    "decisions yes and no": lambda: arrow(with_(decision=["yes", "no"])),
    "every decision positive": lambda: arrow(with_(decision=1)),
    "every decision negative": lambda: arrow(with_(decision=0)),
    "latency all missing": lambda: arrow(with_(latency=None), **TYPES),
    "latency nan and inf": lambda: arrow(with_(latency=[NAN, INF, -INF])),
    "latency huge": lambda: arrow(with_(latency=[1.7e308, -1.7e308])),
    "latency is text": lambda: arrow(with_(latency="fast")),
    "whole numbers of 2**31 and 2**53": lambda: arrow(with_(latency=[2**31, 2**53])),
}
# A positive class that is not 1.
SAID = (("labels yes and no", "yes"), ("labels yes and no, polars", "yes"), ("labels yes and no, pandas", "yes"),
        ("labels yes and no, a dictionary", "yes"), ("labels true and false", "true"), ("labels of three classes", "2"),
        ("decisions yes and no", "yes"), ("labels 0.3", "0.3"))
MEASURES = tuple(name for name in registry.ids("measures") if not registry.card(name).reference)
# Lines that any number at all would meet: so *met* shows that there was a number.
SHAPES = ("{} over sex >= {low}", "{} over sex <= {high}", "ratio of {} over sex >= 0",
          "difference of {} over sex <= {width}", "{} >= {low}", "{} <= {high}")


def lines() -> dict[str, str]:
    """Every measure in every shape."""
    found = {}
    for name in MEASURES:
        card = registry.card(name)
        call = f"{name}(latency)" if card.takes == "column" else name
        low, high = (limit if math.isfinite(limit) else math.copysign(1e12, limit) for limit in (card.low, card.high))
        for place, shape in enumerate(SHAPES):
            found[f"{name} {place}"] = shape.format(call, low=plain(low), high=plain(high), width=plain(high - low))
    return found


def plain(number: float) -> str:
    return f"{number:.0f}"


# --- what is evidence, in plain Python --------------------------------------------------------------
def both(rows: list[Row]) -> bool:
    return {row.label for row in rows if row.score is not None} >= {0, 1}


SUPPORTS: Mapping[str, Callable[[list[Row]], bool]] = {
    "accuracy": lambda rows: any(None not in (row.label, row.decision) for row in rows),
    "true_positive_rate": lambda rows: any(row.label == 1 and row.decision is not None for row in rows),
    "false_negative_rate": lambda rows: any(row.label == 1 and row.decision is not None for row in rows),
    "false_positive_rate": lambda rows: any(row.label == 0 and row.decision is not None for row in rows),
    "true_negative_rate": lambda rows: any(row.label == 0 and row.decision is not None for row in rows),
    "precision": lambda rows: any(row.decision == 1 and row.label is not None for row in rows),
    "selection_rate": lambda rows: any(row.decision is not None for row in rows),
    "roc_auc": both,
    "brier": lambda rows: any(None not in (row.label, row.score) for row in rows),
    "calibration_error": lambda rows: any(None not in (row.label, row.score) for row in rows),
    "quantile": lambda rows: any(row.latency is not None for row in rows),
    "rows": bool,
}


def read(frame: Any, positive: str = "1") -> list[Row]:
    """The rows of a frame as a person reads them."""
    ones = {positive, "1", "1.0", "True"}
    table = pa.table(frame) if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame) if isinstance(
        frame, pd.DataFrame) else frame.to_arrow()
    return [Row(_whole(row["label"], ones if positive == "1" else {positive, positive.title()}),
                _whole(row["decision"], ones), _inside(row["score"]), _finite(row["latency"]),
                "(missing)" if _absent(row["sex"]) else str(row["sex"])) for row in table.to_pylist()]


def _absent(value: object) -> bool:
    return value is None or value != value


def _whole(value: Any, ones: set[str]) -> int | None:
    return None if _absent(value) else int(str(value) in ones)


def _finite(value: Any) -> float | None:
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def _inside(value: Any) -> float | None:
    return value if _finite(value) is not None and 0 <= value <= 1 else None


def evident(verdict: Verdict, rows: list[Row]) -> bool:
    """Whether every group that the line is about has something to stand on, and a comparison has two groups."""
    supports = SUPPORTS[verdict.name.split()[0]]
    if not verdict.requirement.over:
        return supports(rows)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    enough = 1 if verdict.requirement.aggregate == "each" else 2
    return len(groups) >= enough and all(supports(group) for group in groups.values())


# --- the table --------------------------------------------------------------------------------------
def judged(frame: Any, positive: str = "1") -> dict[str, Verdict] | DataError:
    """The verdict of every line; or the message, where the log cannot be read at all."""
    file = {"subject": {"target": "label", "positive": positive}, "groups": {"sex": "sex"}, "requirements": lines()}
    try:
        return {verdict.name: verdict for verdict in shall.check(file, frame, record=False).verdicts}
    except DataError as problem:
        return problem


def test_every_measure_says_here_what_it_stands_on() -> None:
    assert {*MEASURES} <= {*SUPPORTS}


@pytest.mark.parametrize(("log", "positive"), [*((log, "1") for log in LOGS), *SAID])
def test_never_met_without_evidence(log: str, positive: str) -> None:
    frame = LOGS[log]()
    found = judged(frame, positive)
    if isinstance(found, DataError):
        assert len(str(found)) > 20 and found.exit_code == 2        # a sentence, about what can be mended
        return
    rows = read(frame, positive)
    for name, verdict in found.items():
        line = f"{log}: {verdict.requirement} is {verdict.verdict}"
        if verdict.verdict is Finding.MET:
            assert evident(verdict, rows), line
            assert all(part.outcome is Outcome.MEASURED and part.value is not None for part in verdict.evidence), line
        elif not evident(verdict, rows):
            assert verdict.verdict is Finding.UNDECIDED, line
        for part in verdict.evidence:
            assert (part.value is None) == (part.outcome is not Outcome.MEASURED), line
            assert part.value is None or not math.isnan(part.value), line
            assert part.value is not None or part.reason, f"{line}, and nothing says why"
            covered = part.coverage
            assert covered is None or covered.rows <= covered.of_rows <= len(rows), line
        assert name in lines()


@pytest.mark.parametrize("log", LOGS)
def test_nothing_is_steady_without_evidence(tmp_path: Path, log: str) -> None:
    """Measures that compare with another log. What is missing is a bin of its own, so all of it missing has moved."""
    frame, train = LOGS[log](), tmp_path / "train.parquet"
    pq.write_table(arrow(usual()), train)
    lines = {"score": "population_stability against train <= 0.2",
             "latency": "population_stability over feature against train <= 0.2"}
    file = {"subject": {"target": "label", "positive": "1"}, "data": {"train": str(train)}, "groups": {"sex": "sex"},
            "requirements": lines}
    try:
        verdicts = shall.check(file, frame, record=False).verdicts
    except DataError:
        return
    rows = read(frame)
    for verdict in verdicts:
        evidence = any(getattr(row, verdict.name) is not None for row in rows)
        assert verdict.verdict is not Finding.MET or evidence, f"{log}: {verdict.requirement}"
    if log == "as usual":
        assert [verdict.verdict for verdict in verdicts] == [Finding.MET, Finding.MET]


def test_the_ordinary_log_is_met_on_every_line() -> None:
    """So that *undecided* above is not just what is always said."""
    found = judged(LOGS["as usual"]())
    assert isinstance(found, dict)
    undecided = [str(verdict.requirement) for verdict in found.values() if verdict.verdict is not Finding.MET]
    assert undecided == []


@pytest.mark.parametrize(("log", "words"), [
    ("labels yes and no", "Mend [subject] positive"), ("scores are text", "a score is a number from 0 to 1"),
    ("scores inf", "outside of 0 to 1"), ("latency is text", "not made of numbers"), ("labels 0.3", "label"),
])
def test_a_log_that_cannot_be_read_says_what_to_do(log: str, words: str) -> None:
    found = judged(LOGS[log]())
    assert isinstance(found, DataError)
    assert words in str(found)


@pytest.mark.parametrize(("labels", "positive"), [(["yes", "no"], "yes"), ([1, 2], "2"), ([True, False], "true")])
def test_decisions_of_0_and_1_beside_other_labels_are_not_all_negative(labels: list[Any], positive: str) -> None:
    """The failure of others: labels "yes" and "no" make a selection rate of 0.0, in silence."""
    found = judged(arrow(with_(label=labels, decision=[1, 1, 1, 0])), positive)
    if isinstance(found, dict):
        assert found["selection_rate 4"].deciding.value == 0.75
    else:
        assert "decision" in str(found)


def test_all_of_it_again_from_a_file(tmp_path: Path) -> None:
    """A frame and a file of the same rows are judged alike."""
    for log in ("labels missing sometimes", "groups missing sometimes", "groups are a dictionary"):
        table = LOGS[log]()
        pq.write_table(table, tmp_path / "log.parquet")
        frame, file = judged(table), judged(tmp_path / "log.parquet")
        assert isinstance(frame, dict) and isinstance(file, dict)
        assert [(v.verdict, v.evidence) for v in frame.values()] == [(v.verdict, v.evidence) for v in file.values()]
