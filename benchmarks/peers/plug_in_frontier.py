"""Our frontier on Adult: ``python -m benchmarks.peers.plug_in_frontier SEED``. Two fits, one multiplier a group."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from benchmarks.adult_split import Part, calibration, described, parts
from benchmarks.harness import timed
from shall.methods.adjust.plug_in import Constraint, Held, multipliers
from shall.methods.learn import lightgbm
from shall.methods.model import given_label, joint_of
from shall.methods.prepare import encode

TARGETS = (0.0, 0.70, 0.74, 0.77, 0.78, 0.79, 0.80, 0.81, 0.82, 0.83, 0.85, 0.88, 0.94)


def held(part: Part, encoding: encode.Encoding, learned: tuple[Any, Any], share: np.ndarray[Any, Any]) -> Held:
    """A part as the plug-in sees it; the sexes are used to measure and to tune, never to decide."""
    X = encoding(part.table)
    score = learned[0].probabilities(X)[:, 1]
    weight = joint_of(given_label(learned[1], X), score).sum(axis=2) / share
    return Held(score, weight, np.column_stack([part.female == 0, part.female == 1]), part.label)


def search(train: Part, validation: Part) -> tuple[Any, ...]:
    """Everything that costs: encoding, two fits, and the multipliers of every target."""
    encoding = encode.fit(train.table, train.table.column_names)
    X = encoding(train.table)
    target = lightgbm.fit(X, train.label, encoding.sizes)
    group = lightgbm.fit(np.column_stack([X, train.label]), train.female, (*encoding.sizes, 0))
    share = np.bincount(train.female) / len(train.female)
    rows = held(validation, encoding, (target, group), share)
    found, start = [], None
    for goal in TARGETS:
        start = multipliers(rows, [Constraint("ratio", (0, 1), goal)], start=start) if goal else np.zeros(2)
        if start is not None:
            found.append(start)
    return encoding, (target, group), share, found


def main(seed: int) -> None:
    """Search on train and validation; measure every candidate on validation, gate, and both."""
    train, validation, gate = parts(seed)
    search(Part(train.table.slice(0, 2000), train.label[:2000], train.female[:2000]), validation)      # warm up
    (encoding, learned, share, found), cpu = timed(lambda: search(train, validation))
    sides = [held(part, encoding, learned, share) for part in (validation, gate)]
    candidates = []
    for multiplier in found:
        decided = [side.decided(multiplier, 0.5) for side in sides]
        pooled = described(np.concatenate(decided), np.concatenate([p.label for p in (validation, gate)]),
                           np.concatenate([p.female for p in (validation, gate)]))
        candidates.append({"pooled": pooled, "gate": described(decided[1], gate.label, gate.female),
                           "validation": described(decided[0], validation.label, validation.female)})
    error = calibration(sides[1].score, gate.label)
    print(json.dumps({"cpu": cpu, "candidates": candidates, "calibration_error": error,
                      "needs_group": False, "random": False}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
