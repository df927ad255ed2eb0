"""A model of images asked with changed ones, and the table that its answers make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.estimator import Said, columns_of
from shall.adapters.image_models import Answers, ImageModel
from shall.core.errors import DataError
from shall.phases.images.designs import Piece
from shall.phases.images.limits import Reach
from shall.probes.image_changes import changed, to_planes
from shall.probes.image_traits import traits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PIXELS: Final = 2**22                       # numbers that are changed and asked at once


@dataclass(frozen=True)
class Imaged:
    """A model, and images that it is asked with."""

    model: ImageModel
    images: NDArray[Any]                    # uint8, or floats in 0…1: [n, h, w] or [n, h, w, c]
    labels: NDArray[Any] | None = None      # [n]
    columns: Mapping[str, Any] | None = None    # [n] each: groups, and what else shall stand in the log
    positive: Any = None
    fill: float | None = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, values in {"labels": self.labels, **(self.columns or {})}.items():
            if values is not None and len(values) != len(self.images):
                raise DataError(f"{name} has {len(values):,} values, and there are {len(self.images):,} images")
        if not len(self.images):
            raise DataError("there are no images")
        if self.fill is not None and not 0 <= self.fill <= 1:
            raise DataError(f"fill is {self.fill:g}, and images lie in 0 to 1; None takes the nearest pixel")

    def ask(self, index: Ints, strengths: Mapping[str, Any]) -> tuple[Answers | None, Answers, tuple[Any, ...]]:
        """What is said of some images, changed: `ImageModel.answer` of all of them.

        Args:
            index: int64[m], which images.
            strengths: of each change, one for all or float64[m].
        """
        size = max(1, PIXELS // int(np.prod(self.images.shape[1:])))
        said = []
        for start in range(0, len(index), size):
            part = index[start:start + size]
            given = {name: value if np.ndim(value) == 0 else value[start:start + size]
                     for name, value in strengths.items()}
            images = changed(self.images[part], given, numbers=part, seed=self.seed, fill=self.fill)
            said.append(self.model.answer(images))
        chance = None if said[0][0] is None else np.concatenate([one[0] for one in said if one[0] is not None])
        return chance, np.concatenate([one[1] for one in said]), said[0][2] or self._known

    @cached_property
    def unchanged(self) -> tuple[Answers | None, Answers, tuple[Any, ...]]:
        """What is said of the images as they are."""
        return self.ask(np.arange(len(self.images)), {})

    @cached_property
    def looks(self) -> dict[str, Floats]:
        """The traits of the images as they are."""
        return traits(self.images)

    @cached_property
    def digest(self) -> str:
        """What tells these images, labels and answers from others."""
        found = hashlib.sha256(np.ascontiguousarray(self.images).tobytes())
        _, decided, classes = self.unchanged            # scores may differ in their last bits from run to run
        others = [self.images.shape, self.images.dtype, self.model.name, self.model.digest, classes, decided.tolist(),
                  self.fill, self.seed, self.positive, None if self.labels is None else self.labels.tolist(),
                  {name: list(values) for name, values in (self.columns or {}).items()}]
        found.update(json.dumps(others, default=str).encode())
        return found.hexdigest()

    @cached_property
    def _known(self) -> tuple[Any, ...]:
        """The classes of a model that gives decisions only, and does not say which there are."""
        if self.labels is None:
            raise DataError(f"{self.model.name} gives classes and no probabilities: say which there are, classes = […]")
        return tuple(sorted({value for value in self.labels.tolist() if value is not None}, key=str))


def table(subject: Imaged, piece: Piece, names: Sequence[str]) -> pa.Table:
    """The rows of a piece: image, label, decision, scores, whether that is unchanged, strengths, traits, groups.

    ``change`` names what is changed, ``none`` where nothing is; each of ``names`` has its column, the strength.
    """
    index = piece.index
    chance, decided, classes = subject.ask(index, piece.strengths)
    if len(classes) < 2 or (strange := {*np.unique(decided).tolist()} - {*classes}):
        told = f"decides for {min(strange, key=str)!r}, which is none" if len(classes) > 1 else "has one class"
        raise DataError(f"{subject.model.name} {told}: name those of its answers, classes = […]")
    labels = None if subject.labels is None else subject.labels[index]
    made: dict[str, Any] = {"image": index}
    made |= columns_of(Said([*classes], decided, chance), labels, subject.positive)
    made["unchanged"] = (decided == subject.unchanged[1][index]).astype(np.int8)
    strengths = {name: np.broadcast_to(np.asarray(piece.strengths.get(name, 0.0), dtype=np.float64), len(index))
                 for name in names}
    made["change"] = _named(strengths)
    others = {**strengths, **{name: values[index] for name, values in subject.looks.items()},
              **{name: _taken(values, index) for name, values in (subject.columns or {}).items()}}
    if both := [name for name in (subject.columns or {}) if name in made or name in strengths or name in subject.looks]:
        raise DataError(f"two columns would be called {both[0]}: rename the group")
    return pa.table({**made, **others})


def _named(strengths: Mapping[str, Floats]) -> pa.Array:
    """Text[n]: the names of what is not 0."""
    code = sum((values != 0).astype(np.int64) << place for place, values in enumerate(strengths.values()))
    found, of_row = np.unique(code, return_inverse=True)
    texts = ["+".join(name for place, name in enumerate(strengths) if one >> place & 1) or "none"
             for one in found.tolist()]
    return pa.array(np.array(texts, dtype=object)[of_row], pa.string())


def _taken(values: Any, index: Ints) -> Any:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.take(pa.array(index))
    return pa.array(np.asarray(values)[index], from_pandas=True)


def subject_of(model: ImageModel, images: Any, labels: Any = None, columns: Mapping[str, Any] | None = None, *,
               positive: Any = None, fill: float | None = 0.0, seed: int = 0) -> Imaged:
    """A model with images that any array library may have made."""
    try:
        given = np.asarray(images)
    except ValueError as error:
        raise DataError("images are of different sizes: cut or scale them to one") from error
    return Imaged(model, given, None if labels is None else np.asarray(labels), columns, positive, fill, seed)


def known_rows(subject: Imaged, wanted: str) -> Ints:
    """Which images can be right or wrong; DataError where none can."""
    if wanted != "accuracy":
        return np.arange(len(subject.images))
    if subject.labels is None:
        raise DataError("accuracy needs labels")
    known = np.flatnonzero([value is not None and value == value for value in subject.labels.tolist()])
    if not len(known):
        raise DataError("accuracy needs labels, and none is known")
    classes = subject.unchanged[2]
    if strange := {*subject.labels[known].tolist()} - {*classes}:
        raise DataError(f"a label is {min(strange, key=str)!r}, and {subject.model.name} knows {[*classes]}: name the "
                        "classes of its answers, classes = […]")
    return known


def right(subject: Imaged, wanted: str) -> Callable[[Ints, Mapping[str, float]], NDArray[np.bool_]]:
    """Whether a decision on a changed image is the label, or that on the image as it is."""
    truth = subject.labels if wanted == "accuracy" else subject.unchanged[1]
    assert truth is not None
    return lambda index, strengths: np.asarray(subject.ask(index, strengths)[1] == truth[index])


def looks_of(image: Any, reach: Reach, fill: float | None = 0.0) -> list[tuple[float, tuple[int, int, int, bytes]]]:
    """An image as it is, where a change is met, and where it is broken: strength; width, height, colours, bytes."""
    ends = dict.fromkeys(strength for strength in (0.0, reach.met_up_to, reach.broken_from) if np.isfinite(strength))
    whole = np.asarray(image)[None]
    found = []
    for strength in ends:
        made = to_planes(changed(whole, {reach.change: strength}, fill=fill))[0]
        shown = np.moveaxis(np.rint(made * 255).astype(np.uint8), 0, -1)
        shown = shown if shown.shape[2] in (1, 3) else shown[..., :1]
        found.append((strength, (shown.shape[1], shown.shape[0], shown.shape[2], shown.tobytes())))
    return found
