"""S2: a real server at its boundary: hosts, origins, methods, and requests that can be read in two ways."""

from __future__ import annotations

import json

import pytest

from shall.http.access import SECURITY
from tests.http import smuggling

ROW = json.dumps({"inputs": {"age": 41.0, "pay": 2.0, "city": "Ulm", "day": "2026-11-21"}})


def first(answer):
    """The first status, how many answers there are, and the headers of the first."""
    head = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in head[1:])
    return int(answer[9:12] or 0), answer.count(b"HTTP/1.1 "), headers


def test_there_are_40():
    assert len(smuggling.CASES) >= 40


@pytest.mark.parametrize("name", smuggling.CASES)
def test_what_can_be_read_in_two_ways_is_refused_and_hides_nothing(server, name):
    answer = server.raw(smuggling.CASES[name], shut=True)
    status, answers, headers = first(answer)
    assert status in (400, 403, 404, 405, 413, 505) and answers == 1, answer
    assert {name: headers[name] for name, _ in SECURITY} == {name: value.lower() for name, value in SECURITY}
    assert b"server" not in headers


def test_what_can_be_read_in_one_way_is_answered(server):
    """So that the cases above are refused for what they are."""
    whole = smuggling.POST + b"Content-Length: %d\r\n\r\n" % len(ROW) + ROW.encode() + smuggling.HIDDEN
    pieces = smuggling.POST + smuggling.CHUNKED + b"\r\n%x\r\n" % len(ROW) + ROW.encode() + b"\r\n0\r\n\r\n" + (
        smuggling.HIDDEN)
    for raw in (whole, pieces):
        answer = server.raw(raw, shut=True)
        assert first(answer)[0] == 200 and answer.count(b"HTTP/1.1 200 OK") == 2


HOSTS = {"evil.example": 403, "evil.example:80": 403, "127.0.0.1.nip.io": 403, "localhost.evil.example": 403,
         "rebind.network": 403, "0.0.0.0": 403, "127.1": 403, "2130706433": 403, "[::ffff:127.0.0.1]": 403, "[::]": 403,
         "10.0.0.1": 403, "169.254.169.254": 403, "localhost.": 403, "": 400, "a b": 400, "localhost,evil.example": 400,
         "localhost/..": 400, "localhost:80:80": 400, "user:pass@localhost": 400, "localhost": 200, "127.0.0.1": 200,
         "LOCALHOST:1": 200, "[::1]:8080": 200}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"])
def test_a_host_that_is_not_this_server_is_denied_for_every_method(server, host, method):
    path, body = ("/models/loans/decide", ROW.encode()) if method == "POST" else ("/v2", b"")
    raw = (f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nConnection: close\r\n"
           f"Content-Length: {len(body)}\r\n\r\n")
    status = first(server.raw(raw.encode() + body))[0]
    right = 200 if method in ("GET", "HEAD", "POST") else 405
    assert status == (right if HOSTS[host] == 200 else HOSTS[host])


@pytest.mark.parametrize("origin", [
    "http://evil.example", "null", "http://localhost:1", "https://127.0.0.1", "file://", "", "moz-extension://x",
    "http://localhost.evil.example", "http://127.0.0.1:{port}/"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded",
                                  "multipart/form-data; boundary=x"])
def test_a_page_of_somebody_else_has_nothing_decided(server, origin, kind):
    """CSRF: what a form or a script of another page can send."""
    origin = origin.replace("{port}", str(server.port))
    status, headers, _ = server.ask("POST", "/models/loans/decide", ROW, Origin=origin, Content_Type=kind)
    assert status == 403 and not [name for name in headers if name.lower().startswith("access-control")]


def test_the_page_of_the_server_itself_may_ask(server):
    assert server.decide(Origin=f"http://127.0.0.1:{server.port}")[0] == 200
    assert server.decide(Origin=f"https://127.0.0.1:{server.port}", Sec_Fetch_Site="same-origin")[0] == 200


@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
def test_what_a_browser_tells_of_another_site_is_heard(server, mode):
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": mode}
    assert server.ask("GET", "/metrics", **headers)[0] == 403
    assert server.decide(**headers)[0] == 403


def test_nobody_may_ask_from_another_origin_beforehand(server):
    """A preflight: it is no route, and it allows nothing."""
    status, headers, _ = server.ask("OPTIONS", "/models/loans/decide", Origin="http://evil.example",
                                    Access_Control_Request_Method="POST", Access_Control_Request_Headers="content-type")
    assert status == 403 and not [name for name in headers if name.lower().startswith("access-control")]
    assert server.ask("OPTIONS", "/models/loans/decide")[0] == 405


@pytest.mark.parametrize("kind", [
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "application/jsonx",
    "application/json-patch+json", "application/octet-stream", "", "application/xml", "*/*", "application",
    "application/json, text/plain"])
def test_another_type_of_content_is_not_guessed(server, kind):
    assert server.ask("POST", "/models/loans/decide", ROW, Content_Type=kind)[0] == 415


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json(server, kind):
    assert server.ask("POST", "/models/loans/decide", ROW, Content_Type=kind)[0] == 200


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])
def test_a_method_is_what_stands_in_the_first_line(server, header):
    for value in ("DELETE", "PUT", "GET"):
        assert server.decide(**{header: value})[0] == 200
        assert server.ask("GET", "/models/loans/decide", **{header: "POST"})[0] == 405


@pytest.mark.parametrize("name", [
    "authorization", "origin", "content-type", "content-encoding", "idempotency-key", "host"])
def test_a_header_that_stands_twice_is_refused(server, name):
    value = {"host": "localhost", "content-type": "application/json"}.get(name, "x")
    raw = (f"POST /models/loans/decide HTTP/1.1\r\nHost: localhost\r\n{name}: {value}\r\n{name.title()}: {value}\r\n"
           f"Content-Length: {len(ROW)}\r\nConnection: close\r\n\r\n{ROW}")
    assert first(server.raw(raw.encode()))[0] == 400


def test_head_is_get_without_a_body_and_other_methods_are_none(server):
    got, head = server.ask("GET", "/v2"), server.ask("HEAD", "/v2")
    assert (head[0], head[2]) == (200, b"") and head[1]["content-length"] == got[1]["content-length"]
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        status, headers, told = server.ask(method, "/v2")
        assert status == 405 and headers["allow"] == "GET, HEAD" and (method == "HEAD" or told["status"] == 405)


def test_trace_repeats_nothing(server):
    _, _, told = server.ask("TRACE", "/v2", Authorization="Bearer secret-of-mine", Cookie="a=secret-of-mine")
    assert "secret-of-mine" not in json.dumps(told)
