"""Routes, methods, media types and problems, asked over a real socket or in this process."""

from __future__ import annotations

import json
import logging

import pytest

from shall.core.errors import NotReady, StoreError
from shall.http import tokens
from shall.http.access import OPEN, READ, Policy
from shall.http.app import refused
from shall.http.inferring import live
from shall.http.router import Router
from shall.http.routes import ROUTES, Route
from shall.runtimes.fleet import Fleet
from tests.http import served
from tests.http.process import ROW
from tests.http.served import Client

JSON = [(b"content-type", b"application/json")]


@pytest.fixture
def client(tmp_path):
    service = served.service(tmp_path)
    made = Client(served.app(service))
    yield made
    made.close()
    served.close(service)


def test_a_route_without_a_policy_or_twice_is_an_error():
    route = Route("GET", "/x", live, OPEN, "x", "X.")
    with pytest.raises(ValueError, match="no policy"):
        Router([Route("GET", "/x", live, None, "x", "X.")])          # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no policy"):
        Router([Route("GET", "/x", live, Policy("mine", frozenset()), "x", "X.")])
    for method in ("GET", "HEAD"):
        with pytest.raises(ValueError, match="twice"):
            Router([route, Route(method, "/x", live, READ, "y", "Y.")])
    assert len({(route.method, route.pattern) for route in ROUTES}) == len(ROUTES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("path", ["/", "", "/v2/", "/v2//health/live", "/V2", "/v2/models/", "/models/../v2",
                                  "/models/%2e%2e", "/models/a/b", "/models/loans/",
                                  "/models/Loans", "/models/" + "a" * 65,
                                  "/models/loans/versions/1/labels", "/models/loans;x", "/models/lo\x00ans", "//v2",
                                  "/models/löans", "/v2/models/loans/versions//infer", "/models/.", "/" + "a" * 5000])
def test_what_is_in_no_table_does_not_exist(client, path):
    answer = client("GET", path)
    assert answer.status == 404 and json.loads(answer.body)["type"] == "urn:shall:unknown"


@pytest.mark.parametrize("method, path, allow", [
    ("POST", "/v2", b"GET, HEAD"), ("DELETE", "/models/loans", b"GET, HEAD"), ("GET", "/models/loans/decide", b"POST"),
    ("HEAD", "/models/loans/decide", b"POST"), ("OPTIONS", "/models/loans/decide", b"POST"),
    ("PUT", "/models/loans/labels", b"POST"), ("PATCH", "/metrics", b"GET, HEAD"), ("TRACE", "/v2", b"GET, HEAD"),
])
def test_another_method_is_told_what_is_allowed(client, method, path, allow):
    answer = client(method, path, [(b"x-http-method-override", b"POST"), (b"x-method-override", b"GET")])
    assert answer.status == 405 and answer.headers[b"allow"] == allow


def test_head_is_get_without_its_body(client, server):
    assert client("HEAD", "/v2").body == b"" and client("HEAD", "/v2").headers == client("GET", "/v2").headers
    answer = server.raw(b"HEAD /v2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n") and b"content-length: 70" in answer


@pytest.mark.parametrize("media", [b"", b"text/plain", b"application/x-www-form-urlencoded", b"application/jsonx",
                                   b"multipart/form-data; boundary=x", b"application/octet-stream"])
def test_a_body_of_another_kind_is_refused(client, media):
    for path in ("/models/loans/decide", "/models/loans/explain", "/models/loans/labels"):
        answer = client("POST", path, [(b"content-type", media)] if media else [], b'{"inputs": {}}')
        assert answer.status == 415, path


def test_a_compressed_body_is_refused(client):
    answer = client("POST", "/models/loans/decide", [*JSON, (b"content-encoding", b"gzip")], b"\x1f\x8b")
    assert answer.status == 415 and answer.headers[b"accept-encoding"] == b"identity"


@pytest.mark.parametrize("body, status", [
    ({}, 422), ({"inputs": ROW, "rows": [ROW]}, 422), ({"rows": []}, 422), ({"inputs": {}}, 422),
    ({"inputs": {**ROW, "agee": 1}}, 422), ({"rows": [ROW, {**ROW, "age": "old"}]}, 422), ({"inputs": ROW}, 200),
    ({"inputs": {**ROW, "age": None}}, 200), ({"inputs": {**ROW, "age": 10**400}}, 422),
    ({"inputs": {**ROW, "age": 1.7e308}}, 200), ({"inputs": {**ROW, "day": "yesterday"}}, 422),
])
def test_rows_that_are_wrong_are_told_field_by_field(client, body, status):
    answer = client("POST", "/models/loans/decide", JSON, json.dumps(body).encode())
    assert answer.status == status, answer.body
    if status == 422:
        assert all(fault["what"] and "fix" in fault for fault in json.loads(answer.body)["faults"])


def test_several_faults_are_told_at_once(client):
    body = json.dumps({"rows": [{**ROW, "age": "old", "agee": 1}, ROW, {**ROW, "pay": "much"}]}).encode()
    told = json.loads(client("POST", "/models/loans/decide", JSON, body).body)
    assert {(fault["row"], fault["field"]) for fault in told["faults"]} == {(0, "age"), (0, "agee"), (2, "pay")}
    assert told["error"].startswith(told["detail"])


def test_unknown_recalled_and_not_ready(client):
    asked = json.dumps({"inputs": ROW}).encode()
    for path, status in (("loan", 404), ("loans/versions/9", 404), ("loans/versions/0", 410),
                         ("loans/versions/2", 200)):
        assert client("POST", f"/models/{path}/decide", JSON, asked).status == status
        assert client("GET", f"/v2/models/{path}/ready").status == status
    told = json.loads(client("POST", "/models/loans/versions/0/decide", JSON, asked).body)["detail"]
    assert told.startswith("loans@0 was recalled"), "a name keeps its letters"
    assert client("GET", "/v2/health/ready").status == 200
    assert client("HEAD", "/v2/health/ready").status == 200
    client.application.closing = True
    assert client("GET", "/v2/health/ready").status == 503 and client("GET", "/v2/health/live").status == 200


def test_who_may_read_is_told_which_model_cannot_answer(tmp_path):
    service, path = served.service(tmp_path), tmp_path / "tokens.toml"
    texts = served.make_tokens(path)
    texts["other"] = tokens.new(path, "other", "viewer", models=("other",))[0]
    loans = service.fleets["loans"]
    stopped = Fleet("other", "7", {}, stopped={"7": ("stopped", "fair is broken")})
    lost = Fleet("loans", "0", {}, recalled={"0": "it was wrong"}, log=loans.home)
    for application, token, said in (
            (served.app(service), "", {"loans": "loans@0 was recalled: it was wrong",
                                       "other": "other@7 was stopped: fair is broken"}),
            (served.app(service, path), "viewer", {"loans": "loans@0 was recalled: it was wrong",
                                                   "other": "other@7 was stopped: fair is broken"}),
            (served.app(service, path), "other", {"other": "other@7 was stopped: fair is broken"}),
            (served.app(service, path), "", {}), (served.app(service, path), "expired", {})):
        service.fleets = {"loans": lost, "other": stopped, "third": loans}
        client = Client(application)
        headers = [(b"authorization", b"Bearer " + texts[token].encode())] if token else []
        answer = client("GET", "/v2/health/ready", headers)
        told = json.loads(answer.body)
        assert answer.status == client("HEAD", "/v2/health/ready", headers).status == 503
        assert answer.headers[b"retry-after"] == b"1" and told["type"] == "urn:shall:not-ready"
        assert {one["field"]: one["what"] for one in told["faults"]} == said
        assert told["detail"] == "2 of 3 models cannot answer" + ("." if said else ": a token that may read is told "
                                                                                   "which.")
        service.fleets = {"loans": loans}
        client.close()
    served.close(service)


def test_labels_are_kept_and_wrong_ones_are_told(client):
    told = json.loads(client("POST", "/models/loans/decide", JSON, json.dumps({"inputs": ROW}).encode()).body)
    label = {"decision": told["id"], "label": "yes", "time": "2026-11-21T20:00:00Z", "source": "the bank"}

    def send(*labels):
        answer = client("POST", "/models/loans/labels", JSON, json.dumps({"labels": labels}).encode())
        return answer.status, json.loads(answer.body)
    assert send(label, {"decision": told["id"], "label": "no"}) == (200, {"kept": 2})
    for wrong in ({**label, "label": "maybe"}, {**label, "time": "2026-11-21T20:00:00"}, {**label, "time": "then"},
                  {**label, "decision": ""}, {**label, "extra": 1}, {"label": "yes"}):
        status, problem = send(label, wrong)
        assert status == 422 and problem["faults"], wrong
    assert send()[0] == 422


def test_reasons_are_told_of_a_few_rows(client):
    def ask(body):
        answer = client("POST", "/models/loans/explain", JSON, json.dumps(body).encode())
        return answer.status, json.loads(answer.body)
    status, one = ask({"inputs": {**ROW, "age": 60.0, "city": "Bonn"}, "most": 2})
    assert status == 200 and len(one["reasons"]) == 2 and one["reasons"][0]["sentence"]
    status, some = ask({"rows": [ROW, ROW]})
    assert status == 200 and [one["model"], *(reasons["model"] for reasons in some["reasons"])] == ["loans@1"] * 3
    for wrong in ({"rows": [ROW] * 65}, {"inputs": ROW, "most": 0}, {"inputs": ROW, "most": 10**9}, {"inputs": {}}):
        assert ask(wrong)[0] == 422


def test_a_fault_of_ours_tells_its_id_and_nothing_else(client, caplog, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret of the server")
    monkeypatch.setattr(type(client.application.service), "decide", broken)
    with caplog.at_level(logging.ERROR, "shall.http"):
        answer = client("POST", "/models/loans/decide", JSON, json.dumps({"inputs": ROW}).encode())
    told = json.loads(answer.body)
    assert answer.status == 500 and b"secret" not in answer.body and told["id"] in caplog.text
    assert "secret" in caplog.text


@pytest.mark.parametrize("error", [StoreError("/var/secret is full"), NotReady("loans is not ready")])
def test_errors_that_pass_are_told_to_come_again(error):
    reply = refused(error)
    assert reply.status == 503 and (b"retry-after", b"1") in reply.headers and b"/var" not in reply.body


def test_every_answer_has_the_headers_of_security(client):
    for method, path in (("GET", "/v2"), ("GET", "/nothing"), ("POST", "/v2"), ("GET", "/metrics")):
        headers = client(method, path).headers
        assert headers[b"x-content-type-options"] == b"nosniff" and headers[b"cache-control"] == b"no-store"
