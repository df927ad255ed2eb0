"""ADWIN and Page-Hinkley of river on lives of 0 and 1, the least cautious setting that keeps a rate of false alarms."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from river import drift

GRIDS: dict[str, Sequence[dict[str, Any]]] = {
    "ADWIN": [{"delta": delta} for delta in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8)],
    "PageHinkley": [{"delta": 0.005, "threshold": threshold, "min_instances": 30, "mode": "down"}
                    for threshold in (20, 40, 60, 80, 120, 200)],
}


def first(made: Callable[[], Any], life: Any) -> int | None:
    """The row of the first alarm."""
    detector = made()
    for row, value in enumerate(life.tolist()):
        detector.update(value)
        if detector.drift_detected:
            return row
    return None


def main() -> None:
    """Tune each on stable lives, then the first alarms of all others."""
    place, period = sys.argv[1], int(sys.argv[2])
    lives = np.load(place)
    found = {}
    for name, grid in GRIDS.items():
        for settings in grid:
            def made(name: str = name, settings: dict[str, Any] = settings) -> Any:
                return getattr(drift, name)(**settings)

            waits = [first(made, life) for life in lives["stable"]]
            rows = sum(lives["stable"].shape[1] if wait is None else wait + 1 for wait in waits)
            alarms = sum(wait is not None for wait in waits)
            if rows >= period * max(alarms, 1):
                break
        told = f"{settings}: a false alarm in {rows // max(alarms, 1):,} rows" + ("" if alarms else " or more")
        found[name] = {"settings": told, "first": {key: [first(made, life) for life in lives[key]]
                                                   for key in lives.files if key != "stable"}}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
