"""The rows of one batch as codes: which group, label, decision, cell. Each is made once a batch, for all cubes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.tally import grid
from shall.tally.codes import POSITIVE, UNKNOWN, Codes, equals, floats, group_codes, others
from shall.tally.expressions import evaluate, limbs, quantities
from shall.tally.filters import selected
from shall.tally.seen import Seen
from shall.tally.units import bucket_of

if TYPE_CHECKING:
    from shall.core.filters import Filter
    from shall.tally.plan import Plan

Limbs = tuple[NDArray[np.float64], NDArray[np.float64]]


class Rows:
    """A record batch, read by a plan; nothing is made before it is asked for."""

    def __init__(self, plan: Plan, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self._binding = plan.binding
        self._plan = plan
        self._axes: dict[str, Codes] = {}
        self._keys: dict[str, tuple[Codes, list[str]]] = {}
        self._limbs: dict[str, Limbs] = {}
        self._chosen: dict[Filter | None, NDArray[np.int64] | None] = {None: None}
        self._score: NDArray[np.float64] | None = None
        self._columns: dict[str, pa.Array] = {}

    def chosen(self, where: Filter | None) -> NDArray[np.int64] | None:
        """The places of the rows that a filter selects; None for all."""
        if where not in self._chosen:
            self._chosen[where] = np.flatnonzero(selected(where, self.batch)) if where is not None else None
        return self._chosen[where]

    def key(self, name: str) -> tuple[Codes, list[str]]:
        """The code of each row in a group (or category), and what the codes stand for."""
        if name not in self._keys:
            category = name.startswith("category:")
            group = GroupDef(name, name.removeprefix("category:")) if category else self._plan.group(name)
            self._keys[name] = group_codes(self._column(group.column), group)
        return self._keys[name]

    def axis(self, name: str) -> Codes:
        """The code of each row on an axis of fixed size."""
        if name not in self._axes:
            self._axes[name] = self._axis(name)
        return self._axes[name]

    def sum_limbs(self, text: str) -> Limbs:
        """Both halves of an expression in each row."""
        if text not in self._limbs:
            self._limbs[text] = limbs(evaluate(text, {name: self._quantity(name) for name in quantities(text)}))
        return self._limbs[text]

    def seen(self) -> Seen:
        """Which labels and decisions occur."""
        found = []
        for role in ("label", "decision"):
            if self._plan.roles.get(role) in self._plan.columns:
                codes = self.axis(role).astype(np.int8, copy=False)
                strange = others(self._role(role), codes, self._positive(role))
                found.append((role, bool((codes == POSITIVE).any()), strange))
        return Seen(tuple(found))

    def _positive(self, role: str) -> str:
        return (self._binding.decided if role == "decision" else None) or self._binding.positive

    def _axis(self, name: str) -> Codes:
        if name == "label":
            return equals(self._role("label"), self._positive("label"))
        if name == "decision":
            return self._decision()
        if name == "score":
            return grid.cell_of(self._scores())
        if name == "bucket":
            return bucket_of(self._role("unit"))
        return grid.code_of(self._numbers(name.removeprefix("value:"))) + 1

    def _decision(self) -> Codes:
        if "decision" in self._plan.roles:
            return equals(self._role("decision"), self._positive("decision"))
        if self._binding.threshold is None:
            raise DataError("the log has no decision column, and no threshold makes decisions of its scores: "
                            "name the column, [columns] decision = \"…\", or set [subject] threshold")
        score = self._scores()
        codes = (score >= self._binding.threshold).view(np.int8)
        missing = np.isnan(score)
        return np.where(missing, UNKNOWN, codes) if missing.any() else codes

    def _quantity(self, name: str) -> NDArray[np.float64]:
        if name == "score":
            score = self._scores()
            inside = (score >= 0) & (score <= 1)
            return score if inside.all() else np.where(inside, score, np.nan)
        codes = self.axis(name)
        return np.where(codes == UNKNOWN, np.nan, codes.astype(np.float64))

    def _scores(self) -> NDArray[np.float64]:
        if self._score is None:
            self._score = floats(self._role("score"))
        return self._score

    def _numbers(self, name: str) -> NDArray[np.float64]:
        try:
            return floats(self._column(name))
        except DataError as error:
            raise DataError(f"column {name}: {error}") from error

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
