"""A graph as a picture: SVG from left to right, inputs first, outputs last; readable in the light and in the dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final

from shall.graph.blocks import Block, Blocks, merged
from shall.graph.node import Graph

WIDE: Final = 176                           # of a block
HIGH: Final = 46
ASIDE: Final = 60                           # between blocks
BELOW: Final = 14
LANE: Final = 4                             # of an edge that passes a layer
EDGE: Final = 16
LETTERS: Final = 26                         # that fit a block
SWEEPS: Final = 4
STYLE: Final = """
text{font:13px system-ui,sans-serif;fill:#1b1f24}.about{font-size:11px;fill:#57606a}
rect{stroke-width:1.2;rx:7}.input rect{fill:#ddf4ff;stroke:#54aeff}.part rect{fill:#fff8c5;stroke:#d4a72c}
.step rect{fill:#f6f8fa;stroke:#afb8c1}.output rect{fill:#dafbe1;stroke:#4ac26b}
path{fill:none;stroke:#8c959f}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.about{fill:#9198a1}.input rect{fill:#0c2d6b}
.part rect{fill:#4b2900}.step rect{fill:#21262d}.output rect{fill:#033a16}}"""


def picture(graph: Graph) -> str:
    """The SVG, on its own."""
    blocks = merged(Blocks(graph).found)
    layers, ways = layered(blocks)
    places, height = _placed(layers)
    width = 2 * EDGE + len(layers) * (WIDE + ASIDE) - ASIDE
    edges = [_edge([places[one] for one in way]) for way in ways]
    boxes = [_box(block, *places[one]) for one, block in enumerate(blocks)]
    said = f"A graph of {len(graph.inputs)} inputs and {len(graph.outputs)} outputs"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'role="img" aria-label="{said}"><title>{said}</title><style>{STYLE}</style>'
            + "".join([*edges, *boxes]) + "</svg>\n")


def layered(blocks: Sequence[Block]) -> tuple[list[list[int]], list[list[int]]]:
    """The layers in an order in which few edges cross, and the way of each edge.

    An edge over several layers has a lane in each between, a negative number, so that it meets no block.
    """
    last = max((block.layer for block in blocks), default=0)
    layer = {one: last if block.what == "output" else block.layer for one, block in enumerate(blocks)}
    ways: list[list[int]] = []
    for one, block in enumerate(blocks):
        for before in block.before:
            lanes = range(layer[before] + 1, layer[one])
            ways.append([before, *(-len(layer) - place for place in range(1, len(lanes) + 1)), one])
            layer |= dict(zip(ways[-1][1:-1], lanes, strict=True))
    layers: list[list[int]] = [[] for _ in range(last + 1)]
    for one, depth in layer.items():
        layers[depth].append(one)
    return _ordered(layers, ways), ways


def _ordered(layers: list[list[int]], ways: Sequence[Sequence[int]]) -> list[list[int]]:
    """Each layer sorted by the middle of what it hangs on, to the left and to the right in turn."""
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for start, end in (pair for way in ways for pair in pairwise(way)):
        before.setdefault(end, []).append(start)
        after.setdefault(start, []).append(end)
    heights = {one: line / len(layer) for layer in layers for line, one in enumerate(layer)}
    for sweep in range(SWEEPS):
        beside = before if sweep % 2 == 0 else after
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            layer.sort(key=lambda one: (_middle([heights[other] for other in beside.get(one, ())], heights[one]), one))
            heights |= {one: line / len(layer) for line, one in enumerate(layer)}
    return layers


def _placed(layers: Sequence[Sequence[int]]) -> tuple[dict[int, tuple[float, float]], float]:
    """The upper left corner of each block, the start of each lane; and the height of all."""
    tall = [sum(_tall(one) + BELOW for one in layer) - BELOW for layer in layers]
    most = max(tall, default=0)
    found: dict[int, tuple[float, float]] = {}
    for depth, layer in enumerate(layers):
        y = EDGE + (most - tall[depth]) / 2
        for one in layer:
            found[one] = (EDGE + depth * (WIDE + ASIDE), y + (0 if one >= 0 else (LANE - HIGH) / 2))
            y += _tall(one) + BELOW
    return found, float(most + 2 * EDGE)


def _tall(one: int) -> int:
    return HIGH if one >= 0 else LANE


def _middle(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _edge(way: Sequence[tuple[float, float]]) -> str:
    """A curve from block to block, straight along its lanes."""
    x, y = way[0][0] + WIDE, way[0][1] + HIGH / 2
    drawn = [f"M{x:g} {y:g}"]
    for to_x, corner in way[1:]:
        to_y = corner + HIGH / 2
        drawn.append(f"C{x + ASIDE / 2:g} {y:g} {to_x - ASIDE / 2:g} {to_y:g} {to_x:g} {to_y:g}H{to_x + WIDE:g}")
        x, y = to_x + WIDE, to_y
    return f'<path d="{"".join(drawn).rpartition("H")[0]}"/>'


def _box(block: Block, x: float, y: float) -> str:
    return (f'<g class="{block.what}"><title>{_safe(f"{block.title}: {block.about}")}</title>'
            f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}"/>'
            f'<text x="{x + 10:g}" y="{y + 19:g}">{_safe(_short(block.title, LETTERS - 4))}</text>'
            f'<text class="about" x="{x + 10:g}" y="{y + 36:g}">{_safe(_short(block.about, LETTERS))}</text></g>')


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most - 1] + "…"


def _safe(text: str) -> str:
    """Without what XML cannot have."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))
