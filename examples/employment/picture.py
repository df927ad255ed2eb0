"""The picture of the demo: ``python -m examples.employment.picture`` writes ``docs/pictures/employment.svg``.

Two requirements of `shall.toml` by year, the value with its bounds beside the limit: the year of the
model from `shall.check`, the three years in service from `shall.watch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import shall
from examples.fetch import fetch
from shall.core.verdict import Verdict

HERE: Final = Path(__file__).resolve().parent
OUT: Final = HERE.parent.parent / "docs" / "pictures" / "employment.svg"
COLOURS: Final = {"met": "#1a7f37", "undecided": "#9a6700", "broken": "#cf222e", "waived": "#57606a"}
INK, PALE, LINE = "#1f2328", "#57606a", "#d1d9e0"
WIDTH, HEIGHT, TOP, SPAN = 440, 310, 84, 166    # of a panel; where its plot begins and how high it is


@dataclass(frozen=True, slots=True)
class Point:
    """One year: what was found."""

    year: str
    verdict: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One requirement through the years."""

    name: str
    line: str                                   # the requirement, as written
    told: str
    limit: float
    least: float                                # of the axis
    most: float
    points: Sequence[Point]


def found() -> dict[str, list[tuple[str, Verdict]]]:
    """The verdicts on each requirement, with their year."""
    data, file = fetch("employment"), HERE / "shall.toml"
    years = [("2015", shall.check(file, data / "2015.parquet", record=False).verdicts)]
    report = shall.watch(file, data / "decisions", labels=data / "labels.parquet")
    years += [(window.label, window.verdicts) for window in report.windows]
    by_name: dict[str, list[tuple[str, Verdict]]] = {}
    for year, verdicts in years:
        for verdict in verdicts:
            by_name.setdefault(verdict.name, []).append((year, verdict))
    return by_name


def panel(verdicts: Sequence[tuple[str, Verdict]], told: str, least: float, most: float) -> Panel:
    """What one requirement looked like through the years, on an axis from ``least`` to ``most``."""
    last = verdicts[-1][1]
    points = []
    for year, verdict in verdicts:
        part = verdict.deciding
        assert part.value is not None and part.low is not None and part.high is not None
        points.append(Point(year, str(verdict.verdict), part.value, part.low, part.high))
    return Panel(last.name, str(last.requirement), told, last.limit, least, most, points)


def draw(panels: Sequence[Panel]) -> str:
    """An SVG file of the panels, side by side."""
    width = WIDTH * len(panels)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        'role="img" font-family="system-ui, sans-serif" font-size="13">',
        "<title>Employment in Massachusetts: the area under the curve stays, calibration creeps</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>',
        *(part for place, panel in enumerate(panels) for part in _panel(panel, place * WIDTH)), "</svg>", ""])


def _panel(panel: Panel, left: int) -> Iterator[str]:
    def height(value: float) -> float:
        return TOP + SPAN * (1 - (value - panel.least) / (panel.most - panel.least))

    start, end = left + 24, left + WIDTH - 30
    yield _text(start, 28, f"{panel.name}: {panel.told}", INK, bold=True)
    line, _, where = panel.line.partition(" where ")
    yield _text(start, 48, line, PALE)
    if where:
        yield _text(start, 65, f"where {where}", PALE)
    yield _dash(start, end, height(panel.limit))
    yield _text(start, height(panel.limit) - 6, f"limit {panel.limit:g}", PALE)
    step = (end - start) / len(panel.points)
    for place, point in enumerate(panel.points):
        x, colour = start + step * (place + 0.55), COLOURS[point.verdict]
        yield (f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{height(point.low):.1f}" y2="{height(point.high):.1f}" '
               f'stroke="{colour}" stroke-width="7" stroke-opacity="0.35"/>')
        yield f'<circle cx="{x:.0f}" cy="{height(point.value):.1f}" r="5" fill="{colour}"/>'
        beside = height(point.value)            # but not on the line of the limit
        beside += 16 if 0 <= beside - height(panel.limit) < 12 else 0
        yield _text(x + 11, beside + 4, f"{point.value:.4f}".lstrip("0"), INK)
        yield _text(x, TOP + SPAN + 26, point.year, INK, anchor="middle")
        yield _text(x, TOP + SPAN + 43, point.verdict, colour, anchor="middle", bold=True)


def _dash(start: float, end: float, y: float) -> str:
    return (f'<line x1="{start:.0f}" x2="{end:.0f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{PALE}" '
            'stroke-dasharray="5 4"/>')


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def main() -> None:
    """Measure and draw."""
    by_name = found()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(draw([
        panel(by_name["useful"], "stays", 0.74, 0.82),
        panel(by_name["calibrated"], "creeps, until it is broken", 0.0, 0.035),
    ]))
    print(OUT)


if __name__ == "__main__":
    main()
