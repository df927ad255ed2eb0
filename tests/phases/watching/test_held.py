"""What is held up is the same however the rows come, and what a plain count finds."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from shall.phases.watching.held import Held, Lane, held_up

MATURED = 100.0


def named(first: int) -> Callable[[int], str]:
    return lambda place: f"r{first + place}"


def plainly(waits: list[bool], labelled: list[bool], seconds: list[int]) -> Held | None:
    behind = [place for place, has in enumerate(labelled) if has and any(waits[:place])]
    if not behind:
        return None
    before = [place for place, one in enumerate(waits[:behind[-1]]) if one]
    return Held(len(behind), len(before), f"r{before[0]}", seconds[before[0]],
                max(seconds[place] for place in before) + MATURED)


@pytest.mark.parametrize("seed", range(40))
def test_rows_held_up_are_those_with_a_label_behind_one_that_waits(seed: int) -> None:
    random = np.random.default_rng(seed)
    number, chance = int(random.integers(0, 30)), random.random()
    labelled = random.random(number) < chance
    waits = ~labelled & (random.random(number) < 0.7)       # the others are too old to get one
    seconds = np.sort(random.integers(0, 1_000, number)) + random.integers(0, 5, number)
    lane, cuts = Lane(MATURED), np.unique([0, *random.integers(0, number + 1, 4), number])
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        lane.add(waits[first:last], labelled[first:last], seconds[first:last], named(first))
    assert held_up([Lane(MATURED), lane]) == plainly(waits.tolist(), labelled.tolist(), seconds.tolist())


def test_lanes_are_told_together_from_the_earliest_row_on() -> None:
    lanes = [Lane(MATURED), Lane(MATURED), Lane(MATURED)]
    for lane, first, labels in zip(lanes, (50, 20, 5), (3, 2, 0), strict=True):
        waits = np.arange(labels + 1) == 0
        lane.add(waits, ~waits, np.arange(labels + 1) + first, named(first))
    assert held_up(lanes) == Held(5, 2, "r20", 20.0, 50 + MATURED), "the last lane holds nothing up"
    assert math.isinf(Lane(MATURED).at) and held_up([]) is None
