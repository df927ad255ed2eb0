"""The price of fairness on Adult: ``python -m benchmarks.adult_frontier``.

`ratio of selection_rate over sex >= 0.80`, sex and race not among the features; 60/20/20 split, seeds 0 to 2, one thread.
The figure is the best accuracy of a candidate whose ratio on validation and gate together is at least 0.80 (for all
contenders alike); for a contender whose candidates lie on both sides of 0.80 also where the line between them meets it.
CPU seconds, user and system, of fresh processes run in turn; reading and encoding of the peer's rows are not counted.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any, Final

from benchmarks import harness

PEER: Final = ("fairlearn==0.15.0", "lightgbm==4.7.0", "scikit-learn==1.9.1", "pandas==3.0.6", "pyarrow==26.0.1")
SEEDS: Final = (0, 1, 2)
LIMIT: Final = 0.80


def at_limit(candidates: list[dict[str, Any]]) -> float:
    """The best accuracy at a pooled ratio of at least the limit; nan where none reaches it."""
    kept = [accuracy for accuracy, ratio in (candidate["pooled"] for candidate in candidates) if ratio >= LIMIT]
    return max(kept, default=float("nan"))


def between(candidates: list[dict[str, Any]]) -> float:
    """The accuracy where the frontier crosses the limit, by straight lines between candidates."""
    points = sorted((candidate["pooled"][1], candidate["pooled"][0]) for candidate in candidates)
    for (left, high), (right, low) in zip(points, points[1:], strict=False):
        if left <= LIMIT <= right and right > left:
            return high + (low - high) * (LIMIT - left) / (right - left)
    return at_limit(candidates)


def main() -> None:
    """Run both for each seed and print them side by side."""
    peer = harness.environment("frontier", PEER)
    lines, figures = [], {"ours": [], "peer": []}
    for seed in SEEDS:
        found = harness.interleaved(
            {"ours": lambda seed=seed: harness.run(sys.executable, "benchmarks.peers.plug_in_frontier", str(seed)),
             "ExponentiatedGradient": lambda seed=seed: harness.run(
                 peer, "benchmarks.peers.exponentiated_gradient", str(seed))}, {"ours": 3, "ExponentiatedGradient": 1})
        ours, theirs = found["ours"][0], found["ExponentiatedGradient"][0]
        cpu = statistics.median(one["cpu"] for one in found["ours"])
        figures["ours"].append({"accuracy": at_limit(ours["candidates"]), "cpu": cpu,
                                "line": between(ours["candidates"]), "free": ours["candidates"][0]["gate"][0],
                                "calibration_error": ours["calibration_error"]})
        figures["peer"].append({"accuracy": at_limit(theirs["candidates"]), "cpu": theirs["cpu"], "runs": theirs["runs"],
                                "line": between(theirs["candidates"]),
                                "pooled": [candidate["pooled"] for candidate in theirs["candidates"]]})
    for name, key in (("shall, plug-in on LightGBM, 10 candidates", "ours"),
                      ("ExponentiatedGradient on LightGBM, 2 bounds", "peer")):
        some = figures[key]
        lines.append(f"  {name:<46}{_mean(some, 'accuracy'):9.4f}{_mean(some, 'line'):9.4f}{_mean(some, 'cpu'):9.2f}")
    once = statistics.mean(min(one["runs"]) for one in figures["peer"])
    harness.save("adult_frontier", [
        "python -m benchmarks.adult_frontier",
        f"Adult, ratio of selection rates over sex >= {LIMIT}; means of seeds {', '.join(map(str, SEEDS))}",
        f"  {'':<46}{'accuracy':>9}{'on line':>9}{'CPU s':>9}",
        *lines,
        f"  unconstrained LightGBM, at the gate           {_mean(figures['ours'], 'free'):10.4f}",
        f"  CPU of the peer over ours: {_mean(figures['peer'], 'cpu') / _mean(figures['ours'], 'cpu'):.1f}x for its two "
        f"bounds, {once / _mean(figures['ours'], 'cpu'):.1f}x for its cheaper one alone",
        f"  ours: deterministic, no group when deciding, calibration error {_mean(figures['ours'], 'calibration_error'):.4f}; "
        "the peer decides at random",
        "  accuracy: best candidate at a pooled ratio of at least the limit; on line: where the frontier crosses it",
        "  the peer by seed (accuracy, ratio): " + "; ".join(
            ", ".join(f"{accuracy:.4f} {ratio:.3f}" for accuracy, ratio in one["pooled"]) for one in figures["peer"]),
    ], figures)


def _mean(some: list[dict[str, Any]], key: str) -> float:
    values = [one[key] for one in some if one[key] == one[key]]
    return statistics.mean(values) if values else float("nan")


if __name__ == "__main__":
    main()
