"""Another ONNX file inside of a graph: ``imported("model.onnx", x)``.

The file is read in a process of its own, under limits, whoever it is from.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shall.core.errors import DataError
from shall.graph import foreign, trial
from shall.graph.columns import Columns
from shall.graph.converting import Given
from shall.graph.ops.imported import stated
from shall.graph.value import Value


def imported(model: str | Path | bytes, *x: Given, output: str = "") -> Value:
    """What an ONNX model says of each row: a path or its bytes, and a value for each of its inputs, in their order.

    ``output``: the name of one of its outputs; without, its first of numbers that are no whole ones. An input of more
    sizes (an image) takes its numbers in their order. DataError where it is no model, or holds what it may not.
    """
    name, content = (str(model), _read(Path(model))) if not isinstance(model, bytes) else ("the model", model)
    try:
        made = trial.tried(content, output)
        takes, (what, width) = stated(foreign.parsed(made))
    except DataError as error:
        raise DataError(f"{name} cannot be put into a graph: {error}") from error
    values = tuple(one.numeric if isinstance(one, Columns) else one for one in x)
    return Value("imported", values, {"model": np.frombuffer(made, dtype=np.uint8), "takes": takes, "what": what,
                                      "width": width})


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > foreign.LARGEST:
            raise DataError(f"{path} is larger than {foreign.LARGEST // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
