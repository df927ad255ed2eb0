"""A gate with how long the model takes for a row, measured here, one row at a time."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.wider import WiderLog
from shall.core.log import Log
from shall.core.units import UNITS

LATENCY: Final = "latency"
MOST: Final = 1000                          # rows that are timed


class Timed(Protocol):
    """A model that can be timed."""

    digest: str

    def inputs(self, columns: pa.Schema) -> list[str]:
        """The columns that it takes."""
        ...

    def seconds(self, rows: pa.RecordBatch) -> NDArray[np.float64]:
        """float64[n]: how long each row takes by itself."""
        ...


def timed(gate: Log, model: Timed, unit: str, most: int = MOST) -> WiderLog:
    """The gate with a column `latency` in a unit of time; missing beyond the first ``most`` rows."""
    columns, rows, found = model.inputs(gate.schema), 0, list[NDArray[np.float64]]()
    for batch in gate.batches(columns):
        some = batch.slice(0, max(most - sum(map(len, found)), 0))
        if some.num_rows:
            found.append(model.seconds(some))
        rows += batch.num_rows
    seconds = np.concatenate([*found, np.full(rows - sum(map(len, found)), np.nan)])
    latency = pa.array(seconds / UNITS[unit or "s"][1], from_pandas=True)
    return WiderLog(gate, pa.table({LATENCY: latency}), f"{model.digest} {LATENCY}", gate.name)
