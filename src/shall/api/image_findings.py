"""What was found of changed images, as text, plain data and a picture: how far they may go, where a model fails."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shall.core.errors import InputError
from shall.core.requirement import Requirement
from shall.phases.images.imaging import looks_of
from shall.phases.images.limits import Reach
from shall.phases.images.regions import Region
from shall.reports import svg
from shall.spec.adding import add
from shall.stats.monotone import Bounded


@dataclass(frozen=True, slots=True)
class Limits:
    """How far each change may go by itself; ``calls``: how many images the model was asked with."""

    requirement: str
    confidence: float
    reaches: tuple[Reach, ...]
    calls: int
    limit: float

    def described(self) -> dict[str, Any]:
        """As plain data: of each change and direction the filters, and the tests; null where nothing was shown."""
        return {"requirement": self.requirement, "confidence": self.confidence, "limit": self.limit,
                "images_asked": self.calls, "reaches": [_plain(reach) for reach in self.reaches]}

    def write(self, path: str | Path, image: Any = None, fill: float | None = 0.0) -> Path:
        """A picture (.svg): every rate that was asked for, with bounds; below, how an ``image`` looks at both ends."""
        strips = [] if image is None else [looks_of(image, reach, fill) for reach in self.reaches]
        return written(Path(path), svg.image_limits(self, strips))

    def __str__(self) -> str:
        """A line a direction."""
        return "\n".join([f"{self.requirement}, at {self.confidence:.0%} for all lines together",
                          *(_told(reach) for reach in self.reaches)])


@dataclass(frozen=True, slots=True)
class Regions:
    """The largest box of changes together that is met, and from where on it fails; filters of the language."""

    requirement: str
    confidence: float
    met: Region | None
    failing: tuple[Region, ...]
    calls: int

    def lines(self) -> dict[str, str]:
        """Requirements for a shall file, by name: what is met within the box, and what would have to be mended."""
        found = {f"fails_{place}": region for place, region in enumerate(self.failing, 1)}
        named = found if self.met is None else {"as_changed": self.met, **found}
        line = Requirement.parse(self.requirement)
        return {name: str(replace(line, where=region.where)) for name, region in named.items()}

    def described(self) -> dict[str, Any]:
        """As plain data: the box that is met, from where on it fails, and the lines for a shall file."""
        def told(region: Region) -> dict[str, Any]:
            return {"where": region.filter, "shown": [{"at": dict(at), **_bounds(test)} for at, test in region.shown]}

        return {"requirement": self.requirement, "confidence": self.confidence, "images_asked": self.calls,
                "met": None if self.met is None else told(self.met), "fails": [told(one) for one in self.failing],
                "lines": self.lines()}

    def write(self, file: str | Path, *names: str) -> tuple[str, ...]:
        """Put lines (all, or those of some names) into a shall file, comments kept; what was written."""
        lines = self.lines()
        if strange := [name for name in names if name not in lines]:
            raise InputError(f"there is no line {strange[0]}; there are {', '.join(lines) or 'none'}")
        return tuple(add(Path(file), name, lines[name], unique=True) for name in names or lines)

    def __str__(self) -> str:
        """The box and the regions."""
        met = "nowhere that was shown" if self.met is None else self.met.filter
        return "\n".join([f"{self.requirement}, at {self.confidence:.0%} for all lines together", f"  met: {met}",
                          *(f"  fails: {region.filter or 'as they are'} ({region.shown[0][1].rate:.3f} where it begins)"
                            for region in self.failing)])


def written(path: Path, text: str) -> Path:
    """A picture in its file; InputError where it cannot be."""
    if path.suffix.lower() != ".svg":
        raise InputError(f"{path} cannot be written: a picture is an .svg")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _plain(reach: Reach) -> dict[str, Any]:
    return {"change": reach.change, "unit": reach.unit, "toward": reach.toward,
            "met_up_to": reach.met_up_to, "met": reach.filter() or None,
            "broken_from": None if math.isinf(reach.broken_from) else reach.broken_from,
            "broken": reach.filter(met=False) or None,
            "tests": [{"strength": strength, **_bounds(test)} for strength, test in reach.tests.items()]}


def _bounds(test: Bounded) -> dict[str, float]:
    return {"rate": test.rate, "low": test.low, "high": test.high}


def _told(reach: Reach) -> str:
    met, broken = reach.filter(), reach.filter(met=False)
    return f"  {reach.change}: " + ", ".join([f"met at {met}" if met else "met nowhere that was shown",
                                             f"broken at {broken}" if broken else
                                             f"not shown to be broken up to {reach.toward:g}"])
