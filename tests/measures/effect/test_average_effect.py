"""The effect of giving up smoking on weight: Hernán and Robins (2020), section 12.4: 3.4 kg (95 %: 2.4, 4.5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall import check
from shall.core.verdict import Finding

CAUSES = ["sex", "race", "age", "education", "smokeintensity", "smokeyrs", "exercise", "active", "wt71"]


@pytest.fixture(scope="module")
def smokers() -> pa.Table:
    return pq.read_table(fetch("nhefs") / "nhefs.parquet").select([*CAUSES, "qsmk", "wt82_71"])


def asked(table: pa.Table, *lines: str, target: str = "wt82_71", **subject: str) -> Any:
    file = {"subject": {"kind": "dataset", "target": target, **subject}, "groups": {"sex": "sex"},
            "requirements": {f"line_{place}": line for place, line in enumerate(lines)}}
    return check(file, table, record=False).verdicts


def test_giving_up_smoking_adds_three_and_a_half_kilograms(smokers: pa.Table) -> None:
    found, by_sex = asked(smokers, "average_effect(qsmk) >= 2", "average_effect(qsmk) over sex >= -5")
    evidence = found.deciding
    assert found.verdict is Finding.MET and evidence.n == 1566
    assert evidence.value == pytest.approx(3.4, abs=0.3)
    assert evidence.low == pytest.approx(3.4 - 1.645 * 0.525, abs=0.35)    # one-sided of the published 2.4 to 4.5
    assert by_sex.verdict is Finding.MET and sum(row.n for row in by_sex.deciding.groups) == 1566
    plain = [np.nanmean(smokers["wt82_71"].to_numpy()[smokers["qsmk"].to_numpy() == side]) for side in (0, 1)]
    assert plain[1] - plain[0] == pytest.approx(2.54, abs=0.01)            # without weights: too low


def test_an_outcome_of_classes_is_a_difference_of_shares(smokers: pa.Table) -> None:
    gained = np.where(np.isnan(smokers["wt82_71"].to_numpy()), None,
                      np.where(smokers["wt82_71"].to_numpy() > 5, "yes", "no"))
    table = smokers.drop_columns(["wt82_71"]).append_column("gained", pa.array(gained.tolist(), pa.string()))
    found, = asked(table, "average_effect(qsmk) >= 0.05", target="gained", positive="yes")
    assert found.verdict is Finding.MET and 0.1 < found.deciding.value < 0.3


def test_no_overlap_is_undecided_with_a_reason(smokers: pa.Table) -> None:
    """Only the old have given up: nobody of the young can stand for what they would weigh."""
    old = smokers["age"].to_numpy() > 45
    table = smokers.set_column(smokers.column_names.index("qsmk"), "qsmk", pa.array(old.astype(int)))
    found, = asked(table, "average_effect(qsmk) >= 2")
    assert found.verdict is Finding.UNDECIDED and found.deciding.value is None


@pytest.mark.parametrize("column", ["education", "constant", "few"])
def test_what_is_no_action_is_undecided(smokers: pa.Table, column: str) -> None:
    rows = len(smokers)
    table = smokers.append_column("constant", pa.array([1] * rows)).append_column(
        "few", pa.array([1] * 20 + [0] * (rows - 20)))
    found, = asked(table, f"average_effect({column}) >= 0")
    assert found.verdict is Finding.UNDECIDED and found.deciding.value is None


def test_values_that_do_not_say_who_had_it_are_undecided(smokers: pa.Table) -> None:
    """Of drug and placebo the later in the alphabet is not the action: that would turn the sign."""
    said = ["drug" if one else "placebo" for one in smokers["qsmk"].to_pylist()]
    file = {"subject": {"kind": "dataset", "target": "wt82_71"}, "requirements": {"one": "average_effect(arm) >= 0"}}
    report = check(file, smokers.drop_columns(["qsmk"]).append_column("arm", pa.array(said)), record=False)
    assert report.verdicts[0].verdict is Finding.UNDECIDED and report.verdicts[0].deciding.value is None
    assert any("write 1 with it and 0 without" in note for note in report.notes)
