"""Graphs that a bundle may hold: numbers, texts, dates; a score, a decision, probabilities."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from shall import graph as g
from shall.graph.value import Value
from shall.runtimes.score import Scorer

ABOUT = {"classes": ["no", "yes"]}


@cache
def loans() -> g.Compiled:
    """A probability, a decision in words, and whether it was capped."""
    x = g.inputs({"age": "number", "pay": "number", "city": "text", "day": "date"})
    raw = (x["age"] - 40.0) / 7.0 + x["pay"] * 0.25 + x["day"] * 1e-16
    raw = Value("where", (x["city"].isin(["Bonn", "Köln"]), raw + 1.0, raw), {})
    score = Value("elementwise", (raw,), {"function": "sigmoid"})
    capped = score > 0.9
    code = Value("where", (score >= 0.5, score * 0.0 + 1.0, score * 0.0), {})
    return g.compile(x, score=score, decision=Value("label", (code,), {"texts": ("no", "yes")}), capped=capped)


@cache
def older() -> g.Compiled:
    """A rule by the age alone, that decides in the same words."""
    x = g.inputs({"age": "number"})
    code = Value("where", (x["age"] >= 25.0, x["age"] * 0.0 + 1.0, x["age"] * 0.0), {})
    return g.compile(x, decision=Value("label", (code,), {"texts": ("no", "yes")}))


@cache
def three() -> g.Compiled:
    """Probabilities of three classes, and nothing else."""
    x = g.inputs({"a": "number", "b": "number"})
    return g.compile(x, probabilities=Value("softmax", (g.stack(x["a"], x["b"], x["a"] * x["b"]),), {}))


def scorer(made: g.Compiled, **about: Any) -> Scorer:
    told = json.loads(made.json)
    return Scorer(made.onnx, json.dumps({**told, "about": about}).encode(), "digest")


def rows(number: int, seed: int = 0) -> pa.Table:
    """Rows with all that may be missing."""
    chance = np.random.default_rng(seed)

    def holes() -> Any:
        return chance.random(number) < 0.05

    return pa.table({
        "id": pa.array(np.arange(number)),
        "age": pa.array(chance.normal(40, 12, number), mask=holes()),
        "pay": pa.array(chance.integers(-5, 5, number), mask=holes()),
        "city": pa.array(chance.choice(["Bonn", "Köln", "Ulm", ""], number), mask=holes()),
        "day": pa.array((1_700_000_000 + chance.integers(0, 10**7, number)).astype("datetime64[s]"), mask=holes()),
    })
