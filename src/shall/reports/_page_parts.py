"""The parts of a page: a requirement with its figures, its groups and its curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.curve import Curve
from shall.core.evidence import Evidence
from shall.core.verdict import WORST_FIRST, Finding, Verdict
from shall.reports import _intervals
from shall.reports._figures import bound_text, confidence_text, group_text, scale_of
from shall.reports._groups import in_order, least_favourable_first, note_of
from shall.reports._lines import MARKS, details, part_name, parts_differ
from shall.reports._panels import panels
from shall.reports._tables import grid
from shall.reports._tree import element

OPEN: Final = 12                            # groups whose table needs no unfolding
POINTS: Final = 400                         # rows of the table below a curve


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of each requirement a page shows: rows of a table of groups, groups in a picture, curves."""

    rows: int
    drawn: int
    curves: bool


FULL: Final = Detail(10_000, 16, curves=True)


def badge(found: Finding) -> Element:
    """A verdict as mark, word and colour."""
    return element("span", f"{MARKS[found]} {found}", class_=f"verdict {found}")


def tally(verdicts: Sequence[Verdict]) -> Element:
    """How many requirements are met, broken, undecided and waived."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    order = (Finding.BROKEN, Finding.UNDECIDED, Finding.WAIVED, Finding.MET)
    return element("ul", *(element("li", f"{MARKS[kind]} {counts[kind]} {kind}", class_=str(kind))
                           for kind in order if counts[kind]), class_="tally")


def requirement(verdict: Verdict, curves: Sequence[Curve], key: str, detail: Detail) -> Element:
    """The section of one requirement."""
    line, *rest = details(verdict)
    facts = [element("p", _sentence(said.text), class_=said.style if said.style in set(Finding) else None)
             for said in rest]
    why = verdict.requirement.why
    if why and verdict.verdict is Finding.MET:
        facts.append(element("p", _sentence(f"why: {why}")))
    if verdict.requirement.controls:
        facts.append(element("p", f"Controls: {', '.join(verdict.requirement.controls)}"))
    return element(
        "section", element("h2", element("span", verdict.name), badge(verdict.verdict)),
        element("p", element("code", line.text)), *facts,
        *(made for place, part in enumerate(_shown(verdict))
          for made in _part(verdict, part, f"{key}-{place}", detail)),
        *(_curve(curve, f"{key}-c{place}") for place, curve in enumerate(curves)),
        class_="requirement", id=key)


def _shown(verdict: Verdict) -> list[Evidence]:
    """One part of each name: of the two sides of a `between` the one that decides."""
    order = [WORST_FIRST.index(found) for found in verdict.found]
    ranked = sorted(zip(order, range(len(order)), verdict.evidence, strict=True), key=lambda one: one[:2])
    first = {part_name(part): part for _, _, part in reversed(ranked)}
    return sorted(first.values(), key=verdict.evidence.index)


def _part(verdict: Verdict, part: Evidence, key: str, detail: Detail) -> Iterator[Element]:
    if parts_differ(verdict):
        found = verdict.found[verdict.evidence.index(part)]
        yield element("h3", part_name(part), " ", badge(found))
    scale = scale_of(verdict, part)
    if part.value is not None:
        yield element("p", f"Value {scale(part.value)}, {confidence_text(part.confidence)} bounds "
                           f"{scale.between(part.low, part.high)}, limit {bound_text(verdict, part)}, n {part.n:,}.")
    if detail.drawn and (forms := _intervals.of_line(verdict, part, f"{key}-l")):
        yield element("figure", *forms)
    if detail.drawn and (forms := _intervals.of_groups(verdict, part, detail.drawn, f"{key}-g")):
        left = len(part.groups) - detail.drawn
        more = f"; the {detail.drawn} least favourable ones, {left} more are in the table" if left > 0 else ""
        yield element("figure", *forms, element("figcaption", f"Each group with its own bounds{more}."))
    if detail.rows and len(part.groups) > 1:
        yield _groups(verdict, part, detail.rows)


def _groups(verdict: Verdict, part: Evidence, most: int) -> Element:
    scale = scale_of(verdict, part)
    ordered = least_favourable_first(part)
    names = [name for name, _ in part.groups[0].group]
    rows = [[*(value for _, value in row.group), f"{row.rows:,}", f"{row.n:,}", scale(row.value),
             scale.between(row.low, row.high), note_of(row, part)] for row in ordered[:most]]
    titles = [*names, "rows", "n", "value", f"{confidence_text(part.confidence)} bounds", "note"]
    caption = f"{part.measure} in each group, {in_order(part)}"
    end = None if any(row[-1] for row in rows) else -1      # a column without a note is left out
    table = grid(caption, titles[:end], [row[:end] for row in rows], ("<" * len(names) + ">>>><")[:end])
    if len(ordered) <= OPEN:
        return table
    left = len(ordered) - len(rows)
    return element("details", element("summary", f"All {len(ordered)} groups" if not left else
                                      f"{len(rows)} of {len(ordered)} groups"), table)


def _curve(curve: Curve, key: str) -> Element:
    legend = "Outlined: the reference; solid: now. " if curve.kind == "bars" else ""
    behind = "The other groups are pale behind each. " if curve.kind == "line" and len(curve.groups) > 1 else ""
    left = f"{curve.left} more groups are not drawn. " if curve.left else ""
    return element(
        "figure", element("h3", f"{curve.title}: {curve.measure}"),
        element("div", *panels(curve, key), class_="panels"),
        element("figcaption", f"{curve.y.capitalize()} against {curve.x}. {legend}{behind}{left}{curve.note}"),
        element("details", element("summary", "The points as a table"), _points(curve), class_="points"))


def _points(curve: Curve) -> Element:
    rows = [[group_text(series.group), series.name, point.label or f"{point.x:.4g}", f"{point.y:.4g}",
             "" if point.low is None or point.high is None else f"[{point.low:.4g}, {point.high:.4g}]"]
            for series in curve.series for point in series.points]
    kept = [place for place in range(5) if place in (0, 2, 3) or any(row[place] for row in rows)]
    titles, align = ("group", "series", curve.x, curve.y, "bounds"), "<<<>>"
    more = f"; the first {POINTS} points of {len(rows)}" if len(rows) > POINTS else ""
    return grid(f"{curve.title}{more}", [titles[place] for place in kept],
                [[row[place] for place in kept] for row in rows[:POINTS]], "".join(align[place] for place in kept))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
