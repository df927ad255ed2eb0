"""Normal, beta and binomial tails and quantiles in numpy alone.

The incomplete beta is integrated on the logit scale, where its integrand is log-concave, in front
of Loader's saddle-point form of the binomial probability, so its cost does not depend on the counts
and its relative error stays near 1e-13 from 1 to 1e9 rows and deep into the tails.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from statistics import NormalDist

import numpy as np

from shall.stats.arrays import Floats, Pair, floats

_DROP = 37.0                                # nats below the edge where the integrand is cut off
_EXACT, _ROUGH = 32, 16                     # nodes for tails up to 0.1, and for a first look at them
_MOST = 48                                  # nodes for any tail
_EDGE, _FAR = 700.0, 100.0                  # logits: exp has no room beyond the one; near the other a tail is a power
_STANDARD = NormalDist()
_erfc = np.frompyfunc(math.erfc, 1, 1)
_log_gamma = np.frompyfunc(math.lgamma, 1, 1)


def normal_quantile(alpha: float) -> float:
    """``z`` with P(Z > z) = alpha."""
    return -_STANDARD.inv_cdf(alpha) if alpha < 1 else -math.inf


def normal_cdf(x: Floats) -> Floats:
    """P(Z <= x), elementwise."""
    return floats(_erfc(-floats(x) / math.sqrt(2))) / 2


@cache
def _nodes(count: int) -> Pair:
    """Nodes and weights of Gauss and Legendre between 0 and 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1) / 2, weights / 2


def _stirling_error(x: Floats) -> Floats:
    """log Gamma(x + 1) minus Stirling's formula, for x > 0 (Loader 2000, section 2)."""
    square = 1 / (x * x)
    error = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / x
    small = x < 15                          # where the series has not converged
    if small.any():
        few = x[small]
        plain = (few + 0.5) * np.log(few) - few + 0.5 * math.log(2 * math.pi)
        error[small] = floats(_log_gamma(few + 1)) - plain
    return floats(error)


def _deviance(x: Floats, mean: Floats) -> Floats:
    """x log(x / mean) + mean - x without cancellation, for x, mean > 0 (Loader 2000, bd0)."""
    ratio = (x - mean) / (x + mean)
    near = np.abs(ratio) < 0.1
    v = np.where(near, ratio, 0.0)
    square, series = v * v, np.zeros_like(v)
    for j in range(10, 0, -1):
        series = (series + 1 / (2 * j + 1)) * square
    total = (x - mean) * v + 2 * x * v * series
    if near.all():
        return total
    with np.errstate(divide="ignore", over="ignore"):
        far = x * np.log(x / mean) + mean - x
    return np.where(near, total, far)


def _log_scale(a: Floats, b: Floats) -> Floats:
    """The part of the log of x**a y**b / B(a, b) that x has no part in."""
    n = a + b
    stirling = _stirling_error(np.concatenate([n, a, b])).reshape(3, -1)
    return floats(stirling[0] - stirling[1] - stirling[2] + 0.5 * np.log(a * b / (2 * math.pi * n)))


def _log_lower(a: Floats, b: Floats, x: Floats, y: Floats, scale: Floats, nodes: int = _MOST) -> Pair:
    """log I_x(a, b) for x at or below the mean, and log of x**a y**b / B(a, b); a, b > 0, x + y = 1; float64[N] all."""
    n = a + b
    reach = np.minimum(np.sqrt(2 * _DROP / (n * x * y)), (_DROP - n * np.log(y)) / a)
    for _ in range(4):                      # Newton on a convex function: from the second step on it is long enough
        back = np.expm1(-reach)
        less = 1 + x * back
        depth = a * reach + n * np.log1p(x * back) - _DROP
        reach = np.maximum(reach - depth / np.maximum(a - n * x * (1 + back) / less, 1e-300), reach / 8)
    points, weights = _nodes(nodes)
    w = reach[:, None] * points
    inside = -a[:, None] * w - n[:, None] * np.log1p(x[:, None] * np.expm1(-w))
    large = np.flatnonzero(x > 0.5)
    if len(large):                          # the same, without cancellation
        far = w[large]
        mirrored = b[large, None] * far - n[large, None] * np.log1p(y[large, None] * np.expm1(np.minimum(far, 500.0)))
        inside[large] = np.where(far < 500, mirrored, inside[large])
    deviance = _deviance(np.concatenate([a, b]), np.concatenate([n * x, n * y]))
    front = scale - deviance[:len(a)] - deviance[len(a):]
    return front + np.log(reach * (np.exp(inside) @ weights)), front


def beta_cdf(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta I_x(a, b) for a, b > 0, elementwise."""
    x, a, b = np.broadcast_arrays(floats(x), floats(a), floats(b))
    inner = np.clip(x, 1e-300, 1 - 2**-53)
    swap = inner > a / (a + b)
    first, second = np.where(swap, b, a).ravel(), np.where(swap, a, b).ravel()
    at, other = np.where(swap, 1 - inner, inner).ravel(), np.where(swap, inner, 1 - inner).ravel()
    tail = np.exp(_log_lower(first, second, at, other, _log_scale(first, second))[0]).reshape(x.shape)
    tail = np.where(swap, 1 - tail, tail)
    return np.where(x <= 0, 0.0, np.where(x >= 1, 1.0, tail))


def beta_logit_quantile(q: float, a: Floats, b: Floats) -> Floats:
    """logit of the x with I_x(a, b) = q, for q <= 1/2 and a, b > 0, float64[N]: Newton on log I, concave in the logit.

    Starts from Abramowitz and Stegun 26.5.22; near the root steps of fourth order (Householder 1970), for the next
    derivatives cost nothing. A logit beyond 700, of a shape near 0, is given as 700.
    """
    u, scale, left = _within(_first_guess(q, a, b), q, a, b), _log_scale(a, b), np.arange(len(a))
    for turn in range(60):
        x, y = 1 / (1 + np.exp(-u[left])), 1 / (1 + np.exp(u[left]))
        nodes = _MOST if q > 0.1 else _EXACT if turn else _ROUGH
        tail, front = _log_lower(a[left], b[left], x, y, scale[left], nodes)
        step, missed = _step(tail - math.log(q), np.exp(front - tail), a[left], b[left], x)
        before, u[left] = u[left], np.clip(u[left] - step, -_EDGE, _EDGE)
        wide = (missed > 1e-14 * np.maximum(np.abs(u[left]), 1)) & (u[left] != before)
        left = left[wide] if turn or nodes == _MOST else left
        if not len(left):
            break
    return u


def _first_guess(q: float, a: Floats, b: Floats) -> Floats:
    z = normal_quantile(q)
    curve = (z * z - 3) / 6
    left, right = 1 / np.maximum(2 * a - 1, 0.5), 1 / np.maximum(2 * b - 1, 0.5)
    harmonic = 2 / (left + right)
    lean = (right - left) * (curve + 5 / 6 - 2 / (3 * harmonic))
    w = z * np.sqrt(np.maximum(harmonic + curve, 0.1)) / harmonic - lean
    return floats(np.log(a / b) - 2 * w)


def _within(u: Floats, q: float, a: Floats, b: Floats) -> Floats:
    """A first guess that is not far below the root: log I lies below the power x**a that it comes near, x near 0."""
    far = np.flatnonzero(u < -_FAR)
    if len(far):
        few, rest = a[far], b[far]
        power = math.log(q) + np.log(few) + floats(_log_gamma(few)) + floats(_log_gamma(rest))
        u[far] = np.maximum(u[far], (power - floats(_log_gamma(few + rest))) / few)
    return np.clip(u, -_EDGE, _EDGE)


def _step(excess: Floats, slope: Floats, a: Floats, b: Floats, x: Floats) -> Pair:
    """The step to where ``excess`` is none, and about how far it misses; log of the slope falls by (a + b) x - a."""
    newton = excess / slope
    lean = a - (a + b) * x - slope
    curl = lean * lean - (a + b) * x * (1 - x) - slope * lean
    first, second = newton * lean, newton * newton * curl
    near = (np.abs(first) < 0.3) & (np.abs(second) < 0.3)
    higher = newton * (1 - first / 2) / (1 - first + second / 6)
    step = np.where(near, higher, np.clip(newton, -3.0, 3.0))
    order = np.maximum(np.abs(first), np.sqrt(np.abs(second)))
    return step, np.abs(step) * np.where(near, order**3, 1.0)


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
        logit = beta_logit_quantile(alpha, np.concatenate([successes, failures]),
                                    np.concatenate([failures, successes]) + 1).reshape(2, -1)
        low[inside], high[inside] = 1 / (1 + np.exp(-logit[0])), 1 / (1 + np.exp(logit[1]))
    low = np.where(some & (k >= n), np.exp(log_alpha / rows), low)
    high = np.where(some & (k <= 0), -np.expm1(log_alpha / rows), high)
    return low, high


@lru_cache(maxsize=1024)
def student_quantile(alpha: float, df: float) -> float:
    """``t`` with P(T > t) = alpha for ``df`` >= 1 degrees of freedom, which may be infinite."""
    if math.isinf(df):
        return normal_quantile(alpha)
    if alpha >= 0.5:
        return 0.0 if alpha == 0.5 else -student_quantile(1 - alpha, df)
    if alpha > 0.25:                        # 2 alpha is P(T**2 > t**2), here above the mean: from the other tail
        logit = -beta_logit_quantile(1 - 2 * alpha, floats([0.5]), floats([df / 2]))[0]
    else:
        logit = beta_logit_quantile(2 * alpha, floats([df / 2]), floats([0.5]))[0]
    return math.sqrt(df * math.exp(-logit))


def unseen(alpha: float) -> float:
    """How many rows at the unfavourable end of the range may still be unseen.

    (z**2 + 2) / 3 is the second-order term of the exact Poisson bound, the worst case for a bounded
    variable; at least so many that rows without any deviation are bounded as by Clopper and Pearson.
    """
    z = normal_quantile(alpha)
    root = (-z + math.sqrt(z * z - 4 * math.log(alpha))) / 2
    return max((z * z + 2) / 3, root * root)
