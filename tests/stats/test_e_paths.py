"""Events in any order and any form add the same to the bets."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats.e_detector import Coded, Detector, Events, Game
from shall.stats.e_paths import BLOCK, Path, Room

RATE = Game.of(-0.3, (-0.3, 0.7))


def drawn(seed: int, rows: int, streams: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    row = np.flatnonzero(rng.random(rows) < 0.7)
    return row, rng.integers(0, streams, len(row)), rng.integers(0, 2, len(row))


def path(game: Game, events: Events | Coded, rows: int, offset: int = 0, room: Room | None = None) -> Path:
    return Path.of(game, events, np.zeros((events.streams, len(game.bets))), (offset, -(-(rows + offset) // BLOCK)),
                   room or Room())


def test_stream_after_stream_and_back() -> None:
    row, stream, level = drawn(0, 2_000, 3)
    events = Events(row, stream, level, 3)
    apart = events.by_stream()
    assert apart.apart and (np.diff(apart.stream) >= 0).all() and apart.by_stream() is apart
    back = apart.by_row()
    for name in ("row", "stream", "value"):
        np.testing.assert_array_equal(getattr(back, name), getattr(events, name))


@pytest.mark.parametrize("offset", [0, 100])
def test_levels_values_and_cells_add_the_same(offset: int) -> None:
    rows, streams = 3_000, 3
    row, stream, level = drawn(1, rows, streams)
    cell = np.full(rows, 2 * streams)
    cell[row] = 2 * stream + level
    values = Game(RATE.low, np.zeros(0), RATE.bets)
    made = [path(*one, rows, offset) for one in (
        (RATE, Events(row, stream, level, streams)), (RATE, Coded(cell, streams)),
        (values, Events(row, stream, RATE.levels[level], streams)))]
    for other in made[1:]:
        np.testing.assert_array_equal(other.end, made[0].end)
        np.testing.assert_array_equal(other.last, made[0].last)
    np.testing.assert_array_equal(made[1].most, made[0].most)
    assert (made[2].most <= made[0].most).all() and (made[2].most >= made[2].end).all()
    wealth = np.full((streams, len(RATE.bets)), 1e-3)
    for block in range(len(made[0].end)):
        assert len({one.first(block, wealth, 0.05) for one in made}) == 1


def test_memory_that_is_used_again_is_not_mixed_up() -> None:
    room, values = Room(), Game.of(-0.5)
    rng = np.random.default_rng(2)
    for rows in (5_000, 300, 7_000, 1):
        events = Events(np.arange(rows), np.zeros(rows, dtype=np.int64), rng.uniform(-0.5, 0.5, rows), 1)
        again, fresh = path(values, events, rows, room=room), path(values, events, rows)
        np.testing.assert_array_equal(again.end, fresh.end)
        np.testing.assert_array_equal(again.most, fresh.most)


def test_a_life_of_cells_sounds_where_one_of_events_does() -> None:
    rng, rows = np.random.default_rng(3), 6_000
    level, stream = (rng.random(rows) < 0.4).astype(np.int64), rng.integers(0, 2, rows)
    row, clock = np.arange(rows), np.arange(float(rows))
    one, other = Detector([RATE], 5_000), Detector([RATE], 5_000)
    found = one.fold([Events(row, stream, level, 2)], clock)
    assert found and found == other.fold([Coded(2 * stream + level, 2)], clock)
    assert one.described() == other.described()
