"""What is recalled now: the last word on a version, whatever the clocks said."""

from __future__ import annotations

import random

from shall.core.recalls import LIFTED, RECALL, Recall, body, recalled
from shall.core.store import Record


def record(sequence: int, kind: str, model: str, why: str = "x", created: str = "2026-01-01") -> Record:
    return Record(sequence, kind, model, None, body(why, "ana"), created, "", "")


def test_nothing_is_recalled_without_a_record() -> None:
    assert recalled([]) == {}
    assert recalled([record(1, LIFTED, "income@7"), record(2, "check", "income@7")]) == {}


def test_the_last_word_on_a_version_counts() -> None:
    said = [record(1, RECALL, "income@7", "wrong labels", "2026-11-21"), record(2, RECALL, "income@8"),
            record(3, LIFTED, "income@8"), record(4, RECALL, "credit@8"), record(5, RECALL, "income@7", "and worse"),
            record(6, LIFTED, "credit@8"), record(7, RECALL, "credit@8", "again", "2026-11-22")]
    assert recalled(said) == {"income@7": Recall("income@7", "and worse", "ana", "2026-01-01", 5),
                              "credit@8": Recall("credit@8", "again", "ana", "2026-11-22", 7)}


def test_the_order_is_the_sequence_and_no_clock() -> None:
    said = [record(1, RECALL, "income@7", created="9999-12-31"), record(2, LIFTED, "income@7", created="2026-01-01"),
            record(3, RECALL, "income@8", created="9999-12-31"), record(4, RECALL, "income@8", "later", "1970-01-01")]
    chance = random.Random(7)
    for _ in range(20):
        chance.shuffle(said)
        assert {model: one.why for model, one in recalled(said).items()} == {"income@8": "later"}


def test_in_doubt_a_version_is_recalled() -> None:
    empty = Record(1, RECALL, "income@7", None, {}, "2026-01-01", "", "")
    assert recalled([empty])["income@7"].why == ""
