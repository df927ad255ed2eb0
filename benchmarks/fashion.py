"""A convolutional net on Fashion-MNIST that knows when not to answer: ``python -m benchmarks.fashion`` (torch extra).

The 10,000 test images are parted at random into 5,000 that calibrate and 5,000 that judge, 200 times: what is told are
means over the splits. The net has seen neither part. For the promised risk the 10,000 images are the world itself:
5,000 are drawn from it with replacement to place the line, and it is judged on all, so that the promise is put to the
test and not the luck of the other half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.fashion_net import EPOCHS, said
from benchmarks.harness import save
from shall.methods.calibrate import temperature, vector_scaling
from shall.methods.conform import split
from shall.methods.selective import risk_control

SPLITS: Final = 200
BINS: Final = 15
COVERAGE: Final = 0.9
SUREST: Final = 0.7
RISKS: Final = (0.01, 0.02, 0.05)
Floats = NDArray[np.float64]


def calibration_error(P: Floats, y: NDArray[np.int64]) -> float:
    """Of the likeliest class, over 15 bins of equal width of its probability, weighted by their rows (Guo et al. 2017).
    """
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    gap = np.bincount(place, right - sure, minlength=BINS)
    return float(np.abs(gap).sum() / len(y))


def by_chance(P: Floats, chance: np.random.Generator) -> float:
    """What the same figure is for labels that are drawn from the probabilities: of a perfectly calibrated net."""
    drawn = (P.cumsum(axis=1) > chance.random(len(P))[:, None]).argmax(axis=1)
    return calibration_error(P, drawn)


def one_split(P: Floats, y: NDArray[np.int64], chance: np.random.Generator) -> dict[str, float]:
    """All figures of one split."""
    order = chance.permutation(len(y))
    some, rest = order[: len(y) // 2], order[len(y) // 2:]
    maps: dict[str, Callable[[Floats], Floats]] = {
        "as it was": lambda P: P, "temperature": temperature.fit(P[some], y[some]),
        "vector scaling": vector_scaling.fit(P[some], y[some])}
    told: dict[str, float] = {}
    for name, mapped in maps.items():
        found = mapped(P[rest])
        wrong = found.argmax(axis=1) != y[rest]
        surest = np.argsort(-found.max(axis=1), kind="stable")[: round(SUREST * len(rest))]
        told |= {f"ECE, {name}": calibration_error(found, y[rest]), f"error, {name}": float(wrong.mean()),
                 f"error of the surest 70 %, {name}": float(wrong[surest].mean())}
        if name == "temperature":
            told["ECE, temperature, were it perfect"] = by_chance(found, chance)
            told |= _sets(mapped(P[some]), y[some], found, y[rest])
    return told | _lines(P, y, chance)


def _sets(P: Floats, y: NDArray[np.int64], fresh: Floats, truth: NDArray[np.int64]) -> dict[str, float]:
    told = {}
    for score in ("lac", "aps"):
        inside = split.fit(P, y, COVERAGE, score).sets(fresh)
        told |= {f"covered by 90 % sets, {score}": float(inside[np.arange(len(truth)), truth].mean()),
                 f"classes in a 90 % set, {score}": float(inside.sum(axis=1).mean())}
    return told


def _lines(P: Floats, y: NDArray[np.int64], chance: np.random.Generator) -> dict[str, float]:
    """Here the 10,000 images are the world: half as many are drawn from it with replacement, and it is judged whole."""
    told, some = {}, chance.integers(0, len(y), len(y) // 2)
    sure, wrongs = P.max(axis=1), P.argmax(axis=1) != y
    for risk in RISKS:
        answered = risk_control.fit(sure[some], wrongs[some], risk)(sure)
        wrong = wrongs[answered]
        told |= {f"answered at a promised risk of {risk:.0%}": float(answered.mean()),
                 f"promise of {risk:.0%} broken": float(len(wrong) > 0 and wrong.mean() > risk)}
    return told


def main() -> None:
    """Learn, split, tell."""
    P, y, seconds = said()
    chance = np.random.default_rng(0)
    found = [one_split(P, y, chance) for _ in range(SPLITS)]
    mean: dict[str, Any] = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
    spread = {name: np.quantile([one[name] for one in found], [0.05, 0.95]).tolist() for name in mean}
    lines = ["python -m benchmarks.fashion",
             f"Two convolutions, two dense layers, {EPOCHS} rounds of 60,000 images: {seconds:.0f} CPU s of learning.",
             f"{SPLITS} random splits of the 10,000 test images into 5,000 and 5,000.",
             f"ECE: of the likeliest class, {BINS} bins of equal width. A promise: placed on 5,000 images drawn from "
             "the 10,000, judged on all.", "", f"{'':46}{'mean':>9}{'5 %':>9}{'95 %':>9}"]
    lines += [f"{name:46}{mean[name]:9.4f}{spread[name][0]:9.4f}{spread[name][1]:9.4f}" for name in mean]
    save("fashion", lines, {"splits": SPLITS, "seconds": seconds, "mean": mean, "spread": spread})


if __name__ == "__main__":
    main()
