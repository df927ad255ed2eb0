"""Fitted objects of scikit-learn as ONNX, ours beside skl2onnx: ``python -m benchmarks.converter_gaps``.

Each row of the gap table: is the graph equal to the library, refused with a reason, or is it wrong and nobody is told?
skl2onnx is given float32 inputs, as its documents do, and double ones.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

from benchmarks import gap_cases, harness
from benchmarks.gap_cases import Row
from shall import graph as g
from shall.core.errors import InputError
from shall.graph import converting

EQUAL: Final = 1e-9
NEAR: Final = 1e-4                          # what float32 may cost
OUTPUTS: Final = {"predict_proba": 1, "predict": 0, "transform": 0, "decision_function": 1}


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    found = list(_rows())
    lines = [f"{name:<52}{ours.partition(':')[0]:<20}{single:<44}{double}" for name, ours, single, double in found]
    reasons = [f"{name}: {ours.partition(': ')[2]}" for name, ours, *_ in found if ours.startswith("refused")]
    wrong = [sum(one.startswith("WRONG") for one in column) for column in list(zip(*found, strict=True))[1:]]
    failed = [sum(one.startswith("fails") for one in column) for column in list(zip(*found, strict=True))[1:]]
    harness.save("converter_gaps", [
        "python -m benchmarks.converter_gaps",
        f"{', '.join(f'{one} {version(one)}' for one in ('scikit-learn', 'onnxruntime', 'skl2onnx'))}; "
        "largest difference of a score (of one beyond 1 in relation to it), classes that flip",
        f"{'':<52}{'shall':<20}{'skl2onnx, float32':<44}skl2onnx, double", *lines,
        "refused:", *(f"  {reason}" for reason in reasons),
        f"of {len(found)}: shall wrong {wrong[0]}, refused with the reason {len(reasons)}; skl2onnx wrong {wrong[1]} "
        f"and {wrong[2]}, fails {failed[1]} and {failed[2]}",
    ], {"rows": [dict(zip(("name", "shall", "single", "double"), row, strict=True)) for row in found]})


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for row in (*gap_cases.numeric(), *gap_cases.mixed()):
        expected = _plain(getattr(row.fitted, row.method)(_given(row)))
        yield row.name, _ours(row, expected), _theirs(row, expected, np.float32), _theirs(row, expected, np.float64)


def _given(row: Row) -> Any:
    """Vectorizers take bare texts."""
    return row.rows.iloc[:, 0] if row.name.endswith("Vectorizer") else row.rows


def _ours(row: Row, expected: Any) -> str:
    try:
        x = g.inputs_of(row.rows)
        said = g.compile(x, said=converting.said(row.fitted, x, row.method))(row.rows)["said"]
    except InputError as error:
        return f"refused: {error}"
    return _told(_plain(said), expected)


def _theirs(row: Row, expected: Any, dtype: Any) -> str:
    try:
        model = to_onnx(row.fitted, initial_types=_types(row, dtype), target_opset=21,
                        options=_options(row.fitted))
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        said = session.run(None, _fed(row, dtype))
    except Exception as error:              # converters and the runtime fail in every way
        return f"fails: {_why(error)}"
    names = [one.name for one in session.get_outputs()]
    place = next((at for at, name in enumerate(names) if row.method == "predict_proba" and "prob" in name), None)
    place = min(OUTPUTS[row.method], len(said) - 1) if place is None else place
    return _told(_plain(said[place]), expected)


def _options(fitted: Any) -> Any:
    last = fitted[-1] if hasattr(fitted, "steps") else fitted
    return {id(last): {"zipmap": False}} if hasattr(last, "classes_") and hasattr(last, "predict") else None


def _types(row: Row, dtype: Any) -> list[Any]:
    kind = FloatTensorType if dtype == np.float32 else DoubleTensorType
    if all(one.kind in "biuf" for one in row.rows.dtypes):
        return [("X", kind([None, row.rows.shape[1]]))]
    return [(name, kind([None, 1]) if row.rows[name].dtype.kind in "biuf" else StringTensorType([None, 1]))
            for name in row.rows]


def _fed(row: Row, dtype: Any) -> dict[str, Any]:
    if all(one.kind in "biuf" for one in row.rows.dtypes):
        return {"X": row.rows.to_numpy(dtype=dtype)}
    return {name: row.rows[[name]].to_numpy(dtype=dtype if row.rows[name].dtype.kind in "biuf" else object)
            for name in row.rows}


def _plain(said: Any) -> Any:
    said = said.toarray() if hasattr(said, "toarray") else np.asarray(said)
    return said.reshape(len(said), -1)


def _told(said: Any, expected: Any) -> str:
    if said.shape != expected.shape:
        return f"WRONG: {said.shape[1]} columns for {expected.shape[1]}"
    if expected.dtype.kind not in "biuf":
        differ = int((said.astype(str) != expected.astype(str)).any(axis=1).sum())
        return f"WRONG: {differ} of {len(said)} rows" if differ else "equal"
    said, expected = said.astype(np.float64), expected.astype(np.float64)
    same = (said == expected) | (np.isnan(said) & np.isnan(expected))
    away = np.where(same, 0.0, np.nan_to_num(np.abs(said - expected) / np.maximum(np.abs(expected), 1.0), nan=np.inf))
    flips = int((said.argmax(axis=1) != expected.argmax(axis=1)).sum()) if said.shape[1] in (2, 3) else 0
    word = "equal" if away.max() <= EQUAL and not flips else "near" if away.max() <= NEAR else "WRONG"
    return f"{word} {away.max():.1e}" + (f", {flips} flips" if flips else "")


def _why(error: BaseException) -> str:
    text = " ".join(str(error).split()).removeprefix("[ONNXRuntimeError] : ")
    return f"{type(error).__name__} {text}"[:33]


if __name__ == "__main__":
    main()
