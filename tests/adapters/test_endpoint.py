"""A model behind an address, asked over real HTTP from a server of this test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.adapters import endpoint
from shall.adapters.endpoint import Endpoint
from shall.core.errors import DataError, InputError

linear = pytest.importorskip("sklearn.linear_model")

CHANCE = np.random.default_rng(0)
AGE, HOURS = CHANCE.integers(18, 90, 2500), CHANCE.normal(40, 5, 2500)
ROWS = pa.record_batch({"age": AGE, "hours": HOURS, "city": pa.array(["Bern", None] * 1250)})
X = np.column_stack([AGE, HOURS])
MODEL = linear.LogisticRegression().fit(X, np.where(AGE > 50, "yes", "no"))
SCORE = MODEL.predict_proba(X)[:, 1]
Route = Callable[[str, Any], tuple[int, Any]]


class Server(ThreadingHTTPServer):
    """Answers by a function of route and body, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, route: Route) -> None:
        self.route, self.asked = route, list[tuple[str, Any]]()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(body)

    def do_GET(self) -> None:
        self._answer(None)

    def _answer(self, body: Any) -> None:
        self.server.asked.append((self.path, body))
        status, content = self.server.route(self.path, body)
        sent = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://example.org/")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Route], Server]]:
    monkeypatch.setattr(endpoint, "WAIT", 0.01)
    servers: list[Server] = []

    def start(route: Route) -> Server:
        servers.append(Server(route))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def scored(rows: list[dict[str, Any]]) -> np.ndarray:
    return MODEL.predict_proba(np.array([[row["age"], row["hours"]] for row in rows]))[:, 1]


FORMS: dict[str, Callable[[np.ndarray], list[Any]]] = {
    "a number": lambda score: score.tolist(),
    "two probabilities": lambda score: np.column_stack([1 - score, score]).tolist(),
    "an object": lambda score: [{"score": one, "decision": "yes" if one > 0.5 else "no"} for one in score],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_plain_route(form: str, serve: Callable[[Route], Server]) -> None:
    server = serve(lambda _, body: (200, {"predictions": FORMS[form](scored(body["instances"]))}))
    model = Endpoint(server.at("/predict?v=2"))
    assert model.inputs(ROWS.schema) == ["age", "hours", "city"]
    answer = model.answer(ROWS)
    assert answer.values is not None and answer.values[:, -1].tolist() == SCORE.tolist()
    assert (answer.labels is None) == (form != "an object")
    assert [len(body["instances"]) for _, body in server.asked] == [1000, 1000, 500]
    assert server.asked[0][0] == "/predict?v=2"
    assert server.asked[0][1]["instances"][1]["city"] is None
    again = Endpoint(server.at("/predict?v=2"))
    again.answer(ROWS)
    assert again.digest == model.digest


def test_classes_only(serve: Callable[[Route], Server]) -> None:
    server = serve(lambda _, body: (200, {"predictions": np.where(scored(body["instances"]) > 0.5, 1, 0).tolist()}))
    answer = Endpoint(server.at("/")).answer(ROWS)
    assert answer.values is None and answer.labels is not None
    assert answer.labels.to_pylist() == (SCORE > 0.5).astype(int).tolist()


@pytest.mark.parametrize("matrix", [True, False])
def test_the_open_inference_protocol(matrix: bool, serve: Callable[[Route], Server]) -> None:
    inputs = [{"name": "input", "datatype": "FP64", "shape": [-1, 2]}] if matrix else [
        {"name": "hours", "datatype": "FP64", "shape": [-1, 1]}, {"name": "age", "datatype": "INT64", "shape": [-1]}]

    def route(path: str, body: Any) -> tuple[int, Any]:
        if body is None:
            return 200, {"name": "loans", "platform": "sklearn", "inputs": inputs, "outputs": []}
        found = {one["name"]: np.array(one["data"], float).reshape(one["shape"]) for one in body["inputs"]}
        given = found["input"] if matrix else np.column_stack([found["age"].ravel(), found["hours"].ravel()])
        score = MODEL.predict_proba(given)
        return 200, {"model_name": "loans", "outputs": [
            {"name": "label", "datatype": "BYTES", "shape": [len(score)], "data": MODEL.predict(given).tolist()},
            {"name": "scores", "datatype": "FP64", "shape": list(score.shape), "data": score.ravel().tolist()}]}

    server = serve(route)
    model = Endpoint(server.at("/v2/models/loans/versions/3/infer"))
    names = model.inputs(ROWS.schema)
    assert names == (["age", "hours"] if matrix else ["hours", "age"])
    answer = model.answer(ROWS.select(names))
    assert answer.values is not None and answer.values[:, 1].tolist() == SCORE.tolist()
    assert answer.labels is not None and answer.labels.to_pylist() == MODEL.predict(X).tolist()
    at = "/v2/models/loans/versions/3"
    assert [path for path, _ in server.asked][:2] == [at, f"{at}/infer"]


def test_a_busy_server_is_asked_again(serve: Callable[[Route], Server]) -> None:
    waits = iter([503, 429, 200])
    server = serve(lambda _, body: (next(waits), {"predictions": [0.5] * len(body["instances"])}))
    assert Endpoint(server.at("/")).answer(ROWS.slice(0, 5)).values is not None
    assert len(server.asked) == 3


WRONG: dict[str, tuple[int, Any]] = {
    "does not answer after 4 tries: status 503": (503, {}),
    "sends on to another address, which is not followed": (302, {}),
    "answers with status 404: no such model": (404, b"no such model"),
    "does not answer with JSON: NaN is no JSON": (200, b'{"predictions": [NaN]}'),
    "does not answer with JSON: Expecting": (200, b"<html>"),
    "answers with 2 predictions to 5 rows": (200, {"predictions": [1, 2]}),
    "answers with no list of predictions to 5 rows": (200, {"error": "x"}),
    "something that is no number": (200, {"predictions": [[0.1], [0.2], [0.3], [0.4], "x"]}),
    "answers with the keys colour": (200, {"predictions": [{"colour": 1}] * 5}),
    "answers with more than 64 MB": (200, b"[" + b" " * 2**26 + b"]"),
    "recursion": (200, b"[" * 200_000),
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_answer_is_told(message: str, serve: Callable[[Route], Server]) -> None:
    server = serve(lambda *_: WRONG[message])
    with pytest.raises(DataError, match=f"(?i){message}"):
        Endpoint(server.at("/")).answer(ROWS.slice(0, 5))


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "WAIT", 0.01)
    with pytest.raises(DataError, match=r"does not answer after 4 tries: .*refused"):
        Endpoint("http://127.0.0.1:9/predict").answer(ROWS.slice(0, 5))


def test_a_token_goes_only_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHALL_TOKEN", "secret")
    with pytest.raises(InputError, match="is not encrypted, and SHALL_TOKEN is set"):
        Endpoint("http://models.example.org/predict")
    Endpoint("https://models.example.org/predict")
    with pytest.raises(InputError, match="holds no password"):
        Endpoint("https://me:secret@models.example.org/predict")
    with pytest.raises(InputError, match="is no http"):
        Endpoint("ftp://models.example.org/predict")
