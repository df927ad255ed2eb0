"""The picture of the guide: ``python -m examples.census.weights`` writes ``docs/pictures/weights.svg``.

Left: 4,000 rows of Adult, 90 in 100 men, and a reference of 200 with as many of both: the shares of the training rows
before and after they are weighed. Right: what giving up smoking did to weight, by the difference of means and by
`average_effect`, beside the published figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from examples.fetch import fetch
from shall.adapters import open_log
from shall.core.log import Binding
from shall.phases.building import referenced

OUT: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures" / "weights.svg"
KEPT: Final = ["age", "education_num", "hours_per_week", "occupation", "relationship", "race", "sex"]
CAUSES: Final = ["sex", "race", "age", "education", "smokeintensity", "smokeyrs", "exercise", "active", "wt71"]
PUBLISHED: Final = (3.4, 2.4, 4.5)          # Hernán and Robins (2020), section 12.4
SHOWN: Final = (("men", "sex", "Male"), ("married men", "relationship", "Husband"), ("single", "relationship",
                "Not-in-family"), ("white", "race", "White"))
WIDTH, TOP, STEP = 440, 96, 56
INK, PALE, BEFORE, AFTER, WANTED = "#1f2328", "#57606a", "#cf222e", "#1a7f37", "#0a53be"


def biased(seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """Training rows, 90 in 100 of them men, and a reference with as many of both."""
    random = np.random.default_rng(seed)
    table = pq.read_table(fetch("adult") / "train.parquet").select(KEPT)
    men = np.asarray(table["sex"].to_pylist()) == "Male"
    places = {side: random.permutation(np.flatnonzero(men == side)) for side in (True, False)}

    def taken(first: int, of_men: int, of_women: int) -> pa.Table:
        rows = np.concatenate([places[True][first:first + of_men], places[False][first:first + of_women]])
        return table.take(pa.array(random.permutation(rows)))

    return taken(0, 3600, 400), taken(4000, 100, 100)


def shares() -> list[tuple[str, float, float, float]]:
    """What is shown: in the training rows, weighed, and in the reference."""
    train, reference = biased()
    wider, _ = referenced.weighed(train, Binding(()), lambda name: open_log(reference))
    weight = referenced.toward(wider)
    found = []
    for words, column, value in SHOWN:
        own, there = (np.asarray(some[column].to_pylist()) == value for some in (train, reference))
        found.append((words, float(own.mean()), float(np.average(own, weights=weight)), float(there.mean())))
    return found


def effects() -> list[tuple[str, float, float, float]]:
    """The difference of means, and the average effect, each with bounds of 95 in 100."""
    table = pq.read_table(fetch("nhefs") / "nhefs.parquet").select([*CAUSES, "qsmk", "wt82_71"])
    gained, had = table["wt82_71"].to_numpy(), table["qsmk"].to_numpy() == 1
    sides = [gained[side & np.isfinite(gained)] for side in (had, ~had)]
    plain = float(sides[0].mean() - sides[1].mean())
    reach = 1.96 * float(np.sqrt(sum(side.var(ddof=1) / len(side) for side in sides)))
    file = {"confidence": 97.5, "subject": {"kind": "dataset", "target": "wt82_71"}, "groups": {"sex": "sex"},
            "requirements": {"gains": "average_effect(qsmk) >= 2"}}
    part = shall.check(file, table, record=False).verdicts[0].deciding
    return [("difference of means", plain, plain - reach, plain + reach),
            ("average_effect", part.value, part.low, part.high), ("published", *PUBLISHED)]


def draw(left: list[tuple[str, float, float, float]], right: list[tuple[str, float, float, float]]) -> str:
    """An SVG file of both panels."""
    height = TOP + STEP * len(left) + 20
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {height}" width="{2 * WIDTH}" '
        f'height="{height}" role="img" font-family="system-ui, sans-serif" font-size="13">',
        "<title>Biased rows weighed like a small reference; the effect of an action</title>",
        f'<rect width="{2 * WIDTH}" height="{height}" fill="#ffffff"/>', *_left(left), *_right(right), "</svg>", ""])


def _left(rows: list[tuple[str, float, float, float]]) -> Iterator[str]:
    yield _text(24, 28, "4,000 biased rows, 200 that are not", INK, bold=True)
    legend = ((24, "as they are", BEFORE), (120, "weighed", AFTER), (196, "the 200 rows (ring)", WANTED))
    for x, words, colour in legend:
        yield _text(x, 50, words, colour)
    for place, (words, before, after, wanted) in enumerate(rows):
        y = TOP + STEP * place
        yield _text(24, y + 4, words, INK)
        yield f'<line x1="120" x2="400" y1="{y}" y2="{y}" stroke="#d0d7de"/>'
        yield f'<circle cx="{120 + 280 * wanted:.1f}" cy="{y}" r="9" fill="none" stroke="{WANTED}" stroke-width="2"/>'
        for value, colour, shift in ((before, BEFORE, -10), (after, AFTER, 21)):
            yield f'<circle cx="{120 + 280 * value:.1f}" cy="{y}" r="5" fill="{colour}"/>'
            yield _text(120 + 280 * value, y + shift, f"{value:.0%}", colour, anchor="middle")


def _right(rows: list[tuple[str, float, float, float]]) -> Iterator[str]:
    def x(value: float) -> float:
        return WIDTH + 170 + 48 * value

    yield _text(WIDTH + 24, 28, "kilograms gained by giving up smoking", INK, bold=True)
    yield _text(WIDTH + 24, 50, "1,566 smokers of NHANES I, eleven years later", PALE)
    for place, (words, value, low, high) in enumerate(rows):
        y, colour = TOP + STEP * place, (BEFORE, AFTER, WANTED)[place]
        yield _text(WIDTH + 24, y + 4, words, INK)
        yield (f'<line x1="{x(low):.1f}" x2="{x(high):.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3" '
               'stroke-linecap="round"/>')
        yield f'<circle cx="{x(value):.1f}" cy="{y}" r="6" fill="{colour}"/>'
        yield _text(x(value), y - 12, f"{value:.1f}", colour, anchor="middle")
    for tick in range(6):
        yield _text(x(tick), TOP + STEP * len(rows) + 6, str(tick), PALE, anchor="middle")


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def main() -> None:
    """Measure and draw."""
    made: Any = draw(shares(), effects())
    OUT.write_text(made, encoding="utf-8")
    print(OUT)


if __name__ == "__main__":
    main()
