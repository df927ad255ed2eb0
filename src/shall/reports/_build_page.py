"""The parts of the page of a build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports import _ready
from shall.reports._candidates import (
    LEGEND,
    Column,
    asked,
    columns,
    counted,
    few,
    objective_scale,
    priced,
    telling,
    tied,
    turned,
)
from shall.reports._layout import plural
from shall.reports._lines import look_text
from shall.reports._page import foundation, summary
from shall.reports._page_parts import FULL, Detail, requirement, tally
from shall.reports._scatter import picture
from shall.reports._search_parts import cells, faults, importance, options
from shall.reports._settings import parts_of
from shall.reports._shapes import Built, Tried
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

CANDIDATES: Final = 300                     # rows of the table of all
PICTURES: Final = 6                         # that need no unfolding


def top(built: Built, named: str) -> Iterator[Element]:
    """The name, the outcome, and on what."""
    found = element("span", "✓ model found" if built.found else "✗ no model found",
                    class_=f"verdict {'met' if built.found else 'broken'}")
    yield element("h1", named, " ", found)
    words = [f"{built.train_rows:,} rows to learn from", f"{built.rows:,} at the gate", counted(built),
             Path(built.file).name, f"{built.seconds:.0f} s"]
    yield element("p", " · ".join(word for word in words if word), class_="pale")
    if built.verdicts:
        yield tally(built.verdicts)


def main(built: Built, detail: Detail) -> Iterator[Element]:
    """From the outcome to the evidence."""
    if not built.found:
        yield _in_the_way(built)
    if built.verdicts:
        yield summary(built.verdicts)
    yield _frontier(built)
    for one in built.tried:
        if one.chosen:
            yield _chosen(built, one)
    if built.bought:
        yield options(built)
    if built.importance:
        yield importance(built)
    if built.faults:
        yield faults(built)
    if built.ready is not None and (built.ready.findings or built.ready.notes):
        yield _ready.section(built.ready)
    if detail is not FULL:
        yield element("p", "There are more groups than a page can hold: the least favourable ones are here, "
                           "all of them in the JSON report.", class_="pale")
    for place, verdict in enumerate(built.verdicts, 1):
        yield requirement(verdict, [], f"r{place}", detail)


def end(built: Built) -> Element:
    """What the report stands on."""
    facts = [("file", built.file), ("model", built.model), ("rows to learn from", f"{built.train_rows:,}"),
             ("rows at the gate", f"{built.rows:,}"), ("look", look_text(built.looks) if built.looks else "")]
    aims = [f"{aim.name} {aim.limit}: the search aimed at {aim.aim:.4g} ({aim.why})" for aim in built.aims]
    return foundation(facts, [*built.notes, *aims])


def _in_the_way(built: Built) -> Element:
    at_gate = [f"{one.name} is {one.verdict} at the gate" for one in built.verdicts if one.verdict in ("broken",
                                                                                                         "undecided")]
    reasons = [text for text in (built.in_the_way, ", ".join(at_gate)) if text]
    return element(
        "section", element("h2", "What stood in the way"), *(element("p", reason) for reason in reasons),
        element("h3", "What would help") if built.helps else None,
        element("ul", *(element("li", text) for text in built.helps)) if built.helps else None)


def _frontier(built: Built) -> Element:
    """A picture of each requirement that some candidate falls short of, and the table of the same."""
    shown = telling(built)
    pictures = [made for column in shown if (made := picture(built, column, f"f{column.place}")) is not None]
    rest = [made for column in columns(built) if column not in shown
            and (made := picture(built, column, f"f{column.place}")) is not None]
    later = [*pictures[PICTURES:], *rest]
    every = _table(built, f"All {counted(built)}" if len(built.tried) <= CANDIDATES else
                   f"{CANDIDATES} of {counted(built)}, the best objective first",
                   sorted(built.tried, key=lambda one: -one.objective)[:CANDIDATES], columns(built))
    more = f"{plural(len(later), 'more requirement')}" + ("" if pictures[PICTURES:] else ", kept by every candidate")
    table = _table(built, "From the best objective to the nearest to the aims", few(built), shown)
    beside = len(pictures) == 1
    return element(
        "section", element("h2", "The frontier"),
        element("p", f"{counted(built)}, measured on rows kept for choosing. {_sentence(priced(built))} "
                     f"{_sentence(tied(built))}"),
        element("div", *(element("figure", made) for made in pictures[:PICTURES]), table if beside else None,
                class_="scatters"),
        None if beside else table,
        element("p", f"The line joins the candidates that no other beats in both; light whiskers are their bounds. "
                     f"{LEGEND}.", class_="pale"),
        element("details", element("summary", more),
                element("div", *(element("figure", made) for made in later), class_="scatters")) if later else None,
        element("details", element("summary", "The candidates as a table"), every, class_="points"))


def _table(built: Built, caption: str, some: Sequence[Tried], shown: Sequence[Column]) -> Element:
    scale = objective_scale(built)
    rows: list[list[Inside]] = [[words, "", *texts] for words, texts in asked(shown)]
    rows += [[one.name + (" (chosen)" if one.chosen else ""), scale(turned(built, one.objective)), *cells(one, shown)]
             for one in some]
    titles = ["candidate", built.objective, *(column.name for column in shown)]
    return element("div", grid(caption, titles, rows, "<" + ">" * (len(shown) + 1)), class_="candidates")


def _chosen(built: Built, one: Tried) -> Element:
    rows: list[list[Inside]] = [list(row) for row in parts_of(one.made)]
    scale = objective_scale(built)
    reached = ", ".join([f"{built.objective} {scale(turned(built, one.objective))}",
                         *(f"{column.name} {column.cell(one)[0]}" for column in columns(built))])
    return element(
        "section", element("h2", "The chosen point"),
        element("p", element("strong", one.name), f", of trial {one.trial}: {reached}, on rows kept for choosing."),
        grid("How it is made", ["part", "method", "settings"], rows, "<<<") if rows else None)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""
