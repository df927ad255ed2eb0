"""Alarms after every row: how rare false ones are, how soon true ones: ``python -m benchmarks.alarms [PROCESSES]``.

It takes about two hours of one core.

First a thousand lives of 100,000 rows of a model exactly at its bound, for each family of measures, rows independent
and in households of three that are alike (heard once each), and once more under a clock that tells thirds of the life
only, as a log does whose times are years. Areas and calibration errors go through `shall.watch` window by window, at
what a window may spend (`alarms_by_window.py`), and of calibration errors in households more windows by themselves.
Then a rate of at least 0.80 that was 0.82 and falls: rows until the alarm, beside fixed windows, a sequence over the
whole life, and ADWIN and Page-Hinkley of river. Each is given the same rate of false alarms at the bound: ours, windows
and the sequence by what they promise, river's two by the least cautious of a grid of settings that kept it in 60 lives.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from benchmarks import alarms_by_window
from benchmarks.harness import environment, run, save
from shall.phases.watching.pairing import Pairs
from shall.stats.e_detector import Detector, Events, Game

ROWS: Final = 100_000
LIVES: Final = 1_000
TOGETHER: Final = 50                        # lives that one process judges by window at a time
STRAIGHT: Final = 4_000                     # windows
PERIOD: Final = 100_000                     # rows between two false alarms
GOOD: Final = (20_000, 200_000)             # rows before the fall
FALLS: Final = (0.78, 0.75, 0.70)
LIMIT: Final = 0.80
TRIED: Final = 100                          # lives a fall
RIVER: Final = ("river==0.26.1",)
Bits = NDArray[np.int64]
Chance = np.random.Generator


def rate(limit: float, least: bool, truths: Bits) -> tuple[Game, Events]:
    """A rate that is to be at least, or at most, a limit."""
    levels = (limit - 1, limit) if least else (-limit, 1 - limit)
    return Game.of(levels[0], levels), events(1 - truths if least else truths)


def events(value: Any, row: Any = None) -> Events:
    """Events of one stream."""
    return Events(np.arange(len(value)) if row is None else row, np.zeros(len(value), dtype=np.int64), value, 1)


def compared(pairs: Pairs, group: Bits, truths: Bits) -> tuple[Game, Events]:
    """Two groups held to one another."""
    said = np.arange(len(group)), group, truths.astype(np.float64)
    return Game.of(pairs.low), pairs.events(said, [(("g", "a"),), (("g", "b"),)], (0, len(group)))


def at_the_bound(chance: Chance, alike: bool) -> Iterator[tuple[str, Game, Events]]:
    """One life of each family, exactly at its bound."""
    def drawn(p: Any) -> Bits:
        return (chance.random(ROWS) < p).astype(np.int64)

    def heard(game: Game, some: Events) -> tuple[Game, Events]:
        """The first row of each household; in pairs a household is one row from the start."""
        first = some.row % 3 == 0 if alike else np.ones(len(some.row), dtype=bool)
        return game, Events(some.row[first], some.stream[first], some.value[first], some.streams)

    def as_drawn(p: Any) -> Bits:
        """Members of a household say the same: the worst that they can be."""
        return np.repeat(drawn(p)[:ROWS // 3 + 1], 3)[:ROWS] if alike else drawn(p)

    yield "rate >= 0.80", *heard(*rate(0.8, True, as_drawn(0.8)))
    yield "rate <= 0.02", *heard(*rate(0.02, False, as_drawn(0.02)))
    positive = np.flatnonzero(drawn(0.3))
    game, some = rate(0.9, True, as_drawn(0.9)[positive])
    yield "conditional rate >= 0.90", *heard(game, Events(positive, some.stream, some.value, 1))
    game, some = rate(0.8, True, as_drawn(0.8))
    yield "rate in each of 5 groups >= 0.80", *heard(game, Events(some.row, chance.integers(0, 5, ROWS), some.value, 5))
    slow = as_drawn(0.05)
    yield "p95(latency) <= limit", *heard(*rate(0.05, False, slow))
    squares = np.repeat(chance.beta(1, 4, ROWS // 3 + 1), 3)[:ROWS] if alike else chance.beta(1, 4, ROWS)
    yield "brier <= 0.20", *heard(Game.of(-0.2), events(squares - 0.2))
    group = (chance.random(ROWS) < 0.3).astype(np.int64)
    for name, pairs, p in (("ratio of two groups >= 0.80", Pairs("ratio", 0.8), (0.5, 0.4)),
                           ("difference of two groups <= 0.10", Pairs("difference", 0.1), (0.5, 0.4))):
        yield name, *compared(pairs, group, drawn(np.array(p)[group]))


def false_alarms(alike: bool, clock: NDArray[np.float64]) -> dict[str, float]:
    """Rows between two false alarms, by family."""
    chance, counts = np.random.default_rng(2026), dict[str, int]()
    for _ in range(LIVES):
        for name, game, some in at_the_bound(chance, alike):
            counts[name] = counts.get(name, 0) + len(Detector([game], PERIOD).fold([some], clock))
    return {name: LIVES * ROWS / max(count, 1) for name, count in counts.items()}


def by_row(pool: Executor) -> tuple[dict[str, dict[str, float]], list[str]]:
    """The figures of all families that are looked at after every row, and the lines that tell them."""
    clock = np.arange(float(ROWS))
    third = np.floor(3 * clock / ROWS) * ROWS / 3
    found = dict(zip(("rows", "households", "thirds"),
                     pool.map(false_alarms, (False, True, False), (clock, clock, third)), strict=True))
    lines = [f"rows between two false alarms of a model at its bound, promised {PERIOD:,}, "
             f"{LIVES:,} lives of {ROWS:,}:",
             f"  {'':34}{'rows':>12}{'households':>12}{'a clock of thirds':>20}"]
    return found, lines + [f"  {name:34}{found['rows'][name]:>12,.0f}{found['households'][name]:>12,.0f}"
                           f"{found['thirds'][name]:>20,.0f}" for name in found["rows"]]


def by_window(pool: Executor) -> tuple[dict[str, Any], list[str]]:
    """The same of the lines that are judged by window."""
    found: dict[str, Any] = {}
    lines = ["", f"by windows of {alarms_by_window.WINDOW:,} rows, promised {alarms_by_window.PERIOD:,}, "
             f"{LIVES:,} lives of {ROWS:,}: false alarms at most, and found:"]
    most = LIVES * ROWS / alarms_by_window.PERIOD
    for line in alarms_by_window.LINES:
        for alike, name in ((False, "rows"), (True, "households")):
            one = partial(alarms_by_window.false_alarms, line, alike, TOGETHER)
            alarms = found[f"{line} {name}"] = sum(pool.map(one, range(LIVES // TOGETHER)))
            told = f"{LIVES * ROWS / alarms:,.0f} rows between two" if alarms else "none"
            lines.append(f"  {line:38}{name:12}{most:>8.0f}{alarms:>6} ({told})")
            print(lines[-1], flush=True)
    return found, lines


def by_bucket(pool: Executor) -> tuple[dict[str, Any], list[str]]:
    """More windows of calibration errors in households, straight from sums by bucket."""
    found: dict[str, Any] = {}
    alpha = alarms_by_window.WINDOW / alarms_by_window.PERIOD
    lines = ["", f"calibration errors in households, {STRAIGHT:,} windows at their bound: false alarms at most, "
             "and found (at 95 %):"]
    places = zip(*alarms_by_window.STRAIGHT, strict=True)
    for place, alarms in zip(alarms_by_window.STRAIGHT, pool.map(
            partial(alarms_by_window.straight, windows=STRAIGHT), *places), strict=True):
        bins, error, rows = place
        low, high = beta.ppf(0.025, alarms, STRAIGHT - alarms + 1), beta.ppf(0.975, alarms + 1, STRAIGHT - alarms)
        name = f"bins = {bins}, error {error}, {rows:,} rows"
        found[name] = alarms
        lines.append(f"  {name:38}{alpha * STRAIGHT:>20.0f}{alarms:>6} "
                     f"({STRAIGHT * (low if alarms else 0):.0f} to {STRAIGHT * high:.0f})")
        print(lines[-1], flush=True)
    return found, lines


def ours(truths: Bits) -> int | None:
    """The row of our first alarm."""
    game, some = rate(LIMIT, True, truths)
    found = Detector([game], PERIOD).fold([some], np.arange(float(len(truths))))
    return found[0].row if found else None


def windows(size: int) -> Callable[[Bits], int | None]:
    """The last row of the first window that is broken at its share of the allowed false alarms."""
    def first(truths: Bits) -> int | None:
        k = truths[:len(truths) // size * size].reshape(-1, size).sum(axis=1)
        broken = beta.ppf(1 - size / PERIOD, k + 1, size - k) < LIMIT
        return int((np.argmax(broken) + 1) * size - 1) if broken.any() else None

    return first


def whole_life(truths: Bits) -> int | None:
    """The same bets without new wealth: one in twenty models at their bound is ever alarmed about."""
    game, some = rate(LIMIT, True, truths)
    won = np.log1p(np.outer(game.levels, game.bets))[some.value.astype(np.int64)].cumsum(axis=0)
    over = np.exp(np.minimum(won, 50)).mean(axis=1) >= 20
    return int(np.argmax(over)) if over.any() else None


def delays(found: Sequence[int | None], good: int) -> str:
    """Median rows from the fall to the first alarm, in words; alarms before it are told."""
    early = sum(one is not None and one < good for one in found)
    late = [np.inf if one is None else one - good for one in found if one is None or one >= good]
    middle = float(np.median(late)) if late else np.inf
    return (f"{middle:,.0f}" if np.isfinite(middle) else "never") + (f" ({early} before)" if early else "")


def falling(good: int, rate_after: float, chance: Chance) -> list[Bits]:
    """Lives at 0.82 that fall."""
    return [np.concatenate([chance.random(good) < 0.82, chance.random(ROWS) < rate_after]).astype(np.int64)
            for _ in range(TRIED)]


def of_river(lives: dict[str, list[Bits]]) -> dict[str, Any]:
    """The rows of the first alarms of ADWIN and Page-Hinkley, tuned to the same rate of false alarms."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "lives.npz"
        chance = np.random.default_rng(7)
        stable = (chance.random((60, ROWS)) < LIMIT).astype(np.int8)
        np.savez(place, stable=stable, **{name: np.stack(some).astype(np.int8)[:20] for name, some in lives.items()})
        return run(environment("river", RIVER), "benchmarks.peers.river_alarms", str(place), str(PERIOD))


def main(workers: int = 2) -> None:
    """Run everything and keep the figures; false alarms in so many processes."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        compare(pool)


def compare(pool: Executor) -> None:
    """All parts, one after the other."""
    figures: dict[str, Any] = {}
    figures["false"], lines = by_row(pool)
    print("\n".join(lines), flush=True)
    chance = np.random.default_rng(1)
    lives = {f"{good} {after}": falling(good, after, chance) for good in GOOD for after in FALLS}
    river = of_river({name: some for name, some in lives.items() if name.startswith(str(GOOD[0]))})
    contenders = {"e-detector, after every row": ours, "windows of 1,000 rows": windows(1_000),
                  "windows of 10,000 rows": windows(10_000), "sequence over the whole life": whole_life}
    lines += ["", f"median rows from the fall below {LIMIT} to the alarm, {TRIED} lives:",
              "  " + " " * 34 + "".join(f"{after:>22}" for after in FALLS)]
    for good in GOOD:
        lines.append(f"  after {good:,} good rows at 0.82")
        for name, first in contenders.items():
            told = [delays([first(life) for life in lives[f"{good} {after}"]], good) for after in FALLS]
            figures[f"{name} {good}"] = told
            lines.append(f"    {name:32}" + "".join(f"{one:>22}" for one in told))
        if good == GOOD[0]:
            for name, found in river.items():
                told = [delays(found["first"][f"{good} {after}"], good) for after in FALLS]
                figures[f"{name} {good}"] = told
                lines.append(f"    {name + ' (20 lives)':32}" + "".join(f"{one:>22}" for one in told))
                lines.append(f"      {found['settings']}")
    save("alarms", lines, figures)
    figures["by window"], more = by_window(pool)
    save("alarms", [*lines, *more], figures)
    figures["by bucket"], straight = by_bucket(pool)
    save("alarms", [*lines, *more, *straight], figures)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
