"""Texts of a row that training never saw: the model answers, and who asked should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import contains, itemgetter
from types import MappingProxyType
from typing import Final

from shall.graph.kinds import MISSING
from shall.graph.node import Input

SHOWN: Final = 60                           # letters of such a text
NOTHING: Final[Mapping[int, str]] = MappingProxyType({})


class Unseen:
    """Of rows of texts, in the order of ``inputs``, those that have one that training never saw.

    An input that does not say what training saw has none, but one of ``inputs`` says it; what is missing is none.
    """

    def __init__(self, inputs: Sequence[Input]) -> None:
        told = [place for place, one in enumerate(inputs) if one.values]
        self._names = [inputs[place].name for place in told]
        self._sets = [frozenset((*(inputs[place].values or ()), MISSING)) for place in told]
        self._pick = None if len(told) == len(inputs) else itemgetter(
            slice(told[0], told[0] + 1)) if len(told) == 1 else itemgetter(*told)

    def __call__(self, texts: Sequence[Sequence[str]]) -> Mapping[int, str]:
        """Of each such row, by its place, a sentence that says so."""
        pick, sets = self._pick, self._sets
        rows = texts if pick is None else [*map(pick, texts)]
        known = map(contains, sets, rows[0]) if len(rows) == 1 else map(
            frozenset.issuperset, sets, zip(*rows, strict=True))
        if all(known):                      # the usual way, and the shortest
            return NOTHING
        return {place: self._sentence(row) for place, row in enumerate(rows) if not all(map(contains, sets, row))}

    def _sentence(self, row: Sequence[str]) -> str:
        new = [f"{name} {one!r:.{SHOWN}}" for name, one, seen in zip(self._names, row, self._sets, strict=True)
               if one not in seen]
        return f"training never saw {' and '.join(new)}"
