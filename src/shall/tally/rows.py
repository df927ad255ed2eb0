"""The rows of one batch as codes: which group, label, decision, cell. Each is made once a batch, for all cubes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.core.parse import parse_filter
from shall.tally import classes, grid
from shall.tally.axes import size_of
from shall.tally.codes import POSITIVE, UNKNOWN, Codes, agree, equals, floats, group_codes, others
from shall.tally.columns import Columns
from shall.tally.covered import size_of_set, within, within_set
from shall.tally.expressions import Quantity, evaluate, quantities
from shall.tally.filters import selected, truth
from shall.tally.seen import Seen
from shall.tally.sums import Limb, limbs
from shall.tally.units import bucket_of

if TYPE_CHECKING:
    from shall.core.filters import Filter
    from shall.tally.plan import Plan


ROOM: Final = 2**13                         # of codes of 16 bits, so that a caller may multiply them by 3
Group = tuple[tuple[str, str], ...]         # pairs of what a group is called and its value


class Rows(Columns):
    """A record batch, read by a plan; nothing is made before it is asked for."""

    def __init__(self, plan: Plan, batch: pa.RecordBatch) -> None:
        super().__init__(plan, batch)
        self._axes: dict[str, Codes] = {}
        self._keys: dict[str, tuple[Codes, list[str]]] = {}
        self._limbs: dict[str, list[Limb]] = {}
        self._chosen: dict[Filter | None, NDArray[np.int64] | None] = {None: None}
        self._values: dict[str, NDArray[np.float64]] = {}
        self._crossed: dict[tuple[str, ...], tuple[Codes, list[Group]]] = {}
        self._joint: dict[tuple[tuple[str, ...], tuple[str, ...]], Codes] = {}

    def part(self, start: int, stop: int) -> Rows:
        """Some rows that follow one another; what is made for all of them is made once."""
        return self if (start, stop) == (0, self.batch.num_rows) else _Part(self, start, stop)

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

    def crossed(self, names: tuple[str, ...]) -> tuple[Codes, list[Group]]:
        """The code of each row in several groups together, and what the codes stand for."""
        if names not in self._crossed:
            parts = [self.key(name) for name in names]
            few = math.prod(len(labels) for _, labels in parts) < 2**15
            code = np.zeros(self.batch.num_rows, dtype=np.int16 if few else np.int64)
            found: list[Group] = [()]
            for name, (codes, labels) in zip(names, parts, strict=True):
                found = [(*group, (name, label)) for group in found for label in labels]
                code *= len(labels)
                code += codes.astype(code.dtype, copy=False)
            self._crossed[names] = code, found
        return self._crossed[names]

    def joint(self, names: tuple[str, ...], axes: tuple[str, ...]) -> Codes:
        """The code of each row in several groups and on several axes together, the last axis running fastest."""
        if (names, axes) not in self._joint:
            codes, groups = self.crossed(names)
            sizes = [size_of(axis) for axis in axes]
            code: NDArray[Any] = codes.astype(np.int16 if len(groups) * math.prod(sizes) < ROOM else np.int64)
            for axis, size in zip(axes, sizes, strict=True):
                code *= size
                code += self.axis(axis).astype(code.dtype, copy=False)
            self._joint[names, axes] = code
        return self._joint[names, axes]

    def axis(self, name: str) -> Codes:
        """The code of each row on an axis of fixed size."""
        if name not in self._axes:
            self._axes[name] = self._axis(name)
        return self._axes[name]

    def sum_limbs(self, text: str) -> list[Limb]:
        """The limbs of an expression in each row."""
        if text not in self._limbs:
            self._limbs[text] = limbs(self.values(text), text)
        return self._limbs[text]

    def values(self, text: str) -> NDArray[np.float64]:
        """float64[rows]: an expression in each row; nan where something that it reads is missing."""
        if text not in self._values:
            self._values[text] = evaluate(text, {name: self._quantity(name) for name in quantities(text)})
        return self._values[text]

    def seen(self) -> Seen:
        """Which labels and decisions occur."""
        found = []
        for role in ("label", "decision"):
            if self._plan.roles.get(role) in self._plan.columns and self._binding.kind in ("binary", "multiclass"):
                found.append((role, *(self._classes(role) if self._binding.classes else self._two(role))))
        return Seen(tuple(found))

    def _two(self, role: str) -> tuple[bool, tuple[str, ...]]:
        codes = self.axis(role).astype(np.int8, copy=False)
        return bool((codes == POSITIVE).any()), others(self._role(role), codes, self._positive(role))

    def _classes(self, role: str) -> tuple[bool, tuple[str, ...]]:
        """Never true: no class is more than another; the classes that are not those of the subject."""
        return False, classes.strange(self._role(role), self._binding.classes)

    def _axis(self, name: str) -> Codes:
        kind, _, of = name.partition(":")
        if kind == "value":
            return grid.code_of(self._in_base(of)) + 1
        if kind == "filter":
            return truth(parse_filter(of), self.batch)
        if kind == "missing":
            missing = pc.is_null(self._column(of), nan_is_null=True)
            return np.asarray(missing.to_numpy(zero_copy_only=False)).view(np.int8)
        kind, _, of = kind.partition("@")
        if of:
            return self._of_class(kind, of)
        return _MAKERS[kind](self)

    def _label(self) -> Codes:
        if "label" not in self._plan.roles:             # it is estimated before labels come
            return np.full(self.batch.num_rows, UNKNOWN)
        return equals(self._role("label"), self._positive("label"))

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

    def _of_class(self, kind: str, name: str) -> Codes:
        """One class against all others."""
        if kind == "score":
            return grid.cell_of(self._numbers(dict(self._binding.scores)[name]))
        if kind == "decision" and "decision" not in self._plan.roles:
            return classes.against_others(self._decided_class, self._binding.classes.index(name))
        if kind == "label" and "label" not in self._plan.roles:
            return self._label()
        return equals(self._role(kind), name)

    def _correct(self) -> Codes:
        if "decision" in self._plan.roles:
            return agree(self._role("label"), self._role("decision"))
        return classes.same(self._label_class, self._decided_class)

    def _covered(self) -> Codes:
        if "set" in self._plan.roles:
            return within_set(self._role("label"), self._role("set"))
        return within(*(self._numbers(self._plan.roles[role]) for role in ("label", "lower", "upper")))

    def _quantity(self, quantity: Quantity) -> NDArray[np.float64]:
        name, of = quantity
        if name == "column":
            return self._in_base(of)
        if name == "weight":
            return self._weights
        if name == "set":
            return size_of_set(self._role("set"))
        if name in ("prediction", "target", "lower", "upper"):
            return floats(self._role({"prediction": "score", "target": "label"}.get(name, name)))
        if name in ("own", "top"):
            chosen = classes.own(self._probabilities, self._label_class) if name == "own" else classes.top(
                self._probabilities)
            return np.where((chosen >= 0) & (chosen <= 1), chosen, np.nan)
        if name == "score":
            score = self._numbers(dict(self._binding.scores)[of]) if of else self._scores()
            inside = (score >= 0) & (score <= 1)
            return score if inside.all() else np.where(inside, score, np.nan)
        codes = self.axis(f"{name}@{of}" if of else name)
        return np.where(codes == UNKNOWN, np.nan, codes.astype(np.float64))

class _Part(Rows):
    """Rows ``start`` to ``stop`` of others."""

    def __init__(self, whole: Rows, start: int, stop: int) -> None:
        super().__init__(whole._plan, whole.batch.slice(start, stop - start))
        self._whole, self._span = whole, slice(start, stop)

    def chosen(self, where: Filter | None) -> NDArray[np.int64] | None:
        found = self._whole.chosen(where)
        if found is None:
            return None
        first, last = np.searchsorted(found, (self._span.start, self._span.stop))
        return np.asarray(found[first:last] - self._span.start)

    def key(self, name: str) -> tuple[Codes, list[str]]:
        codes, names = self._whole.key(name)
        return codes[self._span], names

    def crossed(self, names: tuple[str, ...]) -> tuple[Codes, list[Group]]:
        codes, groups = self._whole.crossed(names)
        return codes[self._span], groups

    def joint(self, names: tuple[str, ...], axes: tuple[str, ...]) -> Codes:
        return self._whole.joint(names, axes)[self._span]

    def axis(self, name: str) -> Codes:
        return self._whole.axis(name)[self._span]

    def sum_limbs(self, text: str) -> list[Limb]:
        return [None if limb is None else limb[self._span] for limb in self._whole.sum_limbs(text)]

    def values(self, text: str) -> NDArray[np.float64]:
        found = self._whole.values(text)
        return found[self._span] if found.ndim else found


# How the codes of an axis without an argument are made.
_MAKERS: Final[Mapping[str, Callable[[Rows], Codes]]] = {
    "label": Rows._label,
    "decision": Rows._decision,
    "score": lambda rows: grid.cell_of(rows._scores()),
    "bucket": lambda rows: bucket_of(rows._role("unit")),
    "correct": Rows._correct,
    "covered": Rows._covered,
    "abstained": lambda rows: equals(rows._role("abstained"), "1"),
    "own": lambda rows: grid.cell_of(classes.own(rows._probabilities, rows._label_class)),
    "top": lambda rows: grid.cell_of(classes.top(rows._probabilities)),
    "rank": lambda rows: classes.rank(rows._probabilities, rows._label_class),
}
