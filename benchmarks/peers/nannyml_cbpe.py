"""NannyML's estimate without labels (CBPE): ``python -m benchmarks.peers.nannyml_cbpe LOG POPULATION``.

CBPE calibrates the scores on the log, and takes them for the chances of the labels of the population.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import nannyml
import pandas as pd

from benchmarks.harness import cpu_seconds

ASKED = {"accuracy": "accuracy", "roc_auc": "roc_auc", "true_positive_rate": "recall"}


def main(log: str, population: str) -> dict[str, Any]:
    """Each measure with the bounds that NannyML gives."""
    reference, analysis = pd.read_parquet(log), pd.read_parquet(population)
    began = cpu_seconds()
    estimator = nannyml.CBPE(y_pred_proba="score", y_pred="decision", y_true="label", chunk_number=1,
                             problem_type="classification_binary", metrics=list(ASKED.values()))
    found = estimator.fit(reference).estimate(analysis).filter(period="analysis").to_df()
    row = found.iloc[0]
    return {"cpu": cpu_seconds() - began,
            "found": {name: [float(row[(theirs, part)]) for part in
                             ("value", "lower_confidence_boundary", "upper_confidence_boundary")]
                      for name, theirs in ASKED.items()}}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
