"""Coverage by its exact law, sizes and speed, beside MAPIE: ``python -m benchmarks.conformal [RESPLITS]``.

The same rows calibrate and the same are tried. Covered rows of all resplits are held against the beta-binomial law by
the test of Kolmogorov and Smirnov; where p is small, coverage is not what the theory says (above it: sets larger than
they need be; below it: a promise that is not kept).
"""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np
from scipy.stats import kstest

from benchmarks import conformal_data, harness
from shall.methods.conform.online import fit as start
from shall.stats.coverage_law import law

MAPIE: Final = ("mapie==1.6.0", "scikit-learn==1.9.1", "numpy==2.4.6", "scipy==1.17.1")
TEST: Final = 900
CASES: Final = (("census", 50, "lac"), ("census", 1000, "lac"), ("digits", 50, "lac"), ("digits", 300, "lac"),
                ("digits", 300, "aps"), ("digits", 300, "raps"), ("hours", 50, "residual"), ("hours", 1000, "residual"),
                ("hours", 50, "cqr"), ("hours", 1000, "cqr"))
ROUNDS: Final = 3


def follows(covered: Any, calibration: int, rows: int) -> float:
    """p of the test that counts of covered rows have the law."""
    below = np.concatenate([[0.0], law(calibration, 0.9).at_most(rows)])
    chance, counts = np.random.default_rng(0).random(len(covered)), np.array(covered)
    return float(kstest(below[counts] + chance * (below[counts + 1] - below[counts]), "uniform").pvalue)


def contenders() -> dict[str, tuple[Any, str]]:
    """The Python and the module of each."""
    return {"shall": (sys.executable, "benchmarks.peers.ours_conformal"),
            "mapie": (harness.environment("mapie", MAPIE), "benchmarks.peers.mapie_conformal")}


def laws(folder: str, resplits: int) -> list[dict[str, Any]]:
    """Every case of both."""
    rows = []
    for name, calibration, score in CASES:
        for who, (python, module) in contenders().items():
            found = harness.run(python, module, folder, "law", name, str(calibration), str(TEST), str(resplits), score)
            covered = np.array(found["covered"])
            rows.append({"set": name, "n": calibration, "score": score, "who": who, "cpu": found["cpu"],
                         "mean": float(covered.mean() / TEST), "size": found["size"],
                         "p": follows(covered, calibration, TEST), "expected": law(calibration, 0.9).mean})
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def speeds(folder: str) -> dict[str, dict[str, float]]:
    """Medians of CPU seconds of a million rows."""
    jobs = {who: (lambda python=python, module=module: harness.run(python, module, folder, "speed", "lac"))
            for who, (python, module) in contenders().items()}
    found = harness.interleaved(jobs, dict.fromkeys(jobs, ROUNDS))
    return {who: {part: float(np.median([one[part] for one in some])) for part in some[0] if part != "version"}
            for who, some in found.items()}


def streamed() -> dict[str, float]:
    """A stream of census rows that becomes harder: CPU a row, and what is left of the promise."""
    with np.load(conformal_data.made() / "census.npz") as data:
        P, y = data["P"], data["y"]
    order = np.argsort(P.max(axis=1), kind="stable")[::-1]          # the sure ones first
    begun = start(P[order[:1000]], y[order[:1000]], 0.9, gamma=0.02)
    (_, end), cpu = harness.timed(lambda: begun.walked(P[order[1000:]], y[order[1000:]]))
    return {"rows": end.rows, "covered": end.covered, "bound": end.bound, "microseconds": 1e6 * cpu / end.rows}


def main(resplits: int = 500) -> None:
    """The table."""
    folder = str(conformal_data.made())
    rows, fast, stream = laws(folder, resplits), speeds(folder), streamed()
    lines = [f"python -m benchmarks.conformal {resplits}",
             f"{resplits} resplits, {TEST} test rows each, 90 % asked; p: that coverage has its exact law; size in "
             "classes or hours",
             f"  {'set, calibration rows, score':<30}{'':<8}{'coverage':>9}{'law':>8}{'p':>10}{'size':>9}{'CPU s':>8}"]
    lines += [f"  {', '.join((row['set'], format(row['n'], ','), row['score'])):<30}{row['who']:<8}{row['mean']:9.4f}"
              f"{row['expected']:8.4f}{row['p']:10.2g}{row['size']:9.3f}{row['cpu']:8.2f}" for row in rows]
    lines += ["a million rows of ten classes, lac, CPU s: " + "; ".join(
        f"{who} {one['cpu']:.2f} to calibrate, {one['answer']:.2f} to answer" for who, one in fast.items()),
        f"a thousand rows more: {fast['shall']['update']:.3f} CPU s, without a refit",
        f"online, {stream['rows']:,} rows, the sure ones first: covered {stream['covered']:.4f}, bound of the theorem "
        f"{stream['bound']:.4f}, {stream['microseconds']:.1f} microseconds a row"]
    harness.save("conformal", lines, {"laws": rows, "speed": fast, "online": stream})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
