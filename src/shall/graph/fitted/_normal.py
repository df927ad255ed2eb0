"""The quantile of the normal distribution, by the rational functions that scipy uses.

Reference: Moshier, Cephes Mathematical Library, ndtri.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, pi, sqrt
from typing import Final

from shall.graph.fitted import _nodes as n
from shall.graph.value import Value

P0: Final = (-59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968, -1.2391658386738125)
Q0: Final = (1.0, 1.9544885833814176, 4.676279128988815, 86.36024213908905, -225.46268785411937, 200.26021238006066,
             -82.03722561683334, 15.90562251262117, -1.1833162112133)
P1: Final = (4.0554489230596245, 31.525109459989388, 57.16281922464213, 44.08050738932008, 14.684956192885803,
             2.1866330685079025, -0.1402560791713545, -0.03504246268278482, -0.0008574567851546854)
Q1: Final = (1.0, 15.779988325646675, 45.39076351288792, 41.3172038254672, 15.04253856929075, 2.504649462083094,
             -0.14218292285478779, -0.03808064076915783, -0.0009332594808954574)
P2: Final = (3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755, 0.20148538954917908,
             0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-06, 6.239745391849833e-09)
Q2: Final = (1.0, 6.02427039364742, 3.6798356385616087, 1.3770209948908132, 0.21623699359449663, 0.013420400608854318,
             0.00032801446468212774, 2.8924786474538068e-06, 6.790194080099813e-09)
NEAR: Final = exp(-2.0)


def quantile(p: Value) -> Value:
    """Of shares from 0 to 1; infinite at both ends."""
    away = p - 0.5
    square = away * away
    middle = (away + away * square * _polynomial(square, P0) / _polynomial(square, Q0)) * sqrt(2 * pi)
    upper = p > 1.0 - NEAR
    share = n.where(upper, 1.0 - p, p)
    x = n.sqrt(n.log(share) * -2.0)
    inverse = 1.0 / x
    near = inverse * _polynomial(inverse, P1) / _polynomial(inverse, Q1)
    far = inverse * _polynomial(inverse, P2) / _polynomial(inverse, Q2)
    tail = n.log(x) / x * -1.0 + x - n.where(x < 8.0, near, far)
    tail = n.where(share == 0.0, float("inf"), tail)
    return n.where(share > NEAR, middle, n.where(upper, tail, tail * -1.0))


def of(p: float) -> float:
    """The same for one number in either tail."""
    share = min(p, 1.0 - p)
    x = sqrt(-2.0 * log(share))
    rows = (P1, Q1) if x < 8.0 else (P2, Q2)
    over, under = (sum(c * (1.0 / x) ** power for power, c in enumerate(reversed(one))) for one in rows)
    tail = x - log(x) / x - over / under / x
    return -tail if p < 0.5 else tail


def _polynomial(x: Value, coefficients: Sequence[float]) -> Value:
    said: Value = x * coefficients[0] + coefficients[1] if coefficients[0] != 1.0 else x + coefficients[1]
    for one in coefficients[2:]:
        said = said * x + one
    return said
