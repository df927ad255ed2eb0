"""What the frontiers have in common: contenders on the same splits, best accuracy at a limit, paired differences."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import harness
from benchmarks.adult_frontier import PEER

OURS: Final = "shall: plug-in"
ONE_RUN: Final = "shall: Lagrangian, one run a limit"
THEIRS: Final = "ExponentiatedGradient on LightGBM"
FIRST: Final = 3                            # splits 0 to 2 are those that our settings were chosen on
Found = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Problem:
    """A data set, groups (`sex` or `cross`), a question (`ratio` or `odds`) with its limit, and the peer's bounds."""

    title: str
    data: str
    grouping: str
    question: str
    limit: float
    bounds: tuple[float, ...]

    @property
    def name(self) -> tuple[str, str, str]:
        """As the contenders' programs take it."""
        return self.data, self.grouping, self.question

    def keeps(self, value: float) -> bool:
        """Whether a ratio or a difference is within the limit."""
        return value >= self.limit if self.question == "ratio" else value <= self.limit


def jobs(problem: Problem, seed: int, peer: Path) -> dict[str, Callable[[], harness.Result]]:
    """The contenders on one split."""
    asked = (*problem.name, str(seed))
    ours = "benchmarks.peers.our_frontier"
    return {OURS: lambda: harness.run(sys.executable, ours, *asked),
            ONE_RUN: lambda: harness.run(sys.executable, ours, *asked, "lagrangian"),
            THEIRS: lambda: harness.run(peer, "benchmarks.peers.reductions_frontier", *asked,
                                        *map(str, problem.bounds))}


def figures_of(problem: Problem, result: harness.Result) -> dict[str, Any]:
    """The best candidate that keeps the limit on validation and gate together."""
    pooled = [tuple(one["pooled"]) for one in result["candidates"]]
    best = max((one for one in pooled if problem.keeps(one[1])), default=(None, None))
    nearest = (max if problem.question == "ratio" else min)(pooled, key=lambda one: one[1], default=(None, None))
    errors = [one.get("calibration_error", result.get("calibration_error")) for one in result["candidates"]]
    return {"accuracy": best[0], "value": best[1], "nearest": nearest, "cpu": result["cpu"],
            "cheapest": min(result["runs"]), "calibration_error": min(errors, default=None), "pooled": pooled}


def measured(problem: Problem, seeds: Sequence[int],
             more: Mapping[str, Callable[[int], harness.Result]] | None = None) -> Found:
    """All contenders on each split, in turn."""
    peer = harness.environment("frontier", PEER)
    found: Found = {}
    for seed in seeds:
        work = jobs(problem, seed, peer)
        work |= {name: lambda job=job, seed=seed: job(seed) for name, job in (more or {}).items()}
        for name, results in harness.interleaved(work, dict.fromkeys(work, 1)).items():
            found.setdefault(name, []).append(figures_of(problem, results[0]))
    return found


def told(problem: Problem, found: Found) -> list[str]:
    """A table: best accuracy at the limit, in how many splits it was found, CPU, and differences split by split."""
    lines = [f"{problem.title}: best accuracy on validation and gate together",
             f"  {'':<44}{'accuracy':>9}{'found':>7}{'value':>8}{'CPU s':>8}{'cheapest':>9}{'ECE':>8}"
             "  minus ours, paired"]
    for name, some in found.items():
        kept = [one for one in some if one["accuracy"] is not None]
        mean = {key: statistics.mean(one[key] for one in kept) if kept else float("nan")
                for key in ("accuracy", "value")}
        cpu, cheapest = (statistics.mean(one[key] for one in some) for key in ("cpu", "cheapest"))
        errors = [one["calibration_error"] for one in some if one["calibration_error"] is not None]
        error = statistics.mean(errors) if errors else float("nan")
        lines.append(f"  {name:<44}{mean['accuracy']:9.4f}{f'{len(kept)}/{len(some)}':>7}{mean['value']:8.3f}{cpu:8.2f}"
                     f"{cheapest:9.2f}{error:8.4f}  {_paired(some, found[OURS])}")
        if len(kept) < len(some):
            lines.append(f"  {'':<44}nearest by split (accuracy, value): " + ", ".join(
                "none" if one["nearest"][0] is None else f"{one['nearest'][0]:.4f} {one['nearest'][1]:.3f}"
                for one in some))
    ours, theirs = ({key: statistics.mean(one[key] for one in found[name]) for key in ("cpu", "cheapest")}
                    for name in (OURS, THEIRS))
    free = statistics.mean(one["pooled"][0][0] for one in found[OURS])
    return [*lines, f"  our LightGBM without the requirement: {free:.4f}",
            f"  CPU of ExponentiatedGradient over ours: {theirs['cpu'] / ours['cpu']:.1f}x for all its bounds "
            f"({', '.join(map(str, problem.bounds))}), {theirs['cheapest'] / ours['cpu']:.1f}x for its cheapest run; "
            "ours is the whole frontier"]


def _paired(some: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]) -> str:
    differences = [one["accuracy"] - other["accuracy"] for one, other in zip(some, ours, strict=True)
                   if one["accuracy"] is not None and other["accuracy"] is not None]
    if not differences or some is ours:
        return ""
    mean = statistics.mean(differences)
    if len(differences) == 1:
        return f"{mean:+.4f} (1 split)"
    return f"{mean:+.4f} ± {statistics.stdev(differences) / len(differences)**0.5:.4f} ({len(differences)} splits)"


def main(name: str, problems: Sequence[Problem], arguments: Sequence[str],
         more: Mapping[str, Callable[[int], harness.Result]] | None = None) -> None:
    """Run all problems for so many seeds (ten, if no number is given) and keep the tables."""
    count = int(arguments[0]) if arguments else 10
    seeds = range(FIRST, FIRST + count)
    lines, kept = [f"python -m benchmarks.{name} {count}: splits {FIRST} to {FIRST + count - 1}"], {}
    for problem in problems:
        found = measured(problem, seeds, more)
        lines += told(problem, found)
        kept[problem.title] = found
    lines += ["  ours: deterministic, no group when deciding; the peer decides at random",
              "  ECE: of the probability, at the gate; the peer has no other than the weights of its mixture"]
    harness.save(name, lines, {"problems": kept, "seeds": len(seeds)})
