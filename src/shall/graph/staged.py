"""Two graphs one after the other: a small one answers the rows that it is sure of, the full one answers the rest.

The small graph has the same inputs and outputs, and `sure` beside: a truth a row. It says the same bits for any number
of rows at a time, since both graphs do.
"""

from __future__ import annotations

from typing import Final

from shall.core.errors import DataError
from shall.graph.kinds import Array
from shall.graph.session import Session

SURE: Final = "sure"


class Staged:
    """Called as a `Session` is."""

    def __init__(self, first: Session, full: Session) -> None:
        self._first, self._full = first, full
        self.outputs, self.types = full.outputs, full.types
        if {*first.outputs} != {*full.outputs, SURE} or any(first.types[name] != full.types[name]
                                                            for name in full.outputs):
            raise DataError("the first graph of two has other outputs than the full one: compress the model again")

    def __call__(self, packed: dict[str, Array]) -> dict[str, Array]:
        """Every output [n, width]."""
        said = self._first(packed)
        left = ~said.pop(SURE)[:, 0]
        if not left.any():
            return {name: said[name] for name in self.outputs}
        if left.all():
            return self._full(packed)
        more = self._full({name: value[left] for name, value in packed.items()})
        for name, value in more.items():
            said[name] = said[name].copy()
            said[name][left] = value
        return {name: said[name] for name in self.outputs}
