"""How far images may be changed, one change at a time, and from where on a model fails; shown at few points.

It rests on one thing: that more of a change never helps. What is shown at a strength is then shown for all weaker ones
(met), or all stronger ones (broken).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shall.phases.images.rays import Asking, Ints, Ray, compared
from shall.probes.image_changes import CHANGES
from shall.stats.monotone import Bounded, first, halved, halvings


@dataclass(frozen=True, slots=True)
class Reach:
    """Of one change in one direction: up to where the limit is met, and from where on it is broken; 0, inf: nowhere."""

    change: str
    toward: float                           # the strongest that was looked for
    met_up_to: float
    broken_from: float
    tests: Mapping[float, Bounded]             # by strength

    @property
    def unit(self) -> str:
        """What its strength is counted in, in a few words."""
        return re.split(", |: | that | by which", CHANGES[self.change].unit)[0] if self.change in CHANGES else ""

    def filter(self, *, met: bool = True) -> str:
        """The strengths that are met, or broken, in the language; nothing where there are none."""
        end = self.met_up_to if met else self.broken_from
        weaker = (self.toward > 0) == met
        return "" if end == 0 or math.isinf(end) else str(compared(self.change, "<=" if weaker else ">=", end))


def reaches(asking: Asking, every: Sequence[Ray], index: Ints, alpha: float) -> Iterator[Reach]:
    """How far each change may go by itself; all claims together are wrong with a chance of at most alpha."""
    for ray in every:
        yield _reach(asking, ray, index, alpha / (2 * len(every) * halvings(ray.steps)))


def _reach(asking: Asking, ray: Ray, index: Ints, level: float) -> Reach:
    seen: dict[float, Bounded] = {}

    def at(step: int) -> Bounded:
        seen[ray.strengths[step]] = asking.test(index, {ray.name: ray.strengths[step]}, level)
        return seen[ray.strengths[step]]

    met = halved(lambda step: at(step).low >= asking.limit, ray.steps)
    broken = first(lambda step: at(step).high < asking.limit, ray.steps)
    end = ray.strengths[-1]
    return Reach(ray.name, end, ray.strengths[met],
                 ray.strengths[broken] if broken <= ray.steps else math.copysign(math.inf, end),
                 dict(sorted(seen.items())))
