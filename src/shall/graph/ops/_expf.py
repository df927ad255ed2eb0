"""The exponential function of single precision as the C library has it: to the last bit, in doubles.

Reference: glibc 2.27, sysdeps/ieee754/flt-32/e_expf.c; a table of 2^(i/32) and a polynomial.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from shall.graph.kinds import Array

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

PARTS: Final = 32
ROOTS: Final = np.array([float(Decimal(2) ** (Decimal(place) / PARTS)) for place in range(PARTS)])
SCALE: Final = float.fromhex("0x1.71547652b82fep+0") * PARTS        # 32 / log 2
CUBE: Final = float.fromhex("0x1.c6af84b912394p-5") / PARTS**3
SQUARE: Final = float.fromhex("0x1.ebfce50fac4f3p-3") / PARTS**2
LINE: Final = float.fromhex("0x1.62e42ff0c52d6p-1") / PARTS
LOWEST, HIGHEST = -104.0, 89.0              # beyond, it is 0 or infinite in single precision


def _powers() -> Array:
    """2^(i/32) by i as far as it is needed; those below 0 at the end, as negative places are counted."""
    i = np.array([*range(round(HIGHEST * SCALE) + 1), *range(round(LOWEST * SCALE), 0)])
    return np.asarray(np.ldexp(ROOTS[i % PARTS], i // PARTS))


POWERS: Final = _powers()


def run(x: Array) -> Array:
    """float32 of numbers, which are those of single precision."""
    z = np.clip(x.astype(np.float64), LOWEST, HIGHEST) * SCALE
    near = np.rint(z)
    r, place = z - near, np.where(np.isnan(near), 0.0, near).astype(np.int64)
    y = (CUBE * r + SQUARE) * (r * r) + (LINE * r + 1.0)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray((y * POWERS[place]).astype(np.float32))


def emit(to: Emitter, x: str, sign: float = 1.0, highest: float = HIGHEST) -> str:
    """float of doubles that are numbers in single precision; with ``sign`` -1.0 of their negatives."""
    def number(value: float) -> str:
        return to.constant([[float(value)]])

    low, high = sorted((sign * LOWEST, sign * highest))
    z = to("Mul", to("Max", to("Min", x, number(high)), number(low)), number(sign * SCALE))
    near = to("Round", z)
    r = to("Sub", z, near)
    place = to.cast(near if x in to.certain else to("Where", to("IsNaN", near), number(0), near), np.int64)
    upper = to("Mul", to("Add", to("Mul", r, number(CUBE)), number(SQUARE)), to("Mul", r, r))
    y = to("Add", upper, to("Add", to("Mul", r, number(LINE)), number(1.0)))
    return to.cast(to("Mul", y, to("Gather", to.constant(POWERS), place)), np.float32)
