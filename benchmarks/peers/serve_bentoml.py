"""BentoML's service of the pipeline that `serving_case` wrote to SERVING_FOLDER: ``bentoml serve …:Pipeline``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bentoml
import joblib
import pandas as pd
import torch

NUMBERS = [f"x{place}" for place in range(28)]


@bentoml.service(workers=1)
class Pipeline:
    """The pipeline, as one writes it."""

    def __init__(self) -> None:
        torch.set_num_threads(1)
        self.made = joblib.load(Path(os.environ["SERVING_FOLDER"]) / "pipeline.joblib")

    @bentoml.api
    def predict(self, rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
        """Score, decision, abstention."""
        frame = pd.DataFrame(rows)
        score, decision, abstained = self.made.predict(frame.astype(dict.fromkeys(NUMBERS, float)))
        return {"score": score.tolist(), "decision": decision.tolist(), "abstained": abstained.tolist()}
