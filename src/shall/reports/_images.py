"""How far images may be changed: each direction a panel, what was asked with its bounds, and images at both ends."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol
from xml.etree.ElementTree import Element

from shall.reports._layout import clipped, safe
from shall.reports._tree import Inside, element

WIDE, TALL, GAP = 280, 150, 30              # of the axes of a panel
LEFT, TOP, FOOT = 46, 40, 108               # before, above and below them: a strip stands below
HEAD: Final = 56                            # above all panels: what was asked, and the legend
ACROSS: Final = 2
TILE: Final = 64
GREEN, RED, AMBER, INK, PALE = "#1a7f37", "#cf222e", "#9a6700", "#1f2328", "#57606a"


class Tested(Protocol):
    """The rate at a strength, and its bounds."""

    @property
    def rate(self) -> float: ...

    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...


class Reached(Protocol):
    """Of one change in one direction."""

    @property
    def change(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def toward(self) -> float: ...

    @property
    def met_up_to(self) -> float: ...

    @property
    def broken_from(self) -> float: ...

    @property
    def tests(self) -> Mapping[float, Tested]: ...


class Limited(Protocol):
    """All of them, and the requirement."""

    @property
    def requirement(self) -> str: ...

    @property
    def confidence(self) -> float: ...

    @property
    def limit(self) -> float: ...

    @property
    def reaches(self) -> Sequence[Reached]: ...


Pixels = tuple[int, int, int, bytes]        # width, height, channels (1 or 3), the pixels along the rows
Strip = Sequence[tuple[float, Pixels]]      # strengths, and an image of each


def picture(found: Limited, strips: Sequence[Strip] = ()) -> Element:
    """An SVG with a panel a direction; ``strips``: of each, images to show below it."""
    rows = math.ceil(len(found.reaches) / ACROSS)
    across = min(ACROSS, len(found.reaches))
    width, height = max(across, 2) * (WIDE + LEFT + GAP), rows * (TALL + TOP + FOOT) + HEAD - TOP + 34
    panels = (_panel(found, place, strips[place] if strips else ()) for place in range(len(found.reaches)))
    said = f"{safe(found.requirement)}, at {found.confidence:.0%} for all panels together"
    told = "; ".join(f"{one.change} up to {one.met_up_to:g}" for one in found.reaches)
    return element("svg", element("title", said, id="images-t"), element("desc", told, id="images-d"),
                   element("rect", width=width, height=height, fill="#ffffff"),
                   element("text", clipped(said, 84), x=LEFT, y=22, fill=INK, font_weight="bold"), *_legend(), *panels,
                   viewBox=f"0 0 {width} {height}", role="img", aria_labelledby="images-t images-d",
                   xmlns="http://www.w3.org/2000/svg", width=str(width), height=str(height),
                   font_family="system-ui, sans-serif", font_size="12")


def _legend() -> Iterator[Element]:
    """What the grounds, the points and the line mean."""
    x = float(LEFT)
    for colour, depth, words in ((GREEN, "0.12", "shown to be met"), (AMBER, "0.10", "nothing is shown"),
                                 (RED, "0.12", "shown to be broken")):
        yield element("rect", x=x, y=36, width=14, height=14, fill=colour, opacity=depth, stroke=PALE)
        yield element("text", words, x=x + 20, y=47, fill=PALE)
        x += 34 + 7 * len(words)
    yield element("line", x1=x + 7, x2=x + 7, y1=36, y2=50, stroke=INK)
    yield element("circle", cx=x + 7, cy=43, r=3, fill=INK)
    yield element("text", "asked, with bounds", x=x + 20, y=47, fill=PALE)
    yield element("line", x1=x + 164, x2=x + 184, y1=43, y2=43, stroke=INK, stroke_dasharray="4 3")
    yield element("text", "limit", x=x + 190, y=47, fill=PALE)


def _panel(found: Limited, place: int, strip: Strip) -> Element:
    reach = found.reaches[place]
    left, top = place % ACROSS * (WIDE + LEFT + GAP) + LEFT, place // ACROSS * (TALL + TOP + FOOT) + HEAD + 34
    return element("g", *_grounds(reach), *_axes(reach, found.limit), *_points(reach), *_strip(reach, strip),
                   transform=f"translate({left} {top})")


def _grounds(reach: Reached) -> Iterator[Element]:
    """Where it is met, and where it is broken."""
    met, broken = _x(reach, reach.met_up_to), WIDE if math.isinf(reach.broken_from) else _x(reach, reach.broken_from)
    yield element("rect", x=0, y=0, width=met, height=TALL, fill=GREEN, opacity="0.12")
    yield element("rect", x=met, y=0, width=broken - met, height=TALL, fill=AMBER, opacity="0.10")
    yield element("rect", x=broken, y=0, width=WIDE - broken, height=TALL, fill=RED, opacity="0.12")


def _axes(reach: Reached, limit: float) -> Iterator[Element]:
    broken = "" if math.isinf(reach.broken_from) else f", broken from {reach.broken_from:.4g}"
    met = f"met up to {reach.met_up_to:.4g}" if reach.met_up_to else "met nowhere that was shown"
    yield element("text", f"{reach.change}: {met}{broken}", x=0, y=-10, fill=INK)
    yield element("rect", x=0, y=0, width=WIDE, height=TALL, fill="none", stroke=PALE)
    for value in (0, 0.5, 1):
        yield element("text", f"{value:g}", x=-6, y=_y(value) + 4, text_anchor="end", fill=PALE)
    for value, anchor in ((0.0, "start"), (reach.toward, "end")):
        yield element("text", f"{value:g}", x=_x(reach, value), y=TALL + 15, text_anchor=anchor, fill=PALE)
    yield element("text", reach.unit, x=WIDE / 2, y=TALL + 15, text_anchor="middle", fill=PALE)
    yield element("line", x1=0, x2=WIDE, y1=_y(limit), y2=_y(limit), stroke=INK, stroke_dasharray="4 3")


def _points(reach: Reached) -> Iterator[Element]:
    for strength, test in reach.tests.items():
        x = _x(reach, strength)
        yield element("line", x1=x, x2=x, y1=_y(test.low), y2=_y(test.high), stroke=INK)
        yield element("circle", cx=x, cy=_y(test.rate), r=3, fill=INK)


def _strip(reach: Reached, strip: Strip) -> Iterator[Inside]:
    for place, (strength, pixels) in enumerate(strip):
        x = place * (TILE + 8)
        yield element("image", x=x, y=TALL + 22, width=TILE, height=TILE, href=png(pixels),
                      style="image-rendering:pixelated")
        yield element("text", f"{strength:.4g}", x=x + TILE / 2, y=TALL + TILE + 35, text_anchor="middle", fill=PALE)


def png(pixels: Pixels) -> str:
    """An image as the address of a PNG that holds itself."""
    width, height, channels, content = pixels
    row = width * channels
    lines = b"".join(b"\0" + content[start:start + row] for start in range(0, height * row, row))
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    parts = [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(lines, 9)), _chunk(b"IEND", b"")]
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _x(reach: Reached, strength: float) -> float:
    return strength / reach.toward * WIDE


def _y(rate: float) -> float:
    return (1 - rate) * TALL
