"""Images in files: an .npy or .npz of numpy, or a table that holds the pixels of an image in each row."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.files import first_line
from shall.adapters.frames import is_text
from shall.adapters.sources import open_log
from shall.core.errors import DataError, InputError

Arrays = NDArray[Any]
IMAGES: Final = ("images", "image", "X", "x")       # names of the images in an .npz, or of a column that holds them
LABELS: Final = ("labels", "label", "Y", "y")
NUMPY: Final = (".npy", ".npz")


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images [n, h, w] or [n, h, w, c], uint8 or floats; labels [n], where there are some; more columns, [n] each."""

    name: str
    images: Arrays
    labels: Arrays | None = None
    columns: Mapping[str, Arrays] = field(default_factory=dict)

    def __repr__(self) -> str:
        with_labels = "" if self.labels is None else ", with labels"
        return f"ImageSet({self.name!r}: {len(self.images):,} of {list(self.images.shape[1:])}{with_labels})"


def image_set(place: str | Path, *, labels: str | Path | None = None, label: str | None = None,
              keep: Sequence[str] = (), shape: Sequence[int] = ()) -> ImageSet:
    """The images at a place.

    Args:
        place: an .npy; an .npz with `images` (or its only array of three axes or more); a table that `open_log` reads,
            such as a folder of Parquet files: a column of lists or of tensors called `image`, or a number a pixel in
            all columns of numbers that are neither label nor kept, in their order.
        labels: an .npy with the labels.
        label: what the labels are called in an .npz or a table; else `label`, `labels` or `y`.
        keep: further arrays or columns, such as groups.
        shape: (height, width) or (height, width, channels) where the images are flat; else they are squares.

    Whole numbers in 0…255 become uint8. Raises DataError, InputError.
    """
    path = Path(place)
    found = (_of_numpy(path, label, keep, shape) if path.suffix.lower() in NUMPY else
             _of_table(place, label, keep, shape))
    if labels is None:
        return found
    if label is not None or found.labels is not None:
        raise InputError(f"labels are both in {found.name} and in {labels}: name one of them")
    given = _loaded(Path(labels))
    if not isinstance(given, np.ndarray) or given.shape != found.images.shape[:1]:
        raise DataError(f"{labels} holds {_said(given)}, and there are {len(found.images):,} images: a label an image "
                        "is wanted")
    return ImageSet(found.name, found.images, given, found.columns)


def _of_numpy(path: Path, label: str | None, keep: Sequence[str], shape: Sequence[int]) -> ImageSet:
    found = _loaded(path)
    arrays = {"images": found} if isinstance(found, np.ndarray) else found
    name: str | None = next((name for name in IMAGES if name in arrays), None)
    large = [one for one, array in arrays.items() if array.ndim >= 3]
    name = large[0] if name is None and len(large) == 1 else name
    if name is None:
        raise DataError(f"{path} has the arrays {', '.join(arrays) or 'none'}: call the images `images`")
    label = _named(label, [*arrays], str(path))
    if missing := [one for one in keep if one not in arrays]:
        raise DataError(f"{path} has no array {missing[0]}; there are {', '.join(arrays)}")
    images = _shaped(arrays[name], shape, str(path))
    return ImageSet(str(path), images, None if label is None else arrays[label], {one: arrays[one] for one in keep})


def _of_table(place: str | Path, label: str | None, keep: Sequence[str], shape: Sequence[int]) -> ImageSet:
    log = open_log(place)
    table = pa.Table.from_batches(log.batches(log.schema.names), log.schema)
    label = _named(label, table.column_names, log.name)
    if missing := [one for one in keep if one not in table.column_names]:
        raise DataError(f"{log.name} has no column {missing[0]}; there are {', '.join(table.column_names[:20])}")
    beside = {one: _values(table.column(one)) for one in (*keep, *([label] if label else []))}
    whole = next((name for name in IMAGES if name in table.column_names and _holds_images(
        table.schema.field(name).type)), None)
    pixels = _of_columns(table, {*beside}, log.name) if whole is None else _of_lists(table.column(whole), log.name)
    labels = beside.pop(label) if label and label not in keep else beside.get(label or "")
    return ImageSet(log.name, _shaped(pixels, shape, log.name), labels, beside)


def _holds_images(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or isinstance(kind, pa.FixedShapeTensorType)


def _of_columns(table: pa.Table, beside: set[str], name: str) -> Arrays:
    numbers = [field.name for field in table.schema if field.name not in beside
               and (pa.types.is_integer(field.type) or pa.types.is_floating(field.type))]
    if not numbers:
        raise DataError(f"{name} has no pixels: a column `image` of lists, or a column of numbers a pixel, is wanted")
    if gaps := [one for one in numbers if table.column(one).null_count]:
        raise DataError(f"{name}: column {gaps[0]} has missing values, and a pixel is a number")
    return np.column_stack([table.column(one).to_numpy() for one in numbers])


def _of_lists(column: pa.ChunkedArray, name: str) -> Arrays:
    array = column.combine_chunks()
    if isinstance(array, pa.FixedShapeTensorArray):
        return np.asarray(array.to_numpy_ndarray())
    inside = array.flatten()
    while pa.types.is_nested(inside.type):
        inside = inside.flatten()
    if array.null_count or inside.null_count or not len(array) or len(inside) % len(array):
        raise DataError(f"{name}: not every image has as many pixels, or some are missing")
    return np.asarray(inside.to_numpy()).reshape(len(array), -1)


def _values(column: pa.ChunkedArray) -> Arrays:
    if is_text(column.type) or column.null_count:
        return np.array(column.to_pylist(), dtype=object)
    return np.asarray(column.to_numpy())


def _named(label: str | None, names: Sequence[str], place: str) -> str | None:
    if label is not None and label not in names:
        raise DataError(f"{place} has no labels {label}; there are {', '.join(names[:20])}")
    return next((name for name in LABELS if name in names), None) if label is None else label


def _shaped(pixels: Arrays, shape: Sequence[int], name: str) -> Arrays:
    if pixels.dtype.kind not in "uif" or pixels.ndim < 2:
        raise DataError(f"{name} holds {_said(pixels)}, which are no images: numbers [n, height, width] are wanted")
    if pixels.dtype.kind in "ui" and pixels.dtype != np.uint8:
        if pixels.min(initial=0) < 0 or pixels.max(initial=0) > 255:
            raise DataError(f"{name} has whole numbers outside of 0 to 255, which are no pixels")
        pixels = pixels.astype(np.uint8)
    if shape or pixels.ndim == 2:
        wanted = tuple(shape) or (math.isqrt(pixels.shape[1]),) * 2
        if math.prod(wanted) != (numbers := math.prod(pixels.shape[1:])):
            told = "is no square" if not shape else f"is not {' x '.join(map(str, shape))}"
            raise DataError(f"an image of {name} has {numbers:,} numbers, which {told}: say its shape, height x width "
                            "(x channels)")
        pixels = pixels.reshape(len(pixels), *wanted)
    if pixels.ndim not in (3, 4):
        raise DataError(f"{name} holds {_said(pixels)}, which are no images: [n, height, width(, channels)] is wanted")
    return pixels


def _loaded(path: Path) -> Arrays | dict[str, Arrays]:
    try:
        found = np.load(path, allow_pickle=False)
        return found if isinstance(found, np.ndarray) else {name: found[name] for name in found.files}
    except (OSError, ValueError, EOFError, KeyError, MemoryError, BadZipFile, zlib.error) as error:
        raise DataError(f"{path} cannot be read as arrays of numpy: {first_line(error)}") from error


def _said(found: Any) -> str:
    return f"{list(found.shape)} of {found.dtype}" if isinstance(found, np.ndarray) else "several arrays"
