"""Who answers: the one in charge, a canary by its share and always the same for the same request, or nobody."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from shall.core.errors import NotReady, Recalled, Unknown
from shall.runtimes.fleet import Fleet, share_of
from tests.runtimes.kept import ROW, beside, fleet, version

SEVEN, EIGHT, NINE = version("7"), version("8"), version("9")
CANARY: Any = ((0.1, "8"), (0.35, "9"))


@pytest.mark.parametrize("seed", range(3))
def test_shares_are_what_they_say(seed: int) -> None:
    """20,000 requests: within 5 standard deviations, which a right share leaves once in 1.7 million."""
    one, number = fleet(SEVEN, EIGHT, NINE, canary=CANARY), 20_000
    found = Counter(one.lane(None, f"{seed}-{place}", ()).version.version for place in range(number))
    for name, share in {"7": 0.65, "8": 0.1, "9": 0.25}.items():
        assert abs(found[name] - number * share) < 5 * math.sqrt(number * share * (1 - share)), name


def test_a_request_sticks_to_its_version_and_a_larger_share_keeps_those_it_had() -> None:
    small, large = (fleet(SEVEN, EIGHT, canary=((share, "8"),)) for share in (0.1, 0.3))
    for place in range(500):
        lanes = [small.lane(None, f"r{place}", ()).version.version for _ in range(3)]
        assert len({*lanes}) == 1
        assert lanes[0] == "7" or large.lane(None, f"r{place}", ()).version.version == "8"


def test_without_a_request_the_unit_decides_else_the_row() -> None:
    one = fleet(SEVEN, EIGHT, canary=((0.5, "8"),), unit="customer")
    by_customer = {name: {one.lane(None, "", [{**ROW, "customer": name, "age": age}]).version.version
                          for age in range(5)} for name in map(str, range(50))}
    assert {len(some) for some in by_customer.values()} == {1}
    assert {next(iter(some)) for some in by_customer.values()} == {"7", "8"}
    by_row = [one.lane(None, "", [{**ROW, "age": age}]).version.version for age in range(50)]
    assert {*by_row} == {"7", "8"} and by_row == [
        one.lane(None, "", pa.Table.from_pylist([{**ROW, "age": age}])).version.version for age in range(50)]


def test_names_are_drawn_apart() -> None:
    parts = [(share_of("a", str(place)), share_of("b", str(place))) for place in range(2000)]
    both = sum(one < 0.5 and other < 0.5 for one, other in parts)
    assert abs(both - 500) < 5 * math.sqrt(2000 * 0.25 * 0.75)


@pytest.mark.parametrize("rows", [[], [None], [5], 5, "x", [[1]], [{"customer": "\ud800"}]])
def test_whatever_the_rows_are_somebody_is_asked(rows: Any) -> None:
    one = fleet(SEVEN, EIGHT, canary=((0.5, "8"),), unit="customer")
    assert one.lane(None, "", rows).version.version in ("7", "8")
    assert one.lane(None, "\ud800", rows).version.version in ("7", "8")


def test_a_version_that_is_asked_for_answers() -> None:
    one = fleet(SEVEN, EIGHT, canary=((1.0, "8"),))
    assert one.lane("7", "r", ()).version is SEVEN and one.lane(None, "r", ()).version is EIGHT


def test_who_does_not_answer_says_why() -> None:
    one = fleet(SEVEN, beside=(beside(NINE),), recalled={"6": "wrong (by me, 2026-01-01)"})
    with pytest.raises(Unknown, match="loans@9 answers nothing"):
        one.lane("9", "", ())
    with pytest.raises(Recalled, match=r"loans@6 was recalled: wrong \(by me"):
        one.lane("6", "", ())
    with pytest.raises(Unknown, match="no version 5 of loans; there are 7"):
        one.lane("5", "", ())
    assert [each.version for each in one.versions] == ["7", "9"]


def test_nobody_in_charge() -> None:
    recalled = Fleet("loans", "7", {}, recalled={"7": "wrong"})
    with pytest.raises(Recalled, match="wrong"):
        recalled.lane(None, "", ())
    empty = Fleet("loans", "7", {})
    with pytest.raises(NotReady, match="in charge and not ready"):
        empty.lane(None, "", ())
    with pytest.raises(NotReady, match="no version of loans may answer"):
        _ = empty.sink
