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
FAR: Final = 200.0                          # beyond, it is 0 or infinite in single precision
WIDEST: Final = 300
POWERS: Final = np.ldexp(1.0, np.arange(-WIDEST, WIDEST + 1))


def run(x: Array) -> Array:
    """float32 of numbers, which are those of single precision."""
    z = np.clip(x.astype(np.float64), -FAR, FAR) * SCALE
    near = np.rint(z)
    r, near = z - near, np.where(np.isnan(near), 0.0, near)
    octave = np.floor(near / PARTS)
    root = ROOTS[(near - octave * PARTS).astype(np.int64)] * POWERS[octave.astype(np.int64) + WIDEST]
    y = (CUBE * r + SQUARE) * (r * r) + (LINE * r + 1.0)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray((y * root).astype(np.float32))


def emit(to: Emitter, x: str) -> str:
    """float of doubles that are numbers in single precision."""
    def number(value: float) -> str:
        return to.constant([[float(value)]])

    bounded = to("Max", to("Min", x, number(FAR)), number(-FAR))
    z = to("Mul", bounded, number(SCALE))
    nearest = to("Round", z)
    r, near = to("Sub", z, nearest), to("Where", to("IsNaN", nearest), number(0), nearest)
    octave = to("Floor", to("Div", near, number(PARTS)))
    root = to("Gather", to.constant(ROOTS), to.cast(to("Sub", near, to("Mul", octave, number(PARTS))), np.int64))
    power = to("Gather", to.constant(POWERS), to.cast(to("Add", octave, number(WIDEST)), np.int64))
    upper = to("Mul", to("Add", to("Mul", r, number(CUBE)), number(SQUARE)), to("Mul", r, r))
    y = to("Add", upper, to("Add", to("Mul", r, number(LINE)), number(1.0)))
    return to.cast(to("Mul", y, to("Mul", root, power)), np.float32)
