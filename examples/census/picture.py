"""The picture of the guide: ``python -m examples.census.picture`` writes ``docs/pictures/not-answering.svg``.

Adult, boosted trees, 90 % asked. Left: the coverage of 500 resplits beside its exact law. Right: its mean by sex, with
one limit for all rows and with one for each sex.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from examples.fetch import fetch
from shall.methods.conform import mondrian, split
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.stats.coverage_law import law

OUT: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures" / "not-answering.svg"
FEATURES: Final = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "capital_gain",
                   "hours_per_week")
RESPLITS, ROWS, ASKED = 500, 1000, 0.9
INK, PALE, BARS, CURVE, ONE, EACH = "#1f2328", "#57606a", "#b6d4fe", "#0a53be", "#cf222e", "#1a7f37"
WIDTH, HEIGHT, TOP, SPAN = 440, 310, 84, 166
EDGES: Final = np.linspace(0.865, 0.935, 29)


def said() -> tuple[Any, Any, Any]:
    """Probabilities [n, 2] of people that the model never saw, their class and their sex."""
    train, test = (pq.read_table(fetch("adult") / f"{name}.parquet") for name in ("train", "test"))
    encoding = encode.fit(train, FEATURES)
    P = lightgbm.fit(encoding(train), _rich(train), encoding.sizes).probabilities(encoding(test))
    return P, _rich(test), np.array(test.column("sex").to_pylist())


def found() -> tuple[Any, dict[str, tuple[float, float]]]:
    """The coverage of each resplit; by sex its mean with one limit for all, and with one for each."""
    P, y, sex = said()
    whole, by = [], {str(name): ([], []) for name in np.unique(sex)}    # type: dict[str, tuple[list[float], list[float]]]
    for seed in range(RESPLITS):
        order = np.random.default_rng(seed).permutation(len(y))
        some, rest = order[:ROWS], order[ROWS:]
        own = np.arange(len(rest)), y[rest]
        one = split.fit(P[some], y[some], ASKED).sets(P[rest])[own]
        each = mondrian.fit(P[some], y[some], ASKED, groups=sex[some]).sets(P[rest], sex[rest])[own]
        whole.append(float(one.mean()))
        for name, (ones, eachs) in by.items():
            ones.append(float(one[sex[rest] == name].mean()))
            eachs.append(float(each[sex[rest] == name].mean()))
    return np.array(whole), {name: (float(np.mean(ones)), float(np.mean(eachs))) for name, (ones, eachs) in by.items()}


def draw(whole: Any, by: dict[str, tuple[float, float]]) -> str:
    """An SVG file of both panels."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT}" width="{2 * WIDTH}" '
        f'height="{HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13">',
        "<title>Coverage follows its exact law; one limit for all covers the sexes unequally</title>",
        f'<rect width="{2 * WIDTH}" height="{HEIGHT}" fill="#ffffff"/>', *_law(whole), *_groups(by), "</svg>", ""])


def _law(whole: Any) -> Iterator[str]:
    counts, _ = np.histogram(whole, EDGES)
    wanted = np.diff(law(ROWS, ASKED).below(EDGES)) * len(whole)
    scale, step = SPAN / (1.1 * max(counts.max(), wanted.max())), (WIDTH - 54) / (len(EDGES) - 1)
    yield _text(24, 28, "coverage has an exact law", INK, bold=True)
    yield _text(24, 48, f"{RESPLITS} resplits, {ROWS:,} calibration rows each", PALE)
    yield _text(24, 65, "line: Beta(901, 100), the law for any model", CURVE)
    for place, count in enumerate(counts.tolist()):
        yield (f'<rect x="{24 + place * step:.1f}" y="{TOP + SPAN - count * scale:.1f}" width="{step - 1:.1f}" '
               f'height="{count * scale:.1f}" fill="{BARS}"/>')
    points = " ".join(f"{24 + (place + 0.5) * step:.1f},{TOP + SPAN - one * scale:.1f}"
                      for place, one in enumerate(wanted.tolist()))
    yield f'<polyline points="{points}" fill="none" stroke="{CURVE}" stroke-width="2"/>'
    for value in (0.87, 0.88, 0.89, 0.90, 0.91, 0.92, 0.93):
        x = 24 + (value - EDGES[0]) / (EDGES[1] - EDGES[0]) * step
        yield _text(x, TOP + SPAN + 22, f"{value:.0%}", PALE, anchor="middle")


def _groups(by: dict[str, tuple[float, float]]) -> Iterator[str]:
    def height(value: float) -> float:
        return TOP + SPAN * (1 - (value - 0.80) / 0.20)

    left = WIDTH + 24
    yield _text(left, 28, "but one limit for all is not fair to each", INK, bold=True)
    yield _text(left, 48, "one limit for all rows", ONE)
    yield _text(left, 65, "a limit for each sex", EACH)
    yield (f'<line x1="{left}" x2="{2 * WIDTH - 30}" y1="{height(ASKED):.1f}" y2="{height(ASKED):.1f}" stroke="{PALE}" '
           'stroke-dasharray="5 4"/>')
    yield _text(left, height(ASKED) - 6, "90 % asked", PALE)
    for place, (name, values) in enumerate(by.items()):
        for shift, value, colour in ((0, values[0], ONE), (56, values[1], EACH)):
            x = left + 130 + 150 * place + shift
            yield f'<circle cx="{x}" cy="{height(value):.1f}" r="6" fill="{colour}"/>'
            yield _text(x, height(value) + (20 if value < ASKED else -11), f"{value:.1%}", INK, anchor="middle")
        yield _text(left + 158 + 150 * place, TOP + SPAN + 22, name, INK, anchor="middle")


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def _rich(table: pa.Table) -> Any:
    return np.array([value == ">50K" for value in table.column("income").to_pylist()], dtype=np.int64)


def main() -> None:
    """Measure and draw."""
    OUT.write_text(draw(*found()))
    print(OUT)


if __name__ == "__main__":
    main()
