"""What a server counts of itself, for Prometheus. Labels are names of routes, models and modes: never what was sent."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import shall as package
from shall.http.exposition import CONTENT_TYPE, Family, Labels, page

__all__ = ["CONTENT_TYPE", "Metrics"]
BOUNDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
REQUESTS: Final = Family("shall_requests_total", "counter", "Requests that were answered.",
                         ("method", "route", "status"))
SECONDS: Final = Family("shall_request_seconds", "histogram", "From a request to its answer.", ("route",))
DURABLE: Final = Family("shall_durable_seconds", "histogram", "From a decision to its being on the disk.")
ROWS: Final = Family("shall_rows_total", "counter", "Rows that were decided on.", ("model",))
DECISIONS: Final = Family("shall_decisions_total", "counter", "Decisions: answered, abstained, or only compared.",
                          ("model", "version", "mode", "kind"))
LABELS: Final = Family("shall_labels_total", "counter", "Labels that came.", ("model",))
IN_FLIGHT: Final = Family("shall_in_flight", "gauge", "Requests to decide that are not answered yet.")
QUEUE: Final = Family("shall_queue", "gauge", "Requests to decide that nobody has begun.")
WAITING: Final = Family("shall_log_waiting", "gauge", "Submissions to the log that are not on the disk yet.",
                        ("model",))
ALARMS: Final = Family("shall_log_alarms_total", "counter", "What went wrong with the log.", ("model", "alarm"))
BUNDLES: Final = Family("shall_bundle", "gauge", "1 for every version: what it is there for, or that it was recalled.",
                        ("model", "version", "mode"))
SHARES: Final = Family("shall_canary_share", "gauge", "The share of requests that a canary answers.",
                       ("model", "version"))
WRONG: Final = Family("shall_alarms_total", "counter", "What went wrong beside the answers.", ("what",))
ALARM: Final = Family("shall_alarm", "gauge", "1 while something has to be looked at.", ("what",))
RESPONSES: Final = Family("shall_response", "gauge", "1 while a response to a broken promise stands.",
                          ("model", "version", "line", "response"))
ALERTS_WAITING: Final = Family("shall_alerts_waiting", "gauge", "Alerts that no webhook has taken yet.")
ALERTS: Final = Family("shall_alerts_total", "counter", "Alerts to webhooks: sent, failed tries, dropped.", ("result",))
WATCHED_ALARM: Final = Family("shall_watch_alarm", "gauge", "1 while an alarm of a line goes on.", ("model", "line"))
WATCHED_FIGURES: Final = tuple(
    Family(f"shall_watch_{name}", "gauge", f"{what}, of the newest window that was judged.", ("model", "line"))
    for name, what in (("value", "The value of a line"), ("low", "Its lower bound"), ("high", "Its upper bound"),
                       ("limit", "The number that it is held against")))
WATCHED_ROWS: Final = Family("shall_watch_rows_total", "counter", "Rows that the watch has read.", ("model",))
WATCHED_AT: Final = Family("shall_watch_looked_timestamp_seconds", "gauge", "When the watch looked last.", ("model",))
WATCHED_LABELLED: Final = Family("shall_watch_labelled_ratio", "gauge",
                                 "The share of rows with a label in the oldest window that waits for them.", ("model",))
BUILD: Final = Family("shall_build_info", "gauge", "The version of shall.", ("version",))
PROCESS: Final = (
    Family("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970."),
    Family("process_cpu_seconds_total", "counter", "Seconds of processors that it used."),
    Family("process_resident_memory_bytes", "gauge", "Memory that it holds."),
    Family("process_open_fds", "gauge", "Files and sockets that are open."),
)
Figures = Iterable[tuple[Family, Labels, float]]
STARTED: Final = time.time()


class Spread:
    """How often a time fell between two of `BOUNDS`, and the sum of all."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Metrics:
    """Counters, to be used in one event loop; whoever has gauges gives a function that is asked when a page is made."""

    CONTENT_TYPE = CONTENT_TYPE

    def __init__(self) -> None:
        self._requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self._decisions: defaultdict[Labels, int] = defaultdict(int)
        self._rows: defaultdict[Labels, int] = defaultdict(int)
        self._labels: defaultdict[Labels, int] = defaultdict(int)
        self._seconds: defaultdict[str, Spread] = defaultdict(Spread)
        self._durable = Spread()
        self._asked: list[Callable[[], Figures]] = []

    def ask(self, gauges: Callable[[], Figures]) -> None:
        """Ask for figures whenever a page is made."""
        self._asked.append(gauges)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request that was answered; ``route`` is its pattern, or nothing where there is none."""
        self._requests[method, route, status] += 1
        self._seconds[route].add(seconds)

    def turned_away(self, status: int) -> None:
        """A request that nothing but its connection answered."""
        self._requests["", "", status] += 1

    def decided(self, name: str, version: str, mode: str, abstained: Sequence[bool]) -> None:
        """The rows of a request that was decided on: whether each abstained."""
        left = sum(abstained)
        self._rows[name,] += len(abstained)
        if left:
            self._decisions[name, version, mode, "abstained"] += left
        if left < len(abstained):
            self._decisions[name, version, mode, "answered"] += len(abstained) - left

    def labels(self, model: str, count: int) -> None:
        """Labels that came for a model."""
        self._labels[model,] += count

    def durable(self, seconds: float) -> None:
        """How long a decision waited for the disk."""
        self._durable.add(seconds)

    def page(self) -> bytes:
        """Every figure, as Prometheus reads it."""
        figures: dict[Family, dict[Labels, float]] = {
            REQUESTS: {(method, route, str(status)): count
                       for (method, route, status), count in self._requests.items()},
            DECISIONS: {**self._decisions}, ROWS: {**self._rows}, LABELS: {**self._labels},
        }
        for gauges in (*self._asked, _process):
            for family, labels, value in gauges():
                figures.setdefault(family, {})[labels] = value
        seconds: dict[Labels, tuple[list[int], float]] = {
            (route,): (spread.counts, spread.total) for route, spread in self._seconds.items()}
        durable: dict[Labels, tuple[list[int], float]] = {(): (self._durable.counts, self._durable.total)}
        return page(figures.items(), ((SECONDS, seconds, BOUNDS), (DURABLE, durable, BOUNDS)))


def _process() -> Figures:
    yield BUILD, (package.__version__,), 1
    used = os.times()
    told: list[float] = [STARTED, used.user + used.system]
    if Path("/proc/self/statm").exists():
        told.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
        told.append(len([*Path("/proc/self/fd").iterdir()]))
    for family, value in zip(PROCESS, told, strict=False):
        yield family, (), value
