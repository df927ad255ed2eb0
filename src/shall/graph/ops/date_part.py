"""A part of an instant in microseconds since 1970 (UTC): ``part`` days, year, month, weekday (Monday is 0) or hour.

Days count from the day ``since`` (days after 1970-01-01), with the part of the day that is over in whole seconds.

Reference: Hinnant (2013), "chrono-compatible low-level date algorithms", days_from_civil.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

PARTS: Final = ("days", "year", "month", "weekday", "hour")
DAY: Final = 86_400.0
Numbers = Callable[[Array], Array]


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """One number a column."""
    wanted(kinds, "number")
    if settings["part"] not in PARTS:
        raise Fault(f"a date has no {settings['part']}", ", ".join(PARTS))
    return kinds[0]


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        return np.asarray(_part(values[0], settings, _Numpy()))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The same steps."""
    return str(_part(inputs[0], settings, _Nodes(to)))


def back(settings: Settings, column: int) -> list[tuple[int, int, Numbers]]:
    """Only days tell the instant."""
    since = settings.get("since", 0)
    return [(0, column, lambda values: (values + since) * (DAY * 1e6))] if settings["part"] == "days" else []


class _Numpy:
    """Steps in numpy."""

    def __call__(self, op: str, *values: Any) -> Any:
        steps: dict[str, Any] = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
                                 "Floor": np.floor, "Less": np.less, "Where": np.where}
        return steps[op](*values)


class _Nodes:
    """The same steps as nodes of ONNX."""

    def __init__(self, to: Emitter) -> None:
        self._to = to

    def __call__(self, op: str, *values: Any) -> Any:
        return self._to(op, *(one if isinstance(one, str) else self._to.constant(float(one)) for one in values))


def _part(micro: Any, settings: Settings, do: Any) -> Any:
    part = settings["part"]
    second = _seconds(micro, do)
    day = _over(second, DAY, do)
    of_day = do("Sub", second, do("Mul", day, DAY))
    if part == "days":
        return do("Add", do("Sub", day, settings.get("since", 0)), do("Div", of_day, DAY))
    if part == "hour":
        return _over(of_day, 3600.0, do)
    if part == "weekday":                   # 1970-01-01 was a Thursday
        after = do("Add", day, 3.0)
        return do("Sub", after, do("Mul", _over(after, 7.0, do), 7.0))
    return _civil(day, part, do)


def _seconds(micro: Any, do: Any) -> Any:
    """Whole ones; the division may round up to the next."""
    second = _over(micro, 1e6, do)
    return do("Where", do("Less", micro, do("Mul", second, 1e6)), do("Sub", second, 1.0), second)


def _over(value: Any, divisor: float, do: Any) -> Any:
    return do("Floor", do("Div", value, divisor))


def _civil(day: Any, part: str, do: Any) -> Any:
    shifted = do("Add", day, 719_468.0)         # from the first of March of the year 0, as leap days come last then
    era = _over(shifted, 146_097.0, do)
    of_era = do("Sub", shifted, do("Mul", era, 146_097.0))
    leaps = do("Sub", do("Add", do("Sub", of_era, _over(of_era, 1460.0, do)), _over(of_era, 36_524.0, do)),
               _over(of_era, 146_096.0, do))
    year = _over(leaps, 365.0, do)
    gone = do("Sub", do("Add", do("Mul", year, 365.0), _over(year, 4.0, do)), _over(year, 100.0, do))
    month = _over(do("Add", do("Mul", do("Sub", of_era, gone), 5.0), 2.0), 153.0, do)
    early = do("Less", month, 10.0)             # March to December
    if part == "month":
        return do("Where", early, do("Add", month, 3.0), do("Sub", month, 9.0))
    year = do("Add", year, do("Mul", era, 400.0))
    return do("Where", early, year, do("Add", year, 1.0))
