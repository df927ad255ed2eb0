"""Aequitas: crosstabs and disparities over three groupings, from a frame that is in memory already.

``python -m benchmarks.peers.aequitas_audit LOG``; runs in an environment of its own. It knows no intersections, so that
grouping is a joined column, made before the clock starts.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

import pandas
from aequitas.bias import Bias
from aequitas.group import Group

from benchmarks.harness import cpu_seconds

ATTRIBUTES = ["sex", "race", "all"]


def audit(frame: pandas.DataFrame) -> Any:
    """Counts and rates of every group, and their ratios to the group with the most rows."""
    table, _ = Group().get_crosstabs(frame, attr_cols=ATTRIBUTES)
    return Bias().get_disparity_major_group(table, original_df=frame, check_significance=False)


def main(path: str) -> None:
    """Warm up on a few rows, then audit all of them."""
    frame = pandas.read_parquet(path, columns=["label", "decision", "sex", "race", "age"])
    frame = frame.rename(columns={"label": "label_value", "decision": "score"})
    for name in ("sex", "race", "age"):
        frame[name] = frame[name].astype(object)
    frame["all"] = frame["sex"] + "|" + frame["race"] + "|" + frame["age"]
    frame = frame.drop(columns=["age"])
    audit(frame.iloc[:2000].copy())
    before = cpu_seconds()
    table = audit(frame)
    cpu = cpu_seconds() - before
    rows = table[table["attribute_name"] != "all"][["attribute_value", "tpr", "fpr", "fnr", "pprev", "precision"]]
    found = {row["attribute_value"]: {name: float(row[name]) for name in ("tpr", "fpr", "fnr", "pprev", "precision")}
             for _, row in rows.iterrows()}
    versions = {name: version(name) for name in ("aequitas", "pandas")}
    print(json.dumps({"cpu": cpu, "versions": versions, "found": found}))


if __name__ == "__main__":
    main(sys.argv[1])
