"""Normal, beta and binomial tails and quantiles in numpy alone.

The incomplete beta is integrated on the logit scale, where its integrand is log-concave, in front
of Loader's saddle-point form of the binomial probability, so its cost does not depend on the counts
and its relative error stays near 1e-13 from 1 to 1e9 rows and deep into the tails.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from shall.stats.arrays import Floats, Pair, floats

_DROP = 40.0                                # nats below the edge where the integrand is cut off
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_STANDARD = NormalDist()
_erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_quantile(alpha: float) -> float:
    """``z`` with P(Z > z) = alpha."""
    return -_STANDARD.inv_cdf(alpha) if alpha < 1 else -math.inf


def normal_cdf(x: Floats) -> Floats:
    """P(Z <= x), elementwise."""
    return floats(_erfc(-floats(x) / math.sqrt(2))) / 2


def _stirling_error(x: Floats) -> Floats:
    """log Gamma(x + 1) minus Stirling's formula, for x > 0 (Loader 2000, section 2)."""
    shift = np.zeros_like(x)
    large = x.copy()
    for _ in range(16):                     # push small arguments to where the series has converged
        small = large < 15
        if not small.any():
            break
        step = np.where(small, large, 1.0)
        shift += np.where(small, (step + 0.5) * np.log1p(1 / step) - 1, 0.0)
        large = np.where(small, large + 1, large)
    square = 1 / (large * large)
    series = 1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    return floats(series / large + shift)


def _deviance(x: Floats, mean: Floats) -> Floats:
    """x log(x / mean) + mean - x without cancellation, for x, mean > 0 (Loader 2000, bd0)."""
    ratio = (x - mean) / (x + mean)
    near = np.abs(ratio) < 0.1
    v = np.where(near, ratio, 0.0)
    square, term, total = v * v, 2 * x * v, (x - mean) * v
    for j in range(1, 11):
        term = term * square
        total = total + term / (2 * j + 1)
    with np.errstate(divide="ignore", over="ignore"):
        far = x * np.log(x / mean) + mean - x
    return np.where(near, total, far)


def _log_front(a: Floats, b: Floats, x: Floats, y: Floats) -> Floats:
    """log of x**a y**b / B(a, b)."""
    n = a + b
    exponent = _stirling_error(n) - _stirling_error(a) - _stirling_error(b) - _deviance(a, n * x) - _deviance(b, n * y)
    return floats(exponent + 0.5 * np.log(a * b / (2 * math.pi * n)))


def _log_lower(a: Floats, b: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """log I_x(a, b) for x at or below the mean, and the log of the front; a, b > 0, x + y = 1."""
    n = a + b
    reach = np.minimum(np.sqrt(2 * _DROP / (n * x * y)), (_DROP - n * np.log(y)) / a)
    for _ in range(5):                      # Newton on a convex function: from the second step on it is long enough
        depth = a * reach + n * np.log1p(x * np.expm1(-reach)) - _DROP
        slope = a - n * x * np.exp(-reach) / (1 + x * np.expm1(-reach))
        reach = np.maximum(reach - depth / np.maximum(slope, 1e-300), reach / 8)
    w = reach[..., None] * _NODES
    inside = -a[..., None] * w - n[..., None] * np.log1p(x[..., None] * np.expm1(-w))
    mirrored = b[..., None] * w - n[..., None] * np.log1p(y[..., None] * np.expm1(np.minimum(w, 500.0)))
    inside = np.where((x[..., None] > 0.5) & (w < 500), mirrored, inside)       # the same, without cancellation
    front = _log_front(a, b, x, y)
    return front + np.log(reach * (np.exp(inside) @ _WEIGHTS)), front


def beta_cdf(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta I_x(a, b) for a, b > 0, elementwise."""
    x, a, b = np.broadcast_arrays(floats(x), floats(a), floats(b))
    inner = np.clip(x, 1e-300, 1 - 2**-53)
    swap = inner > a / (a + b)
    first, second = np.where(swap, b, a), np.where(swap, a, b)
    at, other = np.where(swap, 1 - inner, inner), np.where(swap, inner, 1 - inner)
    tail = np.exp(_log_lower(first, second, at, other)[0])
    tail = np.where(swap, 1 - tail, tail)
    return np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, tail))


def beta_logit_quantile(q: float, a: Floats, b: Floats) -> Floats:
    """logit of the x with I_x(a, b) = q, for q <= 1/2 and a, b > 0: Newton on log I, concave in the logit.

    Starts from Abramowitz and Stegun 26.5.22.
    """
    z = normal_quantile(q)
    curve = (z * z - 3) / 6
    left, right = 1 / np.maximum(2 * a - 1, 0.5), 1 / np.maximum(2 * b - 1, 0.5)
    harmonic = 2 / (left + right)
    lean = (right - left) * (curve + 5 / 6 - 2 / (3 * harmonic))
    w = z * np.sqrt(np.maximum(harmonic + curve, 0.1)) / harmonic - lean
    u = np.log(a / b) - 2 * w
    for _ in range(60):
        x, y = 1 / (1 + np.exp(-u)), 1 / (1 + np.exp(u))
        tail, front = _log_lower(a, b, x, y)
        step = np.clip((tail - math.log(q)) * np.exp(tail - front), -3.0, 3.0)
        u = u - step
        if np.all(np.abs(step) <= 1e-14 * np.maximum(np.abs(u), 1)):
            break
    return floats(u)


def binomial_tail(k: Floats, n: Floats, p: Floats) -> Floats:
    """P(X >= k) for X ~ Binomial(n, p); 1 for k <= 0 and 0 for k > n."""
    k, n, p = np.broadcast_arrays(floats(k), floats(n), floats(p))
    inner = (k > 0) & (k <= n)
    tail = beta_cdf(p, np.where(inner, k, 1.0), np.where(inner, n - k + 1, 1.0))
    return np.where(inner, tail, np.where(k <= 0, 1.0, 0.0))


def clopper_pearson(k: Floats, n: Floats, alpha: float) -> Pair:
    """One-sided exact bounds of a binomial rate, each at ``alpha`` (Clopper and Pearson 1934).

    ``k``, ``n``: counts of any common shape (not necessarily whole); (0, 1) where n is 0.
    """
    k, n = np.broadcast_arrays(floats(k), floats(n))
    some = n > 0
    log_alpha = math.log(alpha)
    rows = np.where(some, n, 1.0)
    low, high = np.zeros(k.shape), np.ones(k.shape)
    inside = some & (k > 0) & (k < n)
    if inside.any():
        successes, failures = k[inside], (n - k)[inside]
        low[inside] = 1 / (1 + np.exp(-beta_logit_quantile(alpha, successes, failures + 1)))
        high[inside] = 1 / (1 + np.exp(beta_logit_quantile(alpha, failures, successes + 1)))
    low = np.where(some & (k >= n), np.exp(log_alpha / rows), low)
    high = np.where(some & (k <= 0), -np.expm1(log_alpha / rows), high)
    return low, high


def student_quantile(alpha: float, df: Floats) -> Floats:
    """``t`` with P(T > t) = alpha for ``df`` >= 1 degrees of freedom and alpha < 1/2, elementwise."""
    df = floats(df)
    half = np.where(np.isfinite(df), df / 2, 1.0)
    logit = beta_logit_quantile(2 * alpha, half, np.full(df.shape, 0.5)) if alpha < 0.25 else None
    if logit is None:
        raise ValueError("alpha must be below 1/4")
    return np.where(np.isfinite(df), np.sqrt(df * np.exp(-logit)), normal_quantile(alpha))
    return np.where(np.isfinite(df), np.sqrt(df * np.exp(-logit)), normal_quantile(alpha))


def unseen(alpha: float) -> float:
    """How many rows at the unfavourable end of the range may still be unseen.

    (z**2 + 2) / 3 is the second-order term of the exact Poisson bound, the worst case for a bounded
    variable; at least so many that rows without any deviation are bounded as by Clopper and Pearson.
    """
    z = normal_quantile(alpha)
    root = (-z + math.sqrt(z * z - 4 * math.log(alpha))) / 2
    return max((z * z + 2) / 3, root * root)
