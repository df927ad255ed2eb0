"""A fresh process that loads a model, scores one row and tells what it cost: WHO FOLDER."""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from pathlib import Path


def main(who: str, place: str) -> None:
    """Print CPU seconds, wall seconds and the memory in MB; the modules of the interpreter itself are in it."""
    began = time.monotonic()
    folder = Path(place)
    row = json.loads((folder / "row.json").read_text())
    if who == "shall":
        scorer = importlib.import_module("shall.runtimes.score").Scorer
        scorer((folder / "graph.onnx").read_bytes(), (folder / "graph.json").read_bytes())(row)
    elif who == "pandas":
        frame = importlib.import_module("pandas").DataFrame([row]).astype({f"x{place}": float for place in range(28)})
        importlib.import_module("torch").set_num_threads(1)
        importlib.import_module("joblib").load(folder / "pipeline.joblib").predict(frame)
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - began,
                      "mb": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
