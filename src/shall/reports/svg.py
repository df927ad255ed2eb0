"""A picture: of a check every value with its bounds, beside its limit; of a build the frontier; no script."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from typing import Final

from shall.core.evidence import Evidence
from shall.core.verdict import Finding, Verdict, limit_of
from shall.reports._candidates import costliest
from shall.reports._figures import bound_text, scale_of
from shall.reports._images import Limited, Strip
from shall.reports._images import picture as images_picture
from shall.reports._intersections import Intersections
from shall.reports._intersections_page import whole_picture as intersections_picture
from shall.reports._layout import clipped, safe
from shall.reports._life import of_watch
from shall.reports._life_page import whole_picture as life_picture
from shall.reports._lines import MARKS
from shall.reports._page import style
from shall.reports._scatter import picture
from shall.reports._shapes import Built, Checked, Watched
from shall.reports._slices import Slices
from shall.reports._slices_page import whole_picture
from shall.reports._tree import element, xml

COLOURS: Final = {Finding.MET: "#1a7f37", Finding.BROKEN: "#cf222e", Finding.UNDECIDED: "#9a6700",
                  Finding.WAIVED: "#57606a"}
ROW: Final = 46
TOP: Final = 44
LEFT, SPAN, RIGHT = 350, 290, 210           # where the picture of a line begins, how wide it is, and the room behind
INK, PALE = "#1f2328", "#57606a"


def check(report: Checked) -> str:
    """The picture of a check, one line a requirement; each has a scale of its own."""
    height = TOP + ROW * len(report.verdicts) + 12
    rows = (part for place, verdict in enumerate(report.verdicts) for part in _row(verdict, TOP + ROW * place))
    width = LEFT + SPAN + RIGHT
    title = f"{safe(report.subject)}: {report.rows:,} rows"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(16, 24, title, INK, "bold"),
        _text(LEFT + SPAN + RIGHT - 16, 24, "dot: value · bar: bounds · line: limit", PALE, anchor="end"),
        *rows, "</svg>"]) + "\n"


def image_limits(found: Limited, strips: Sequence[Strip] = ()) -> str:
    """How far each change of images may go, with images at the ends."""
    return xml(images_picture(found, strips))


def intersections(found: Intersections) -> str:
    """Each grouping with its groups, and the worst of them with its bounds."""
    return xml(intersections_picture(found))


def slices(found: Slices) -> str:
    """Each slice with its bounds, beside the value of all rows."""
    return xml(whole_picture(found))


def watch(report: Watched) -> str:
    """A life: each requirement window by window, with its alarms."""
    return xml(life_picture(of_watch(report)))


def build(built: Built) -> str:
    """The frontier against the requirement that costs most: the one that the best objective is furthest from."""
    column = costliest(built)
    made = None if column is None else picture(built, column, "frontier", style())
    if made is None:
        made = element("svg", element("text", "no candidate has a value to draw", x=16, y=30),
                       xmlns="http://www.w3.org/2000/svg", viewBox="0 0 480 60")
    return xml(made)


def _row(verdict: Verdict, top: int) -> Iterator[str]:
    part = verdict.deciding
    colour = COLOURS[verdict.verdict]
    yield f'<line x1="16" x2="{LEFT + SPAN + RIGHT - 16}" y1="{top - 4}" y2="{top - 4}" stroke="#d1d9e0"/>'
    yield _text(16, top + 15, f"{MARKS[verdict.verdict]} {verdict.verdict}", colour, "bold")
    yield _text(112, top + 15, clipped(safe(verdict.name), 28), INK, "bold")
    yield _text(16, top + 33, clipped(safe(str(verdict.requirement)), 50), PALE, size=12)
    if part.value is None:
        yield _text(LEFT, top + 20, safe(part.reason) or str(part.outcome), PALE)
        return
    yield from _interval(verdict, part, top + 20, colour)


def _interval(verdict: Verdict, part: Evidence, middle: int, colour: str) -> Iterator[str]:
    value = part.value
    assert value is not None
    bound = verdict.requirement.bound
    least = None if bound.low is None else limit_of(verdict.requirement, ">=")
    most = None if bound.high is None else limit_of(verdict.requirement, "<=")
    x = _axis([value, part.low, part.high, least, most])
    good = x(-math.inf if least is None else least), x(math.inf if most is None else most)
    low, high = x(_known(part.low, -math.inf)), x(_known(part.high, math.inf))
    scale = scale_of(verdict, part)
    yield f'<rect x="{good[0]}" y="{middle - 12}" width="{round(good[1] - good[0], 1)}" height="24" fill="#dafbe1"/>'
    for limit in (least, most):
        if limit is not None:
            yield (f'<line x1="{x(limit)}" x2="{x(limit)}" y1="{middle - 14}" y2="{middle + 14}" stroke="{INK}" '
                   'stroke-width="1.5"/>')
    yield (f'<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="5" '
           'stroke-linecap="round"/>')
    yield f'<circle cx="{x(value)}" cy="{middle}" r="5.5" fill="{colour}" stroke="#ffffff" stroke-width="1.5"/>'
    yield _text(LEFT + SPAN + 14, middle - 2, f"{scale(value)}  {scale.between(part.low, part.high)}", INK)
    yield _text(LEFT + SPAN + 14, middle + 14, f"limit {bound_text(verdict, part)}", PALE, size=12)


def _axis(shown: Iterable[float | None]) -> Callable[[float], float]:
    """From a value to its place; everything finite that is shown has room, infinity is the edge."""
    known = [number for number in shown if number is not None and math.isfinite(number)]
    least, reach = min(known), max(known) - min(known) or 1.0

    def place(number: float) -> float:
        if math.isinf(number):
            return LEFT if number < 0 else LEFT + SPAN
        return round(LEFT + SPAN * (0.1 + 0.8 * (number - least) / reach), 1)
    return place


def _known(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None or math.isnan(bound) else bound


def _text(x: float, y: float, text: str, colour: str, weight: str = "", *, size: int = 13, anchor: str = "") -> str:
    more = (f' font-weight="{weight}"' if weight else "") + (f' font-size="{size}"' if size != 13 else "")
    more += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{more}>{escape(text)}</text>'
