"""The quantile of the normal distribution at a share, as `statistics.NormalDist().inv_cdf`; from 1e-10 to 1 - 1e-10.

Reference: Wichura (1988), "Algorithm AS241: the percentage points of the normal distribution".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops import _steady

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

END: Final = 1e-10
MIDDLE: Final = (                           # numerator and denominator, the highest power first
    (2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
     1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0),
    (5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
     5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1.0))
TAIL: Final = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e+0,
     3.64784832476320460504e+0, 5.76949722146069140550e+0, 4.63033784615654529590e+0, 1.42343711074968357734e+0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e+0, 2.05319162663775882187e+0, 1.0))
Do = Callable[..., Any]


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    steps: dict[str, Any] = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Abs": np.abs,
                             "Neg": np.negative, "LessOrEqual": np.less_equal, "Less": np.less, "Where": np.where,
                             "Log": np.log, "Sqrt": np.sqrt, "Min": np.minimum, "Max": np.maximum}
    return np.asarray(_quantile(values[0], lambda op, *given: steps[op](*given)))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The same steps."""
    def do(op: str, *given: Any) -> str:
        tensors = [one if isinstance(one, str) else to.constant([[float(one)]]) for one in given]
        return _steady.log(to, tensors[0], kinds[0].width) if op == "Log" else to(op, *tensors)

    return str(_quantile(inputs[0], do))


def back(settings: Settings, column: int) -> list[tuple[int, int, Callable[[Array], Array]]]:
    """The share below."""
    share = np.frompyfunc(NormalDist().cdf, 1, 1)
    return [(0, column, lambda values: np.asarray(share(values), dtype=np.float64))]


def _quantile(p: Any, do: Do) -> Any:
    p = do("Min", do("Max", p, END), 1 - END)
    q = do("Sub", p, 0.5)
    central = do("Sub", 0.180625, do("Mul", q, q))
    middle = do("Div", do("Mul", _powers(MIDDLE[0], central, do), q), _powers(MIDDLE[1], central, do))
    rest = do("Where", do("LessOrEqual", q, 0.0), p, do("Sub", 1.0, p))
    far = do("Sub", do("Sqrt", do("Neg", do("Log", rest))), 1.6)
    tail = do("Div", _powers(TAIL[0], far, do), _powers(TAIL[1], far, do))
    tail = do("Where", do("Less", q, 0.0), do("Neg", tail), tail)
    return do("Where", do("LessOrEqual", do("Abs", q), 0.425), middle, tail)


def _powers(factors: tuple[float, ...], x: Any, do: Do) -> Any:
    return reduce(lambda sum, factor: do("Add", do("Mul", sum, x), factor), factors[1:], factors[0])
