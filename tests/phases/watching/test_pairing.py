"""Two groups held to one another row by row."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from shall.phases.watching import pairing
from shall.phases.watching.pairing import TOGETHER, Pairs, both
from shall.stats.e_detector import Coded, Detector, Events, Game

GROUPS = [(("sex", name),) for name in "abc"]


def told(pairs: Pairs, group, value, cuts=(), groups=GROUPS) -> list[Events]:
    """The events of some rows, read in parts."""
    group, value = np.asarray(group), np.asarray(value, dtype=np.float64)
    edges = [0, *cuts, len(group)]
    parts = ((start, np.arange(end - start), slice(start, end)) for start, end in pairwise(edges))
    return [pairs.events((row, group[part], value[part]), groups, (start, len(row))).by_row()
            for start, row, part in parts]


def test_some_rows_of_both_say_how_far_the_ratio_is() -> None:
    pairs = Pairs("ratio", 0.8)
    [events] = told(pairs, [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 0, 1, 0, 0, 0], groups=GROUPS[:2])
    assert pairs.named(["a", "b"]) == ["a against b", "b against a"]
    np.testing.assert_array_equal(events.row, [7, 7])
    np.testing.assert_allclose(events.value, [0.8 * 0.25 - 0.75, 0.8 * 0.75 - 0.25])


def test_a_difference_and_its_worst() -> None:
    pairs = Pairs("difference", 0.1)
    [events] = told(pairs, [0, 1] * 4, [1, 0] * 4, groups=GROUPS[:2])
    np.testing.assert_allclose(events.value, [0.9, -1.1])
    assert pairs.low == pytest.approx(-1.1)


def test_a_rare_group_speaks_with_all_that_came_of_the_other() -> None:
    pairs = Pairs("ratio", 1.0)
    group, value = np.zeros(5 * TOGETHER, dtype=int), np.zeros(5 * TOGETHER)
    group[30], value[:10] = 1, 1
    [events] = told(pairs, group, value, groups=GROUPS[:2])
    np.testing.assert_array_equal(events.row, [31, 31])
    np.testing.assert_allclose(events.value, [-10 / 31, 10 / 31])


def test_rows_read_in_any_parts_say_the_same() -> None:
    rng = np.random.default_rng(2)
    group, value = rng.choice(3, 3_000, p=[0.6, 0.39, 0.01]), rng.random(3_000).round()
    wanted = told(Pairs("ratio", 0.8), group, value)[0]
    for _ in range(5):
        cuts = sorted({*rng.integers(1, 3_000, 40).tolist()})
        parts = told(Pairs("ratio", 0.8), group, value, cuts)
        row = np.concatenate([part.row + start for part, start in zip(parts, [0, *cuts], strict=True)])
        np.testing.assert_array_equal(row, wanted.row)
        np.testing.assert_array_equal(np.concatenate([part.stream for part in parts]), wanted.stream)
        np.testing.assert_array_equal(np.concatenate([part.value for part in parts]), wanted.value)


def test_groups_are_compared_within_their_band_and_with_those_that_came_before() -> None:
    pairs = Pairs("ratio", 0.8, bands=1)
    groups = [(("income", band), ("sex", sex)) for band in ("low", "high") for sex in "ab"]
    told(pairs, [0, 1, 2, 3] * 4, [1] * 16, groups=groups)
    assert pairs.named(["low a", "low b", "high a", "high b"]) == [
        "low a against low b", "low b against low a", "high a against high b", "high b against high a"]


def test_one_group_has_nobody_to_be_held_to() -> None:
    [events] = told(Pairs("ratio", 0.8), [0] * 100, [1] * 100, groups=GROUPS[:1])
    assert events.streams == 0 and not len(events.row)


def test_groups_at_the_bound_raise_no_alarm_before_a_period() -> None:
    rng, period, waits = np.random.default_rng(8), 20_000, []
    for _ in range(16):
        group = rng.choice(2, 5 * period, p=[0.7, 0.3])
        value = rng.random(5 * period) < np.array([0.5, 0.4])[group]
        pairs = Pairs("ratio", 0.8)
        [events] = told(pairs, group, value, groups=GROUPS[:2])
        found = Detector([Game.of(pairs.low)], period).fold([events], np.arange(5.0 * period))
        waits.append(found[0].row if found else 5 * period)
    assert np.mean(waits) + 2 * np.std(waits) / 4 >= period


def by_hand(left, right) -> list[int]:
    """Step by step: who came alone waits for the other."""
    waiting, found = "", []
    for step, (one, other) in enumerate(zip(left, right, strict=True)):
        came = "both" if one and other else "left" if one else "right" if other else ""
        if came and (came == "both" or (waiting and waiting != came)):
            found.append(step)
            waiting = ""
        else:
            waiting = waiting or came
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_pair_speaks_when_both_have_come(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = (rng.random((5, 400)) < rng.uniform(0.02, 0.6, (5, 1)) for _ in range(2))
    waits = rng.integers(0, 3, 5)
    left, right = (np.column_stack([waits == side, one]) for side, one in ((1, left), (2, right)))
    pair, step = np.divmod(both((left + 2 * right).astype(np.uint8)), left.shape[1])
    for number in range(5):
        assert step[pair == number].tolist() == by_hand(left[number], right[number])


def test_cells_say_what_values_say() -> None:
    rng = np.random.default_rng(4)
    group, value = rng.integers(0, 3, 999), rng.integers(0, 2, 999)
    [wanted] = told(Pairs("ratio", 0.8), group, value)
    found = Pairs("ratio", 0.8).counted(Coded(2 * group + value, 3), GROUPS, 0).by_row()
    for name in ("row", "stream", "value"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_scores_read_in_any_parts_say_the_same_to_the_last_bit() -> None:
    rng = np.random.default_rng(5)
    group, value = rng.integers(0, 3, 2_000), rng.random(2_000)
    wanted = told(Pairs("difference", 0.1), group, value)[0]
    cuts = sorted({*rng.integers(1, 2_000, 30).tolist()})
    parts = told(Pairs("difference", 0.1), group, value, cuts)
    np.testing.assert_array_equal(np.concatenate([part.value for part in parts]), wanted.value)


def test_groups_that_come_when_there_are_many_pairs_are_held_to_all_rows_of_their_band(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST", 3)
    groups = [(("income", band), ("sex", sex)) for sex in "abc" for band in ("low", "high")]
    pairs = Pairs("difference", 0.1, bands=1)
    group, value = np.arange(48) % 6, (np.arange(48) % 6 == 4).astype(float)       # of the last ones of "low" all are 1
    [events] = told(pairs, group, value, groups=groups)
    names = pairs.named([f"{band[1]} {sex[1]}" for band, sex in groups], [band[1] for (band,) in pairs.whole])
    assert names == ["low a against low b", "low b against low a", "high a against high b", "high b against high a",
                     "low c against low", "low against low c", "high c against high", "high against high c"]
    of = {name: events.value[events.stream == stream] for stream, name in enumerate(names)}
    np.testing.assert_allclose(of["low c against low"].mean(), 1 - 1 / 3 - 0.1, atol=0.1)
    np.testing.assert_allclose(of["high against high c"], -0.1)


@pytest.mark.parametrize("aggregate", ["ratio", "difference"])
def test_many_groups_read_in_any_parts_and_after_a_restart_say_the_same(
        aggregate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST", 10)
    rng = np.random.default_rng(2)
    group, value = np.minimum(rng.geometric(0.2, 3_000), 12) - 1, rng.random(3_000).round()
    groups = [(("who", str(one)),) for one in range(12)]
    made = lambda: Pairs(aggregate, 0.8)    # noqa: E731
    whole = made()
    [wanted] = told(whole, group, value, groups=groups)
    cuts, parts, pairs = [7, 500, 501, 1_777], [], made()
    for start, end in pairwise([0, *cuts, 3_000]):
        before, pairs = json.loads(json.dumps(pairs.described())), made()
        pairs.restored(before, groups if start else [])
        parts.append(pairs.events((np.arange(end - start), group[start:end], value[start:end]), groups,
                                  (start, end - start)).by_row())
    for name in ("stream", "value"):
        np.testing.assert_array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(wanted, name))
    assert len(whole.named([str(one) for one in range(12)], ["all"])) == 2 * (10 + 7)


def test_many_groups_at_the_bound_raise_no_alarm_before_a_period_and_a_bad_one_does(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the groups are at the top, the others at the bottom: the worst of all that keep the promise."""
    monkeypatch.setattr(pairing, "MOST", 3)
    rng, period, waits = np.random.default_rng(8), 10_000, []
    groups = [(("who", str(one)),) for one in range(8)]
    rates = np.array([0.6, 0.5] * 4)
    for _ in range(12):
        group = rng.choice(8, 4 * period)
        pairs = Pairs("difference", 0.1)
        [events] = told(pairs, group, rng.random(4 * period) < rates[group], groups=groups)
        found = Detector([Game.of(pairs.low)], period).fold([events], np.arange(4.0 * period))
        waits.append(found[0].row if found else 4 * period)
    assert np.mean(waits) + 2 * np.std(waits) / np.sqrt(12) >= period
    rates[7] = 0.2                          # it comes late, and is held to all
    group, pairs = rng.choice(8, 4 * period), Pairs("difference", 0.1)
    [events] = told(pairs, group, rng.random(4 * period) < rates[group], groups=groups)
    found = Detector([Game.of(pairs.low)], period).fold([events], np.arange(4.0 * period))
    assert found and pairs.named([str(one) for one in range(8)], ["all"])[found[0].stream] == "all against 7"


def test_a_state_of_more_pairs_than_are_followed_now_is_not_gone_on_from() -> None:
    told = Pairs("ratio", 0.8).described()
    assert Pairs.fits(told) and Pairs.fits({"pending": [], "open": [[0, 1]]})
    assert not Pairs.fits({"pending": [], "open": [[0, 1]] * (pairing.MOST + 1)})
