"""The reports that one reads at a glance: tables for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shall.reports import _asked, _built, _catalogue, _checked, _planned, _watched
from shall.reports._catalogue import Entry
from shall.reports._layout import Look
from shall.reports._shapes import Asked, Built, Checked, Planned, Watched

__all__ = ["Look", "build", "check", "contents", "linted", "measure", "measures", "plan", "watch"]


def check(report: Checked, look: Look | None = None) -> str:
    """The report of `check`: every verdict with its figures, and the count of them."""
    return _joined(_checked.lines(report, look or Look()))


def watch(report: Watched, look: Look | None = None) -> str:
    """The report of `watch`: windows by requirements, the course of each, and the alarms."""
    return _joined(_watched.lines(report, look or Look()))


def build(built: Built, look: Look | None = None) -> str:
    """The report of `build`: the aims, the frontier, and the certificate of the winner."""
    return _joined(_built.lines(built, look or Look()))


def plan(planned: Planned, look: Look | None = None) -> str:
    """The report of `check --plan`: how many rows each requirement needs of a gate."""
    return _joined(_planned.lines(planned, look or Look()))


def measures(entries: Sequence[Entry], look: Look | None = None) -> str:
    """All measures, in a line each."""
    return _joined(_catalogue.listed(entries, look or Look()))


def measure(entry: Entry, name: str, look: Look | None = None) -> str:
    """One measure in full, under the name that it was asked by."""
    return _joined(_catalogue.explained(entry, name, look or Look()))


def contents(asked: Asked, look: Look | None = None) -> str:
    """What a shall file asks for, and of which groups."""
    return _joined(_asked.contents(asked, look or Look()))


def linted(asked: Asked) -> str:
    """A file in which nothing is wrong, in one line."""
    return _asked.counted(asked) + ": nothing is wrong\n"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
