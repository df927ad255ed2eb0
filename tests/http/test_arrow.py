"""Arrow streams of strangers, and of friends."""

from __future__ import annotations

import json
import time

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import StoreError
from shall.http import arrow
from shall.http.problems import Refusal
from shall.stores.decisions import verify
from tests.http import served
from tests.http.process import ROW

MEDIA = {"Content_Type": arrow.MEDIA.decode()}


def stream(table: pa.Table, rows: int | None = None, **options) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, rows)
    return sink.getvalue().to_pybytes()


def table(count: int, seed: int = 0) -> pa.Table:
    chance = np.random.default_rng(seed)
    return pa.table({"age": chance.normal(40, 12, count), "pay": chance.integers(-5, 5, count).astype(float),
                     "city": pa.array(chance.choice(["Bonn", "Ulm", "Köln"], count)),
                     "day": pa.array(["2026-11-21"] * count)})


def answers(content: bytes) -> pa.Table:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()


@pytest.mark.parametrize("count", [1, 7, 64, 65, 9000])
def test_a_stream_has_the_answers_of_the_plain_route(server, count):
    rows = table(count)
    status, headers, content = server.ask("POST", "/models/loans/decide", stream(rows, 1000), **MEDIA)
    assert status == 200 and headers["content-type"] == arrow.MEDIA.decode()
    found = answers(content)
    _, _, plain = server.ask("POST", "/models/loans/decide", json.dumps({"rows": rows.slice(0, 500).to_pylist()}))
    assert found.schema == arrow.OUT and found.num_rows == count
    assert found["score"].to_pylist()[:500] == [one["score"] for one in plain["answers"]]
    assert found["decision"].to_pylist()[:500] == [one["decision"] for one in plain["answers"]]
    assert len({*found["id"].to_pylist()}) == count


def test_a_dictionary_and_a_narrow_number(server):
    rows = table(100)
    narrow = rows.set_column(2, "city", rows["city"].dictionary_encode()).set_column(
        0, "age", rows["age"].cast(pa.float32()))
    status, _, content = server.ask("POST", "/models/loans/decide", stream(narrow), **MEDIA)
    assert status == 200 and answers(content).num_rows == 100


def test_a_hundred_thousand_rows(server):
    """100,000 rows: all answered and logged, within three times the body beside what the server had."""
    rows = table(100_000)
    wide = stream(rows)
    server.ask("POST", "/models/loans/decide", stream(table(9000)), **MEDIA)
    before, began = server.memory(), time.monotonic()
    status, _, content = server.ask("POST", "/models/loans/decide", wide, **MEDIA)
    found = answers(content)
    assert status == 200 and found.num_rows == 100_000 and not found["abstained"].to_pylist().count(True)
    print(f"{len(wide)} bytes, {time.monotonic() - began:.2f} s, {server.memory() - before} bytes more")


def test_the_same_request_again_has_the_same_answers(server):
    body = stream(table(9000, 5))
    some = [server.ask("POST", "/models/loans/decide", body, Idempotency_Key="arrow-1", **MEDIA)[2] for _ in range(2)]
    assert answers(some[0]) == answers(some[1])


@pytest.mark.parametrize("name, column, said", [
    ("age", pa.array(["old"]), "takes a number"),
    ("age", pa.array([[1.0]]), "has the type"),
    ("agee", pa.array([1.0]), "not known"),
    ("age", pa.array([None], pa.null()), None),
])
def test_a_column_that_is_wrong_is_named(server, name, column, said):
    rows = table(1).drop(["age"]).append_column(name, column)
    status, _, told = server.ask("POST", "/models/loans/decide", stream(rows), **MEDIA)
    if said is None:
        assert status == 200
        return
    assert status == 422 and any(said in fault["what"] and fault["field"] == name for fault in told["faults"]), told


@pytest.mark.parametrize(("name", "value", "said"), [
    ("day", "some day", "no date"), ("age", float("inf"), "endless"), ("day", None, "")])
def test_a_row_that_is_wrong_far_behind_keeps_all_of_it_from_being_decided(tmp_path, name, value, said):
    rows = table(9000)
    values = rows[name].to_pylist()
    values[8998] = value
    rows = rows.set_column(rows.schema.names.index(name), name, pa.array(values))
    service = served.service(tmp_path)
    client = served.Client(served.app(service))
    reply = client("POST", "/models/loans/decide", [(b"content-type", arrow.MEDIA)], stream(rows, 1000))
    client.close()
    served.close(service)
    if said:
        (fault,) = json.loads(reply.body)["faults"]
        assert (reply.status, fault["row"], fault["field"]) == (422, 8998, name) and said in fault["what"]
    assert verify(tmp_path / "decisions" / "loans").rows == (0 if said else 9000)


def test_what_was_logged_before_a_failure_is_told(tmp_path, monkeypatch):
    service = served.service(tmp_path)
    client, sink = served.Client(served.app(service)), service.fleets["loans"].sink
    kept, submit = [], sink.submit

    def full(records, told):
        kept.append(records)
        if len(kept) == 2:
            told(StoreError("no space"))
        else:
            submit(records, told)

    monkeypatch.setattr(sink, "submit", full)
    reply = client("POST", "/models/loans/decide", [(b"content-type", arrow.MEDIA)], stream(table(9000)))
    client.close()
    served.close(service)
    assert reply.status == 503 and reply.headers[b"retry-after"] == b"1"
    assert "The first 4,096 rows of the stream were decided and logged before that" in json.loads(reply.body)["detail"]
    assert verify(tmp_path / "decisions" / "loans").rows == 4096


def read(body: bytes) -> pa.Table:
    return arrow.read(body, 1000)


def test_compressed_buffers_are_refused_before_they_are_read():
    rows = pa.table({"age": np.zeros(900)})
    for codec in ("zstd", "lz4"):
        with pytest.raises(Refusal) as told:
            read(stream(rows, compression=codec))
        assert told.value.status == 415
    assert read(stream(rows)).num_rows == 900


def test_rows_that_cost_no_bytes_are_counted():
    with pytest.raises(Refusal) as told:
        read(stream(pa.table({"age": pa.nulls(10**9)}), None))
    assert told.value.status == 422 and "more than 1,000 rows" in told.value.faults[0].what


@pytest.mark.parametrize("kind", [pa.list_(pa.float64()), pa.struct([("a", pa.float64())]),
                                  pa.map_(pa.int8(), pa.int8()),
                                  pa.binary(), pa.string_view(), pa.run_end_encoded(pa.int32(), pa.float64()),
                                  pa.decimal128(10), pa.dictionary(pa.int8(), pa.list_(pa.int8()))])
def test_types_that_no_row_has_are_refused(kind):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pa.schema([("age", kind)])):
        pass
    with pytest.raises(Refusal) as told:
        read(sink.getvalue().to_pybytes())
    assert told.value.status in (400, 422)


@pytest.mark.parametrize("rows", [pa.table({}), pa.table({"a": pa.array([], pa.float64())}),
                                  pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0])], names=["a", "a"]),
                                  pa.table({f"x{place}": [1.0] for place in range(5000)})])
def test_no_rows_or_odd_columns_are_refused(rows):
    with pytest.raises(Refusal) as told:
        read(stream(rows))
    assert told.value.status == 422


def damaged(count: int, seed: int) -> tuple[int, int]:
    """How many of ``count`` changed streams were read, and refused; anything else is an error."""
    chance = np.random.default_rng(seed)
    rows = table(20).append_column("kind", pa.array(["a", "b"] * 10).dictionary_encode())
    seeds = [stream(rows), stream(rows, 7), stream(table(3)), stream(table(50), compression="lz4")]
    taken = refused = 0
    for _ in range(count):
        body = bytearray(seeds[chance.integers(len(seeds))])
        for _ in range(chance.integers(1, 4)):
            place, how = int(chance.integers(len(body))), chance.integers(4)
            if how == 0:
                body[place] ^= 1 << int(chance.integers(8))
            elif how == 1:
                body[place:place + 4] = bytes(chance.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0"]))
            elif how == 2:
                del body[place:place + int(chance.integers(1, 50))]
            else:
                del body[place:]
            if not body:
                body = bytearray(b"\0")
        try:
            read(bytes(body)).to_pylist()
            taken += 1
        except Refusal as refusal:
            assert refusal.status in (400, 415, 422)
            refused += 1
    return taken, refused


def test_damaged_streams_are_refused_or_read_and_nothing_else_happens():
    taken, refused = damaged(2_000, 20261121)
    assert taken > 50 and refused > 500


@pytest.mark.slow
def test_many_damaged_streams():
    """N: 50,000."""
    taken, refused = damaged(50_000, 1)
    assert taken + refused == 50_000


def test_a_stream_by_json_media_and_the_other_way(server):
    assert server.ask("POST", "/models/loans/decide", stream(table(1)))[0] == 400
    assert server.ask("POST", "/models/loans/decide", json.dumps({"inputs": ROW}), **MEDIA)[0] == 400
