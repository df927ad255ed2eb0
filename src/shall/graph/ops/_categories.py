"""Categories of columns: are they known, and one number for each text of all columns together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def known(given: Kind, texts: Iterable[str]) -> None:
    """Fault where a text is none that a column can be, as far as that is known."""
    never = [text for text in texts if text != MISSING] if given.values is not None else []
    never = [text for text in never if text not in (given.values or ())]
    if never:
        near = get_close_matches(never[0], given.values or (), 1)
        raise Fault(f"the text {never[0]!r} is none that the column ever was",
                    f"did you mean {near[0]!r}?" if near else f"it was {_some(given.values or ())}")


def fitting(given: Kind, categories: Sequence[Sequence[str] | Array]) -> None:
    """Fault unless there are categories for each column, of its kind, and none twice."""
    if given.what == "truth":
        raise Fault("it takes text or number, and gets truth", "truths become numbers by number(…)")
    if len(categories) != given.width:
        raise Fault(f"it has categories of {len(categories)} columns, and is given {given.width}")
    for one in categories:
        if not len(one):
            raise Fault("a column of it has no category")
        if any(isinstance(value, str) != (given.what == "text") for value in one):
            raise Fault(f"its categories are not all {given.what}, and the column is",
                        "say them as the column has them: texts as text, numbers as numbers")
        if len(set(one)) != len(one):
            raise Fault("a category of it is there twice")


def edges(categories: Sequence[Sequence[str] | Array]) -> dict[int, Sequence[float]]:
    """By column: the categories that are numbers."""
    return {column: [float(value) for value in one if value == value] for column, one in enumerate(categories)
            if not any(isinstance(value, str) for value in one)}


def numbered(to: Emitter, x: str, given: Kind, categories: Sequence[Sequence[str] | Array]
             ) -> tuple[str, list[Array], int]:
    """int64 [n, width] of a value: 0 for what is no category of any column, else a number of the category; for each
    column the numbers of its own categories; and how many numbers there are. One table for all columns is half the
    cost of one each, and one for all who ask costs less still."""
    every = sorted({value for one in categories for value in one if value == value})
    if given.what == "text" and (shared := to.numbers_of(x, given.width)):
        return shared, [np.array([to.words[value] for value in one], np.int64) for one in categories], len(to.words) + 1
    place = {value: number for number, value in enumerate(every, 1)}
    keys = np.array(every, dtype=object if given.what == "text" else np.float64)
    dtype = np.int64 if given.what == "text" else np.float64
    found = to("LabelEncoder", x, keys_tensor=keys, values_tensor=np.arange(1, len(every) + 1).astype(dtype),
               default_tensor=np.zeros(1, dtype))
    return (found if given.what == "text" else to.cast(found, np.int64),
            [np.array([place.get(value, -1) for value in one], np.int64) for one in categories], len(every) + 1)


def _some(values: Sequence[str]) -> str:
    shown = [repr(value) for value in values if value != MISSING]
    return ", ".join(shown[:8]) + (f" or one of {len(shown) - 8} others" if len(shown) > 8 else "")
