"""Boosters in the graph against their libraries on real rows: ``python -m benchmarks.trees_parity``.

Adult and employment, native categories, trained rows and rows after them: raw scores are to be the same bits, no
decision may flip, and any number of rows at a time gives the same bits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final

import lightgbm
import numpy as np
import pandas as pd
import xgboost

from benchmarks import harness
from examples.fetch import fetch
from shall import graph as g
from shall.graph.kinds import MISSING

CHUNK: Final = 4096
BESIDE: Final = ("id", "employed", "year", "prediction", "predicted_probability", "household", "income")


def tables() -> Iterator[tuple[str, Any, Any, Any]]:
    """Name, training rows, their label, and all rows."""
    train, test = (pd.read_parquet(fetch("adult") / f"{name}.parquet") for name in ("train", "test"))
    yield "adult", train, train["income"].str.contains(">50K").astype(int), pd.concat([train, test], ignore_index=True)
    folder = fetch("employment")
    train = pd.read_parquet(folder / "2015.parquet")
    later = [pd.read_parquet(path) for path in sorted((folder / "decisions").rglob("*.parquet"))]
    yield "employment", train, train["employed"], pd.concat([train, *later], ignore_index=True)


def compared(fitted: Any, train: Any, every: Any) -> dict[str, float]:
    """Rows, whether the raw scores are the same bits, how far probabilities are apart, flips; CPU seconds of both."""
    texts = [name for name in train if isinstance(train[name].dtype, pd.CategoricalDtype)]
    numbers = [name for name in train if name not in texts]
    x = g.inputs({name: "text" if name in texts else "number" for name in train})
    model = g.compile(x, raw=g.decision_function(fitted, x), p=g.predict_proba(fitted, x)[:, 1],
                      yes=g.predict(fitted, x))
    words = every[texts].astype(object)
    packed = {"numbers": every[numbers].to_numpy(dtype=np.float64),
              "texts": words.where(words.notna(), MISSING).to_numpy(dtype=object)}
    ours, ours_cpu = harness.timed(lambda: chunked(model, packed, len(every), CHUNK))
    wanted = {"raw_score": True} if isinstance(fitted, lightgbm.LGBMClassifier) else {"output_margin": True}
    theirs, theirs_cpu = harness.timed(lambda: fitted.predict_proba(every))
    raw, yes = fitted.predict(every, **wanted), fitted.predict(every)
    few = {name: value[:2000] for name, value in packed.items()}
    same = all(all(np.array_equal(chunked(model, few, 2000, size)[name], ours[name][:2000]) for name in ours)
               for size in (1, 7, 64))
    return {"rows": len(every), "trained": len(train), "raw": int((ours["raw"][:, 0] != raw).sum()),
            "apart": float(np.abs(ours["p"][:, 0] - theirs[:, 1].astype(np.float64)).max()),
            "flips": int((ours["yes"][:, 0] != yes).sum()), "chunks": same, "ours": ours_cpu, "theirs": theirs_cpu,
            "bytes": len(model.onnx)}


def chunked(model: g.Compiled, packed: dict[str, Any], rows: int, size: int) -> dict[str, Any]:
    """What the graph says, so many rows at a time."""
    parts = [model._session({name: value[start:start + size] for name, value in packed.items()})
             for start in range(0, rows, size)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def fitted() -> Iterator[tuple[str, Any, Any, Any]]:
    """Each model on each table: its name, itself, the training rows, all rows."""
    for table, train, label, every in tables():
        columns = [name for name in train if name not in BESIDE]
        kinds = {name: pd.CategoricalDtype(sorted(train[name].dropna().astype(str).unique()))
                 for name in columns if not pd.api.types.is_numeric_dtype(train[name])}
        rows, whole = (part[columns].astype(dict.fromkeys(kinds, object)).astype(kinds) for part in (train, every))
        for name, model in (
                ("LightGBM 500 x 31", lightgbm.LGBMClassifier(n_estimators=500, n_jobs=1, verbose=-1)),
                ("XGBoost 500 x depth 6", xgboost.XGBClassifier(n_estimators=500, max_depth=6, learning_rate=0.1,
                                                                n_jobs=1, enable_categorical=True))):
            yield f"{table}, {name}", model.fit(rows, label), rows, whole


def main() -> int:
    """Print the figures, keep them; 1 where something differs."""
    found = {name: compared(*rest) for name, *rest in fitted()}
    lines = ["rows, of them trained on; raw scores that are other bits; probabilities apart; decisions flipped; "
             "same bits in any chunk"]
    for name, one in found.items():
        lines.append(f"  {name:34}{one['rows']:9,}{one['trained']:8,}{one['raw']:4}{one['apart']:9.1e}{one['flips']:4}"
                     f"  {one['chunks']}  CPU s {one['ours']:.1f}, library {one['theirs']:.1f}; {one['bytes']:,} bytes")
    lines.append(f"  {sum(one['rows'] for one in found.values()):,} rows, "
                 f"{sum(one['flips'] for one in found.values())} decisions flipped")
    harness.save("trees_parity", lines, {"models": found})
    return int(any(one["raw"] or one["flips"] or not one["chunks"] for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
