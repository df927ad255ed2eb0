"""The reports that one reads at a glance: tables for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shall.reports import (
    _asked,
    _built,
    _catalogue,
    _checked,
    _compressed,
    _intersections,
    _packs,
    _planned,
    _shipped,
    _slices,
    _watched,
)
from shall.reports._catalogue import Entry
from shall.reports._compressed import Compressed
from shall.reports._intersections import Intersections
from shall.reports._layout import Look
from shall.reports._shapes import Asked, Built, Checked, Pack, Planned, Watched
from shall.reports._shipped import Proved, Shipped
from shall.reports._slices import Slices

__all__ = ["Look", "build", "check", "compress", "contents", "intersections", "linted", "measure", "measures", "pack",
           "packs", "plan", "proof", "ship", "slices", "watch"]


def check(report: Checked, look: Look | None = None) -> str:
    """The report of `check`: every verdict with its figures, and the count of them."""
    return _joined(_checked.lines(report, look or Look()))


def watch(report: Watched, look: Look | None = None) -> str:
    """The report of `watch`: windows by requirements, the course of each, and the alarms."""
    return _joined(_watched.lines(report, look or Look()))


def build(built: Built, look: Look | None = None) -> str:
    """The report of `build`: the aims, the frontier, and the certificate of the winner."""
    return _joined(_built.lines(built, look or Look()))


def proof(proved: Proved, look: Look | None = None) -> str:
    """The report of `prove`: what was compared, on which rows, and where something differs."""
    return _joined(_shipped.proof(proved, look or Look()))


def ship(shipped: Shipped, look: Look | None = None) -> str:
    """The report of `ship`: the proof, the verdicts on the graph, latency, size, and the bundle."""
    return _joined(_shipped.ship(shipped, look or Look()))


def compress(compressed: Compressed, look: Look | None = None) -> str:
    """The report of `compress`: the frontier of latency, size and objective, and the verdicts on the chosen graph."""
    return _joined(_compressed.lines(compressed, look or Look()))


def intersections(found: Intersections, look: Look | None = None) -> str:
    """The report of `intersections`: how far groups are apart in each grouping, and those that are worst off."""
    return _joined(_intersections.lines(found, look or Look()))


def slices(found: Slices, look: Look | None = None) -> str:
    """The report of `slices`: the worst slices with their figures, and what the bounds hold for; groups: the tree."""
    look = look or Look()
    return _joined([*_slices.lines(found, look), *(_slices.tree(found, look) if look.groups else ())])


def plan(planned: Planned, look: Look | None = None) -> str:
    """The report of `check --plan`: how many rows each requirement needs of a gate."""
    return _joined(_planned.lines(planned, look or Look()))


def measures(entries: Sequence[Entry], look: Look | None = None) -> str:
    """All measures, in a line each."""
    return _joined(_catalogue.listed(entries, look or Look()))


def measure(entry: Entry, name: str, look: Look | None = None) -> str:
    """One measure in full, under the name that it was asked by."""
    return _joined(_catalogue.explained(entry, name, look or Look()))


def packs(known: Sequence[Pack], look: Look | None = None) -> str:
    """All packs of requirements, in a line each."""
    return _joined(_packs.listed(known, look or Look()))


def pack(known: Pack, look: Look | None = None) -> str:
    """One pack in full: where it comes from, its lines, and what they do not say."""
    return _joined(_packs.explained(known, look or Look()))


def contents(asked: Asked, look: Look | None = None) -> str:
    """What a shall file asks for, and of which groups."""
    return _joined(_asked.contents(asked, look or Look()))


def linted(asked: Asked) -> str:
    """A file in which nothing is wrong, in one line."""
    first = _asked.counted(asked) + ": nothing is wrong"
    return _joined([first, *_packs.used(asked.packs, Look())])


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
