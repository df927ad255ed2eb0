"""Real people ask the server: ``python client.py http://127.0.0.1:8080 decisions.parquet --labels labels.parquet``.

A client of the Open Inference Protocol V2 that knows nothing of shall (tritonclient) sends rows of the survey, one a
request and then many; what turned out to be true follows as labels, by the name of the request. ``--only DIS=1`` sends
some people only; ``--until abstains`` and ``--until refused`` ask for one of them until the server does so.
"""

from __future__ import annotations

import argparse
import json
import secrets
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
from numpy.typing import NDArray
from tritonclient.http import InferenceServerClient, InferInput, InferResult
from tritonclient.utils import InferenceServerException

NAME: Final = "employment"
MANY: Final = 500                           # rows of a request
LABELS: Final = 10_000                      # of a request
FEW: Final = 40                             # people who are asked about again and again


def tensors(rows: pa.Table) -> list[InferInput]:
    """One tensor a column: numbers as FP64, all else as text. What is missing is NaN, of a text null."""
    found = []
    for name in rows.column_names:
        column = rows.column(name)
        number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        values = column.to_numpy().astype(np.float64) if number else np.array(column.to_pylist(), dtype=object)
        tensor = InferInput(name, list(values.shape), "FP64" if number else "BYTES")
        tensor.set_data_from_numpy(values, binary_data=number or not column.null_count)
        if not number and column.null_count:
            tensor._data = column.to_pylist()   # else the library writes the word None for what is missing
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


def label(address: str, evidence: Sequence[str], truth: Sequence[int | None]) -> int:
    """Send what turned out to be true of each decision, where that is known; how many were kept."""
    told = [{"decision": one, "label": str(value)} for one, value in zip(evidence, truth, strict=True)
            if value is not None]
    return sum(int(post(address, "labels", {"labels": told[start:start + LABELS]})["kept"])
               for start in range(0, len(told), LABELS))


def chosen(people: pa.Table, only: Sequence[str]) -> pa.Table:
    """The people of whom all is true: ``DIS=1`` is that text, ``AGEP>=50`` at least that number."""
    for one in only:
        column, least, value = one.partition(">=")
        column, value = (column, value) if least else one.split("=", 1)
        told = people.column(column)
        people = people.filter(pc.greater_equal(told, float(value)) if least else pc.equal(told.cast("string"), value))
    return people


def counted(decided: Sequence[bytes]) -> str:
    """`0: 1,410, 1: 777, not decided: 12`."""
    told = Counter(value.decode() or "not decided" for value in decided)
    return ", ".join(f"{value}: {count:,}" for value, count in sorted(told.items()))


def by_sex(people: pa.Table, employed: NDArray[np.bool_]) -> str:
    """How many of each sex are; `missing` is a group like any other."""
    sex = np.array([one or "missing" for one in people.column("sex").to_pylist()])
    return ", ".join(f"{one} {np.mean(employed[sex == one]):.0%}" for one in np.unique(sex).tolist())


def known(people: pa.Table, truth: pa.Table) -> list[int | None]:
    """What turned out to be true of each; None where that is not known."""
    places = pc.index_in(people.column("id"), truth.column("id").combine_chunks())
    told: list[int | None] = truth.column("employed").take(places).to_pylist()
    return told


def ask(client: InferenceServerClient, people: pa.Table, alone: int) -> tuple[NDArray[Any], list[str]]:
    """The decisions about some people, the first of them one by one, and the name of each."""
    rows, answers, took = columns(client, people), [], []
    mine = secrets.token_hex(4)
    for place in range(min(alone, len(rows))):
        began = time.perf_counter()
        answers.append(decide(client, rows.slice(place, 1), f"person-{people.column('id')[place]}-{mine}"))
        took.append(time.perf_counter() - began)
    for place in range(alone, len(rows), MANY):
        answers.append(decide(client, rows.slice(place, MANY), f"from-{place}-{mine}"))
    decided = np.concatenate([answer.as_numpy("decision") for answer in answers])
    one_by_one = f"; {alone:,} of them one by one in {1000 * float(np.median(took)):.1f} ms each at the median" if (
        took) else ""
    print(f"{len(decided):,} people were decided ({counted(decided.tolist())}){one_by_one}")
    return decided, [name.decode() for answer in answers for name in answer.as_numpy("evidence").tolist()]


def explained(address: str, row: Mapping[str, Any], name: str) -> None:
    """Why one was taken for not employed."""
    reasons = post(address, "explain", {"inputs": dict(row)})
    print(f"why {name} was taken for not employed, at {reasons['score']:.2f} (typical: "
          f"{reasons['typical_score']:.2f}):")
    print("\n".join(f"  {one['sentence']}" for one in reasons["reasons"]))


def waited(client: InferenceServerClient, people: pa.Table, what: str, patience: float) -> int:
    """Ask about the same people until one is not decided, or all are refused; 1 where that does not come."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        try:
            answer = decide(client, columns(client, people.slice(0, FEW)), secrets.token_hex(8))
        except InferenceServerException as refused:
            print(f"refused with {refused.status()}, {time.monotonic() - began:.1f} s later: {refused.message()}")
            return 0 if what == "refused" else 1
        codes = [code.decode() for code in answer.as_numpy("code").tolist()]
        if what == "abstains" and "alarm" in codes:
            print(f"of {len(codes)} people {codes.count('alarm')} are not decided any more, "
                  f"{time.monotonic() - began:.1f} s later: {answer.as_numpy('why')[codes.index('alarm')].decode()}")
            return 0
        time.sleep(0.1)
    print(f"the server answered all the same, {patience:.0f} seconds long", file=sys.stderr)
    return 1


def main() -> int:
    """Send rows, send labels, ask for reasons, and say how it went."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address")
    asked.add_argument("rows", nargs="+", help="Parquet files of people")
    asked.add_argument("--labels", help="what turned out to be true of them, by id")
    asked.add_argument("--only", action="append", default=[], metavar="DIS=1", help="some people only, also AGEP>=50")
    asked.add_argument("--alone", type=int, default=0, help="rows that are asked one by one")
    asked.add_argument("--many", type=int, default=10**9, help=f"rows that are asked {MANY} at a time")
    asked.add_argument("--until", choices=("abstains", "refused"), help="ask for a few until the server does so")
    asked.add_argument("--patience", type=float, default=30.0, help="seconds of that")
    given = asked.parse_args()
    client = InferenceServerClient(given.address.removeprefix("http://"))
    people = pa.concat_tables([chosen(pq.read_table(path), given.only) for path in given.rows],
                              promote_options="permissive").slice(0, given.alone + given.many)
    if given.until:
        return waited(client, people, given.until, given.patience)
    print(f"{NAME} is ready: {client.is_model_ready(NAME)}")
    decided, evidence = ask(client, people, given.alone)
    heard = decided != b""
    print(f"taken for employed: {by_sex(people.filter(heard), decided[heard] == b'1')}")
    if given.labels is None:
        return 0 if len(decided) == len(people) else 1
    truth = known(people, pq.read_table(given.labels))
    kept = label(given.address, evidence, truth)
    print(f"in work, by the {kept:,} labels that came later: {by_sex(people, np.array(truth) == 1)}")
    place = decided.tolist().index(b"0")
    explained(given.address, columns(client, people).slice(place, 1).to_pylist()[0], evidence[place])
    return 0 if kept == len(decided) - truth.count(None) and len(decided) == len(people) else 1


if __name__ == "__main__":
    sys.exit(main())
