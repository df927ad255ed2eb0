"""A positive class that never occurs is told."""

from __future__ import annotations

import pyarrow as pa

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
    assert doubts(label=[0, 1, 2], decision=[1, 1, 1]) == ()
    assert doubts(label=[None, None], decision=[1, 0]) == ()
