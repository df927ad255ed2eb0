"""Alarms that may be looked at after every row: how rare the false ones are, how soon the true ones come."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from shall.stats.e_detector import BETS, BLOCK, Alarm, Detector, Events, Game


def rates(truths, stream=None, streams: int = 1) -> Events:
    """Events of a rate that is to be at least a limit: level 1 is a row that speaks against it."""
    against = 1 - np.asarray(truths, dtype=np.int64)
    return Events(np.arange(len(against)), np.zeros_like(against) if stream is None else stream, against, streams)


def at_least(limit: float) -> Game:
    return Game.of(limit - 1, (limit - 1, limit))


def first(game: Game, events: Events, period: float) -> int:
    """The row of the first alarm; the number of rows where there is none."""
    clock = np.arange(len(events.row), dtype=np.float64)
    found = Detector([game], period).fold([events], clock)
    return found[0].row if found else len(clock)


def by_hand(game: Game, truths, streams, period: float) -> int | None:
    """The same by multiplying row by row."""
    number = int(streams.max()) + 1
    wealth, reserve, clock = np.zeros((number, BETS)), 0.1, -np.inf
    for row, (truth, stream) in enumerate(zip(truths, streams, strict=True)):
        if row % BLOCK == 0:
            reserve = min(reserve + (0.0 if row == 0 else (row - clock) / period), 0.1)
            clock, new = row, min(reserve / 2, 2.0 ** -6)
            reserve -= new
            wealth += new / wealth.size
        wealth[stream] *= 1 + game.bets * game.levels[1 - truth]
        if wealth.sum() >= 1.1:
            return row
    return None


@pytest.mark.parametrize("seed", range(6))
def test_it_is_what_multiplying_row_by_row_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truths, streams = (rng.random(4_000) < 0.7).astype(int), rng.integers(0, 3, 4_000)
    game = at_least(0.76)
    wanted = by_hand(game, truths, streams, 5_000)
    assert wanted is not None
    found = Detector([game], 5_000).fold([rates(truths, streams, 3)], np.arange(4_000.0))
    assert found[0].row == wanted


def test_batches_of_any_size_and_a_restart_give_the_same_bits() -> None:
    rng = np.random.default_rng(5)
    truths, streams = (rng.random(9_000) < 0.72).astype(int), rng.integers(0, 2, 9_000)
    values, clock = 0.8 - truths, np.arange(9_000.0)
    games = [at_least(0.8), Game.of(-0.2)]

    def part(start: int, end: int) -> list[Events]:
        row = np.arange(end - start)
        return [Events(row, streams[start:end], 1 - truths[start:end], 2),
                Events(row, streams[start:end], values[start:end], 2)]

    whole = Detector(games, 1e5)
    wanted = whole.fold(part(0, 9_000), clock)
    assert {alarm.promise for alarm in wanted} == {0, 1}
    cuts = [0, 1, 2, *sorted({*rng.integers(3, 9_000, 60).tolist()}), 9_000]
    apart, found = Detector(games, 1e5), []
    for start, end in pairwise(cuts):
        found += apart.fold(part(start, end), clock[start:end])
        apart = Detector(games, 1e5).restored(json.loads(json.dumps(apart.described())))
    assert sorted(found, key=lambda alarm: (alarm.row, alarm.promise)) == sorted(
        wanted, key=lambda alarm: (alarm.row, alarm.promise))
    assert apart.described() == whole.described()


@pytest.mark.parametrize("limit", [0.05, 0.5, 0.8, 0.99])
def test_a_model_at_its_bound_is_not_alarmed_about_before_a_period(limit: float) -> None:
    """24 lives of 6 periods; the thousand lives are in the slow tests."""
    rng, period = np.random.default_rng(11), 20_000
    waits = np.array([first(at_least(limit), rates((rng.random(6 * period) < limit).astype(int)), period)
                      for _ in range(24)])
    # what is cut off at 6 periods makes the mean smaller than it is
    assert waits.mean() + 2 * waits.std() / np.sqrt(len(waits)) >= period


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "streams"), [(0.05, 1), (0.8, 1), (0.8, 8), (0.99, 3)])
def test_a_thousand_lives_at_the_bound(limit: float, streams: int) -> None:
    rng, period, rows = np.random.default_rng(12), 20_000, 100_000
    lives = (rates((rng.random(rows) < limit).astype(int), rng.integers(0, streams, rows), streams)
             for _ in range(1_000))
    waits = np.array([first(at_least(limit), life, period) for life in lives])
    assert waits.mean() >= period


def test_promises_that_share_a_period_have_one_together() -> None:
    rng, period = np.random.default_rng(3), 20_000
    waits = []
    for _ in range(25):
        truths, streams = (rng.random((4, 5 * period)) < 0.8).astype(int), rng.integers(0, 2, (4, 5 * period))
        events = [rates(*one, 2) for one in zip(truths, streams, strict=True)]
        found = Detector([at_least(0.8)] * 4, period, [0.25] * 4).fold(events, np.arange(5.0 * period))
        waits.append(found[0].row if found else 5 * period)
    assert np.mean(waits) + 2 * np.std(waits) / 5 >= period


def test_a_broken_promise_is_found_soon_and_sooner_the_worse_it_is() -> None:
    rng, delays = np.random.default_rng(4), {}
    for rate in (0.75, 0.70, 0.60):
        waits = []
        for _ in range(20):
            truths = np.concatenate([rng.random(10_000) < 0.83, rng.random(40_000) < rate]).astype(int)
            waits.append(first(at_least(0.8), rates(truths), 1e6) - 10_000)
        delays[rate] = float(np.median(waits))
    assert 0 < delays[0.60] < delays[0.70] < delays[0.75] < 2_000
    assert delays[0.60] < 150


def test_power_does_not_go_with_the_years() -> None:
    """After a hundred times as many good rows the same shift is found as soon."""
    rng, delays = np.random.default_rng(6), []
    for good in (5_000, 500_000):
        waits = []
        for _ in range(8):
            truths = np.concatenate([rng.random(good) < 0.83, rng.random(20_000) < 0.7]).astype(int)
            waits.append(first(at_least(0.8), rates(truths), 1e6) - good)
        delays.append(np.median(waits))
    assert delays[1] <= 1.5 * delays[0] + 20


def test_what_may_never_happen_sounds_at_once_and_what_cannot_go_wrong_never() -> None:
    never = Game.of(0.0, (0.0, 1.0))                        # a rate of at most 0
    level = np.zeros(1_000, dtype=np.int64)
    level[700] = 1
    events = Events(np.arange(1_000), np.zeros(1_000, dtype=np.int64), level, 1)
    assert [alarm.row for alarm in Detector([never], 1e6).fold([events], np.arange(1_000.0))] == [700]
    always = Game.of(-1.0, (-1.0, 0.0))                     # a rate of at least 0
    assert Detector([always], 10).fold([events], np.arange(1_000.0)) == []


def test_a_clock_that_jumps_or_goes_back_gives_no_wealth_for_nothing() -> None:
    truths = np.tile([1, 1, 1, 1, 0], 4_000)
    detector = Detector([at_least(0.8)], 365.0)
    assert detector.fold([rates(truths)], np.repeat([0.0, 365.0, 0.0, 730.0], 5_000)) == []
    assert detector.clock == 730.0 and detector.wealth(0)[0] < 1


@pytest.mark.parametrize("good", [10_000, 40_000, 400_000])
def test_a_clock_that_stands_leaves_power(good: int) -> None:
    """A log whose times are days or years: many rows have one time."""
    rng, waits = np.random.default_rng(9), []
    for _ in range(5):
        truths = np.concatenate([rng.random(good) < 0.83, rng.random(5_000) < 0.4]).astype(int)
        found = Detector([at_least(0.8)], 365.0).fold([rates(truths)], np.zeros(len(truths)))
        waits.append(found[0].row - good if found else 5_000)
    assert 0 < np.median(waits) < 150


def test_no_rows_no_streams_no_alarm() -> None:
    detector = Detector([at_least(0.8)], 100.0)
    nothing = Events(*(np.zeros(0, dtype=np.int64),) * 3, 0)
    assert detector.fold([nothing], np.zeros(0)) == [] and detector.rows == 0
    assert detector.fold([nothing], np.arange(10.0)) == [] and detector.rows == 10
    found = detector.fold([rates([0] * 3_000, np.ones(3_000, dtype=np.int64), 2)], np.arange(3_000.0))
    assert found and {alarm.stream for alarm in found} == {1} and isinstance(found[0], Alarm)
