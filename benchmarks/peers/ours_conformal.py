"""Ours on what models have said: ``python -m benchmarks.peers.ours_conformal FOLDER JOB …``; see `mapie_conformal`."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from benchmarks.conformal_places import parted
from benchmarks.harness import cpu_seconds
from shall.methods.conform import cqr, split


def law(folder: str, name: str, calibration: str, test: str, resplits: str, score: str) -> dict[str, Any]:
    """Covered rows and the mean size of each resplit."""
    with np.load(f"{folder}/{name}.npz") as data:
        P, y = data["P"], data["y"]
    covered, size = [], []
    before = cpu_seconds()
    for seed in range(int(resplits)):
        some, rest = parted(len(y), int(calibration), int(test), seed)
        if score in ("cqr", "residual"):
            low, high = (cqr.fit(*P[some].T, y[some]).interval(*P[rest].T) if score == "cqr" else
                         split.fit(P[some].mean(axis=1), y[some]).interval(P[rest].mean(axis=1)))
            covered.append(int(((low <= y[rest]) & (y[rest] <= high)).sum()))
            size.append(float((high - low).mean()))
        else:
            found = split.fit(P[some], y[some], 0.9, score).sets(P[rest])
            covered.append(int(found[np.arange(len(rest)), y[rest]].sum()))
            size.append(float(found.sum(axis=1).mean()))
    return {"cpu": cpu_seconds() - before, "covered": covered, "size": float(np.mean(size))}


def speed(folder: str, score: str) -> dict[str, Any]:
    """CPU seconds to calibrate a million rows, and to answer them; to add a thousand rows, too."""
    with np.load(f"{folder}/million.npz") as data:
        P, y = data["P"], data["y"]
    split.fit(P[:1000], y[:1000], 0.9, score).sets(P[:1000])
    before = cpu_seconds()
    made = split.fit(P, y, 0.9, score)
    made.limit  # noqa: B018  the quantile is taken here
    middle = cpu_seconds()
    found = made.sets(P)
    after = cpu_seconds()
    made.update(P[:1000], y[:1000])
    return {"cpu": middle - before, "answer": after - middle, "update": cpu_seconds() - after,
            "size": float(found.sum(axis=1).mean()), "covered": float(found[np.arange(len(y)), y].mean())}


def main(folder: str, job: str, *arguments: str) -> None:
    """One line of JSON."""
    print(json.dumps({"law": law, "speed": speed}[job](folder, *arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
