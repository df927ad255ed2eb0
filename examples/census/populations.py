"""The picture of the guide: ``python -m examples.census.populations`` writes ``docs/pictures/populations.svg``.

Of the worlds of ``python -m benchmarks.on_population``: what a biased log says of its accuracy, what it says of the
whole population by `on`, and what the hidden labels of the population say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FIGURES: Final = ROOT / "benchmarks" / "results" / "on_population.json"
OUT: Final = ROOT / "docs" / "pictures" / "populations.svg"
LEFT, TOP, STEP, WIDE, BELOW = 60, 84, 60, 640, 210
LOWEST, HIGHEST = 0.82, 0.93
INK, PALE, BEFORE, AFTER, WANTED = "#1f2328", "#57606a", "#cf222e", "#1a7f37", "#0a53be"


def draw(worlds: list[dict[str, Any]]) -> str:
    """An SVG file: one column a world."""
    width = LEFT + STEP * len(worlds) + 20
    height = TOP + BELOW + 40
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="13">',
        "<title>Accuracy on a population whose labels are hidden</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *_head(), *_axis(width),
        *(part for place, world in enumerate(worlds) for part in _world(place, world)), "</svg>", ""])


def _head() -> Iterator[str]:
    yield _text(24, 28, "Accuracy of one model a world, Adult", INK, bold=True)
    for x, words, colour in ((24, "the biased log as it is", BEFORE), (195, "the same log, on the population", AFTER),
                             (440, "the population's hidden labels", WANTED)):
        yield _text(x, 52, words, colour)


def _axis(width: int) -> Iterator[str]:
    for step in range(round((HIGHEST - LOWEST) * 50) + 1):
        value = LOWEST + step / 50
        yield f'<line x1="{LEFT}" x2="{width - 20}" y1="{_y(value):.1f}" y2="{_y(value):.1f}" stroke="#d0d7de"/>'
        yield _text(LEFT - 8, _y(value) + 4, f"{value:.2f}", PALE, anchor="end")


def _world(place: int, world: dict[str, Any]) -> Iterator[str]:
    x = LEFT + STEP * place + STEP / 2
    for who, colour, shift in (("the log as it is", BEFORE, -8), ("shall, `on`", AFTER, 8)):
        value, low, high = world["who"][who]["found"]["accuracy"]
        yield (f'<line x1="{x + shift:.1f}" x2="{x + shift:.1f}" y1="{_y(low):.1f}" y2="{_y(high):.1f}" '
               f'stroke="{colour}" stroke-width="3" stroke-linecap="round"/>')
        yield f'<circle cx="{x + shift:.1f}" cy="{_y(value):.1f}" r="5" fill="{colour}"/>'
    true = _y(world["true"]["accuracy"])
    yield (f'<line x1="{x - 18:.1f}" x2="{x + 18:.1f}" y1="{true:.1f}" y2="{true:.1f}" stroke="{WANTED}" '
           'stroke-width="3"/>')
    yield _text(x, TOP + BELOW + 24, f"{place + 1}", PALE, anchor="middle")


def _y(value: float) -> float:
    return TOP + BELOW * (HIGHEST - value) / (HIGHEST - LOWEST)


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def main() -> None:
    """Draw what was measured."""
    OUT.write_text(draw(json.loads(FIGURES.read_text(encoding="utf-8"))["worlds"]), encoding="utf-8")
    print(OUT)


if __name__ == "__main__":
    main()
