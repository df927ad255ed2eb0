"""Real people ask the server: ``python client.py http://127.0.0.1:8080 decisions.parquet labels.parquet``.

A client of the Open Inference Protocol V2 that knows nothing of shall (tritonclient) sends rows of the survey, one a
request and then many; what turned out to be true follows as labels, by the name of the request.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tritonclient.http import InferenceServerClient, InferInput, InferResult

NAME: Final = "employment"
MANY: Final = 500                           # rows of a request
LABELS: Final = 10_000                      # of a request


def tensors(rows: pa.Table) -> list[InferInput]:
    """One tensor a column: numbers as FP64, all else as text."""
    found = []
    for name in rows.column_names:
        column = rows.column(name)
        number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        values = column.to_numpy().astype(np.float64) if number else np.array(column.to_pylist(), dtype=object)
        tensor = InferInput(name, list(values.shape), "FP64" if number else "BYTES")
        tensor.set_data_from_numpy(values)
        found.append(tensor)
    return found


def columns(client: InferenceServerClient, rows: pa.Table) -> pa.Table:
    """The columns that the model takes, and those that only its requirements need; id and time the server knows."""
    told = client.get_model_metadata(NAME)
    wanted = {one["name"] for one in told["inputs"]} | {*told["parameters"]["context"]} - {"id", "year"}
    return rows.select([name for name in rows.column_names if name in wanted])


def decide(client: InferenceServerClient, rows: pa.Table, request: str) -> InferResult:
    """The answer to some rows."""
    return client.infer(NAME, tensors(rows), request_id=request)


def post(address: str, route: str, told: Mapping[str, Any]) -> Any:
    """A plain route, JSON in and out."""
    asked = urllib.request.Request(f"{address}/models/{NAME}/{route}", json.dumps(told).encode(),
                                   {"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as answered:
        return json.load(answered)


def label(address: str, evidence: Sequence[str], people: pa.Table, truth: pa.Table) -> int:
    """Send what turned out to be true of each decision; how many were kept."""
    places = pc.index_in(people.column("id"), truth.column("id").combine_chunks())
    known = truth.column("employed").take(places).to_pylist()
    told = [{"decision": one, "label": str(value)} for one, value in zip(evidence, known, strict=True)]
    return sum(int(post(address, "labels", {"labels": told[start:start + LABELS]})["kept"])
               for start in range(0, len(told), LABELS))


def main() -> int:
    """Send rows, send labels, ask for reasons, and say how it went."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address")
    asked.add_argument("rows")
    asked.add_argument("labels")
    asked.add_argument("--alone", type=int, default=500, help="rows that are asked one by one")
    asked.add_argument("--many", type=int, default=20_500, help=f"rows that are asked {MANY} at a time")
    given = asked.parse_args()
    client = InferenceServerClient(given.address.removeprefix("http://"))
    people = pq.read_table(given.rows).slice(0, given.alone + given.many)
    rows = columns(client, people)
    print(f"{NAME} is ready: {client.is_model_ready(NAME)}; it takes {', '.join(rows.column_names)}")
    answers, took = [], []
    for place in range(given.alone):
        began = time.perf_counter()
        answers.append(decide(client, rows.slice(place, 1), f"person-{people.column('id')[place]}"))
        took.append(time.perf_counter() - began)
    for place in range(given.alone, len(rows), MANY):
        answers.append(decide(client, rows.slice(place, MANY), f"from-{place}"))
    decided = np.concatenate([answer.as_numpy("decision") for answer in answers])
    evidence = [name.decode() for answer in answers for name in answer.as_numpy("evidence").tolist()]
    told = ", ".join(f"{value.decode()}: {count:,}" for value, count in sorted(Counter(decided.tolist()).items()))
    print(f"{len(decided):,} people were decided ({told}), {given.alone:,} of them one by one in "
          f"{1000 * float(np.median(took)):.1f} ms each at the median, this client included")
    kept = label(given.address, evidence, people, pq.read_table(given.labels))
    print(f"{kept:,} labels came later")
    place = decided.tolist().index(b"0")
    reasons = post(given.address, "explain", {"inputs": rows.slice(place, 1).to_pylist()[0]})
    print(f"why {evidence[place]} was taken for not employed, at {reasons['score']:.2f} (typical: "
          f"{reasons['typical_score']:.2f}):")
    print("\n".join(f"  {one['sentence']}" for one in reasons["reasons"]))
    return 0 if kept == len(decided) == len(people) else 1


if __name__ == "__main__":
    sys.exit(main())
