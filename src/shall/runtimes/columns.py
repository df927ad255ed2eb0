"""The columns of a log of decisions: what is taken beside the inputs, and how what is decided is called there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from shall.core.decisions import Field

Kind = Literal["binary", "multiclass", "regressor"]
Filling = Literal["id", "time", "latency"]
USUAL: Final = ("score", "decision", "abstained", "code", "why", "lower", "upper")
IN_CHARGE: Final = "decision_in_charge"     # of a log of comparisons: what left in place of its decision


@dataclass(frozen=True, slots=True)
class Columns:
    """What the requirements of a bundle want to find in its log.

    ``names``: how the columns of `USUAL` are called, where the shall file says; of a score of one of several classes
    by the class. ``filled``: columns that the service writes where a row does not have them: the evidence id, the
    time, or how many of ``tick`` seconds the graph took.
    """

    kind: Kind = "binary"
    context: tuple[Field, ...] = ()         # taken beside the inputs: groups, units, weights, what filters read
    filled: Mapping[str, Filling] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)     # by class
    positive: str = ""                      # the class that the score is of; else the last of two
    threshold: float | None = None          # of the file, where the graph decides nothing
    labels: tuple[str, ...] = ()            # classes as labels have them; else those of the graph
    tick: float = 1.0                       # seconds

    def called(self, usual: str, taken: Collection[str]) -> str:
        """The name of a column of `USUAL`: another one where an input has it."""
        said = self.names.get(usual)
        plain = "prediction" if usual == "score" and self.kind == "regressor" else usual
        return said or (f"decision_{plain}" if plain in taken else plain)
