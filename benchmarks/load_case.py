"""What the load tests serve: 37 columns, 100 trees of LightGBM, a baseline for reasons, packed as a bundle.

Another seed learns another model of the same columns, for a swap. Rows are made (`make_classification`), as only their
shape matters here; everything is learned on one thread in about a second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
import pyarrow as pa
from sklearn.datasets import make_classification

from shall import bundle
from shall import graph as g
from shall.bundle.contents import BASELINE
from shall.phases.typical import typical

NUMBERS: Final = tuple(f"x{place}" for place in range(28))
TEXTS: Final = {"city": 24, "store": 200, "hour": 24, "channel": 3, "device": 6, "plan": 4, "bank": 40, "job": 12,
                "region": 9}
NAME: Final = "load"
YES: Final = 0.5
SPEC: Final = f"""\
shall = 1

[subject]
name = "{NAME}"
target = "label"
positive = "1"

[requirements]
useful = "roc_auc >= 0.70"
"""


def table(seed: int, count: int) -> tuple[pa.Table, np.ndarray]:
    """Rows, a tenth of four columns missing, and their labels."""
    X, y = make_classification(count, len(NUMBERS) + len(TEXTS), n_informative=20, n_redundant=5, random_state=0)
    order = np.random.default_rng(seed).permutation(count)
    X, y = X[order], y[order]
    columns: dict[str, Any] = {name: X[:, place] for place, name in enumerate(NUMBERS)}
    for name in NUMBERS[3:20:4]:
        columns[name] = pa.array(columns[name], mask=np.random.default_rng(seed).random(count) < 0.1)
    for place, (name, values) in enumerate(TEXTS.items(), len(NUMBERS)):
        ranks = np.argsort(np.argsort(X[:, place]))
        columns[name] = [f"{name}-{code}" for code in ranks * values // count]
    return pa.table(columns), y


def graph(seed: int = 0, trees: int = 100) -> g.Compiled:
    """The model as one graph."""
    rows, y = table(seed, 4000)
    coded = np.column_stack([_codes(rows[name], name) for name in rows.column_names])
    fitted = lightgbm.LGBMClassifier(n_estimators=trees, n_jobs=1, verbose=-1, seed=seed).fit(coded, y)
    x = g.inputs({**dict.fromkeys(NUMBERS, "number"),
                  **{name: [f"{name}-{code}" for code in range(values)] for name, values in TEXTS.items()}})
    features = g.stack(*(x[name] for name in NUMBERS), *(g.codes(x[name]) for name in TEXTS))
    score = g.predict_proba(fitted, features)[:, 1]
    return g.compile(x, score=score, **g.decide(score, at=YES))


def _codes(column: pa.ChunkedArray, name: str) -> np.ndarray:
    """Numbers as they are, NaN where they are missing; of texts the place in their list."""
    if name in NUMBERS:
        return np.array(column.to_numpy(), dtype=np.float64)
    return np.array([float(one.rpartition("-")[2]) for one in column.to_pylist()])


def packed(folder: Path, seed: int = 0, trees: int = 100) -> Path:
    """A bundle."""
    made = graph(seed, trees)
    learned, _ = table(seed, 4000)
    baseline = {"shall_baseline": 1, "typical": typical(made.graph.inputs, learned), "rows": learned.num_rows,
                "of": "train", "digests": {"graph.onnx": bundle.digest_of(made.onnx)}}
    return bundle.write({**made.files, "shall.toml": SPEC.encode(), BASELINE: json.dumps(baseline).encode()},
                        {"subject": NAME}, folder / f"{NAME}-{seed}.zip")


def rows(seed: int, count: int) -> Sequence[dict[str, Any]]:
    """Rows as JSON has them."""
    return table(seed, max(count, 500))[0].slice(0, count).to_pylist()
