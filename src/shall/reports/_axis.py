"""From figures to places in a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HUGE: Final = 1e300                         # what is larger is drawn at the edge
FINEST: Final = 1e-9                        # of a figure: what is nearer to it is drawn at the same place


@dataclass(frozen=True, slots=True)
class Axis:
    """Figures from ``low`` to ``high`` on pixels from ``start`` to ``end``; what lies outside is put on the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, figure: float) -> float:
        """The place of a figure."""
        share = (figure - self.low) / (self.high - self.low) if math.isfinite(figure) else float(figure > 0)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)

    def ticks(self, most: int = 5) -> list[float]:
        """Round figures along the axis, at most ``most`` of them."""
        rough = (self.high - self.low) / most
        size = 10.0 ** math.floor(math.log10(rough))
        step = next(size * many for many in (1, 2, 5, 10) if size * many >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [place * step for place in range(first, min(last, first + most) + 1)]


def axis_of(figures: Iterable[float | None], start: float, end: float, room: float = 0.08) -> Axis:
    """An axis with room for all figures that are finite."""
    known = [figure for figure in figures if figure is not None and abs(figure) < HUGE] or [0.0]
    least, most = min(known), max(known)
    reach = most - least
    if reach <= FINEST * max(abs(least), abs(most)) or reach < 1 / HUGE:
        reach = abs(most) / 2 if abs(most) > 1 / HUGE else 1.0
    low, high = least - room * reach, most + room * reach
    if least >= 0 and low < 0:
        low = 0.0                           # a rate below 0 would puzzle
    if most <= 1 < high:
        high = 1.0
    return Axis(low, high, start, end) if high > low else Axis(low - 0.5, high + 0.5, start, end)
