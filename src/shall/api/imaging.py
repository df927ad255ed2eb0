"""Images as they may be met: a log of what a model says of them, how far they may be changed, and where it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall import adapters
from shall.adapters.frames import TableLog
from shall.adapters.image_models import image_model
from shall.adapters.image_sets import image_set as image_set
from shall.adapters.writing import write
from shall.api.image_findings import Limits, Regions
from shall.core.errors import InputError
from shall.core.log import Log
from shall.core.requirement import Number, Requirement
from shall.phases.images.designs import pieces, scales
from shall.phases.images.imaging import Imaged, known_rows, right, subject_of, table
from shall.phases.images.limits import reaches
from shall.phases.images.rays import Asking, rays
from shall.phases.images.regions import regions

STAMP: Final = "_made-of.json"
WANTED: Final = {"accuracy": "accuracy >= 0", "unchanged": "share(unchanged = 1) >= 0"}
Changes = Mapping[str, Any] | Sequence[str]
Progress = Callable[[str, int], None]


def image_tests(model: Any, images: Any, labels: Any = None, *, changes: Changes, design: str = "each",
                rows: int | None = None, steps: int = 8, groups: Mapping[str, Any] | None = None,
                classes: Sequence[Any] | None = None, positive: Any = None, fill: float | None = 0.0, seed: int = 0,
                out: str | Path | None = None, progress: Progress | None = None) -> Log:
    """What a model says of changed images, as a log: a row an image and a change.

    Args:
        model: a function from images to probabilities, [n, classes] or [n]; a fitted estimator of scikit-learn, on flat
            pixels; a module of torch; the path of an .onnx file (`adapters.image_models.image_model`).
        images: uint8, or floats in 0…1, [n, h, w] or [n, h, w, c].
        labels: [n], of the classes; None where one is not known.
        changes: of each a pair (weakest, strongest), a list of strengths, or None or names alone, for the usual range.
            Their units: `probes.image_changes.CHANGES`.
        design: ``each`` change by itself, the ``grid`` of all together, or ``spread``: random ones, evenly.
        rows: of ``each`` and ``grid`` the images at every point (all); of ``spread`` the rows in all (one an image).
        steps: of a pair, from 0 to each end.
        groups: further columns, [n] each.
        classes: of the model's answers, in their order; 0, 1, … where it does not say.
        positive: the class that makes it a question of two.
        fill: what stands outside of an image, 0…1; None: its nearest pixel.
        seed: of noise, of what is covered, and of the design.
        out: a folder of Parquet files; one that was left half-made is gone on with. Memory stays bounded so.
        progress: called with what is being done and the rows done since the last call.

    The log has ``image``, ``label``, ``decision``, scores, ``unchanged`` (1 where the decision is that on the image as
    it is), ``change`` (what is changed; ``none``), the strength of each change, the traits of the image as it is
    (`probes.image_traits`), and the groups. Rows of one image are no independent ones: `[columns] unit = "image"`.

    Raises DataError for images, labels or answers that are not as they must be; InputError for a design.
    """
    subject = subject_of(image_model(model, classes), images, labels, groups, positive=positive, fill=fill, seed=seed)
    scale = scales(changes, steps)
    every = pieces(design, scale, len(subject.images), rows, seed)
    tables = []
    folder = None if out is None else _folder(Path(out), subject, [design, rows, {name: values.tolist()
                                                                               for name, values in scale.items()}])
    for number, piece in enumerate(every):
        file = None if folder is None else folder / f"part-{number:06d}.parquet"
        if file is None or not file.is_file():
            made = table(subject, piece, [*scale])
            if file is None:
                tables.append(made)
            else:
                write(made.to_batches(), made.schema, file)
        if progress is not None:
            progress("changing images", len(piece.index))
    return TableLog(pa.concat_tables(tables), f"{subject.model.name} on changed images") if folder is None else (
        adapters.open_log(folder))


def image_summary(log: Log) -> dict[str, int | float | None]:
    """Of a log of image tests: rows, images, and the share of rows that are decided as the image as it is."""
    rows, same, images = 0, 0, set[int]()
    for batch in log.batches(["image", "unchanged"]):
        rows += batch.num_rows
        same += pc.sum(batch.column(1)).as_py() or 0
        images.update(pc.unique(batch.column(0)).to_pylist())
    return {"rows": rows, "images": len(images), "unchanged": same / rows if rows else None}


def image_limits(model: Any, images: Any, labels: Any, requirement: str, *, changes: Changes, steps: int = 32,
                 confidence: float = 0.95, classes: Sequence[Any] | None = None, fill: float | None = 0.0,
                 seed: int = 0, progress: Progress | None = None) -> Limits:
    """How far each change may go by itself until a requirement is not met, by halving: few calls of the model.

    Args:
        requirement: ``accuracy >= 0.95`` or ``share(unchanged = 1) >= 0.95``.
        steps: of a pair, from 0 to each end; a list of strengths is taken as it is.
        confidence: that all that is told holds.
        progress: called with what is being done and the images asked since the last call.

    The others are those of `image_tests`. What is told rests on one assumption: a stronger change never helps.

    Raises InputError for another requirement.
    """
    asking, index = _asking(model, images, labels, requirement, {"classes": classes, "fill": fill, "seed": seed},
                            progress)
    found = tuple(reaches(asking, rays(scales(changes, steps)), index, 1 - confidence))
    return Limits(requirement, confidence, found, asking.calls, asking.limit)


def image_regions(model: Any, images: Any, labels: Any, requirement: str, *, changes: Changes, steps: int = 8,
                  confidence: float = 0.95, classes: Sequence[Any] | None = None, fill: float | None = 0.0,
                  seed: int = 0, progress: Progress | None = None) -> Regions:
    """The largest box of two or three changes together that meets a requirement, and from where on it fails.

    Boxes are halved along the border with half of the images; the other half shows what is told. The arguments and the
    assumption are those of `image_limits`; ``lines()`` of the answer is ready for a shall file.
    """
    scale = scales(changes, steps)
    if len(scale) > 3:
        raise InputError(f"{len(scale)} changes together: at most three, or the points are too many")
    asking, index = _asking(model, images, labels, requirement, {"classes": classes, "fill": fill, "seed": seed},
                            progress)
    if len(index) < 4:
        raise InputError(f"{len(index)} images: half of them choose and half of them show, so take more")
    met, failing = regions(asking, rays(scale), index, 1 - confidence, seed)
    return Regions(requirement, confidence, met, failing, asking.calls)


def _asking(model: Any, images: Any, labels: Any, requirement: str, how: Mapping[str, Any],
            progress: Progress | None) -> tuple[Asking, Any]:
    """A question to a model, and the images that can answer it."""
    line = Requirement.parse(requirement)
    number = line.bound.low
    wanted = next((name for name, text in WANTED.items() if line == replace(Requirement.parse(text), bound=line.bound)),
                  "")
    if not wanted or not isinstance(number, Number) or line.bound.high is not None:
        raise InputError(f"`{requirement}` cannot be searched for: write accuracy >= LIMIT, or share(unchanged = 1) >= "
                         "LIMIT; any other measure is checked on the log of shall.image_tests")
    limit = number.value / (100 if number.unit == "%" else 1)
    subject = subject_of(image_model(model, how["classes"]), images, labels, fill=how["fill"], seed=how["seed"])
    index = known_rows(subject, wanted)
    asked = right(subject, wanted)

    def told(places: Any, strengths: Mapping[str, float]) -> Any:
        found = asked(places, strengths)
        if progress is not None:
            progress("asking with changed images", len(places))
        return found

    return Asking(told, limit), index


def _folder(folder: Path, subject: Imaged, design: Sequence[Any]) -> Path:
    """Where the parts go; InputError where parts of something else are."""
    stamp, made_of = folder / STAMP, json.dumps({"of": subject.digest, "design": [*design]}, indent=1)
    if folder.is_dir() and any(folder.iterdir()) and not (stamp.is_file() and stamp.read_text() == made_of):
        raise InputError(f"{folder} holds something else than these image tests: name another folder, or empty it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(made_of)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from error
    return folder
