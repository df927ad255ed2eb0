"""Where an alarm hears another quantity than the value of all rows it is said, and where it does not it is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.phases.watching.first_heard import first_heard
from shall.phases.watching.unit_sums import Units, UnitSums
from shall.phases.watching.units_heard import UnitsHeard

WORLDS, UNITS = 400, 400
AHEAD = 0.3                                 # so many more are chosen among those who stand first


def sums_of(chance: np.random.Generator, ahead: float = 0.0, shape: str = "few") -> UnitSums:
    """Units that are partly alike; of two groups, in two windows."""
    size = {"few": lambda: chance.integers(1, 6, UNITS), "long": lambda: chance.geometric(0.2, UNITS),
            "alike": lambda: chance.integers(1, 6, UNITS)}[shape]()
    unit = np.repeat(np.arange(UNITS), size)
    first = np.append(True, unit[1:] != unit[:-1])
    own, mood = chance.random(len(unit)), chance.random(UNITS)[unit]
    value = np.where((chance.random(len(unit)) < 0.5) | (shape == "alike"), mood, own) < 0.6 + ahead * first
    windows = (unit > UNITS // 2).astype(np.int64)
    sums = UnitSums()
    units = Units.of(pa.array(unit), windows, 0, UnitsHeard())
    sums.add(windows, unit % 2, value.astype(float), units)
    return sums


@pytest.mark.parametrize("shape", ["few", "long", "alike"])
def test_nothing_is_said_of_units_whose_rows_come_in_any_order(shape: str) -> None:
    """About one look of 10,000: of 400 worlds none, or once by bad luck."""
    chance = np.random.default_rng(8)
    told = [first_heard(("a", "b"), ["x", "y"], sums_of(chance, 0.0, shape), str) for _ in range(WORLDS)]
    assert sum(one is not None for one in told) <= 1


def test_where_the_first_are_of_another_sort_it_is_said() -> None:
    chance = np.random.default_rng(9)
    found = [first_heard(("line", "rate"), ["x", "y"], sums_of(chance, AHEAD), str) for _ in range(20)]
    for one in found:
        assert one is not None and (one.name, one.measure, one.window) == ("line", "rate", "1")
        assert one.heard > one.value + 0.1 and one.about in ("x", "y") and one.first <= UNITS // 2 < one.n
    assert any(one is not None and one.others == 1 for one in found)
    some = sums_of(chance, AHEAD)
    assert first_heard(("", ""), ["x", "y"], some, str, 0) is None, "100 units a group in the first window are too few"
    alone = first_heard(("", ""), ["x", "y"], some, str, 1)
    assert alone is not None and alone == first_heard(("", ""), ["x", "y"], some, str)
    assert first_heard(("line", "rate"), ["x", "y"], UnitSums(), str) is None


def test_a_state_that_knew_nothing_of_heard_rows_is_gone_on_from() -> None:
    """What is said then is of the windows that began later."""
    told = sums_of(np.random.default_rng(9), AHEAD).described()
    old = UnitSums()
    old.restored({name: one for name, one in told.items() if name not in ("first", "apart")})
    assert old.table()[0] == [0, 1] and old.heard()[0] == []
    group, one = np.zeros(3, dtype=np.int64), np.ones(3)
    for window in (1, 2):
        windows = np.full(3, window)
        old.add(windows, group, one, Units.of(pa.array([7, 7, 8]), windows, 0, UnitsHeard()))
    assert old.heard()[0] == [2]


LINES = {"each": "selection_rate over sex >= 0.1", "pairs": "ratio of selection_rate over sex >= 0.1",
         "close": "brier <= 0.9", "slow": "p90(wait) <= 8 ms"}


def life(unit: bool, rows: int = 6_000) -> Any:
    """Homes of three; who stands first is chosen more often, has surer scores and waits longer."""
    chance = np.random.default_rng(3)
    first = np.arange(rows) % 3 == 0
    label = chance.integers(0, 2, rows)
    table = pa.table({
        "home": np.arange(rows) // 3, "label": label, "sex": chance.choice(["F", "M"], rows),
        "decision": (chance.random(rows) < np.where(first, 0.8, 0.5)).astype(int),
        "score": np.where(first, 0.1 + 0.8 * label, chance.random(rows)),
        "wait": chance.random(rows) * np.where(first, 0.01, 0.005)})
    roles = {"decision": "decision", "score": "score", **({"unit": "home"} if unit else {})}
    file = {"subject": {"target": "label", "positive": "1"}, "columns": roles, "groups": {"sex": "sex"},
            "requirements": LINES, "watch": {"false_alarms": "1 per 1,000,000 rows"}}
    return shall.watch(file, table, window="2000 rows"), table


def test_every_sort_of_line_says_it_and_none_where_rows_are_no_units() -> None:
    found, table = life(True)
    told = {one.name: one for one in found.heard}
    assert {*told} == {*LINES} and {one.window for one in found.heard} == {found.windows[-1].label}
    score, label = (table.column(name).to_numpy() for name in ("score", "label"))
    # The home that lies across two windows is heard in both, so a row or two more than each third one.
    assert told["close"].heard == pytest.approx(((score - label)[::3] ** 2).mean(), abs=1e-3)
    assert told["close"].value == pytest.approx(((score - label) ** 2).mean(), abs=1e-9)
    assert told["close"].n == 6_000 and told["each"].others == told["pairs"].others == 1
    assert told["slow"].measure.startswith("the share beyond") and told["slow"].heard == pytest.approx(0.2, abs=0.03)
    assert "close: alarm hears brier" in str(found) and "random order" in str(found).replace("\n    ", " ")
    assert life(False)[0].heard == () and "alarm hears" not in str(life(False)[0])
