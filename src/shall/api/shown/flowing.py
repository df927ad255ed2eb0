"""One decision on its way through a graph: what each step says of it, what comes out, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from shall import bundle
from shall.api.opening import of_files
from shall.api.scoring import scorer_of
from shall.api.service.bundled import mark
from shall.bundle import contents
from shall.core.errors import DataError, InputError
from shall.graph.blocks import Block, Blocks, condensed, merged
from shall.graph.kinds import MISSING
from shall.graph.node import Input
from shall.graph.proof import Watched

if TYPE_CHECKING:
    from shall.runtimes.reasons import Reasons
    from shall.runtimes.score import Scorer

MANY: Final = 24                            # blocks: with more, plain steps are drawn as one
SHOWN: Final = 3                            # values of a step that has several
LONGEST: Final = 40                         # letters of a value


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph as blocks, with a value for each where a row flows through it."""

    blocks: tuple[Block, ...]
    values: tuple[str, ...]
    whole: bool                             # whether every step is there
    steps: int                              # blocks, if every step were


@dataclass(frozen=True, slots=True)
class Flow:
    """A decision: the row, what the graph says of it, and why. ``wrong``: what of the row cannot be taken."""

    drawn: Drawn
    inputs: tuple[Input, ...]
    row: Mapping[str, Any]
    typical: Mapping[str, Any]
    outputs: Mapping[str, str] = field(default_factory=dict)
    reasons: Reasons | None = None
    wrong: str = ""
    unexplained: str = ""                   # why there are no reasons


@dataclass(slots=True)
class Flowing:
    """A bundle that is looked into."""

    scorer: Scorer
    blocks: tuple[Block, ...]
    watched: Watched
    typical: Mapping[str, Any]
    branches: tuple[str, ...] = ()          # of the bundle

    def flow(self, said: Mapping[str, Any], *, whole: bool = False, reasons: int = 6) -> Flow:
        """A row on its way; what is not ``said`` of it is typical."""
        row = {**self.typical, **{name: value for name, value in said.items() if name in self.typical}}
        if not self.typical:
            row = dict(said)
        try:
            given = self._read(row)
            packed = self.scorer.packed(given)
            values = self.watched(packed)
            outputs = {name: text(value[0]) for name, value in self.scorer.said(packed).items()}
            told, unexplained = self._reasons(given, reasons)
        except (DataError, InputError) as error:
            return Flow(self._drawn(None, row, whole), self.scorer.inputs, row, self.typical, wrong=str(error))
        return Flow(self._drawn(values, row, whole), self.scorer.inputs, row, self.typical, outputs, told,
                    unexplained=unexplained)

    def _read(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Each value as its input takes it. InputError for a text that is no number."""
        return {one.name: read(row.get(one.name), one) for one in self.scorer.inputs}

    def _reasons(self, given: Mapping[str, Any], most: int) -> tuple[Reasons | None, str]:
        try:
            return self.scorer.reasons(given, most)[0], ""
        except InputError as error:
            return None, str(error)

    def _drawn(self, values: Sequence[Any] | None, row: Mapping[str, Any], whole: bool) -> Drawn:
        whole = whole or len(self.blocks) <= MANY
        blocks = self.blocks if whole else tuple(condensed(self.blocks))
        return Drawn(blocks, tuple(_value(block, values, row) for block in blocks), whole, len(self.blocks))


@lru_cache(maxsize=4)
def _flowing(place: str, branch: str, seen: Any) -> Flowing:
    found = bundle.read(place)
    branches = contents.branches(found.files)
    scorer, graph = scorer_of(found, branch), of_files({"": found.files, **branches}[branch]).graph
    return Flowing(scorer, tuple(merged(Blocks(graph).found)), Watched(graph), scorer.typical, tuple(branches))


def flowing(place: str, branch: str = "") -> Flowing:
    """The bundle at a place, or a branch of it, read once. InputError, Refused, DataError."""
    return _flowing(place, branch, mark(place))


def read(said: Any, one: Input) -> Any:
    """A value of a form, or of a row, as an input takes it; nothing is missing."""
    if said is None or (isinstance(said, str) and not said.strip()):
        return None
    if one.what != "number" or not isinstance(said, str):
        return said
    try:
        return float(said)
    except ValueError:
        raise InputError(f"{one.name} is a number, and {said[:LONGEST]!r} is none") from None


def text(value: Any) -> str:
    """What a step says, short."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        shown = ", ".join(map(text, value[:SHOWN]))
        return shown if len(value) <= SHOWN else f"{shown}, … ({len(value)})"
    if value is None or value != value or value == MISSING:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    made = f"{value:.4g}" if isinstance(value, float) else str(value)
    return made if len(made) <= LONGEST else made[:LONGEST - 1] + "…"


def _value(block: Block, values: Sequence[Any] | None, row: Mapping[str, Any]) -> str:
    if values is None:
        return ""
    if block.what == "input":
        return text(row.get(block.inputs[0])) if len(block.inputs) == 1 else f"{len(block.inputs)} values"
    return ", ".join(text(values[place][0]) for place in block.nodes[:SHOWN])
