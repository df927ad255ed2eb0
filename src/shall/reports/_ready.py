"""What readiness found, as lines of text and as a part of a page with pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._layout import Cell, Look, clipped, paragraph, plural, safe, table
from shall.reports._shapes import Ready, ReadyFinding
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

STYLES: Final = {"high": "broken", "medium": "undecided", "low": "line"}
MARKS: Final = {"high": "✗", "medium": "!", "low": "·"}
WIDTH, NAME, ROW, TOP, FIGURE = 360, 176, 20, 42, 60     # as wide as a telephone can show it
LETTERS: Final = 24


def lines(ready: Ready, look: Look) -> Iterator[str]:
    """Every finding with its remedy; the gravest first."""
    left = ready.kept
    yield look.paint("Readiness", "head") + f": {counted(ready.findings)}"
    for finding in ready.findings:
        style = STYLES[finding.severity]
        rows = [[Cell(MARKS[finding.severity], style), Cell(finding.severity, style), Cell(safe(finding.name), "name")]]
        yield from table(rows, "<<<", look.paint, 2)
        yield from paragraph(safe(finding.what), look.width, 4, look.paint)
        done = "done: " if finding.applied else "to do: "
        yield from paragraph(done + safe(finding.remedy), look.width, 4, look.paint, "line")
    for note in ready.notes:
        yield from paragraph(safe(note), look.width, 2, look.paint, "line")
    if ready.rows != left or ready.without:
        yield f"  {left:,} of {ready.rows:,} rows and {plural(len(ready.features), 'feature')} go on"


def counted(findings: Sequence[ReadyFinding]) -> str:
    """How many of each gravity."""
    numbers = {name: sum(finding.severity == name for finding in findings) for name in STYLES}
    said = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
    return f"{plural(len(findings), 'finding')} ({said})" if said else "nothing was found"


def section(ready: Ready) -> Element:
    """A part of a page: a table of all findings, and a picture of each that compares columns or groups."""
    rows: list[list[Inside]] = [
        [element("span", finding.severity, class_=f"badge {STYLES[finding.severity]}"), finding.name, finding.what,
         ("done: " if finding.applied else "to do: ") + finding.remedy] for finding in ready.findings]
    titles = ("severity", "finding", "what", "remedy")
    made = element("section", element("h2", "Readiness of the data"),
                   element("p", counted(ready.findings), class_="pale"))
    if rows:
        made.append(grid("Every finding, the gravest first", titles, rows, "<<<<", heads=1))
    shown: set[tuple[str, tuple[tuple[str, float], ...]]] = set()
    for place, finding in enumerate(ready.findings):
        if len(finding.bars) > 1 and (finding.name, finding.bars) not in shown:
            made.append(picture(finding, f"ready-{place}"))
            shown.add((finding.name, finding.bars))
    if ready.notes:
        made.append(element("ul", *(element("li", note) for note in ready.notes)))
    return made


def picture(finding: ReadyFinding, key: str) -> Element:
    """An SVG with a bar for each column or group, and the limit as a line."""
    most = max([value for _, value in finding.bars] + [finding.limit or 0.0, 1e-9])
    height = TOP + ROW * len(finding.bars) + 8
    return element(
        "svg",
        element("title", f"{finding.name}: {finding.what}", id=f"{key}-t"),
        element("desc", "; ".join(f"{name} {_figure(value)}" for name, value in finding.bars), id=f"{key}-d"),
        element("text", finding.name, class_="strong", x=4, y=16),
        *(part for place, bar in enumerate(finding.bars) for part in _bar(bar, TOP + ROW * place, most)),
        *_limit(finding, most, height),
        class_="panel", viewBox=f"0 0 {WIDTH} {height}", width=WIDTH, role="img",
        aria_labelledby=f"{key}-t {key}-d")


def _bar(bar: tuple[str, float], top: int, most: float) -> Iterator[Element]:
    name, value = bar
    length = max(value, 0.0) / most * (WIDTH - NAME - FIGURE)
    yield element("text", clipped(name, LETTERS), class_="pale", x=NAME - 6, y=top + 12, text_anchor="end")
    yield element("rect", class_="solid", x=NAME, y=top + 2, width=max(length, 0.5), height=ROW - 7)
    yield element("text", _figure(value), class_="pale", x=NAME + length + 5, y=top + 12)


def _limit(finding: ReadyFinding, most: float, height: int) -> Iterator[Element]:
    if finding.limit is not None:
        x = NAME + finding.limit / most * (WIDTH - NAME - FIGURE)
        yield element("line", class_="diagonal", x1=x, x2=x, y1=TOP - 4, y2=height - 6)
        yield element("text", f"limit {_figure(finding.limit)}", class_="pale", x=x, y=TOP - 8, text_anchor="middle")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
