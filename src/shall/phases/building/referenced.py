"""Training rows made like a small unbiased reference set: their weights, as a column."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.methods.task import Floats
from shall.phases.datasets.populations import Other, shared, weighing
from shall.phases.datasets.probing import table_of

METHOD: Final = "importance_weighting"      # the mitigation that needs them
NAME: Final = "reference"                   # the key of [data]
COLUMN: Final = "weight toward reference"


def weighed(train: pa.Table, binding: Binding, other: Other) -> tuple[pa.Table, str]:
    """The rows with a column of weights, and what they stand on; labels are compared where the reference has them.

    Raises InputError where the file names no reference, DataError where there are no weights, with the reason.
    """
    reference = other(NAME)
    label = binding.column("label")
    names = shared(train.schema, reference.schema, binding)
    names += (label,) if label is not None and label in reference.schema.names else ()
    try:
        found = weighing(train, table_of(reference, names), names, binding.column("weight"))
    except DataError as error:
        raise DataError(f"{METHOD}: the training rows cannot be made like the {NAME}: {error}") from error
    return train.append_column(COLUMN, pa.array(found.weight)), f"training rows like the {NAME}: {found.told}"


def toward(rows: pa.Table) -> Floats | None:
    """float64[rows] of mean 1; None where nobody asked for them."""
    if COLUMN not in rows.column_names:
        return None
    found = np.asarray(rows.column(COLUMN).to_numpy(), dtype=np.float64)
    return np.asarray(found / found.mean())
