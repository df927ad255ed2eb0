"""A model as one static graph: inputs, preparation, models, calibration, rules and outputs, written like arrays.

Example: ``x = inputs({"age": "number"}); compile(x, score=predict_proba(model, x.numeric)[:, 1])``
"""

from __future__ import annotations

from shall.core.errors import InputError
from shall.graph import nets
from shall.graph.categories import codes, impute, lookup, one_hot, ordinal, scale
from shall.graph.columns import Columns, stack
from shall.graph.compiled import Compiled, compiled
from shall.graph.converting import decision_function, predict, predict_proba, transform
from shall.graph.crossing import cross, hashed
from shall.graph.dates import days_since, hour, month, weekday, year
from shall.graph.functions import function
from shall.graph.importing import imported
from shall.graph.inputs import inputs
from shall.graph.nets import module, net
from shall.graph.numeric import (
    absolute,
    argmax,
    average,
    ceil,
    clip,
    exp,
    expm1,
    interp,
    isna,
    largest,
    log,
    log1p,
    maximum,
    mean,
    minimum,
    number,
    relu,
    rint,
    searchsorted,
    sigmoid,
    sign,
    smallest,
    softmax,
    sqrt,
    square,
    tanh,
    total,
    where,
)
from shall.graph.rules import calibrate, cap, decide, floor, score_card, stacking, switch, veto
from shall.graph.seen import inputs_of
from shall.graph.value import Value

__all__ = [
    "Columns", "Compiled", "Value", "absolute", "argmax", "average", "calibrate", "cap", "ceil", "clip", "codes",
    "compile", "cross", "days_since", "decide", "decision_function", "exp", "expm1", "floor", "function", "hashed",
    "hour", "imported", "impute", "inputs", "inputs_of", "interp", "isna", "largest", "log", "log1p", "lookup",
    "maximum", "mean", "minimum", "module", "month", "net", "nets", "number", "one_hot", "ordinal", "predict",
    "predict_proba", "relu", "rint", "scale", "score_card", "searchsorted", "sigmoid", "sign", "smallest", "softmax",
    "sqrt", "square", "stack", "stacking", "switch", "tanh", "total", "transform", "veto", "weekday", "where", "year",
]


def compile(x: Columns, /, **outputs: Value) -> Compiled:
    """The graph of named outputs over the inputs ``x``. FileError with every problem at once, each with its line.

    InputError where ``x`` or an output is something else.
    """
    if not isinstance(x, Columns):
        raise InputError(f"compile takes the inputs first, as inputs(…) gave them, and not a {type(x).__name__}: "
                         "compile(x, score=p)")
    for name, value in outputs.items():
        if not isinstance(value, Value):
            raise InputError(f"the output {name} is {value!r:.60}, and no value of a graph: an output is made of the "
                             f"columns of x, such as {name}=predict_proba(model, x)[:, 1]")
    return compiled(x, outputs)
