"""What the plain routes take, and the Open Inference Protocol's words on servers and models, as JSON."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from shall.http.reading import Reader, Scalar
from shall.runtimes.reasons import Reasons
from shall.runtimes.service import Answer, Told

UNSET: Final = msgspec.UNSET
Row = dict[str, Scalar]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """One row (``inputs``: its fields by name) or several (``rows``); null is a missing value."""

    inputs: Row | msgspec.UnsetType = UNSET
    rows: list[Row] | msgspec.UnsetType = UNSET

    def keys(self) -> int:
        """How many keys it has in JSON."""
        found = 0 if self.inputs is UNSET else 1 + len(self.inputs)
        return found if self.rows is UNSET else found + 1 + sum(map(len, self.rows))


class Explained(Asked, forbid_unknown_fields=True):
    """Rows, and how many reasons are told of each at most."""

    most: int | msgspec.UnsetType = UNSET

    def keys(self) -> int:
        """How many keys it has in JSON."""
        return super().keys() + (self.most is not UNSET)


class Labelled(msgspec.Struct, forbid_unknown_fields=True):
    """What turned out to be true of a decision. ``decision``: the id of its answer, or what the request was called;
    ``time``: when it became known, as RFC 3339, now unless it is told; ``source``: who says so, the name of
    the token unless it is told."""

    decision: str
    label: str | float | bool
    time: str | msgspec.UnsetType = UNSET
    source: str | msgspec.UnsetType = UNSET

    def keys(self) -> int:
        """How many keys it has in JSON."""
        return 2 + (self.time is not UNSET) + (self.source is not UNSET)


class Labels(msgspec.Struct, forbid_unknown_fields=True):
    """Labels of decisions, of one model."""

    labels: list[Labelled]

    def keys(self) -> int:
        """How many keys it has in JSON."""
        return 1 + sum(label.keys() for label in self.labels)


class Kept(msgspec.Struct, omit_defaults=True):
    """How many labels were kept. ``unknown``: how many of them name no decision that the server remembers; ``note``:
    what that means, and the first of them."""

    kept: int
    unknown: int = 0
    note: str = ""


class Answers(msgspec.Struct):
    """The answers to several rows, in their order."""

    answers: list[Answer]


class Explanation(Reasons, frozen=True, kw_only=True):
    """The largest contributions to a score, the largest first; ``others`` is what all other inputs add together.

    ``model``: whose score it is; of a branch while one answers, "loans@7.rules". ``score`` is that of the class ``of``,
    where there are classes: ``typical_score`` and all contributions make it. ``scored``: rows that the graph was asked
    for. ``why``: one sentence, where there are no reasons.
    """

    model: str


class Reasoned(msgspec.Struct):
    """The reasons of several rows, in their order."""

    reasons: list[Explanation]


class Live(msgspec.Struct):
    """Whether the server answers at all."""

    live: bool


class Ready(msgspec.Struct):
    """Whether it, or a model, can decide."""

    ready: bool


class Named(msgspec.Struct, omit_defaults=True):
    """A model, as the protocol tells whether it is ready."""

    name: str
    ready: bool


class Server(msgspec.Struct):
    """The server."""

    name: str
    version: str
    extensions: list[str]


class Column(msgspec.Struct):
    """A tensor; -1: the number of rows."""

    name: str
    datatype: str
    shape: list[int]


class Model(msgspec.Struct):
    """A model as the protocol has it. ``parameters``: what stands beside the inputs in the log."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[Column]
    outputs: list[Column]
    parameters: dict[str, Any]


class Models(msgspec.Struct):
    """All models in service."""

    models: list[Told]


read_rows: Final = Reader(Asked, Asked.keys)
read_explained: Final = Reader(Explained, Explained.keys)
read_labels: Final = Reader(Labels, Labels.keys)
