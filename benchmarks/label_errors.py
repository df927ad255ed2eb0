"""Wrong labels, ranked: ours beside cleanlab's. ``python -m benchmarks.label_errors [SEEDS]``

5 % of the labels of real sets are made another class (`planted.py`). Average precision is of the whole ranking, as is
the precision at the recall that cleanlab reaches with the labels that it names. "Same chances": both get the same
out-of-fold probabilities; "own": each makes them by its own cross-validation of LightGBM with our settings. A label
that was wrong in the set before counts as a false alarm for both.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from benchmarks import harness, planted
from benchmarks.readiness import CLEANLAB, FIRST
from examples.fetch import fetch
from shall.core.log import Binding, Column
from shall.phases.datasets.asking import Material
from shall.probes import label_noise

SHARE: Final = 0.05
CASES: Final = {"mnist": planted.wrong_labels, "mnist, pairs": planted.mixed_up, "adult": planted.wrong_labels,
                "compas": planted.wrong_labels}
Chances = tuple[Any, Any]                   # float64[rows, classes], int64[rows]


def trees(made: planted.Planted) -> Chances:
    """By boosted trees, as `label_noise` makes them."""
    features = tuple(name for name in made.table.column_names if name != planted.LABEL)
    material = Material(made.table, Binding(((planted.LABEL, Column(planted.LABEL)),), kind="dataset"), features)
    X, learn = material.learned_from(features)
    return label_noise.chances(X, material.label, learn), material.label


def linear(made: planted.Planted) -> Chances:
    """By logistic regression on the 784 pixels."""
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    pixels = np.stack([table[name].to_numpy() for name in table.column_names if name.startswith("p")], axis=1) / 255
    label = made.table[planted.LABEL].to_numpy()
    return label_noise.chances(pixels, label, lambda X, y, _: LogisticRegression().fit(X, y).predict_proba), label


def at_recall(score: Any, wrong: Any, recall: float) -> float:
    """The precision of the shortest list, by falling score, that reaches a recall."""
    hits = np.cumsum(wrong[np.argsort(-score, kind="stable")])
    number = int(np.searchsorted(hits, recall * wrong.sum() - 1e-9))
    return float(hits[number] / (number + 1))


def compared(case: dict[str, Any], wrong: Any, score: Any, peer: dict[str, Any]) -> dict[str, Any]:
    """One line of the table."""
    named = np.zeros(len(wrong), dtype=bool)
    named[peer["flagged"]] = True
    recall = float(wrong[named].sum() / wrong.sum())
    return {**case, "ap": float(average_precision_score(wrong, score)),
            "peer_ap": float(average_precision_score(wrong, -np.array(peer["quality"]))),
            "recall": recall, "named": int(named.sum()), "precision": at_recall(score, wrong, recall),
            "peer_precision": float(wrong[named].mean())}


def rows(seeds: int, folder: Path) -> list[dict[str, Any]]:
    """Every case, seed and way."""
    python, found = harness.environment("cleanlab", CLEANLAB), []
    folder.mkdir(parents=True, exist_ok=True)
    for name, plant in CASES.items():
        for seed in range(FIRST, FIRST + seeds):
            made = plant(name.split(",")[0], SHARE, seed)
            chances = {"trees": trees(made), **({"linear": linear(made)} if name.startswith("mnist") else {})}
            ranked = {who: label_noise.doubts(*both) for who, both in chances.items()}
            for who, (chance, label) in chances.items():
                np.savez(folder / "chances.npz", chance=chance, label=label)
                peer = harness.run(python, "benchmarks.peers.cleanlab_ranked", str(folder / "chances.npz"))
                case = {"set": name, "seed": seed, "chances": f"same, {who}"}
                found.append(compared(case, made.wrong, ranked[who], peer))
            path = planted.write(made, folder / "labels.parquet")
            peer = harness.run(python, "benchmarks.peers.cleanlab_labels", str(path))
            found.append(compared({"set": name, "seed": seed, "chances": "own"}, made.wrong, ranked["trees"], peer))
            print(found[-1], file=sys.stderr, flush=True)
    return found


def table(found: list[dict[str, Any]]) -> list[str]:
    """Means over the seeds, and the least of ours."""
    made = [f"{'set':<14}{'chances':<15}{'AP':>6}{'least':>7}{'its AP':>8}{'its recall':>12}{'precision':>11}"
            f"{'its':>6}"]
    for key in dict.fromkeys((row["set"], row["chances"]) for row in found):
        some = [row for row in found if (row["set"], row["chances"]) == key]
        mean = {name: statistics.mean(row[name] for row in some)
                for name in ("ap", "peer_ap", "recall", "precision", "peer_precision")}
        made.append(f"{key[0]:<14}{key[1]:<15}{mean['ap']:6.2f}{min(row['ap'] for row in some):7.2f}"
                    f"{mean['peer_ap']:8.2f}{mean['recall']:12.2f}{mean['precision']:11.2f}{mean['peer_precision']:6.2f}")
    return made


def main(seeds: int = 5) -> None:
    """Run all, print the means over the seeds."""
    found = rows(seeds, harness.BENCH / "label_errors")
    harness.save("label_errors", [
        f"python -m benchmarks.label_errors {seeds}",
        "its: cleanlab's; precision: at the recall that cleanlab reaches with the labels that it names",
        *table(found)], {"rows": found})


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
