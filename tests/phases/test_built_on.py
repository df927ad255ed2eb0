"""A search under a line on another population: held-out rows and gate rows are weighed, and `check` finds the same."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.verdict import Verdict
from shall.phases.build import BuildResult

TODAY = datetime.date(2026, 11, 21)
NAMES = ["sex", "age", "juv_fel_count", "priors_count", "c_charge_degree", "two_year_recid"]
Built = tuple[BuildResult, dict[str, Any], Path]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A search on COMPAS; elsewhere people are older."""
    folder = tmp_path_factory.mktemp("built")
    table = pq.read_table(fetch("compas") / "compas.parquet").select(NAMES)
    table = table.take(np.random.default_rng(0).permutation(len(table)))
    pq.write_table(table.slice(0, 1_000), folder / "train.parquet")
    pq.write_table(table.slice(1_000, 1_500), folder / "gate.parquet")
    rest = table.slice(2_500)
    older = rest.take(np.flatnonzero(np.random.default_rng(1).random(len(rest)) < rest.column("age").to_numpy() / 70))
    pq.write_table(older.drop_columns(["two_year_recid"]).slice(0, 1_500), folder / "elsewhere.parquet")
    file = {"subject": {"target": "two_year_recid", "positive": "1"}, "groups": {"sex": "sex"},
            "data": {name: str(folder / f"{name}.parquet") for name in ("train", "gate", "elsewhere")},
            "requirements": {"useful": "roc_auc >= 0.6", "there": "accuracy on elsewhere >= 0.55",
                             "fair": "difference of true_positive_rate over sex on elsewhere <= 0.6"},
            "build": {"learners": ["logistic_regression"], "mitigations": [], "blend": "off"}}
    return shall.build(file, trials=2, on=TODAY, output=folder / "model"), file, folder


def values(verdicts: tuple[Verdict, ...]) -> list[Any]:
    return [(one.value, one.low, one.high, one.n, one.groups) for verdict in verdicts for one in verdict.evidence]


def test_the_gate_of_a_build_finds_what_check_finds(built: Built) -> None:
    found, file, folder = built
    assert found.verdicts and found.candidate is not None
    held = shall.check({**file, "subject": {**file["subject"], "model": str(folder / "model")}}, on=TODAY)
    assert values(held.verdicts) == values(found.verdicts)
    assert [one.verdict for one in held.verdicts] == [one.verdict for one in found.verdicts]
    (note,) = [note for note in held.notes if note.startswith("on elsewhere")]
    assert f"gate rows {note}" in found.notes
    assert any(note.startswith("training rows on elsewhere: weights from 5 features") for note in found.notes)


def test_the_search_weighs_the_rows_that_it_holds_out(built: Built) -> None:
    found, _, _ = built
    assert found.requirements == ("useful", "there", "fair")
    assert all(one.values[1] is not None for one in found.tried)
    assert "weight on elsewhere" not in str(found.candidate.encoding.names)     # type: ignore[union-attr]
