"""The columns of one batch by the roles that a plan gives them: numbers, weights, the scores of classes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.units import UNITS
from shall.tally import classes
from shall.tally.codes import floats

if TYPE_CHECKING:
    from shall.tally.plan import Plan


class Columns:
    """A record batch, read by a plan; what is made of a column is made once."""

    def __init__(self, plan: Plan, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self._binding = plan.binding
        self._plan = plan
        self._score: NDArray[np.float64] | None = None
        self._columns: dict[str, pa.Array] = {}

    def _positive(self, role: str) -> str:
        return (self._binding.decided if role == "decision" else None) or self._binding.positive

    @cached_property
    def _probabilities(self) -> NDArray[np.float64]:
        """float64[rows, classes]."""
        return np.stack([self._numbers(column) for _, column in self._binding.scores], axis=1)

    @cached_property
    def _label_class(self) -> NDArray[np.int64]:
        return classes.index_of(self._role("label"), [name for name, _ in self._binding.scores])

    @cached_property
    def _decided_class(self) -> NDArray[np.int64]:
        return classes.highest(self._probabilities)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        weights = floats(self._role("weight"))
        wrong = ~((weights >= 0) & (weights < np.inf))
        if wrong.any():
            first = weights[np.argmax(wrong)]
            raise DataError(f"{int(wrong.sum()):,} rows have no usable weight in column {self._plan.roles['weight']}, "
                            f"such as {'nothing' if np.isnan(first) else first}: a weight is a number from 0; leave "
                            "such rows out of the log, or give them the weight 0")
        return weights

    def _scores(self) -> NDArray[np.float64]:
        if self._score is None:
            self._score = floats(self._role("score"))
        return self._score

    def _numbers(self, name: str) -> NDArray[np.float64]:
        try:
            return floats(self._column(name))
        except DataError as error:
            raise DataError(f"column {name}: {error}") from error

    def _in_base(self, name: str) -> NDArray[np.float64]:
        """A column in the base unit of its kind, as limits are: seconds, bytes. A duration is in seconds already."""
        unit = dict(self._binding.units).get(name, "")
        found = self._numbers(name)
        return found * UNITS[unit][1] if unit and not pa.types.is_duration(self._column(name).type) else found

    def _role(self, role: str) -> pa.Array:
        if role not in self._plan.roles:
            raise DataError(f"the log has no {role} column")
        return self._column(self._plan.roles[role])

    def _column(self, name: str) -> pa.Array:
        if name not in self._columns:
            place = self.batch.schema.get_field_index(name)
            if place < 0:
                names = ", ".join(self.batch.schema.names)
                raise DataError(f"the log has no column {name} (or two of them); it has {names}")
            self._columns[name] = self.batch.column(place)
        return self._columns[name]
