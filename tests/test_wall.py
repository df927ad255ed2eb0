"""The sentence on the wall: three phases, one measure, one `decide`.

On the same rows every phase finds the same value, n and group table, to the last bit; under the same looks it
gives the same verdict; and where a phase must be more careful its bounds contain the others', so a verdict may
move to undecided but never between met and broken.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.api.opening import opened, other_of
from shall.core.evidence import Evidence
from shall.core.verdict import Finding, Verdict
from shall.methods.model import Answer
from shall.phases.building.answers import SCORE, binding_of, tally_of
from shall.phases.datasets.populations import weighed_table
from shall.phases.measuring import judge, prepare
from shall.phases.watch import fold
from shall.phases.watching.windows import Windows
from shall.spec import ShallFile

TODAY = datetime.date(2026, 11, 21)


@dataclass(frozen=True)
class Example:
    """A shall file and the rows of a log."""

    file: ShallFile
    table: pa.Table


def file_of(target: str, positive: str, lines: list[str], groups: dict[str, Any],
            data: dict[str, str] | None = None) -> ShallFile:
    """A shall file of some lines."""
    requirements = {f"line{number}": line for number, line in enumerate(lines)}
    from shall.api.opening import file_of as read
    return read({"subject": {"name": "wall", "target": target, "positive": positive}, "groups": groups,
                 "data": data or {}, "requirements": requirements})


def employment() -> Example:
    """Logged predictions of 2015, ages 18 to 64, Massachusetts."""
    file = file_of("employed", "1", [
        "roc_auc >= 0.75", "accuracy >= 0.75", "calibration_error over sex, race <= 0.05", "brier <= 0.2",
        "ratio of selection_rate over sex by race >= 0.8", "rows >= 1000",
        "difference of true_positive_rate, false_positive_rate over sex <= 0.10 with 99% confidence",
        "precision over sex between 0.5 and 0.95", "recall >= 0.9 where AGEP >= 55 and sex = 'women'",
        "p90(AGEP) <= 61", "true_positive_rate over race >= overall - 0.10"],
        {"sex": "sex", "race": {"column": "race", "at_least": 300, "rest": "pool"}})
    return Example(file, pq.read_table(fetch("employment") / "2015.parquet"))


def compas() -> Example:
    """ProPublica's two-year file; `not low` is the positive decision."""
    table = pq.read_table(fetch("compas") / "compas.parquet")
    low = np.array(table["score_text"].to_pylist()) == "Low"
    table = table.append_column("decision", pa.array((~low).astype(np.int8)))
    file = file_of("two_year_recid", "1", [
        "accuracy >= 0.6", "difference of false_positive_rate, false_negative_rate over race <= 0.10",
        "ratio of precision over race >= 0.8", "ratio(to = 'Caucasian') of selection_rate over race >= 0.8",
        "true_negative_rate over sex, race >= 0.5", "difference of selection_rate over sex within race <= 0.2"],
        {"sex": "sex", "race": {"column": "race", "at_least": 100, "rest": "show"}})
    return Example(file, table)


EXAMPLES = {"employment": employment, "compas": compas}


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Example:
    return EXAMPLES[request.param]()


class Logged:
    """A candidate of the search whose scores and decisions are those of a log."""

    def __init__(self, table: pa.Table, score: str | None, decision: str) -> None:
        self._made = (table.column(score or decision).to_numpy().astype(float),
                      table.column(decision).to_numpy().astype(np.int8))

    classes = ("0", "1")

    def answer(self, table: pa.Table, X: Any) -> Answer:
        score, decision = self._made
        return Answer(np.column_stack([1 - score, score]), decision.astype(np.int64), np.zeros(len(score), dtype=bool))


def built(example: Example, looks: int = 1) -> tuple[Verdict, ...]:
    """What the search and its certificate say of the rows."""
    subject = opened(example.file, example.table)
    examination = prepare(example.file.requirements, binding_of(subject.binding), example.file.confidence)
    model: Any = Logged(example.table, subject.binding.column("score"), subject.binding.column("decision") or "")
    return judge(examination, tally_of(examination, model, example.table), {}, on=TODAY, phase="build", looks=looks)


def checked(example: Example) -> tuple[Verdict, ...]:
    """What the gate says."""
    return shall.check(example.file, example.table, on=TODAY).verdicts


def watched(example: Example, looks: int = 1) -> tuple[Verdict, ...]:
    """What one window of all rows says, at the alpha of an alarm."""
    subject = opened(example.file, example.table)
    examination = prepare(example.file.requirements, subject.binding, example.file.confidence)
    (tally,) = fold(examination, subject.log, [Windows(10**9, "row")])[0].values()
    return judge(examination, tally, {}, on=TODAY, phase="watch", looks=looks)


def parts(verdicts: tuple[Verdict, ...]) -> Iterator[Evidence]:
    for verdict in verdicts:
        yield from verdict.evidence


def facts(evidence: Evidence) -> Any:
    """Everything but which columns held the score and the decision."""
    return (evidence.measure, evidence.value, evidence.low, evidence.high, evidence.n, evidence.groups,
            evidence.coverage, evidence.worst, evidence.outcome)


def test_the_same_rows_give_the_same_evidence_and_verdict_in_every_phase(example: Example) -> None:
    build, check, watch = built(example), checked(example), watched(example)
    facts_of = [[facts(one) for one in parts(verdicts)] for verdicts in (build, check, watch)]
    assert facts_of[0] == facts_of[1] == facts_of[2]
    assert [one.verdict for one in build] == [one.verdict for one in check] == [one.verdict for one in watch]
    assert {one.phase for one in (*build, *check, *watch)} == {"build", "check", "watch"}
    assert {Finding.MET, Finding.BROKEN} <= {one.verdict for one in check}       # the example says something


def test_the_public_watch_gives_the_verdicts_of_check(example: Example) -> None:
    (window,) = shall.watch(example.file, example.table, window="1000000 rows", on=TODAY).windows
    assert [one.verdict for one in window.verdicts] == [one.verdict for one in checked(example)]


@pytest.mark.parametrize("looks", [2, 20, 365])
def test_a_more_careful_phase_contains_the_bounds_and_only_moves_to_undecided(example: Example, looks: int) -> None:
    plain, careful = checked(example), watched(example, looks)
    assert [one.verdict for one in careful] == [one.verdict for one in built(example, looks)]
    for free, strict in zip(parts(plain), parts(careful), strict=True):
        assert (free.value, free.n) == (strict.value, strict.n)
        if free.low is not None and free.high is not None and strict.low is not None and strict.high is not None:
            assert strict.low <= free.low
            assert free.high <= strict.high
    for free_one, strict_one in zip(plain, careful, strict=True):
        assert strict_one.verdict in (free_one.verdict, Finding.UNDECIDED)


def test_the_order_and_the_parting_of_the_rows_change_nothing(example: Example) -> None:
    order = np.random.default_rng(0).permutation(example.table.num_rows)
    shuffled = pa.Table.from_batches(example.table.take(order).to_batches(max_chunksize=997))
    again = shall.check(example.file, shuffled, on=TODAY).verdicts
    assert [facts(one) for one in parts(again)] == [facts(one) for one in parts(checked(example))]


def test_a_line_on_another_population_is_the_same_in_every_phase(tmp_path: Path) -> None:
    rows = compas().table.slice(0, 1_500)
    chance = np.random.default_rng(0).random(len(rows))
    older = rows.filter(pa.array(chance < rows.column("age").to_numpy() / 70))
    pq.write_table(older.select(["age", "priors_count", "sex", "race", "c_charge_degree"]), tmp_path / "older.parquet")
    file = file_of("two_year_recid", "1", [
        "accuracy on older >= 0.6", "accuracy >= 0.6", "ratio of selection_rate over sex on older >= 0.5",
        "false_positive_rate over race on older <= 0.2 where priors_count >= 1"],
        {"sex": "sex", "race": {"column": "race", "at_least": 100, "rest": "show"}},
        {"older": str(tmp_path / "older.parquet")})
    check = shall.check(file, rows, on=TODAY).verdicts
    subject = opened(file, rows)
    examination = prepare(file.requirements, binding_of(subject.binding), file.confidence)
    table, _ = weighed_table(rows, "rows", file.requirements, subject.binding, other_of(file))
    model: Any = Logged(rows, None, "decision")
    build = judge(examination, tally_of(examination, model, table), {}, on=TODAY, phase="build")
    found = fold(prepare(file.requirements, subject.binding), subject.log, [Windows(10**9, "row")])
    (tally,) = found[0].values()
    watch = judge(prepare(file.requirements, subject.binding), tally, {}, on=TODAY, phase="watch")
    facts_of = [[facts(one) for one in parts(verdicts)] for verdicts in (build, check, watch)]
    assert facts_of[0] == facts_of[1] == facts_of[2]
    there, here = check[0].deciding, check[1].deciding
    assert there.value is not None and there.value != here.value and there.n == here.n


def test_a_score_column_is_never_called_like_one_of_the_users() -> None:
    assert SCORE.startswith("shall_")
