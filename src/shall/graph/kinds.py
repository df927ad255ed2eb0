"""What a value in a graph is: numbers, text or truths, so many columns wide, one row a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

What = Literal["number", "text", "truth"]
Array = NDArray[Any]                        # [n, width]: float64, str or bool
DTYPES: Final[dict[str, Any]] = {"number": np.float64, "text": np.str_, "truth": np.bool_}
MISSING: Final = "\x00missing"              # ONNX strings have no null: what a missing text is inside of a graph


@dataclass(frozen=True, slots=True)
class Kind:
    """``values``: all that one column of text can be, where that is known; a missing text is `MISSING`."""

    what: What
    width: int = 1
    values: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.what if self.width == 1 else f"{self.width} {self.what}s"


class Fault(Exception):
    """What is wrong with a node, and what to do; told with its place by `Value`."""

    def __init__(self, message: str, fix: str = "") -> None:
        self.message, self.fix = message, fix
        super().__init__(message)


def wanted(kinds: tuple[Kind, ...], *whats: str) -> None:
    """Fault unless the inputs are of these kinds; one of them for all where only one is named."""
    for place, kind in enumerate(kinds):
        what = whats[place] if len(whats) > 1 else whats[0]
        if kind.what != what:
            fix = "text becomes numbers by codes(…), one_hot(…) or lookup(…)" if kind.what == "text" else ""
            if (kind.what, what) == ("truth", "number"):
                fix = "truths become numbers by number(…)"
            raise Fault(f"it takes {what}, and gets {kind}", fix)


def broadcast(kinds: tuple[Kind, ...]) -> int:
    """The width of several values beside each other; those of width 1 count for every column. Fault."""
    widths = {kind.width for kind in kinds} - {1}
    if len(widths) > 1:
        raise Fault(f"its parts are {' and '.join(str(width) for width in sorted(widths))} columns wide",
                    "parts are equally wide, or one column")
    return widths.pop() if widths else 1
