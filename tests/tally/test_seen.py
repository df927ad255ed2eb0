"""A positive class that never occurs is told."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from shall.core.log import Column
from shall.tally import Need, accumulate, compile_plan
from tests.tally.logs import binding

PLAN = compile_plan([Need(axes=("label", "decision"))], binding())


def doubts(**columns: list) -> tuple[str, ...]:
    batch = pa.record_batch(columns)
    whole = accumulate(PLAN, [batch])
    assert accumulate(PLAN, [batch.slice(place, 1) for place in range(batch.num_rows)]) == whole
    return whole.doubts()


def test_labels_written_otherwise() -> None:
    assert doubts(label=["no", "yes", None], decision=[1, 0, 1]) == (
        "no label equals \"1\"; seen: 'no', 'yes': set [subject] positive = \"yes\"",)


def test_decisions_written_otherwise() -> None:
    assert doubts(label=[1, 0], decision=["deny", "approve"]) == (
        "no decision equals \"1\"; seen: 'approve', 'deny': set [subject] positive = \"deny\"",)


def test_nothing_to_doubt() -> None:
    assert doubts(label=[0, 0], decision=[False, False]) == ()
    assert doubts(label=[None, None], decision=[1, 0]) == ()


def test_several_values_beside_the_positive_one_are_told_with_their_rows() -> None:
    assert doubts(label=[0, 1, 2, 2, None], decision=[1, 1, 1, 0, 0]) == (
        "3 rows with another label than \"1\" ('0', '2') count as its opposite: leave out those that do not, or leave "
        "out [subject] positive, which makes a class of each",)
    (told,) = doubts(label=[0, 1, 1], decision=["1", "?", "0"])
    assert told.startswith("2 rows with another decision than \"1\" ('0', '?')")


def test_labels_that_come_after_one_decision_more_than_after_the_other_are_told() -> None:
    decisions = [1, 0] * 30
    (told,) = doubts(label=[1, None] * 25 + [0, 1] * 5, decision=decisions)
    assert told.startswith("labels depend on the decision: 100.0% of the rows with the positive one have a label, 16.7%"
                           " of the others. What needs labels is said of labelled rows alone: label some of the rest")
    assert doubts(label=[1, None] * 15 + [0, 1] * 15, decision=decisions) == ()         # half as many are told of none
    assert doubts(label=[1, None] * 25 + [0, 1] * 4, decision=decisions[:58]) == ()     # and few rows tell nothing
    weighed = replace(binding(), roles=(*binding().roles, ("weight", Column("w"))))
    rows = pa.record_batch({"label": [1, None] * 30, "decision": decisions, "w": [1.0, 0.5] * 30})
    assert accumulate(compile_plan([Need(axes=("label", "decision"))], weighed), [rows]).doubts() == ()


def test_many_values_are_told_in_part() -> None:
    (told,) = doubts(label=[*range(60)], decision=[1] * 60)
    assert told.startswith("59 rows with another label") and "' and more)" in told


def test_what_was_not_counted_has_no_rows() -> None:
    plan = compile_plan([Need(axes=("label",))], binding())
    batch = pa.record_batch({"label": [1, 0], "decision": [1, 0], "score": [0.1, 0.2]})
    assert accumulate(plan, [batch]).doubts() == () and not plan.counts(Need(axes=("decision",)))
