"""A model as one static graph: inputs, preparation, models, calibration, rules and outputs, written like arrays.

Example: ``x = inputs({"age": "number"}); compile(x, score=predict_proba(model, x.numeric)[:, 1])``
"""

from __future__ import annotations

from shall.graph import nets
from shall.graph.columns import Columns, stack
from shall.graph.compiled import Compiled, compiled
from shall.graph.converting import decision_function, predict, predict_proba, transform
from shall.graph.functions import function
from shall.graph.importing import imported
from shall.graph.inputs import inputs
from shall.graph.nets import module, net
from shall.graph.seen import inputs_of
from shall.graph.value import Value

__all__ = [
    "Columns", "Compiled", "Value", "compile", "decision_function", "function", "imported", "inputs", "inputs_of",
    "module", "net", "nets", "predict", "predict_proba", "stack",
    "transform",
]


def compile(x: Columns, /, **outputs: Value) -> Compiled:
    """The graph of named outputs over the inputs ``x``. FileError with every problem at once, each with its line."""
    return compiled(x, outputs)
