"""The Open Inference Protocol V2 with the client of Triton, against a real server."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from shall.http import protocol, tensors
from shall.http.problems import Refusal
from shall.http.protocol import Inference
from tests.http.process import ROW, Process

NUMBERS = {"age": True, "pay": True, "city": False, "day": False}
INPUTS = {name: not number for name, number in NUMBERS.items()}


@pytest.fixture
def client(server: Process):
    made = triton.InferenceServerClient(f"127.0.0.1:{server.port}")
    yield made
    made.close()


def columns(rows: list[dict[str, Any]], binary: bool = True, types: dict[str, str] | None = None) -> list[Any]:
    made = []
    for name, number in NUMBERS.items():
        kind = (types or {}).get(name, "FP64" if number else "BYTES")
        given = triton.InferInput(name, [len(rows)], kind)
        values = [row[name] for row in rows]
        array = np.array(values, dtype=triton.triton_to_np_dtype(kind)) if number else np.array(values, dtype=object)
        given.set_data_from_numpy(array, binary_data=binary)
        made.append(given)
    return made


def test_it_is_live_and_ready_and_tells_what_it_has(client):
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("loans")
    assert client.is_model_ready("loans", "1") and not client.is_model_ready("loans", "9")
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    told = client.get_model_metadata("loans")
    assert told["versions"] == ["1"] and told["platform"] == "shall"
    assert told["inputs"][0] == {"name": "age", "datatype": "FP64", "shape": [-1]}
    assert {"name": "decision", "datatype": "BYTES", "shape": [-1]} in told["outputs"]
    assert client.get_model_metadata("loans", "1")["name"] == "loans"


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("number", [1, 7, 100])
def test_rows_as_tensors_have_the_answers_of_the_plain_route(client, server, binary, number):
    rows = [{**ROW, "age": 20.0 + place, "city": ["Bonn", "Ulm", "Köln"][place % 3]} for place in range(number)]
    found = client.infer("loans", columns(rows, binary), request_id=f"same-{binary}-{number}")
    _, _, plain = server.ask("POST", "/models/loans/decide", json.dumps({"rows": rows}))
    assert found.get_response()["id"] == f"same-{binary}-{number}"
    assert found.get_response()["model_version"] == "1"
    assert [one.decode() for one in found.as_numpy("decision")] == [one["decision"] for one in plain["answers"]]
    assert found.as_numpy("score").tolist() == [one["score"] for one in plain["answers"]]
    assert not found.as_numpy("abstained").any() and found.as_numpy("abstained").dtype == bool
    assert found.as_numpy("capped").tolist() == [one["score"] > 0.9 for one in plain["answers"]]
    assert len({*found.as_numpy("evidence")}) == number


def test_only_the_outputs_that_are_asked_for(client):
    wanted = [triton.InferRequestedOutput("score", binary_data=False), triton.InferRequestedOutput("decision")]
    found = client.infer("loans", columns([ROW]), outputs=wanted)
    assert [one["name"] for one in found.get_response()["outputs"]] == ["score", "decision"]
    assert found.get_output("score")["data"] == [pytest.approx(found.as_numpy("score")[0])]
    assert "binary_data_size" in found.get_output("decision")["parameters"]
    with pytest.raises(InferenceServerException, match="no such output"):
        client.infer("loans", columns([ROW]), outputs=[triton.InferRequestedOutput("nothing")])


def test_what_is_missing_abstains(client):
    found = client.infer("loans", columns([ROW, {**ROW, "age": math.nan}]))
    assert found.as_numpy("abstained").tolist() == [False, True]
    assert found.as_numpy("decision").tolist() == [b"yes", b""]
    assert np.isnan(found.as_numpy("score")[1]) and found.as_numpy("code")[1] == b"no_probability"


@pytest.mark.parametrize("kind", ["INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "FP16",
                                  "FP32", "FP64"])
@pytest.mark.parametrize("binary", [True, False])
def test_every_datatype_of_numbers(client, server, kind, binary):
    if kind == "FP16" and not binary:
        pytest.skip("the client sends FP16 as bytes only")
    found = client.infer("loans", columns([{**ROW, "age": 41, "pay": 2}], binary, {"age": kind, "pay": kind}))
    _, _, plain = server.decide()
    assert found.as_numpy("score").tolist() == [plain["score"]]


def test_numbers_and_texts_packed_by_rows(client, server):
    numbers = triton.InferInput("numbers", [2, 2], "FP64")
    numbers.set_data_from_numpy(np.array([[41.0, 2.0], [20.0, 1.0]]))
    texts = triton.InferInput("texts", [2, 2], "BYTES")
    texts.set_data_from_numpy(np.array([["Ulm", "2026-11-21"], ["Bonn", "2026-11-21"]], dtype=object))
    found = client.infer("loans", [numbers, texts])
    _, _, plain = server.ask("POST", "/models/loans/decide", json.dumps(
        {"rows": [ROW, {**ROW, "age": 20.0, "pay": 1.0, "city": "Bonn"}]}))
    assert found.as_numpy("score").tolist() == [one["score"] for one in plain["answers"]]


@pytest.mark.parametrize("name, kind, values, said", [
    ("age", "BYTES", np.array(["old"], dtype=object), "takes a number"),
    ("city", "FP64", np.array([1.0]), None),
    ("citi", "BYTES", np.array(["Ulm"], dtype=object), "not known"),
])
def test_a_wrong_field_is_named_to_the_client(client, name, kind, values, said):
    made = [one for one in columns([ROW]) if one.name() not in (name, "city" if name == "citi" else "")]
    wrong = triton.InferInput(name, [1], kind)
    wrong.set_data_from_numpy(values)
    if said is None:
        assert len(client.infer("loans", [*made, wrong]).as_numpy("score")) == 1     # a number is text as Arrow has it
        return
    with pytest.raises(InferenceServerException, match=said) as told:
        client.infer("loans", [*made, wrong])
    assert told.value.status() == "422" and name in str(told.value)


def test_an_unknown_model_is_a_404_with_the_nearest_name(client):
    with pytest.raises(InferenceServerException, match="did you mean loans") as told:
        client.infer("loan", columns([ROW]))
    assert told.value.status() == "404"


def inference(**more: Any) -> dict[str, Any]:
    tensor = {"name": "age", "shape": [2], "datatype": "FP64", "data": [1, 2], **more}
    return {"inputs": [tensor]}


@pytest.mark.parametrize("body, said", [
    (inference(datatype="FP65"), "datatype"),
    (inference(shape=[3]), "has 3 values, and there are 2"),
    (inference(shape=[-1]), "shape"),
    (inference(shape=[]), "shape"),
    (inference(shape=[1, 1, 2]), "shape"),
    (inference(shape=[2, 10**18]), "values"),
    (inference(data=["a", "b"]), "is text, and the datatype is FP64"),
    (inference(data=[1, [2]]), "lists and some are not"),
    (inference(data=[[1], [2, 3]], shape=[2, 1]), "rows are not of the shape"),
    (inference(datatype="BYTES"), "no text"),
    (inference(parameters={"binary_data_size": 16}), "binary_data_size"),
    ({"inputs": [*inference()["inputs"], *inference()["inputs"]]}, "stands there twice"),
    ({"inputs": []}, "no row"),
    (inference(shape=[0], data=[]), "no row"),
])
def test_a_wrong_tensor_is_a_422_that_says_what(server, body, said):
    status, _, told = server.ask("POST", "/v2/models/loans/infer", json.dumps(body))
    assert status == 422, told
    assert said in told["faults"][0]["what"] and told["faults"][0]["fix"]


def both(head: bytes, behind: bytes, length: int | None = None) -> tuple[Inference, memoryview]:
    return protocol.parted(head + behind, str(len(head) if length is None else length).encode())


@pytest.mark.parametrize("size, behind", [(15, b"\0" * 15), (17, b"\0" * 17), (16, b"\0" * 15), (-1, b""),
                                          (16.0, b"\0" * 16), (True, b"\0")])
def test_sizes_behind_the_json_that_do_not_fit(size, behind):
    tensor = {"name": "age", "shape": [2], "datatype": "FP64", "parameters": {"binary_data_size": size}}
    asked, rest = both(json.dumps({"inputs": [tensor]}).encode(), behind)
    with pytest.raises(Refusal) as told:
        protocol.rows(asked, rest, INPUTS, 100)
    assert told.value.status in (400, 422)


@pytest.mark.parametrize("behind", [b"\x05\0\0\0abc", b"\xff\xff\xff\xff", b"\x02\0\0\0\xff\xff", b"\x01\0\0\0ab", b""])
def test_texts_behind_the_json_that_are_none(behind):
    tensor = {"name": "city", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": len(behind)}}
    asked, rest = both(json.dumps({"inputs": [tensor]}).encode(), behind)
    with pytest.raises(Refusal) as told:
        protocol.rows(asked, rest, INPUTS, 100)
    assert told.value.status == 422


@pytest.mark.parametrize("length", [b"-1", b"x", b"999", b"1" * 40, b"\xb2"])
def test_a_length_of_the_json_that_is_none(length):
    with pytest.raises(Refusal) as told:
        protocol.parted(b'{"inputs": []}', length)
    assert told.value.status == 400


def test_random_tensors_come_back_as_they_went():
    chance = np.random.default_rng(20261121)
    for _ in range(300):
        kind = str(chance.choice([name for name in tensors.TYPES if name not in ("FP16", "BOOL")]))
        values = chance.integers(0, 100, chance.integers(0, 20)).tolist()
        told, packed = tensors.told("x", kind, values, 1, binary=True)
        given = tensors.Tensor("x", told.shape, kind)
        assert tensors.values(given, memoryview(packed)) == values
        texts = ["".join(map(chr, chance.integers(32, 5000, 5))) for _ in values]
        told, packed = tensors.told("x", "BYTES", texts, 1, binary=True)
        assert tensors.values(tensors.Tensor("x", told.shape, "BYTES"), memoryview(packed)) == texts
