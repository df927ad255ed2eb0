"""A check or a build as one page of HTML: no script, nothing loaded from anywhere, light and dark, good on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.verdict import Verdict
from shall.reports import _build_page, _intersections_page, _life_page, _slices_page
from shall.reports._intersections import Intersections
from shall.reports._layout import plural
from shall.reports._life import of_watch
from shall.reports._lines import look_text
from shall.reports._page import foundation, page, summary
from shall.reports._page_parts import FULL, Detail, badge, requirement, tally
from shall.reports._shapes import Built, Checked, Watched
from shall.reports._slices import Slices
from shall.reports._tree import element

MOST: Final = 2_000_000                     # bytes of a page
ROW: Final = 200                            # bytes of a row of a table, about
WINDOWS: Final = (None, 365, 180, 90, 45, 20, 8)    # of the page of a life
LESS: Final = (FULL, Detail(100, 16, curves=True), Detail(30, 12, curves=False), Detail(10, 6, curves=False),
               Detail(6, 4, curves=False), Detail(6, 0, curves=False), Detail(0, 0, curves=False))


def check(report: Checked) -> str:
    """The page of a check; of very many groups only the least favourable ones, so that it stays below 2 MB."""
    named = report.subject or "the subject"
    return _within(report.verdicts, lambda detail: page(
        f"{named}: {report.verdict}", _top(report, named), _main(report, detail), [_end(report)]))


def build(built: Built) -> str:
    """The page of a build: the frontier, the chosen point, what each option bought, and the gate."""
    named = built.subject or "the subject"
    outcome = "model found" if built.found else "no model found"
    return _within(built.verdicts, lambda detail: page(
        f"{named}: {outcome}", _build_page.top(built, named), _build_page.main(built, detail),
        [_build_page.end(built)]))


def watch(report: Watched) -> str:
    """The page of a life: the picture, what happened, and every figure in a table; of very many windows the newest, so
    that it stays below 2 MB."""
    lived, text = of_watch(report), ""
    for most in WINDOWS:
        text = _life_page.whole_page(lived, most)
        if len(text.encode("utf-8")) <= MOST:
            break
    return text


def intersections(found: Intersections) -> str:
    """The page of an audit of all intersections: the picture, the groupings, and the groups that are worst off."""
    return _intersections_page.whole_page(found)


def slices(found: Slices) -> str:
    """The page of a search for slices: the picture, the table, and each slice as a requirement."""
    return _slices_page.whole_page(found)


def _within(verdicts: Sequence[Verdict], made: Callable[[Detail], str]) -> str:
    """The page with as much detail as 2 MB have room for."""
    sizes = [len(part.groups) for verdict in verdicts for part in verdict.evidence]
    text = ""
    for detail in LESS:
        if detail is not LESS[-1] and ROW * sum(min(size, detail.rows) for size in sizes) > MOST:
            continue
        text = made(detail)
        if len(text.encode("utf-8")) <= MOST:
            break
    return text


def _top(report: Checked, named: str) -> Iterator[Element]:
    yield element("h1", named, " ", badge(report.verdict))
    words = [f"{report.rows:,} rows", plural(len(report.verdicts), "requirement"), Path(report.file).name, report.on]
    yield element("p", " · ".join(word for word in words if word), class_="pale")
    yield tally(report.verdicts)


def _main(report: Checked, detail: Detail) -> Iterator[Element]:
    yield summary(report.verdicts)
    if detail is not FULL:
        yield element("p", "There are more groups than a page can hold: the least favourable ones are here, "
                           "all of them in the JSON report.", class_="pale")
    for place, verdict in enumerate(report.verdicts, 1):
        curves = [curve for curve in report.curves if curve.requirement == verdict.name] if detail.curves else []
        yield requirement(verdict, curves, f"r{place}", detail)


def _end(report: Checked) -> Element:
    found: list[tuple[str, str]] = [("file", report.file), ("date", report.on), ("rows", f"{report.rows:,}")]
    if report.looks is not None:
        found.append(("look", look_text(report.looks)))
    found += [(f"digest of {name}", digest) for name, digest in sorted(report.digests.items())]
    return foundation(found, report.notes)
