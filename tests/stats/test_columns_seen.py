"""Classes of values by hand: bins, missing, below, above, new words."""

from __future__ import annotations

import json

import numpy as np

from shall.stats import columns_seen
from shall.stats.columns_seen import Numbers, Words, column_of


def test_numbers_have_bins_and_places_for_what_lies_outside() -> None:
    made = column_of("age", [18.0, 30.0, 30.0, 64.0, np.nan])
    assert made == Numbers("age", (30.0, 64.0), 18.0, 64.0, True) and made.size == 6
    asked = [18.0, 29.0, 30.0, 64.0, np.nan, 17.0, 99.0]
    assert made.codes(asked).tolist() == [0, 0, 1, 2, 3, 4, 5]
    assert [made.code(one) for one in asked] == [0, 0, 1, 2, 3, 4, 5] and made.code(None) == 3
    assert made.said(5, 99) == "age = 99 (training saw 18 to 64)" and made.said(3, None) == "age is missing"
    assert made.said(1, 30) == "age = 30"
    many = column_of("age", np.arange(100.0))
    assert isinstance(many, Numbers) and len(many.cuts) == 15 and many.said(0, 3).startswith("age = 3 (0 to 6.1")


def test_words_are_ranked_by_how_common_they_are() -> None:
    made = column_of("city", np.array(["Ulm", "Bonn", "Bonn", None, "Ulm", "Bonn"], dtype=object))
    assert made == Words("city", ("Bonn", "Ulm"))
    assert made.codes(["Bonn", "Ulm", None, float("nan"), "Paris"]).tolist() == [0, 1, 2, 2, 3]
    assert made.said(3, "Paris") == "city = Paris"


def test_what_tells_nothing_is_left_out() -> None:
    assert column_of("id", np.array([f"row {place}" for place in range(500)], dtype=object)) is None
    assert column_of("empty", [np.nan, np.nan]) is None
    assert column_of("empty", np.array([None, None], dtype=object)) is None
    same = column_of("same", [3.0, 3.0])
    assert isinstance(same, Numbers) and same.cuts == ()


def test_a_number_beyond_all_that_was_seen_counts_more_the_farther_it_lies() -> None:
    made = column_of("age", [18.0, 30.0, 68.0])
    assert isinstance(made, Numbers)
    found = made.beyond([18.0, 68.0, 69.0, 17.0, 118.0, np.nan, np.inf])
    np.testing.assert_allclose(found, [0, 0, np.log(2), np.log(2), np.log(51), 0, columns_seen.FARTHEST])
    assert [made.beyond_of(one) for one in (30, 69.0, None, np.nan)] == [0.0, found[2], 0.0, 0.0]
    assert Words("city", ("Ulm",)).beyond(["Ulm", "Bonn"]).tolist() == [0.0, 0.0]


def test_they_come_back_from_plain_data() -> None:
    for values in (np.random.default_rng(0).normal(size=1000), np.array(["a", "b", "b"], dtype=object)):
        made = column_of("x", values)
        assert made is not None
        assert columns_seen.of(json.loads(json.dumps(columns_seen.described(made)))) == made
