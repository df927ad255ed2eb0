"""Functions of a few counts, for `Smooth`: value and influence from rows [G, 4, 1] by label and decision."""

from __future__ import annotations

from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Pair, floats

BENEFIT: Final = np.array([1.0, 2.0, 0.0, 1.0])     # decision - label + 1, by label and decision: 00, 01, 10, 11


def matthews(rows: Floats, at: Floats) -> Pair:
    """Matthews' correlation (1975) of label and decision; rows by the pairs 00, 01, 10, 11.

    nan where one of them does not vary.
    """
    p00, p01, p10, p11 = np.moveaxis(rows[..., 0] / rows.sum(axis=(1, 2))[:, None], 1, 0)
    one, zero, up, down = p10 + p11, p00 + p01, p01 + p11, p00 + p10
    scale = np.sqrt(one * zero * up * down)
    value = np.where(scale > 0, (p11 * p00 - p10 * p01) / scale, np.nan)
    pull = np.stack([p11 / scale - value / 2 * (1 / zero + 1 / down), -p10 / scale - value / 2 * (1 / zero + 1 / up),
                     -p01 / scale - value / 2 * (1 / one + 1 / down), p00 / scale - value / 2 * (1 / one + 1 / up)], 1)
    return value, floats(pull[..., None])


def entropy(rows: Floats, at: Floats, alpha: float) -> Pair:
    """Generalised entropy (Shorrocks 1980, equation 26) of benefits ``BENEFIT``; rows as for `matthews`.

    nan where nobody has a benefit. At alpha = 1 Theil's index; alpha > 0.
    """
    share = rows[..., 0] / rows.sum(axis=(1, 2))[:, None]
    mean = (share @ BENEFIT)[:, None]
    mean = np.where(mean > 0, mean, np.nan)
    if alpha == 1:
        power = BENEFIT * np.log(np.maximum(BENEFIT, 1))
        moment = (share @ power)[:, None]
        value = moment / mean - np.log(mean)
        pull = (power - moment) / mean - (BENEFIT - mean) * (moment / mean**2 + 1 / mean)
    else:
        power, scale = BENEFIT**alpha, alpha * (alpha - 1)
        moment = (share @ power)[:, None]
        value = (moment / mean**alpha - 1) / scale
        pull = ((power - moment) / mean**alpha - alpha * moment * (BENEFIT - mean) / mean ** (alpha + 1)) / scale
    return np.maximum(value[:, 0], 0.0), floats(pull[..., None])
