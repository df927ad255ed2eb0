"""What a page of metrics says is what happened at the server."""

from __future__ import annotations

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.http import served

JSON = (b"content-type", b"application/json")


@pytest.fixture
def client(tmp_path):
    texts = served.make_tokens(tmp_path / "tokens.toml")
    service = served.service(tmp_path)
    made = served.Client(served.app(service, tmp_path / "tokens.toml"))
    made.token = lambda role: (b"authorization", b"Bearer " + texts[role].encode())
    yield made
    made.close()
    served.close(service)


def figures(client):
    page = client("GET", "/metrics", [client.token("viewer")])
    assert page.status == 200 and page.headers[b"content-type"] == b"text/plain; version=0.0.4; charset=utf-8"
    return {(sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(page.body.decode()) for sample in family.samples}


def test_what_happened_is_what_is_told(client):
    user = [client.token("user"), JSON]
    one, many = ({"inputs": served.ROW}, {"rows": [served.ROW, {**served.ROW, "age": 20.0}]})
    given = [client("POST", "/models/loans/decide", user, msgspec.json.encode(body)) for body in (one, many, one)]
    assert [reply.status for reply in given] == [200] * 3
    assert client("POST", "/models/loans/decide", user, b'{"inputs": {"agee": 1}}').status == 422
    assert client("GET", "/models/other", user[:1]).status == 404
    body = msgspec.json.encode({"labels": [{"decision": msgspec.json.decode(given[0].body)["id"], "label": "yes"}]})
    assert client("POST", "/models/loans/labels", [client.token("reviewer"), JSON], body).status == 200
    found = figures(client)
    route = [("method", "POST"), ("route", "/models/{name}/decide")]
    assert found["shall_requests_total", *route, ("status", "200")] == 3
    assert found["shall_requests_total", *route, ("status", "422")] == 1
    assert found["shall_rows_total", ("model", "loans")] == 4 and found["shall_labels_total", ("model", "loans")] == 1
    kind = [("mode", "live"), ("model", "loans"), ("version", "1")]
    assert found["shall_decisions_total", ("kind", "answered"), *kind] == 4
    assert found["shall_durable_seconds_count",] == 3 and found["shall_in_flight",] == 0
    assert found["shall_bundle", *kind] == 1
    assert found["shall_bundle", ("mode", "recalled"), ("model", "loans"), ("version", "0")] == 1
    assert found["shall_log_waiting", ("model", "loans")] == 0 and found["shall_alarm", ("what", "tokens")] == 0
    assert found["shall_alarms_total", ("what", "not_logged")] == 0


def test_what_strangers_send_makes_no_series(client):
    before = len(figures(client))
    for number in range(200):
        client("GET", f"/models/m{number}", [client.token("viewer")])
        client("POST", f"/nothing/{number}", [client.token("viewer")])
        client(f"METHOD{number}", "/models/loans", [client.token("viewer")])
        client("GET", "/models/loans", client=f"10.0.0.{number}")
    assert len(figures(client)) - before < 60


def test_a_file_of_tokens_that_is_not_in_force_is_an_alarm(client, tmp_path):
    client.application.entrance.tokens.alarm = "it is wrong"
    assert figures(client)["shall_alarm", ("what", "tokens")] == 1


def test_no_label_says_who_or_what_was_decided_on(client):
    """Names of routes, models, versions, modes and kinds: no group, no column, no value of a row, no client."""
    client("POST", "/models/loans/decide", [client.token("user"), JSON], msgspec.json.encode({"inputs": served.ROW}))
    names = {name for key in figures(client) for name, _ in key[1:]}
    assert names <= {"method", "route", "status", "le", "model", "version", "mode", "kind", "alarm", "what"}


def test_what_only_a_connection_answers_is_counted_too(server):
    def told():
        page = server.ask("GET", "/metrics")[2].decode()
        return {(sample.name, *sorted(sample.labels.items())): sample.value
                for family in text_string_to_metric_families(page) for sample in family.samples}

    refused = ("shall_requests_total", ("method", ""), ("route", ""), ("status", "431"))
    before = told()
    assert server.raw(b"GET /v2 HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000).startswith(b"HTTP/1.1 431")
    after = told()
    assert after[refused] == before.get(refused, 0) + 1 and after["shall_queue",] == 0
    assert after["shall_alarm", ("what", "files")] == 0
