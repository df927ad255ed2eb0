"""Every odd log, every kind of subject, every measure, every aggregate: a message or a verdict, and never *met* without
evidence. ``SHALL_GOLDEN=write`` writes the table of docs/reference/edges.md anew."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import shall
from shall.core.errors import DataError
from shall.core.evidence import Outcome
from shall.core.verdict import Finding, Verdict
from tests.edges import SAID, SHAPES, SUBJECTS, World, lines, logs, measures
from tests.evidence_by_hand import SUPPORTS, evident, read

KINDS = tuple(SUBJECTS)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "edges.md"
EVERY = [(kind, log) for kind in KINDS for log in logs(kind)]


Found = dict[str, Verdict] | DataError


def judged(kind: str, frame: Any, positive: str = "1", shapes: tuple[str, ...] = SHAPES) -> Found:
    """The verdict of every line; or the message, where the log cannot be read at all."""
    subject = {**SUBJECTS[kind], **({"positive": positive} if kind == "binary" else {})}
    columns = {"weight": "weight"} if "weight" in getattr(frame, "column_names", ()) else {}
    if kind == "multiclass":
        columns["scores"] = {name: f"score_{name}" for name in "abc"}
    file = {"subject": subject, "columns": columns, "groups": {"sex": "sex"}, "requirements": lines(kind, shapes)}
    try:
        return {verdict.name: verdict for verdict in shall.check(file, frame, record=False).verdicts}
    except DataError as problem:
        return problem


@cache
def found(kind: str, log: str, positive: str) -> tuple[Any, Found]:
    frame = logs(kind)[log](World(kind))
    return frame, judged(kind, frame, positive)


def positives(kind: str, log: str) -> list[str]:
    return ["1", SAID[log]] if kind == "binary" and log in SAID else ["1"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_measure_says_what_it_stands_on(kind: str) -> None:
    assert [name for name in measures(kind) if name not in SUPPORTS[kind]] == []


@pytest.mark.parametrize(("kind", "log", "positive"), [
    (kind, log, positive) for kind, log in EVERY for positive in positives(kind, log)])
def test_never_met_without_evidence(kind: str, log: str, positive: str) -> None:
    frame, verdicts = found(kind, log, positive)
    if isinstance(verdicts, DataError):
        assert len(str(verdicts)) > 20 and verdicts.exit_code == 2      # a sentence, about what can be mended
        return
    rows = read(kind, frame, positive)
    for name, verdict in verdicts.items():
        line = f"{log}: {verdict.requirement} is {verdict.verdict}"
        requirement = verdict.requirement
        stands = evident(kind, name.split()[0], bool(requirement.over), requirement.aggregate, rows)
        if verdict.verdict is Finding.MET:
            assert stands, line
            assert all(part.outcome is Outcome.MEASURED and part.value is not None for part in verdict.evidence), line
        elif not stands:
            assert verdict.verdict is Finding.UNDECIDED, line
        for part in verdict.evidence:
            assert (part.value is None) == (part.outcome is not Outcome.MEASURED), line
            assert part.value is None or part.value == part.value, line
            assert part.value is not None or part.reason, f"{line}, and nothing says why"
            covered = part.coverage
            assert covered is None or covered.rows <= covered.of_rows <= len(rows), line


@pytest.mark.parametrize("kind", KINDS)
def test_the_ordinary_log_is_met_on_every_line(kind: str) -> None:
    """So that *undecided* above is not just what is always said. A ratio has no meaning around 0."""
    _, verdicts = found(kind, "as usual", "1")
    assert isinstance(verdicts, dict)
    undecided = {name for name, verdict in verdicts.items() if verdict.verdict is not Finding.MET}
    assert undecided <= {"calibration_intercept 2", "importance 2", "missing_rate 2"}


@pytest.mark.parametrize(("kind", "log", "words"), [
    ("binary", "labels yes and no", "Mend [subject] positive"), ("binary", "scores inf", "outside of 0 to 1"),
    ("binary", "scores are text", "a score is a number from 0 to 1"), ("binary", "labels 0.3", "label"),
    ("binary", "latency is text", "not made of numbers"),
    ("regressor", "targets are text", "the target column label is"),
    ("regressor", "weights missing sometimes", "have no usable weight"),
    ("multiclass", "scores inf", "outside of 0 to 1"),
    ("binary", "weights negative sometimes", "a weight is a number from 0"),
])
def test_a_log_that_cannot_be_read_says_what_to_do(kind: str, log: str, words: str) -> None:
    _, problem = found(kind, log, "1")
    assert isinstance(problem, DataError)
    assert words in str(problem)


@pytest.mark.parametrize(("labels", "positive"), [(["yes", "no"], "yes"), ([1, 2], "2"), ([True, False], "true")])
def test_decisions_of_0_and_1_beside_other_labels_are_not_all_negative(labels: list[Any], positive: str) -> None:
    """The failure of others: labels "yes" and "no" make a selection rate of 0.0, in silence."""
    world = World("binary")
    verdicts = judged("binary", world.table(world.with_(label=labels, decision=[1, 1, 1, 0])), positive)
    if isinstance(verdicts, dict):
        assert verdicts["selection_rate 4"].deciding.value == 0.75
    else:
        assert "decision" in str(verdicts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("log", ["labels missing sometimes", "groups missing sometimes", "groups are a dictionary"])
def test_a_frame_and_a_file_of_the_same_rows_are_judged_alike(tmp_path: Path, kind: str, log: str) -> None:
    table, frame = found(kind, log, "1")
    pq.write_table(table, tmp_path / "log.parquet")
    file = judged(kind, tmp_path / "log.parquet")
    assert isinstance(frame, dict) and isinstance(file, dict)
    assert [(v.verdict, v.evidence) for v in frame.values()] == [(v.verdict, v.evidence) for v in file.values()]


@pytest.mark.parametrize("log", logs("binary"))
def test_nothing_is_steady_without_evidence(tmp_path: Path, log: str) -> None:
    """Measures that compare with another log. What is missing is a bin of its own, so all of it missing has moved."""
    world = World("binary")
    frame, train = logs("binary")[log](world), tmp_path / "train.parquet"
    pq.write_table(world.table(world.with_(weight=1.0)), train)
    lines = {"score": "population_stability against train <= 0.2",
             "latency": "population_stability over feature against train <= 0.2"}
    columns = {"weight": "weight"} if "weight" in getattr(frame, "column_names", ()) else {}
    file = {"subject": {"target": "label", "positive": "1"}, "data": {"train": str(train)}, "groups": {"sex": "sex"},
            "columns": columns, "requirements": lines}
    try:
        verdicts = shall.check(file, frame, record=False).verdicts
    except DataError:
        return
    rows = [row for row in read("binary", frame) if row.weight]
    for verdict in verdicts:
        evidence = any(getattr(row, verdict.name) is not None for row in rows)
        assert verdict.verdict is not Finding.MET or evidence, f"{log}: {verdict.requirement}"
    if log == "as usual":
        assert [verdict.verdict for verdict in verdicts] == [Finding.MET, Finding.MET]


# --- the page -------------------------------------------------------------------------------------------
SIGNS = {Finding.MET: "a value", Finding.BROKEN: "a value", Finding.UNDECIDED: "undecided"}


def page() -> str:
    parts = ["# Edges", "",
             "What each measure says of an odd log: made by `tests/test_edge_table.py`; do not edit.", "",
             "Each cell is the line `MEASURE over sex` against a limit that any number would meet. *a value*: there is",
             "evidence; *undecided*: not enough, or a group without any; *refused*: the log cannot be read so, and the",
             "message says what to do.", ""]
    for kind in KINDS:
        names = measures(kind)
        parts += [f"## {kind}", "", "| log | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
        for log in logs(kind):
            verdicts = judged(kind, logs(kind)[log](World(kind)), shapes=SHAPES[:1])
            if isinstance(verdicts, DataError):
                cells = ["refused"] * len(names)
            else:
                cells = [SIGNS[verdicts[f"{name} 0"].verdict] for name in names]
            parts.append(f"| {log.replace('**', '^')} | " + " | ".join(cells) + " |")
        parts.append("")
    return "\n".join(parts)


def test_the_page_says_so() -> None:
    made = page()
    if os.environ.get("SHALL_GOLDEN") == "write":
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "out of date: SHALL_GOLDEN=write pytest tests/test_edge_table.py"
