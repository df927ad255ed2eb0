"""A graph from top to bottom with the values of one decision in it: a box a step, and the table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.graph.blocks import Block
from shall.graph.picture import layered
from shall.reports._layout import clipped, safe
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

WIDE, HIGH = 190, 62                        # of a box
ACROSS, DOWN = 18, 34                       # between boxes
LANE: Final = 6                             # of an edge that passes a layer
EDGE: Final = 12
LETTERS: Final = 26                         # that fit a box


def picture(blocks: Sequence[Block], values: Sequence[str], key: str = "graph") -> Element:
    """An SVG: inputs at the top, outputs at the bottom; each box has its value, where there is one."""
    layers, ways = layered(blocks)
    corners, width = _placed(layers)
    height = 2 * EDGE + len(layers) * (HIGH + DOWN) - DOWN
    inputs, outputs = (sum(block.what == what for block in blocks) for what in ("input", "output"))
    said = "; ".join(f"{safe(block.title)}: {safe(value)}" for block, value in zip(blocks, values, strict=True)
                     if block.what == "output" and value)
    return element(
        "svg", element("title", f"A graph of {inputs} inputs, {outputs} outputs and {len(blocks)} boxes",
                       id=f"{key}-t"),
        element("desc", f"{said}. The table has every box." if said else "The table has every box.", id=f"{key}-d"),
        *(element("path", d=_way([corners[one] for one in way]), class_="edge") for way in ways),
        *(_box(block, value, *corners[one]) for one, (block, value) in enumerate(zip(blocks, values, strict=True))),
        class_="flow", viewBox=f"0 0 {width:g} {height}", width=width, height=height, role="img",
        aria_labelledby=f"{key}-t {key}-d")


def table(blocks: Sequence[Block], values: Sequence[str]) -> Element:
    """The same as a table, in an order in which each box needs earlier ones only."""
    rows: list[list[Inside]] = [
        [str(place), block.title, block.what, block.about, ", ".join(str(one + 1) for one in block.before), value]
        for place, (block, value) in enumerate(zip(blocks, values, strict=True), 1)]
    shown = any(values)
    titles = ["number", "box", "what", "about", "takes", *(["value"] if shown else [])]
    return grid("Every box; it takes what those before it say", titles, [row[:len(titles)] for row in rows],
                "><<<<" + (">" if shown else ""), heads=1)


def _placed(layers: Sequence[Sequence[int]]) -> tuple[dict[int, tuple[float, float]], float]:
    """The upper left corner of each box, the start of each lane; and the width of all."""
    wide = [sum(_across(one) + ACROSS for one in layer) - ACROSS for layer in layers]
    most = max(wide, default=0)
    found: dict[int, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        x = EDGE + (most - wide[depth]) / 2
        for one in layer:
            found[one] = (x + (0 if one >= 0 else (LANE - WIDE) / 2), float(EDGE + depth * (HIGH + DOWN)))
            x += _across(one) + ACROSS
    return found, float(most + 2 * EDGE)


def _across(one: int) -> int:
    return WIDE if one >= 0 else LANE


def _way(way: Sequence[tuple[float, float]]) -> str:
    """A curve from box to box, straight along its lanes."""
    x, y = way[0][0] + WIDE / 2, way[0][1] + HIGH
    drawn = [f"M{x:g} {y:g}"]
    for place, (corner, to_y) in enumerate(way[1:], 2):
        to_x = corner + WIDE / 2
        drawn.append(f"C{x:g} {y + DOWN / 2:g} {to_x:g} {to_y - DOWN / 2:g} {to_x:g} {to_y:g}")
        if place < len(way):
            drawn.append(f"V{to_y + HIGH:g}")
        x, y = to_x, to_y + HIGH
    return "".join(drawn)


def _box(block: Block, value: str, x: float, y: float) -> Element:
    return element(
        "g", element("title", f"{safe(block.title)}: {safe(block.about)}" + (f" = {safe(value)}" if value else "")),
        element("rect", x=x, y=y, width=WIDE, height=HIGH, rx=7), *_lines(block, value, x + 10, y),
        class_=f"box {block.what}")


def _lines(block: Block, value: str, x: float, y: float) -> Iterator[Element]:
    yield element("text", clipped(safe(block.title), LETTERS - 3), class_="strong", x=x, y=y + 19)
    yield element("text", clipped(safe(block.about), LETTERS), class_="pale", x=x, y=y + 35)
    if value:
        yield element("text", clipped(safe(value), LETTERS), class_="value", x=x, y=y + 53)
