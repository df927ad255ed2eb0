"""A candidate subject: how rows are encoded, what was learned, and the rule that decides; saved as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.methods.blend import Step, learned_of
from shall.methods.prepare.encode import Encoding
from shall.methods.rule import Rule, Seen
from shall.methods.task import Floats, Ints, Learned
from shall.tally.codes import group_codes

VERSION: Final = 2


class Map(Protocol):
    """A calibration of probabilities."""

    def __call__(self, P: Floats) -> Floats:
        """float64[n, classes]."""
        ...

    def described(self) -> Mapping[str, Any]:
        """As plain data."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of rows: probabilities float64[n, classes] or values float64[n], the class int64[n] that it
    decides, and where it abstains bool[n]."""

    score: Floats
    decision: Ints
    abstained: NDArray[np.bool_]


@dataclass(frozen=True)
class Model:
    """Scores and decides rows of a table. ``group`` gives P(group | x, label) where the rule needs it."""

    learner: str
    encoding: Encoding
    target: Learned
    group: Learned | None = None                # learned by LightGBM, whatever learned the target
    rule: Rule = field(default_factory=Rule)
    steps: tuple[tuple[str, Step], ...] = ()    # by their id
    calibration: tuple[str, Map] | None = None
    classes: tuple[str, ...] = ("0", "1")       # none: it says a number
    by: tuple[GroupDef, ...] = ()               # groups that the rule needs to know
    group_learner: str = "lightgbm"
    made: Mapping[str, str] = field(default_factory=dict)      # versions and digests, for the record

    def score(self, table: pa.Table) -> Floats:
        """float64[n]: the probability of the positive class, or the value; float64[n, classes] of several."""
        score = self.answer(table).score
        return score[:, 1] if len(self.classes) == 2 else score

    def decide(self, table: pa.Table) -> Ints:
        """int64[n]: the class that is decided; of two, 1 is the positive one."""
        return self.answer(table).decision

    def answer(self, table: pa.Table, X: Floats | None = None) -> Answer:
        """Everything that it says of the rows; ``X`` are the encoded rows, where they are known already."""
        X = self.encoding(table) if X is None else X
        prepared = self.prepared(X)
        if not self.classes:
            return Answer(self.target.values(prepared), np.zeros(len(X), dtype=np.int64), np.zeros(len(X), dtype=bool))
        probabilities = self.calibrated(self.target.probabilities(prepared))
        joint = None
        if self.group is not None and self.rule.events:
            joint = joint_of(given_label(self.group, X), probabilities[:, 1])
        seen = Seen(probabilities, joint, values_of(table, self.by))
        return Answer(probabilities, *self.rule.decide(seen))

    def prepared(self, X: Floats) -> Floats:
        """float64[n, q]: the encoded rows after all steps."""
        for _, step in self.steps:
            X = step(X)
        return X

    def calibrated(self, P: Floats) -> Floats:
        """float64[n, classes]."""
        return self.calibration[1](P) if self.calibration else P

    def files(self) -> dict[str, bytes]:
        """The files that hold the model, `model.json` with the digests of the others."""
        learned = {"target.txt": self.target.content()}
        if self.group is not None and self.rule.events:
            learned["group.txt"] = self.group.content()
        described = {
            "shall_model": VERSION, "learner": self.learner, "encoding": self.encoding.described(),
            "steps": [[name, step.described()] for name, step in self.steps],
            "calibration": [self.calibration[0], self.calibration[1].described()] if self.calibration else None,
            "classes": self.classes, "rule": self.rule.described(), "made": dict(self.made),
            "by": [[group.name, group.column, group.cut] for group in self.by], "group_learner": self.group_learner,
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


def given_label(group: Learned, X: Floats) -> Floats:
    """float64[n, G, 2]: P(group | x, label), each label in turn put behind the features."""
    asked = (group.probabilities(np.column_stack([X, np.full(len(X), float(label))])) for label in (0, 1))
    return np.stack(list(asked), axis=2)


def joint_of(given: Floats, score: Floats) -> Floats:
    """float64[n, G, 2]: P(group | x, label) P(label | x)."""
    return given * np.stack([1 - score, score], axis=1)[:, None, :]


def values_of(table: pa.Table, groups: Sequence[GroupDef]) -> dict[str, NDArray[np.str_]]:
    """text[n]: the value of each group."""
    found = {}
    for group in groups:
        if group.column not in table.column_names:
            raise DataError(f"the model decides by {group.name}, and there is no column {group.column}")
        codes, names = group_codes(table.column(group.column).unify_dictionaries().combine_chunks(), group)
        found[group.name] = np.array(names, dtype=np.str_)[codes]
    return found


def load(folder: str | Path, find: Callable[[str], Any]) -> Model:
    """Read a model that `save` wrote; DataError where a file is missing or was changed.

    ``find`` gives the file of a method by its id.
    """
    path = Path(folder)
    if not (path / "model.json").is_file():
        raise DataError(f"{path} holds no model.json, so it is no model that `shall build` wrote")
    try:
        told: dict[str, Any] = json.loads((path / "model.json").read_text())
        if told["shall_model"] != VERSION:
            raise DataError(f"{path} has model version {told['shall_model']}, and this shall reads version {VERSION}: "
                            "build it again")
        learned = {name: _checked(path / name, digest) for name, digest in told["sha256"].items()
                   if name in ("target.txt", "group.txt")}
        group = find(told["group_learner"]).load(learned["group.txt"]) if "group.txt" in learned else None
        calibration = told["calibration"]
        return Model(
            told["learner"], Encoding.of(told["encoding"]), learned_of(learned["target.txt"], told["learner"], find),
            group, Rule.of(told["rule"]), tuple((name, find(name).of(step)) for name, step in told["steps"]),
            calibration and (calibration[0], find(calibration[0]).of(calibration[1])), tuple(told["classes"]),
            tuple(GroupDef(name, column, tuple(cut)) for name, column, cut in told["by"]), told["group_learner"],
            told["made"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}/model.json is damaged: {error}") from error


def _checked(path: Path, digest: str) -> bytes:
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise DataError(f"{path} is missing or was changed since the model was saved")
    return content
