"""A shall file that asks for a share of wrong answers gets a model that abstains as little as keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.verdict import Finding


@pytest.mark.parametrize("line", ["selective_risk <= 7%", "selective_risk over sex <= 8%"])
def test_build_places_the_line_and_the_gate_finds_it_kept(tmp_path: Path, line: str) -> None:
    for name, part, rows in (("train", "train", 8000), ("gate", "test", 8000)):
        pq.write_table(pq.read_table(fetch("adult") / f"{part}.parquet").slice(0, rows).drop_columns(["fnlwgt"]),
                       tmp_path / f"{name}.parquet")
    file: dict[str, Any] = {
        "subject": {"target": "income", "positive": ">50K"}, "groups": {"sex": "sex"}, "requirements": {"right": line},
        "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "gate")},
        "build": {"trials": 1, "readiness": "off", "learners": ["lightgbm"]}}
    found = shall.build(file)
    chosen = next(one for one in found.tried if one.chosen)
    assert "at the aim" in chosen.name
    threshold = chosen.made["rule"]["threshold"]
    kept = [one for one in found.tried if one.made["rule"]["threshold"] == threshold and all(one.within)]
    assert chosen.made["rule"]["abstain"] == min(one.made["rule"]["abstain"] for one in kept)
    assert found.verdicts[0].verdict is Finding.MET
