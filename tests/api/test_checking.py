"""What a check compares with: another log of the file, of which only what is compared is counted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall


def test_a_line_with_a_reference_stands_beside_lines_that_ask_probes(tmp_path):
    """Probes add columns to the log alone: the reference has none of them, and needs none."""
    random = np.random.default_rng(0)
    for name in ("train", "log"):
        pq.write_table(pa.table({"size": random.normal(size=500), "price": random.normal(size=500),
                                 "sold": random.integers(0, 2, 500)}), tmp_path / f"{name}.parquet")
    report = shall.check({
        "subject": {"kind": "dataset", "target": "sold"},
        "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "log")},
        "requirements": {"steady": "population_stability over feature against train <= 0.2",
                         "fresh": "shared_rows against train <= 0", "single": "duplicate_rate <= 1%"}})
    assert [(one.name, str(one.verdict)) for one in report.verdicts] == [
        ("steady", "met"), ("fresh", "met"), ("single", "met")]
    alone = shall.check({
        "subject": {"kind": "dataset", "target": "sold"},
        "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "log")},
        "requirements": {"steady": "population_stability over feature against train <= 0.2"}})
    assert alone.verdicts[0].evidence == report.verdicts[0].evidence
