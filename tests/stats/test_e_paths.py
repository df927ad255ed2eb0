"""Events in any form add the same to the bets, and at most what is said."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from shall.stats.e_detector import Coded, Detector, Events, Game
from shall.stats.e_paths import BLOCK, PARTS, Path, Room

RATE = Game.of(-0.3, (-0.3, 0.7))


def drawn(seed: int, rows: int, streams: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    row = np.flatnonzero(rng.random(rows) < 0.7)
    return row, rng.integers(0, streams, len(row)), rng.integers(0, 2, len(row))


def path(game: Game, events: Events | Coded, rows: int, offset: int = 0, room: Room | None = None) -> Path:
    return Path.of(game, events, np.zeros((events.streams, len(game.bets))), (offset, -(-(rows + offset) // BLOCK)),
                   room or Room())


def by_hand(game: Game, events: Events, rows: int, offset: int) -> tuple[np.ndarray, np.ndarray]:
    """Event after event: what is won by each block, and at most on the way there."""
    total = np.zeros((-(-(rows + offset) // BLOCK), events.streams, len(game.bets)))
    most = total.copy()
    for row, stream, value in zip(events.row, events.stream, events.value, strict=True):
        place = (row + offset) // BLOCK, stream
        total[place] += game.won(np.array([value]))[:, 0]
        most[place] = np.maximum(most[place], total[place])
    return total, most


@pytest.mark.parametrize("offset", [0, 100])
@pytest.mark.parametrize("streams", [3, 40])
def test_cells_and_values_add_what_events_add_one_by_one(offset: int, streams: int) -> None:
    rows = 3_000
    row, stream, level = drawn(1, rows, streams)
    values = Game(RATE.low, np.zeros(0), RATE.bets)
    cell = np.full(rows, 2 * streams)
    cell[row] = 2 * stream + level
    events = Events(row, stream, RATE.levels[level], streams)
    total, most = by_hand(values, events, rows, offset)
    made = path(RATE, Coded(cell, streams, offset), rows, offset), path(values, events, rows, offset)
    for one in made:
        np.testing.assert_array_equal(one.won, total)
        assert (one.most >= most).all()
        assert (one.most[:, :, -1] - most[:, :, -1]).max() <= 0.5 * PARTS           # a small bet is near
    wealth = np.full((streams, len(RATE.bets)), 1e-3)
    for block in range(len(total)):
        assert made[0].first(block, wealth, 0.05) == made[1].first(block, wealth, 0.05)


def test_an_event_may_speak_of_two_streams_at_once() -> None:
    rng, rows = np.random.default_rng(7), 2_000
    game, row = Game.of(-0.5), np.arange(7, rows, 8)
    pair, value = rng.integers(0, 3, len(row)), rng.uniform(-0.5, 0.5, (2, len(row)))
    both = Events(row, pair, value, 6, pace=8)
    alone = both.by_row() if both.apart else both.by_stream().by_row()
    assert alone.value.shape == (2 * len(row),) and alone.sides == 1
    total, most = by_hand(game, alone, rows, 50)
    for events in (both, both.by_stream(), alone):
        made = path(game, events, rows, 50)
        np.testing.assert_array_equal(made.won, total)
        assert (made.most >= most).all()
    wealth = np.full((6, len(game.bets)), 1e-2)
    found = [path(game, one, rows, 50).first(3, wealth, 0.5) for one in (both, alone)]
    assert found[0] == found[1] is not None


@pytest.mark.parametrize("streams", [2, 40])
def test_rows_are_counted_between_any_of_them(streams: int) -> None:
    rng, rows = np.random.default_rng(4), 1_000
    cell = rng.integers(0, 2 * streams + 1, rows)
    edges = np.array([0, *sorted(rng.choice(np.arange(1, rows), 20, replace=False)), rows])
    for begun in (0, 77):
        coded = Coded(cell.astype(np.int16), streams, begun)
        for some in (edges, edges[[0, -1]]):
            for (first, last), found in zip(pairwise(some), coded.within(some), strict=True):
                wanted = np.bincount(cell[first:last], minlength=2 * streams + 1)[:-1].reshape(-1, 2)
                np.testing.assert_array_equal(found, wanted)


def test_memory_that_is_used_again_is_not_mixed_up() -> None:
    room, values = Room(), Game.of(-0.5)
    rng = np.random.default_rng(2)
    for rows in (5_000, 300, 7_000, 1):
        events = Events(np.arange(rows), np.zeros(rows, dtype=np.int64), rng.uniform(-0.5, 0.5, rows), 1)
        again, fresh = path(values, events, rows, room=room), path(values, events, rows)
        np.testing.assert_array_equal(again.won, fresh.won)
        np.testing.assert_array_equal(again.most, fresh.most)


def test_a_life_of_cells_sounds_where_one_of_events_does() -> None:
    rng, rows = np.random.default_rng(3), 6_000
    level, stream = (rng.random(rows) < 0.4).astype(np.int64), rng.integers(0, 2, rows)
    row, clock = np.arange(rows), np.arange(float(rows))
    one, other = Detector([RATE], 5_000), Detector([RATE], 5_000)
    found = one.fold([Events(row, stream, level, 2)], clock)
    assert found and found == other.fold([Coded(2 * stream + level, 2)], clock)
    assert one.described() == other.described()


def test_a_sum_of_parts_is_a_whole_number() -> None:
    won = RATE.won(np.arange(2))
    assert (won == np.floor(won)).all() and abs(won[0, 1] / PARTS - np.log1p(RATE.bets[0] * 0.7)) < 1 / PARTS
