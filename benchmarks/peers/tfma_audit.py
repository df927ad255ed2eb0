"""TensorFlow Model Analysis: rates, area and calibration of the 67 groups, from a frame that is in memory already.

``python -m benchmarks.peers.tfma_audit LOG``; runs in an environment of its own.
"""

from __future__ import annotations

import json
import sys

import pandas
import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import config_pb2 as proto

from benchmarks.harness import cpu_seconds

METRICS = ("BinaryAccuracy", "Precision", "Recall", "FPR", "FNR", "AUC", "Calibration", "ExampleCount")
SLICES = ((), ("sex",), ("race",), ("sex", "race", "age"))


def audit(frame: pandas.DataFrame) -> dict[str, dict[str, float]]:
    """The figures of every slice."""
    config = proto.EvalConfig(
        model_specs=[proto.ModelSpec(prediction_key="score", label_key="label")],
        slicing_specs=[proto.SlicingSpec(feature_keys=list(keys)) for keys in SLICES],
        metrics_specs=[proto.MetricsSpec(metrics=[proto.MetricConfig(class_name=name) for name in METRICS])])
    result = tfma.analyze_raw_data(frame, config)
    found = {}
    for key, metrics in result.slicing_metrics:
        values = metrics[""][""]
        found["|".join(str(part) for _, part in key)] = {
            name: value["doubleValue"] for name, value in values.items() if "doubleValue" in value}
    return found


def main(path: str) -> None:
    """Warm up on a few rows, then audit all of them."""
    frame = pandas.read_parquet(path, columns=["label", "score", "sex", "race", "age"])
    for name in ("sex", "race", "age"):
        frame[name] = frame[name].astype(str)
    audit(frame.iloc[:200])
    before = cpu_seconds()
    found = audit(frame)
    cpu = cpu_seconds() - before
    print(json.dumps({"cpu": cpu, "versions": {"tensorflow-model-analysis": tfma.__version__}, "found": found}))


if __name__ == "__main__":
    main(sys.argv[1])
