"""MLflow's models of what `serving_case` wrote: ``python -m benchmarks.peers.serve_mlflow FOLDER``.

Writes FOLDER/mlflow-tensors (MLflow's own flavour of ONNX: two packed tensors come in, the least work), mlflow-graph
(the same graph asked by the names of its 37 columns), mlflow-checked (the same with a signature, by which MLflow checks
what it is given) and mlflow-pipeline (the pipeline in Python, with a signature).
"""

from __future__ import annotations

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import mlflow
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import torch
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec

ONE_THREAD = {"intra_op_num_threads": 1, "inter_op_num_threads": 1, "execution_mode": "sequential"}


class Pipeline(mlflow.pyfunc.PythonModel):
    """The pipeline, as one writes it."""

    def load_context(self, context: Any) -> None:
        """What was fitted."""
        torch.set_num_threads(1)
        self.made = joblib.load(context.artifacts["pipeline"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Score, decision, abstention."""
        score, decision, abstained = self.made.predict(model_input)
        return pd.DataFrame({"score": score, "decision": decision, "abstained": abstained})


class Graph(mlflow.pyfunc.PythonModel):
    """The graph, asked by the names of its columns."""

    def load_context(self, context: Any) -> None:
        """The session."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(context.artifacts["graph"], options)
        self.names = json.loads(Path(context.artifacts["columns"]).read_text())

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Its outputs."""
        given = model_input.to_dict("list")         # a fifth less than by the frame's own to_numpy
        numbers = np.array([given[name] for name in self.names["numbers"]], dtype=np.float64).T.copy()
        texts = np.array([given[name] for name in self.names["texts"]], dtype=object).T
        texts = np.where(pd.isna(texts), self.names["missing"], texts)
        outputs = self.session.run(None, {"numbers": numbers, "texts": texts})
        return pd.DataFrame({one.name: value[:, 0] for one, value in zip(self.session.get_outputs(), outputs,
                                                                        strict=True)})


def main(place: str) -> None:
    """Save the three."""
    folder = Path(place)
    names = json.loads((folder / "columns.json").read_text())
    columns = Schema([ColSpec("double" if name in names["numbers"] else "string", name, required=False)
                      for name in names["order"]])
    tensors = Schema([TensorSpec(np.dtype(np.float64), (-1, len(names["numbers"])), "numbers"),
                      TensorSpec(np.dtype(str), (-1, len(names["texts"])), "texts")])
    for name in ("mlflow-tensors", "mlflow-graph", "mlflow-checked", "mlflow-pipeline"):
        shutil.rmtree(folder / name, ignore_errors=True)
    mlflow.onnx.save_model(onnx.load(folder / "graph.onnx"), folder / "mlflow-tensors", pip_requirements=[],
                           signature=ModelSignature(tensors), onnx_session_options=ONE_THREAD)
    graph = {"graph": str(folder / "graph.onnx"), "columns": str(folder / "columns.json")}
    pipeline = {"pipeline": str(folder / "pipeline.joblib")}
    for name, model, artifacts, signature in (("mlflow-graph", Graph(), graph, None),
                                              ("mlflow-checked", Graph(), graph, ModelSignature(columns)),
                                              ("mlflow-pipeline", Pipeline(), pipeline, ModelSignature(columns))):
        mlflow.pyfunc.save_model(folder / name, python_model=model, artifacts=artifacts, pip_requirements=[],
                                 signature=signature)
    print(json.dumps({"version": version("mlflow")}))


if __name__ == "__main__":
    main(sys.argv[1])
