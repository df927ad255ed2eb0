"""Where tensors of a model come from, so that what moves or adds them up takes as few operators as can be.

An operator costs as much as hundreds of numbers, and one row has few. No number is computed in another way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

TEXTS: Final = "texts"                      # the input
FEW: Final = 8                              # tensors that one operator gives or takes


class Sources(ABC):
    """What is known of the tensors of a model."""

    def __init__(self) -> None:
        self.certain: set[str] = set()      # tensors of numbers of which none is ever missing
        self.wide: dict[str, int] = {}      # columns of tensors, where somebody asks
        self.words: dict[str, int] = {}     # what the texts of a row are numbered by, from 1, once for all who ask
        self._picked: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._single: dict[str, tuple[str, ...]] = {}
        self._sums: dict[str, tuple[str, ...]] = {}

    @abstractmethod
    def __call__(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Write one node with one output; its name."""

    @abstractmethod
    def several(self, op: str, outputs: int, *inputs: str, **attributes: Any) -> tuple[str, ...]:
        """Write one node; the names of its outputs."""

    @abstractmethod
    def constant(self, value: Any, dtype: Any = None, bare: bool = False) -> str:
        """A constant tensor."""

    def beside(self, parts: Sequence[str], single: bool) -> str:
        """Tensors beside each other; ``single``: each is one column."""
        made = self("Concat", *parts, axis=1)
        if single:
            self._single[made] = tuple(parts)
        return made

    def columns(self, tensor: str, places: Sequence[int]) -> str:
        """Some columns, taken as near to their source as can be."""
        source, chosen = (tensor, tuple(places)) if tensor in self._single else self.source(tensor, places)
        if source in self._single:
            parts = [self._single[source][place] for place in chosen]
            return parts[0] if len(parts) == 1 else self.beside(parts, True)
        made = self("Gather", source, self.constant(chosen, np.int64), axis=1)
        self._picked[made] = source, chosen
        return made

    def apart(self, tensor: str, width: int, wide: int) -> str:
        """The first columns of a tensor that is wider, and who asks for one of them gets it from one Split."""
        made = self.columns(tensor, range(width))
        if 1 < width <= FEW:
            sizes = self.constant([1] * width + [wide - width] * (wide > width), np.int64)
            self._single[made] = self.several("Split", width + (wide > width), tensor, sizes, axis=1)[:width]
        return made

    def plus(self, one: str, other: str) -> str:
        """The sum of two tensors; of several, one after another, in one operator."""
        parts = (*self._sums.get(one, (one,)), other)
        made = self("Add" if len(parts) == 2 else "Sum", *parts)
        if len(parts) < FEW:
            self._sums[made] = parts
        return made

    def numbers_of(self, texts: str, width: int, flat: bool = False) -> str | None:
        """int64 [n, width], or [n] of a column that is to be ``flat``: what texts are among `words`, 0 for no word of
        them; None where they are not shared."""
        source, chosen = self.source(texts, range(width))
        if not self.words or source != TEXTS:
            return None
        every = self("LabelEncoder", TEXTS, keys_tensor=np.array(list(self.words), dtype=object),
                     values_tensor=np.array(list(self.words.values()), np.int64), default_tensor=np.zeros(1, np.int64))
        self.wide[every] = self.wide[TEXTS]
        if flat:
            return self("Gather", every, self.constant(chosen[0], np.int64, bare=True), axis=1)
        return every if texts == TEXTS else self.columns(every, chosen)

    def source(self, tensor: str, places: Sequence[int]) -> tuple[str, tuple[int, ...]]:
        """The tensor that some columns were picked from, and their places in it."""
        source, picked = self._picked.get(tensor, (tensor, None))
        return source, tuple(places) if picked is None else tuple(picked[place] for place in places)
