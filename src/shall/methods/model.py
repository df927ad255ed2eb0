"""A candidate subject: how rows are encoded, what was learned, and the rule that decides; saved as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.methods.prepare.encode import Encoding

Floats = NDArray[np.float64]
VERSION: Final = 1


class Learned(Protocol):
    """What a learner gives back."""

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        ...

    def content(self) -> bytes:
        """What was learned, as text."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """A set of rows by group and label that a plug-in rule weighs: its cells bool[G], its label (or any), its share."""

    cells: tuple[bool, ...]
    label: int | None
    share: float

    def weight(self, joint: Floats) -> Floats:
        """float64[n]: P(event | x) / P(event), from P(group, label | x) float64[n, G, 2]."""
        of_cells = joint[:, np.array(self.cells)].sum(axis=1)
        chance = of_cells.sum(axis=1) if self.label is None else of_cells[:, self.label]
        return np.asarray(chance / self.share)


@dataclass(frozen=True, slots=True)
class Rule:
    """``score - threshold + sum of multiplier * weight >= 0``; without events a plain threshold."""

    threshold: float = 0.5
    events: tuple[Event, ...] = ()
    multipliers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Model:
    """Scores and decides rows of a table. ``group`` gives P(group | x, label) where the rule needs it."""

    learner: str
    encoding: Encoding
    target: Learned
    group: Learned | None = None
    rule: Rule = field(default_factory=Rule)
    made: Mapping[str, str] = field(default_factory=dict)      # versions and digests, for the record

    def score(self, table: pa.Table) -> Floats:
        """float64[n]: the probability of the positive class."""
        return self.target.probabilities(self.encoding(table))[:, 1]

    def decide(self, table: pa.Table) -> NDArray[np.int8]:
        """int8[n]: 1 for a positive decision."""
        return self.decided(self.encoding(table))[1]

    def decided(self, X: Floats) -> tuple[Floats, NDArray[np.int8]]:
        """Score float64[n] and decision int8[n] of encoded rows."""
        score = self.target.probabilities(X)[:, 1]
        margin = score - self.rule.threshold
        if self.rule.events:
            joint = self.joint(X, score)
            margin = margin + sum(multiplier * event.weight(joint) for event, multiplier
                                  in zip(self.rule.events, self.rule.multipliers, strict=True))
        return score, (margin >= 0).astype(np.int8)

    def joint(self, X: Floats, score: Floats) -> Floats:
        """float64[n, G, 2]: P(group, label | x), by the chain rule."""
        if self.group is None:
            raise InputError("this model knows nothing of groups")
        return joint_of(self.group, X, score)

    def files(self) -> dict[str, bytes]:
        """The files that hold the model, `model.json` with the digests of the others."""
        learned = {"target.txt": self.target.content()}
        if self.group is not None and self.rule.events:
            learned["group.txt"] = self.group.content()
        described = {
            "shall_model": VERSION, "learner": self.learner, "encoding": self.encoding.described(),
            "rule": {"threshold": self.rule.threshold, "multipliers": self.rule.multipliers,
                     "events": [[event.cells, event.label, event.share] for event in self.rule.events]},
            "made": dict(self.made),
            "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in learned.items()},
        }
        return {"model.json": json.dumps(described, indent=1, sort_keys=True).encode() + b"\n", **learned}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `model.json`, which holds the digests of all the rest."""
        return hashlib.sha256(self.files()["model.json"]).hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Write the model into a folder."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (path / name).write_bytes(content)
        return path


def joint_of(group: Learned, X: Floats, score: Floats) -> Floats:
    """float64[n, G, 2]: P(group | x, label) P(label | x)."""
    parts = [group.probabilities(np.column_stack([X, np.full(len(X), float(label))])) for label in (0, 1)]
    return np.stack([parts[0] * (1 - score)[:, None], parts[1] * score[:, None]], axis=2)


def load(folder: str | Path, find: Callable[[str], Any]) -> Model:
    """Read a model that `save` wrote; DataError where a file is missing or was changed.

    ``find`` gives the file of a learner by its id.
    """
    path = Path(folder)
    if not (path / "model.json").is_file():
        raise DataError(f"{path} holds no model.json, so it is no model that `shall build` wrote")
    try:
        described: dict[str, Any] = json.loads((path / "model.json").read_text())
        if described["shall_model"] != VERSION:
            raise DataError(f"{path} was written by a newer shall (model version {described['shall_model']})")
        learned = {name: _checked(path / name, digest) for name, digest in described["sha256"].items()
                   if name in ("target.txt", "group.txt")}
        read = find(described["learner"]).load
        rule = described["rule"]
        events = tuple(Event(tuple(cells), label, share) for cells, label, share in rule["events"])
        return Model(described["learner"], Encoding.of(described["encoding"]), read(learned["target.txt"]),
                     read(learned["group.txt"]) if "group.txt" in learned else None,
                     Rule(rule["threshold"], events, tuple(rule["multipliers"])), described["made"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}/model.json is damaged: {error}") from error


def _checked(path: Path, digest: str) -> bytes:
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise DataError(f"{path} is missing or was changed since the model was saved")
    return content
