"""Adult, both files together, parted 60/20/20 by seed: what both contenders of the frontier start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

DATA: Final = Path(__file__).resolve().parent.parent / ".data" / "adult"
BARRED: Final = ("income", "sex", "race")   # the label, and what no contender may use to decide


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one part: the features as a table, label int64[n] and sex int64[n] (1: female)."""

    table: pa.Table
    label: NDArray[np.int64]
    female: NDArray[np.int64]


def parts(seed: int) -> tuple[Part, Part, Part]:
    """Train, validation and gate."""
    table = pa.concat_tables([pq.read_table(DATA / name) for name in ("train.parquet", "test.parquet")])
    order = np.random.default_rng(seed).permutation(table.num_rows)
    ends = [int(0.6 * len(order)), int(0.8 * len(order))]
    return tuple(_part(table.take(rows)) for rows in np.split(order, ends))  # type: ignore[return-value]


def _part(table: pa.Table) -> Part:
    label, female = (np.array([value == positive for value in table.column(name).to_pylist()], dtype=np.int64)
                     for name, positive in (("income", ">50K"), ("sex", "Female")))
    return Part(table.drop_columns(list(BARRED)), label, female)


def described(decided: NDArray[np.bool_], label: NDArray[np.int64], female: NDArray[np.int64]) -> tuple[float, float]:
    """Accuracy, and the ratio of selection rates of the sexes, smallest over largest."""
    rates = [float(decided[female == sex].mean()) for sex in (0, 1)]
    return float((decided == label).mean()), min(rates) / max(rates) if max(rates) else 0.0


def calibration(score: NDArray[np.float64], label: NDArray[np.int64]) -> float:
    """The expected calibration error in ten bins of equal width."""
    bins = (score * 10).astype(int).clip(0, 9)
    return float(sum(abs(label[bins == b].mean() - score[bins == b].mean()) * (bins == b).mean()
                     for b in range(10) if (bins == b).any()))
