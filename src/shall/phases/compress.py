"""`compress`: smaller graphs that keep every requirement, and the fastest of them.

Every way of `methods/compress/` gives candidates of the graph; those that keep the requirements on rows that nothing
was learned from are made smaller again by the other ways. What no candidate beats in latency, size and objective is
the frontier; the latency of those on it is predicted first, and then measured.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall import registry
from shall.core.errors import DataError, MissingExtra
from shall.graph import Compiled
from shall.graph.staged import SURE
from shall.methods.compress._parts import Candidate, Rows
from shall.phases import latency
from shall.phases.compressed import Judged, Tried, broken_of, frontier
from shall.phases.latency import Costs

ROOM: Final = "compress"
MEASURED: Final = 6                         # candidates whose latency is confirmed
PARENTS: Final = 2                          # that are made smaller once more
FULL: Final = "as it is"


@dataclass
class Search:
    """What a search for smaller graphs is given; ``judge`` holds one to the requirements on rows to choose on."""

    compiled: Compiled
    rows: Rows
    cases: Sequence[Mapping[str, Any]]      # plain rows, to be timed on
    judge: Callable[[Compiled], Judged]
    costs: Costs
    seed: int = 0
    deadline: float = math.inf              # of time.monotonic()
    tell: Callable[[str, int], None] = lambda what, done: None
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False


def search(task: Search) -> tuple[Tried, ...]:
    """Every candidate, the graph as it is first; those on the frontier with a latency that was measured.

    An interrupt ends the search, and what was tried so far is kept. ``costs`` grow by what was measured.
    """
    try:
        _begin(task)
        first = _ways(task, task.compiled, _all_ways(), "")
        _try(task, first)
        _learn(task, _last_of_each_way(task.tried))
        for parent in _parents(task.tried):
            others = [way for way in _all_ways() if way != parent.way and not _whole(way)]
            _try(task, _ways(task, parent.compiled, others, f"{parent.said}, "))
    except KeyboardInterrupt:
        if not task.tried:
            raise
        task.stopped = True
    return _confirmed(task)


def _begin(task: Search) -> None:
    """The graph as it is: measured in parts, where the table does not know its operations, and judged."""
    task.tell("measuring this machine", 0)
    if not task.costs.knows(task.compiled.graph):
        some = list(latency.parts(task.compiled.graph))
        seconds = latency.measured([Compiled(one) for one in some], task.cases)
        task.costs = task.costs.with_measured(list(zip(some, seconds, strict=True)))
    judged = task.judge(task.compiled)
    task.tried.append(Tried(FULL, task.compiled, "", task.costs.predicted(task.compiled.graph), judged, ()))


def _all_ways() -> tuple[str, ...]:
    return registry.within("methods", ROOM)


def _whole(way: str) -> bool:
    """Whether a way takes the place of all models, so that no other goes with it."""
    return bool(getattr(registry.find("methods", way), "WHOLE", False))


def _ways(task: Search, compiled: Compiled, ways: Sequence[str], before: str) -> Iterator[tuple[str, Candidate]]:
    for way in ways:
        task.tell(f"trying {way.replace('_', ' ')}", 0)
        try:
            for made in registry.find("methods", way).candidates(compiled.graph, task.rows, task.seed):
                yield way, replace(made, said=before + made.said)
        except MissingExtra as error:
            task.notes.append(f"{way.replace('_', ' ')} was not tried: {error}")


def _try(task: Search, some: Iterable[tuple[str, Candidate]]) -> None:
    for way, made in some:
        about = {name: value for name, value in made.graph.about.items() if name != "model"}
        graph = replace(made.graph.pruned(), about={**about, "compressed": made.said})
        compiled = Compiled(graph, first=None if made.first is None else Compiled(made.first))
        try:
            judged = task.judge(compiled)
        except DataError as error:          # such as a probability beyond 1
            task.notes.append(f"{made.said} was left out: {error}")
            continue
        task.tried.append(Tried(made.said, compiled, way, _predicted(task, compiled), judged,
                                broken_of(judged, task.tried[0].judged)))
        task.tell(f"trying {way.replace('_', ' ')}", 1)
        if time.monotonic() > task.deadline:
            raise KeyboardInterrupt


def _parents(tried: Sequence[Tried]) -> list[Tried]:
    """Of each way that other ways can go with, the fastest that keeps the requirements."""
    found: dict[str, Tried] = {}
    for one in tried[1:]:
        if one.kept and not _whole(one.way) and (one.way not in found or one.predicted < found[one.way].predicted):
            found[one.way] = one
    return sorted(found.values(), key=lambda one: one.predicted)[:PARENTS]


def _predicted(task: Search, compiled: Compiled) -> float:
    """Seconds of one row; behind a first graph, those of rows to be timed on that are not sure count."""
    full = task.costs.predicted(compiled.graph)
    if compiled.first is None:
        return full
    left = 1 - float(np.mean(compiled.first(list(task.cases))[SURE]))
    return task.costs.predicted(compiled.first.graph) + left * full


def _last_of_each_way(tried: Sequence[Tried]) -> list[int]:
    return [0, *{one.way: place for place, one in enumerate(tried) if place}.values()]


def _learn(task: Search, places: Sequence[int]) -> list[float]:
    """Measure some candidates in turn; all others are predicted from that, too."""
    task.tell("measuring latencies", 0)
    seconds = latency.measured([task.tried[place].compiled for place in places], task.cases)
    timed = [(task.tried[place].compiled, one) for place, one in zip(places, seconds, strict=True)]
    task.costs = task.costs.with_measured([(one.graph, took) for one, took in timed if one.first is None])
    task.tried[:] = [replace(one, predicted=_predicted(task, one.compiled)) for one in task.tried]
    return seconds


def _confirmed(task: Search) -> tuple[Tried, ...]:
    """The fastest that keep the requirements, and those on the frontier, measured in turn with the full graph."""
    front = frontier(task.tried)
    kept = sorted((place for place in range(1, len(task.tried)) if task.tried[place].kept),
                  key=lambda place: task.tried[place].predicted)
    chosen = list(dict.fromkeys([0, *kept[:MEASURED], *sorted(front, key=lambda place: task.tried[place].predicted)
                                 ]))[:2 * MEASURED]
    predicted = [one.predicted for one in task.tried]
    found = list(task.tried)
    for place, one in zip(chosen, _learn(task, chosen), strict=True):
        found[place] = replace(found[place], measured=one, predicted=predicted[place])
    front = frontier(found)
    return tuple(replace(one, unbeaten=place in front) for place, one in enumerate(found))


def halves(table: pa.Table, seed: int) -> tuple[pa.Table, pa.Table]:
    """Rows to learn from, and rows to choose on."""
    order = np.random.default_rng(seed).permutation(table.num_rows)
    half = len(order) // 2
    return table.take(np.sort(order[:half])), table.take(np.sort(order[half:]))
