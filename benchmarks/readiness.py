"""Planted faults found, beside cleanlab and deepchecks: ``python -m benchmarks.readiness [SEEDS]``.

Faults are planted into three real sets (`planted.py`). Precision and recall are of what each names by its own limits;
CPU seconds are of fresh processes that take turns, imports left out. A wrong label that was in the set before is
counted as a false alarm for both, so precision is a lower bound. cleanlab gets LightGBM with our settings.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import harness, planted

CLEANLAB: Final = ("cleanlab==2.7.1", "lightgbm==4.7.0", "numpy==1.26.4", "pyarrow==17.0.0", "pandas==2.3.3")
DEEPCHECKS: Final = ("deepchecks==0.19.1", "scikit-learn==1.3.2", "numpy==1.26.4", "pandas==2.2.3",
                     "setuptools==80.9.0", "pyarrow==17.0.0")
SHARES: Final = (0.05, 0.1, 0.2)
FIRST: Final = 10                           # our limits were chosen on seed 0
NATURAL: Final = {"adult": {"relationship"}, "compas": set()}     # tells the sex without our doing


def scored(flagged: Iterable[Any], true: set[Any]) -> dict[str, float]:
    """Precision, recall and F1; nothing flagged has no precision, which counts as 0."""
    named = set(flagged)
    hits = len(named & true)
    precision, recall = hits / len(named) if named else 0.0, hits / len(true) if true else 0.0
    return {"flagged": len(named), "precision": precision, "recall": recall,
            "f1": 2 * hits / (len(named) + len(true)) if true else 0.0}


def ours(path: Path, look: str) -> harness.Result:
    """One look of ours."""
    return harness.run(sys.executable, "benchmarks.peers.ours_readiness", str(path), look)


def labels(seeds: int, folder: Path) -> list[dict[str, Any]]:
    """Wrong labels: ours and cleanlab's."""
    peer, rows = harness.environment("cleanlab", CLEANLAB), []
    for name in planted.SETS:
        for share in SHARES:
            for seed in range(FIRST, FIRST + seeds):
                made = planted.wrong_labels(name, share, seed)
                path = planted.write(made, folder / f"{name}-labels.parquet")
                true = set(np.flatnonzero(made.wrong).tolist())
                for who, found in (("shall", ours(path, "labels")), ("cleanlab", harness.run(
                        peer, "benchmarks.peers.cleanlab_labels", str(path)))):
                    rows.append({"set": name, "fault": f"{share:.0%} wrong labels", "seed": seed, "who": who,
                                 "cpu": found["cpu"], **scored(found["flagged"], true)})
    return rows


def columns(seeds: int, folder: Path) -> list[dict[str, Any]]:
    """Leaks and proxies: ours and deepchecks'."""
    peer, rows = harness.environment("deepchecks", DEEPCHECKS), []
    for name in planted.SETS:
        for seed in range(FIRST, FIRST + seeds):
            made = planted.leaking(name, seed)
            path = planted.write(made, folder / f"{name}-leaks.parquet")
            for who, found in (("shall", ours(path, "leaks")), ("deepchecks", harness.run(
                    peer, "benchmarks.peers.deepchecks_data", str(path), "label"))):
                rows.append({"set": name, "fault": "leaks", "seed": seed, "who": who, "cpu": found["cpu"],
                             "names": sorted(found["flagged"]), **scored(found["flagged"], set(made.leaks))})
            if name in NATURAL:
                made = planted.telling_sex(name, seed)
                path = planted.write(made, folder / f"{name}-sex.parquet")
                for who, found in (("shall", ours(path, "sex")), ("deepchecks", harness.run(
                        peer, "benchmarks.peers.deepchecks_data", str(path), "sex"))):
                    flagged = set(found["flagged"]) - NATURAL[name]
                    rows.append({"set": name, "fault": "proxies of sex", "seed": seed, "who": who, "cpu": found["cpu"],
                                 "names": sorted(flagged), **scored(flagged, set(made.proxies))})
            made = planted.twice(name, seed)
            path = planted.write(made, folder / f"{name}-copies.parquet")
            found = ours(path, "copies")
            rows.append({"set": name, "fault": "2% of rows copied", "seed": seed, "who": "shall", "cpu": found["cpu"],
                         **scored(found["flagged"], set(np.flatnonzero(made.copies).tolist()))})
    return rows


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Means over the seeds."""
    made = [f"{'set':<8}{'fault':<20}{'who':<12}{'named':>8}{'precision':>11}{'recall':>8}{'F1':>7}{'CPU s':>8}"]
    for key in dict.fromkeys((row["set"], row["fault"], row["who"]) for row in rows):
        some = [row for row in rows if (row["set"], row["fault"], row["who"]) == key]
        mean = {name: statistics.mean(row[name] for row in some)
                for name in ("flagged", "precision", "recall", "f1", "cpu")}
        made.append(f"{key[0]:<8}{key[1]:<20}{key[2]:<12}{mean['flagged']:8.0f}{mean['precision']:11.2f}"
                    f"{mean['recall']:8.2f}{mean['f1']:7.2f}{mean['cpu']:8.2f}")
    return made


def main(seeds: int = 3) -> None:
    """Run all, print the means over the seeds."""
    folder = harness.BENCH / "planted"
    rows = [*columns(seeds, folder), *labels(seeds, folder)]
    harness.save("readiness", [f"python -m benchmarks.readiness {seeds}", *table(rows)], {"rows": rows})


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
