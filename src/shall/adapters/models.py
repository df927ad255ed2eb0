"""A model that was built elsewhere, put to the rows of a gate: an ONNX file, or an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from shall.adapters.answers import ABSTAINED, DECISION, LOWER, SCORE, SET, UPPER, Scorer, columns_of
from shall.adapters.endpoint import Endpoint
from shall.adapters.files import first_line
from shall.adapters.graph import GraphModel, is_graph
from shall.adapters.onnx import OnnxModel
from shall.adapters.wider import WiderLog
from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Column, Log

PICKLES: Final = (".pkl", ".pickle", ".joblib", ".sav", ".pt", ".pth", ".dill", ".cloudpickle")
BOOSTERS: Final = (".txt", ".json", ".ubj", ".model", ".cbm", ".bst", ".h5", ".keras")
LINES: Final = """    import shall
    shall.log(model, X, y).write("decisions.parquet")"""


def model_at(place: str) -> Scorer:
    """The model of a path or an address. Raises InputError for what is never loaded, with what to do instead."""
    if "://" in place:
        return Endpoint(place)
    path = Path(place)
    if is_graph(path):
        return GraphModel.at(path)
    if not path.is_file():
        raise InputError(f"there is no model {place}; [subject] model is a folder that `shall build` or `shall ship` "
                         "wrote, an .onnx file, or an http(s):// address")
    suffix, start = path.suffix.lower(), _start(path)
    if suffix in PICKLES or start[:1] == b"\x80" or start.startswith(b"PK"):
        raise InputError(f"{place} is a pickle or an archive of one: it can run any program, and is never loaded. "
                         f"Where the model was made, write a log of its decisions, and name it as [data] log:\n{LINES}")
    if suffix in BOOSTERS:
        raise InputError(f"{place}: of models in files only .onnx is read. Make a graph of a booster's file "
                         "(shall.open_booster, then shall.graph), export it as ONNX, or write a log of its decisions "
                         f"where it was made, and name it as [data] log:\n{LINES}")
    if suffix != ".onnx":
        raise InputError(f"{place}: a model in a file is called .onnx; there are also folders of `shall build` and "
                         "http(s):// addresses")
    return OnnxModel(path)


def decided(gate: Log, model: Scorer, binding: Binding, allowed: Sequence[str],
            threshold: float | None) -> tuple[WiderLog, Binding]:
    """What a model decides on a gate, and how those rows are read.

    Args:
        gate: the rows, with labels and groups.
        model: it is asked once for each row.
        binding: how the gate is read; its score and decision, where it has some, are put aside.
        allowed: columns that the model may see.
        threshold: makes the decision from the score, in place of the model.
    """
    columns = model.inputs(pa.schema([gate.schema.field(name) for name in allowed]))
    parts = [pa.table(columns_of(model.answer(batch), binding, threshold, model.name))
             for batch in gate.batches(columns) if batch.num_rows]
    if not parts:
        raise DataError(f"{gate.name} has no rows")
    table = pa.concat_tables(parts)
    made = WiderLog(gate, table, model.digest, f"{gate.name} as {model.name} decides it")
    return made, _binding(binding, table.column_names)


def _binding(binding: Binding, made: Sequence[str]) -> Binding:
    own = {"score": SCORE, "decision": DECISION, "abstained": ABSTAINED, "set": SET, "lower": LOWER, "upper": UPPER}
    kept = [pair for pair in binding.roles if pair[0] not in own]
    roles = [*kept, *((role, Column(name)) for role, name in own.items() if name in made)]
    scores = tuple((text, f"{SCORE}_{text}") for text in binding.classes if f"{SCORE}_{text}" in made)
    decided = "1" if binding.kind == "binary" else binding.decided
    return replace(binding, roles=tuple(roles), scores=scores, threshold=None, decided=decided)




def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {first_line(error)}") from error
