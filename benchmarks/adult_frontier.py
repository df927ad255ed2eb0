"""The price of fairness on Adult: ``python -m benchmarks.adult_frontier``.

`ratio of selection_rate over sex >= 0.80`, sex and race not among the features; 60/20/20 split, seeds 3 to 9, one
thread. The figure is the best accuracy of a candidate whose ratio on validation and gate together is at least 0.80,
for all contenders alike; for one whose candidates lie on both sides of 0.80 also where the line between them meets it.
CPU seconds, user and system, of fresh processes run in turn; reading and encoding of the peer's rows are not counted.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks import harness

PEER: Final = ("fairlearn==0.15.0", "lightgbm==4.7.0", "scikit-learn==1.9.1", "pandas==3.0.6", "pyarrow==26.0.1")
SEEDS: Final = tuple(range(3, 10))         # 0 to 2 are those that our settings were chosen on
LIMIT: Final = 0.80
OURS: Final = "shall: plug-in on LightGBM, a dozen limits"
USUAL: Final = "ExponentiatedGradient on LightGBM, 2 bounds"
ROUNDS: Final = {OURS: 1, USUAL: 1}


def at_limit(candidates: list[dict[str, Any]]) -> tuple[float, float]:
    """The best accuracy at a pooled ratio of at least the limit, and that ratio; nan where none reaches it."""
    kept = [tuple(candidate["pooled"]) for candidate in candidates if candidate["pooled"][1] >= LIMIT]
    return max(kept, default=(float("nan"), float("nan")))


def between(candidates: list[dict[str, Any]]) -> float:
    """The accuracy where the frontier crosses the limit, by straight lines between candidates."""
    points = sorted((candidate["pooled"][1], candidate["pooled"][0]) for candidate in candidates)
    for (left, high), (right, low) in pairwise(points):
        if left <= LIMIT <= right and right > left:
            return float(high + (low - high) * (LIMIT - left) / (right - left))
    return at_limit(candidates)[0]


def jobs(seed: int, peer: Path) -> dict[str, Callable[[], harness.Result]]:
    """The contenders on one split."""
    module = "benchmarks.peers.exponentiated_gradient"
    return {OURS: lambda: harness.run(sys.executable, "benchmarks.peers.plug_in_frontier", str(seed)),
            USUAL: lambda: harness.run(peer, module, str(seed))}


def figures_of(results: list[harness.Result]) -> dict[str, Any]:
    """What is told of one contender on one split."""
    first = results[0]
    accuracy, ratio = at_limit(first["candidates"])
    error = min(one.get("calibration_error", first.get("calibration_error")) for one in first["candidates"])
    return {"accuracy": accuracy, "ratio": ratio, "line": between(first["candidates"]),
            "cpu": statistics.median(one["cpu"] for one in results),
            "cheapest": min(first.get("runs", [first["cpu"]])),
            "calibration_error": error,
            "needs_group": first["needs_group"], "random": first["random"],
            "pooled": [candidate["pooled"] for candidate in first["candidates"]]}


def main() -> None:
    """Run all for each seed and print them side by side."""
    peer = harness.environment("frontier", PEER)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ROUNDS}
    for seed in SEEDS:
        for name, results in harness.interleaved(jobs(seed, peer), ROUNDS).items():
            found[name].append(figures_of(results))
    ours = found[OURS]
    free = [one["pooled"][0][0] for one in ours]
    lines = ["python -m benchmarks.adult_frontier",
             f"Adult, ratio of selection rates over sex >= {LIMIT}: best accuracy on validation and gate together",
             f"  {'':<46}{'accuracy':>9}{'ratio':>7}{'on line':>9}{'CPU s':>8}{'ECE':>8}  accuracy by seed"]
    for name, some in found.items():
        seeds = ", ".join(f"{one['accuracy']:.4f}" for one in some)
        lines.append(f"  {name:<46}{_mean(some, 'accuracy'):9.4f}{_mean(some, 'ratio'):7.3f}{_mean(some, 'line'):9.4f}"
                     f"{_mean(some, 'cpu'):8.2f}{_mean(some, 'calibration_error'):8.4f}  {seeds}")
    lines.append(f"  {'our LightGBM without the requirement':<46}{statistics.mean(free):9.4f}{'':41}"
                 + ", ".join(f"{one:.4f}" for one in free))
    for name in (USUAL,):
        lines.append(f"  CPU over ours: {_mean(found[name], 'cpu') / _mean(ours, 'cpu'):.1f}x for both bounds, "
                     f"{_mean(found[name], 'cheapest') / _mean(ours, 'cpu'):.1f}x for the cheaper one ({name})")
    lines += ["  ours: deterministic, no group when deciding; the peer: no group when deciding, decides at random",
              "  on line: where the frontier crosses the limit",
              "  ECE: of the probability, at the gate; the peer has no other than the weights of its mixture",
              "  the peer's candidates (accuracy, ratio): " + "; ".join(
                  ", ".join(f"{right:.4f} {ratio:.3f}" for right, ratio in one["pooled"]) for one in found[USUAL])]
    harness.save("adult_frontier", lines, {"contenders": found})


def _mean(some: list[dict[str, Any]], key: str) -> float:
    values = [one[key] for one in some if one[key] == one[key]]
    return statistics.mean(values) if values else float("nan")


if __name__ == "__main__":
    main()
