"""Fairlearn and scikit-learn on COMPAS: ``python -m benchmarks.peers.fairlearn_compas LOG``."""

from __future__ import annotations

import json
import sys

import pandas
from fairlearn.metrics import MetricFrame
from sklearn.metrics import confusion_matrix, recall_score

from benchmarks.peers.fairlearn_audit import METRICS


def main(path: str) -> None:
    """Rates by race, by both libraries; scikit-learn on each group's rows."""
    frame = pandas.read_parquet(path)
    measured = MetricFrame(metrics=METRICS, y_true=frame["two_year_recid"], y_pred=frame["flagged"],
                           sensitive_features=frame["race"])
    by_fairlearn = dict(measured.by_group.to_dict("index").items())
    by_fairlearn["difference"] = measured.difference(method="between_groups").to_dict()
    by_fairlearn["ratio"] = measured.ratio(method="between_groups").to_dict()
    by_sklearn = {race: rates(rows["two_year_recid"], rows["flagged"]) for race, rows in frame.groupby("race")}
    print(json.dumps({"cpu": 0.0, "fairlearn": by_fairlearn, "sklearn": by_sklearn}))


def rates(label: pandas.Series, decision: pandas.Series) -> dict[str, float]:
    """What scikit-learn itself defines of the six rates."""
    normalised = confusion_matrix(label, decision, labels=[0, 1], normalize="true")
    return {
        "selection_rate": float(decision.mean()), "true_positive_rate": float(recall_score(label, decision)),
        "false_positive_rate": float(normalised[0, 1]), "false_negative_rate": float(normalised[1, 0]),
        "precision": float(METRICS["precision"](label, decision)),
        "accuracy": float(METRICS["accuracy"](label, decision)),
    }


if __name__ == "__main__":
    main(sys.argv[1])
