from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.core.errors import FileError
from shall.core.verdict import Finding

LINE = "negative_flip_rate against shipped <= 1%"


def rights(table: pa.Table) -> Any:
    return np.array(table["decision"].to_pylist()) == np.array(table["income"].to_pylist())


def test_two_models_of_adult(versions: Any, ask: Any) -> None:
    new, shipped = versions
    lost = rights(shipped) & ~rights(new)
    found = ask("negative_flip_rate over sex against shipped <= 1%", new, shipped)
    assert found.verdict is Finding.BROKEN and abs(rights(new).mean() - rights(shipped).mean()) < 0.03
    by_sex = {dict(row.group)["sex"]: row.value for row in found.deciding.groups}
    men = np.array(new["sex"].to_pylist()) == "Male"
    assert by_sex == {"Male": pytest.approx(lost[men].mean()), "Female": pytest.approx(lost[~men].mean())}
    assert ask(LINE, new, shipped).deciding.value == pytest.approx(lost.mean())


def test_what_is_won_minus_what_is_lost(versions: Any, ask: Any) -> None:
    new, shipped = versions
    lost, won = (ask(f"{name} against shipped <= 100%", new, shipped).deciding.value
                 for name in ("negative_flip_rate", "positive_flip_rate"))
    assert won - lost == pytest.approx(rights(new).mean() - rights(shipped).mean(), abs=1e-12)


def test_the_order_of_the_other_log_is_of_no_matter_with_ids(versions: Any, ask: Any) -> None:
    new, shipped = versions
    straight = ask(LINE, new, shipped).deciding
    mixed = shipped.take(pa.array(np.random.default_rng(0).permutation(len(shipped))))
    assert ask(LINE, new, mixed.select(["decision", "id"])).deciding == straight
    part = ask(LINE, new, shipped.slice(0, 1000)).deciding
    assert part.n == 1000


def test_rows_by_their_place_where_they_are_equal(versions: Any, ask: Any) -> None:
    new, shipped = (table.drop_columns(["id"]) for table in versions)
    assert ask(LINE, new, shipped).deciding == ask(LINE, *versions).deciding
    for other in (shipped.slice(1), shipped.take(pa.array([1, 0, *range(2, len(shipped))])),
                  shipped.select(["decision"])):
        found = ask(LINE, new, other)
        assert found.verdict is Finding.UNDECIDED and found.deciding.value is None


def test_several_classes(ask: Any) -> None:
    new = pa.table({"income": ["a", "b", "c", "a"] * 50, "decision": ["a", "b", "a", "b"] * 50,
                    "sex": ["F", "M"] * 100, "id": range(200)})
    shipped = pa.table({"decision": ["a", "c", "c", "c"] * 50, "id": range(200)})
    for name, share in (("negative_flip_rate", 0.25), ("positive_flip_rate", 0.25), ("churn", 0.75)):
        found = ask(f"{name} against shipped <= 100%", new, shipped, classes=["a", "b", "c"])
        assert found.deciding.value == share


@pytest.mark.parametrize("other", ["no decision", "ids twice", "other ids", "places for ids"])
def test_what_has_no_answer_says_why(versions: Any, tmp_path: Path, ask: Any, other: str) -> None:
    new, shipped = versions
    mixed = shipped.take(pa.array(np.random.default_rng(0).permutation(len(shipped))))
    said = {"no decision": (shipped.drop_columns(["decision"]), "the other log has no decisions"),
            "ids twice": (pa.concat_tables([shipped, shipped]), "rows of the same id"),
            "other ids": (shipped.set_column(shipped.column_names.index("id"), "id", pa.array(
                np.arange(len(shipped)) + 10**6)), "none of these rows"),
            "places for ids": (mixed.set_column(shipped.column_names.index("id"), "id", shipped["id"]),
                               "are other rows in the other log: income differs")}
    table, message = said[other]
    assert ask(LINE, new, table).verdict is Finding.UNDECIDED
    file = {"subject": {"target": "income", "positive": ">50K"}, "requirements": {"one": LINE},
            "data": {"shipped": str(tmp_path / "shipped.parquet")}}
    assert any(message in note for note in shall.check(file, new, record=False).notes)


def test_previous_is_a_version_and_not_a_data_set(versions: Any) -> None:
    """What a version decided can be asked for; rows of a data set, of which only counts were kept, cannot."""
    said = {"subject": {"target": "income", "positive": ">50K"}, "requirements": {"one": LINE.replace(
        "shipped", "previous")}}
    found = shall.check(said, versions[0])
    assert found.verdicts[0].verdict is Finding.UNDECIDED and "nothing is recorded here" in found.notes[-1]
    of_rows = {"subject": {"kind": "dataset"}, "requirements": {"one": "shared_rows against previous <= 0"}}
    with pytest.raises(FileError, match="of `previous` counts were kept and no rows"):
        shall.check(of_rows, versions[0])
