"""`shall`: what readiness finds in a table. ``python -m benchmarks.peers.ours_readiness TABLE LOOK``"""

from __future__ import annotations

import json
import sys

import numpy as np
import pyarrow.parquet as pq

from benchmarks.harness import cpu_seconds
from shall.core.log import Binding, Column
from shall.phases.datasets import coded
from shall.phases.datasets.asking import Material, dense, probe
from shall.phases.datasets.looked import Looked
from shall.phases.datasets.looking import answer, labels, leaks, rows_twice
from shall.phases.datasets.ready import readiness

TOLD = 0.2                                  # of an attribute, by one feature


def main(path: str, look: str) -> None:
    """The rows or features that are named, and the CPU seconds."""
    table = pq.read_table(path)
    features = tuple(name for name in table.column_names if name != "label")
    material = Material(table, Binding((("label", Column("label")),), kind="dataset"), features)
    looked = Looked(material, None, (), 95.0)
    if look == "labels":
        answer("duplicates", material)      # what is loaded lazily is loaded
    before = cpu_seconds()
    found: dict[str, object] = {}
    if look == "labels":
        part = labels(looked)
        found["flagged"] = [] if part.suspicious is None else np.flatnonzero(part.suspicious).tolist()
    elif look == "copies":
        part = rows_twice(looked)
        found["flagged"] = [] if part.drop is None else np.flatnonzero(part.drop).tolist()
        found["twice"] = part.findings[0].evidence["rate"] if part.findings else 0.0
    elif look == "sex":
        value = dense(coded.exactly(table["sex"]))
        told = {name: float(probe("leakage").answers(coded.binned(table[name]), value).mean())
                for name in features if name not in ("sex", "label")}
        found.update(scores=told, flagged=[name for name, share in told.items() if share > TOLD])
    elif look == "all":
        found["findings"] = len(readiness(table, None, material.binding, features).findings)
    else:
        part = leaks(looked)
        found.update(scores=dict(part.findings[0].bars) if part.findings else {},
                     flagged=[name for one in part.findings for name in one.evidence])
    print(json.dumps({"cpu": cpu_seconds() - before, **found}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
