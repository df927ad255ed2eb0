"""What is fitted on a frame is asked with one, also where columns were computed on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import shall
from shall import graph as g


def test_computed_columns_are_asked_by_their_names() -> None:
    chance = np.random.default_rng(0)
    frame = pd.DataFrame({"a": chance.random(200), "b": chance.random(200), "c": chance.choice(list("xyz"), 200)})
    parts = [("numbers", StandardScaler(), ["ratio", "b"]), ("texts", OneHotEncoder(handle_unknown="ignore"), ["c"])]
    fitted = ColumnTransformer(parts).fit(frame.assign(ratio=frame.a / frame.b)[["ratio", "b", "c"]])
    x = g.inputs({"a": "number", "b": "number", "c": ["x", "y", "z"]})
    said = g.transform(fitted, g.Columns({"ratio": x["a"] / x["b"], "b": x["b"], "c": x["c"]}))
    proof = shall.prove(g.compile(x, said=said), pa.Table.from_pandas(frame))
    assert proof.holds and sum(proof.proof.rows.values()) > 10_000
