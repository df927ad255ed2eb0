"""A graph as a picture: SVG from left to right, inputs first, outputs last; readable in the light and in the dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from shall.graph.blocks import Block, Blocks, merged
from shall.graph.node import Graph

WIDE: Final = 176                           # of a block
HIGH: Final = 46
ASIDE: Final = 60                           # between blocks
BELOW: Final = 14
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
    layers = _ordered(blocks)
    tallest = max((len(layer) for layer in layers), default=1)
    width = 2 * EDGE + len(layers) * (WIDE + ASIDE) - ASIDE
    height = 2 * EDGE + tallest * (HIGH + BELOW) - BELOW
    places = {one: (EDGE + depth * (WIDE + ASIDE), EDGE + (tallest - len(layer)) * (HIGH + BELOW) / 2
                    + line * (HIGH + BELOW)) for depth, layer in enumerate(layers) for line, one in enumerate(layer)}
    edges = [_edge(places[before], places[one]) for one, block in enumerate(blocks) for before in block.before]
    boxes = [_box(block, *places[one]) for one, block in enumerate(blocks)]
    said = f"A graph of {len(graph.inputs)} inputs and {len(graph.outputs)} outputs"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'role="img" aria-label="{said}"><title>{said}</title><style>{STYLE}</style>'
            + "".join([*edges, *boxes]) + "</svg>\n")


def _ordered(blocks: Sequence[Block]) -> list[list[int]]:
    """The blocks of each layer, outputs all in the last, in an order in which few edges cross."""
    last = max((block.layer for block in blocks), default=0)
    layers: list[list[int]] = [[] for _ in range(last + 1)]
    for place, block in enumerate(blocks):
        layers[last if block.what == "output" else block.layer].append(place)
    after: dict[int, list[int]] = {}
    for place, block in enumerate(blocks):
        for before in block.before:
            after.setdefault(before, []).append(place)
    for sweep in range(SWEEPS):
        heights = {one: line / max(len(layer), 1) for layer in layers for line, one in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            beside = {one: blocks[one].before if sweep % 2 == 0 else after.get(one, []) for one in layer}
            layer.sort(key=lambda one: (_middle([heights[other] for other in beside[one]], heights[one]), one))
            heights |= {one: line / len(layer) for line, one in enumerate(layer)}
    return layers


def _middle(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _edge(start: tuple[float, float], end: tuple[float, float]) -> str:
    x, y, to_x, to_y = start[0] + WIDE, start[1] + HIGH / 2, end[0], end[1] + HIGH / 2
    bend = x + ASIDE / 2, to_x - ASIDE / 2
    return f'<path d="M{x:g} {y:g}C{bend[0]:g} {y:g} {bend[1]:g} {to_y:g} {to_x:g} {to_y:g}"/>'


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
