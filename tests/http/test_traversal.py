"""S3: no value of a request becomes a path: 600 strings in every parameter, header and field of a body.

The audit hook of Python sees every file that Python opens; what Arrow and SQLite open by themselves it does not see.
"""

from __future__ import annotations

import os

import msgspec
import pytest

from shall.http.routes import ROUTES
from tests.http import audited, served, traversal

JSON = (b"content-type", b"application/json")
HEADERS = (b"idempotency-key", b"host", b"authorization", b"origin", b"content-type", b"content-encoding", b"accept",
           b"inference-header-content-length", b"x-original-url", b"x-forwarded-host", b"referer", b"cookie", b"range")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    service = served.service(folder)
    client = served.Client(served.app(service))
    for route in ROUTES:                    # once, so that everything is loaded that will be
        path = route.pattern.replace("{name}", "loans").replace("{version}", "1")
        client(route.method, path, [JSON], msgspec.json.encode({"inputs": served.ROW}))
    yield client, folder
    client.close()
    served.close(service)


def bodies(text):
    """Bodies with a text in every place, and the route that takes them."""
    row = served.ROW
    tensor = {"name": "age", "shape": [1], "datatype": "FP64", "data": [1.0]}
    yield "/models/loans/decide", {"inputs": {**row, "city": text}}
    yield "/models/loans/decide", {"inputs": {**row, text: 1}}
    yield "/models/loans/decide", {"inputs": {**row, "age": text, "day": text}}
    yield "/models/loans/explain", {"rows": [{**row, "city": text}]}
    yield "/models/loans/labels", {"labels": [{"decision": text, "label": "yes", "source": text}]}
    yield "/models/loans/labels", {"labels": [{"decision": "a-1", "label": text, "time": text}]}
    yield "/v2/models/loans/infer", {"id": text, "inputs": [{**tensor, "name": text}]}
    yield "/v2/models/loans/infer", {"inputs": [{**tensor, "datatype": text}], "parameters": {text: text}}
    yield "/v2/models/loans/infer", {"inputs": [tensor], "outputs": [{"name": text, "parameters": {text: text}}]}


def encoded(text):
    return text.encode("utf-8", "surrogatepass")


def test_there_are_600():
    assert len(traversal.strings()) >= 600


def test_no_name_of_a_path_leads_anywhere(world):
    client, folder = world
    patterns = [(route.method, route.pattern, part) for route in ROUTES for part in ("{name}", "{version}")
                if part in route.pattern]
    with audited.listening() as heard:
        for text in traversal.strings():
            for method, pattern, part in patterns:
                path = pattern.replace(part, text).replace("{name}", "loans").replace("{version}", "1")
                found = client(method, encoded(path), [JSON])
                if "?" not in text:         # what is behind it is a query, and chooses nothing
                    assert found.status in (400, 404), (path, found)
                assert found.status < 500 and b"root:" not in found.body
    print(f"{len(traversal.strings()) * len(patterns)} requests")
    assert heard.outside(folder) == [] and heard.connections() == []


def test_no_header_leads_anywhere(world):
    client, folder = world
    body = msgspec.json.encode({"inputs": {"age": 1}})      # a fault: what is kept is looked at below
    with audited.listening() as heard:
        for text in traversal.strings():
            for header in HEADERS:
                given = [(header, encoded(text)), *([JSON] if header != b"content-type" else [])]
                found = client("POST", "/models/loans/decide", given, body)
                assert 400 <= found.status < 500 and b"root:" not in found.body, (header, text, found)
    assert heard.outside(folder) == [] and heard.connections() == []


def test_no_field_of_a_body_leads_anywhere(world):
    client, folder = world
    answered = 0
    with audited.listening() as heard:
        for place, text in enumerate(traversal.strings()):
            for path, body in bodies(text):
                if place % 6 and path.endswith(("explain", "labels")):
                    continue                # these take their time
                found = client("POST", path, [JSON, (b"idempotency-key", encoded(text))], msgspec.json.encode(body))
                answered += found.status == 200
                assert found.status < 500 and b"root:" not in found.body, (path, body, found)
    print(f"{answered} were answered and kept")
    assert answered > 300 and heard.outside(folder) == [] and heard.connections() == []


def test_what_was_kept_is_below_the_root_under_the_names_of_the_fleet(world):
    _, folder = world
    names = {part for place, folders, files in os.walk(folder) for part in (*folders, *files)}
    assert not any(name in text for name in names for text in traversal.strings() if len(name) < 4)
    assert {path.name for path in folder.iterdir()} == {"decisions"}
    assert {path.name for path in (folder / "decisions").iterdir()} == {"loans"}
