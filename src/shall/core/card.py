"""What a measure says of itself, read without loading what it computes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """A named argument of a measure, with its default and what it may be."""

    name: str
    default: bool | int | float | str
    low: float = float("-inf")
    high: float = float("inf")


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a measure: what it examines and needs, and how it may be used."""

    examines: tuple[str, ...]                           # kinds of subject: "classifier", "dataset"
    needs: tuple[str, ...]                              # roles of columns: "label", "decision", "score"
    better: Literal["higher", "lower", "neither"]
    bounds: str                                         # the method, in the field's words
    unit: str = ""                                      # "" for a plain number
    low: float = 0.0                                    # natural range of the value
    high: float = 1.0
    live: bool = True                                   # may be watched from counts alone
    takes: Literal["nothing", "column", "filter"] = "nothing"
    reference: bool = False                             # compares with `against REF`
    census: bool = False                                # a fact of the file, not a sample
    multiclass: bool = False                            # of several classes too, without `over class`
    by_feature: bool = False                            # `over feature` needs no column: each feature is one
    of_missing: bool = False                            # rows without what it needs are what it counts
    estimates: bool = False                             # stands on labels of a reference; these rows need none
    apart: bool = False                                 # over classes, no row stands in two denominators
    probe: str = ""                                     # what has to be asked before it can be counted
    paired: bool = False                                # with what another version decided on the same rows
    usual: float = 0.05                                 # limit of the example of what is asked of two logs
    options: tuple[Option, ...] = ()
    aliases: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()   # ("p99", (("q", 0.99),))
