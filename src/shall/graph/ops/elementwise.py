"""One number at a time, as numpy has it; ``function`` is a name of `FUNCTIONS`. Missing stays missing.

sigmoid is 1 / (1 + exp(-x)), relu the larger of x and 0, round takes halves to the even number.
Reference: Kahan; Goldberg (1991), "What every computer scientist should know", theorem 4, for log1p.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops import _steady

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

Numbers = Callable[[Array], Array]


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    if settings["function"] not in FUNCTIONS or len(kinds) != 1:
        raise Fault(f"there is no {settings['function']} of {len(kinds)} values", ", ".join(FUNCTIONS))
    wanted(kinds, "number")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        return np.asarray(FUNCTIONS[settings["function"]].run(values[0]))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """One operator, or the few that say the same."""
    says = FUNCTIONS[settings["function"]].emit
    return to(says, inputs[0]) if isinstance(says, str) else says(to, inputs[0], kinds[0].width)


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """Those that bend do it at 0."""
    return dict.fromkeys(range(width), (0.0,)) if settings["function"] in ("absolute", "relu", "sign") else {}


def back(settings: Settings, column: int) -> list[tuple[int, int, Numbers]]:
    """By the inverse, where there is one."""
    inverse = FUNCTIONS[settings["function"]].inverse
    return [(0, column, inverse)] if inverse else []


def _relu(to: Emitter, x: str, width: int) -> str:
    return to("Max", x, to.constant([[0.0]]))       # Relu leaves -0.0


def _log1p(to: Emitter, x: str, width: int) -> str:
    one = to.constant([[1.0]])
    u = to("Add", x, one)
    lost = to("Div", to("Sub", x, to("Sub", u, one)), u)            # what rounding 1 + x took away; NaN at -1 and inf
    return to("Add", _steady.log(to, u, width), to("Where", to("IsNaN", lost), to.constant([[0.0]]), lost))


def _expm1(to: Emitter, x: str, width: int) -> str:
    one, half = to.constant([[1.0]]), to.constant([[0.5]])
    tanh = _steady.function(to, "Tanh", to("Mul", x, half), width)
    near = to("Div", to("Add", tanh, tanh), to("Sub", one, tanh))
    far = to("Sub", _steady.function(to, "Exp", x, width), one)
    return to("Where", to("Less", to("Abs", x), half), near, far)


def _steadily(op: str) -> Callable[[Emitter, str, int], str]:
    return lambda to, x, width: _steady.function(to, op, x, width)


class Function(NamedTuple):
    """What it means, how it is written, and its inverse."""

    run: Any
    emit: str | Callable[[Emitter, str, int], str]
    inverse: Numbers | None = None


FUNCTIONS: Final[dict[str, Function]] = {
    "negative": Function(np.negative, "Neg", np.negative),
    "exp": Function(np.exp, _steadily("Exp"), np.log),
    "expm1": Function(np.expm1, _expm1, np.log1p),
    "log": Function(np.log, _steady.log, np.exp),
    "log1p": Function(np.log1p, _log1p, np.expm1),
    "sqrt": Function(np.sqrt, "Sqrt", np.square),
    "square": Function(np.square, lambda to, x, width: to("Mul", x, x), np.sqrt),
    "absolute": Function(np.absolute, "Abs", lambda values: values),
    "reciprocal": Function(np.reciprocal, "Reciprocal", np.reciprocal),
    "sigmoid": Function(lambda x: 1 / (1 + np.exp(-x)), _steady.sigmoid, lambda values: np.log(values / (1 - values))),
    "tanh": Function(np.tanh, _steadily("Tanh"), np.arctanh),
    "floor": Function(np.floor, "Floor"),
    "ceil": Function(np.ceil, "Ceil"),
    "round": Function(np.rint, "Round"),
    "sign": Function(np.sign, "Sign"),
    "relu": Function(lambda x: np.maximum(x, 0.0), _relu, lambda values: values),
}
