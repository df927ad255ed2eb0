"""S1: every route, every method, every kind of token: all as declared below, by hand and apart from the code."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from shall.http import tokens
from shall.http.access import SECURITY
from shall.http.router import Router
from shall.http.routes import ROUTES
from shall.http.token_table import ROLES
from tests.http import served

READ = {"viewer", "reviewer", "producer", "user", "regulator"}
DECLARED = {
    ("GET", "/v2/health/live"): None, ("GET", "/v2/health/ready"): None,       # for everybody
    ("GET", "/v2"): READ, ("GET", "/models"): READ, ("GET", "/metrics"): READ, ("GET", "/openapi.json"): READ,
    ("GET", "/v2/models/{name}"): READ, ("GET", "/v2/models/{name}/versions/{version}"): READ,
    ("GET", "/v2/models/{name}/ready"): READ, ("GET", "/v2/models/{name}/versions/{version}/ready"): READ,
    ("GET", "/models/{name}"): READ, ("GET", "/models/{name}/versions/{version}"): READ,
    ("POST", "/v2/models/{name}/infer"): {"user"}, ("POST", "/v2/models/{name}/versions/{version}/infer"): {"user"},
    ("POST", "/models/{name}/decide"): {"user"}, ("POST", "/models/{name}/versions/{version}/decide"): {"user"},
    ("POST", "/models/{name}/explain"): {"user"}, ("POST", "/models/{name}/versions/{version}/explain"): {"user"},
    ("POST", "/models/{name}/labels"): {"reviewer", "producer"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get")
ASKERS = ("none", "bad", "expired", "tenant", *ROLES)       # a tenant: a user of another model
TENSORS = {"inputs": [{"name": name, "shape": [1], "datatype": "FP64" if isinstance(value, float) else "BYTES",
                       "data": [value]} for name, value in served.ROW.items()]}
BODIES = {"infer": TENSORS, "decide": {"inputs": served.ROW}, "explain": {"inputs": served.ROW},
          "labels": {"labels": [{"decision": "some-1", "label": "yes"}]}}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    texts = served.make_tokens(folder / "tokens.toml")
    texts["tenant"], _ = tokens.new(folder / "tokens.toml", "tenant", "user", models=("other",))
    service = served.service(folder)
    client = served.Client(served.app(service, folder / "tokens.toml"))
    yield client, texts
    client.close()
    served.close(service)


def ask(world, method, pattern, asker, address):
    client, texts = world
    path = pattern.replace("{name}", "loans").replace("{version}", "2")
    body = msgspec.json.encode(BODIES.get(path.rpartition("/")[2], {})) if method == "POST" else b""
    text = {"none": "", "bad": "shall_wrong"}.get(asker) if asker not in texts else texts[asker]
    headers = [(b"content-type", b"application/json")] * bool(body)
    headers += [(b"authorization", b"Bearer " + text.encode())] * bool(text)
    return client(method, path, headers, body, address)


def wanted(method, pattern, asker):
    """What has to be answered."""
    method = "GET" if method == "HEAD" else method
    if asker == "tenant" and DECLARED.get((method, pattern), READ) is not None:
        return 403
    if (method, pattern) not in DECLARED:
        return 405 if asker in ROLES else 401
    roles = DECLARED[method, pattern]
    if roles is None or asker in roles:     # None: for everybody
        return 200
    return 403 if asker in ROLES else 401


def test_every_cell_is_as_declared(world):
    patterns = sorted({route.pattern for route in ROUTES})
    wrong, cells = [], 0
    for pattern in patterns:
        for method in METHODS:
            for asker in ASKERS:
                cells += 1
                address = f"10.0.{cells >> 8}.{cells & 255}"        # wrong tokens are counted by address
                found = ask(world, method, pattern, asker, address)
                if found.status != (want := wanted(method, pattern, asker)):
                    wrong.append((method, pattern, asker, found.status, want, found.body[:300]))
                if found.status in (401, 403, 405, 404):
                    assert found.headers[b"content-type"] == b"application/problem+json"
                    assert (b"www-authenticate" in found.headers) == (found.status == 401)
                    assert (b"allow" in found.headers) == (found.status == 405)
                if method == "HEAD":
                    assert found.body == b""
    print(f"{cells} cells")
    assert not wrong and cells == len(patterns) * len(METHODS) * len(ASKERS) > 1800


def test_what_is_declared_is_what_there_is():
    assert {(route.method, route.pattern) for route in ROUTES} == DECLARED.keys()


def test_a_route_without_a_policy_is_no_server():
    for route in ROUTES:
        with pytest.raises(ValueError, match="has no policy"):
            Router((replace(route, policy=None),))


@pytest.mark.parametrize("path", [
    "/", "", "*", "/admin", "/v2/models", "/models/", "//models", "/models/loans/", "/docs", "/MODELS", "/models;a=b",
    "/v2/health", "/metrics/", "/openapi.json/", "/favicon.ico"])
def test_what_is_in_no_table_is_told_to_those_with_a_token_only(world, path):
    found = [ask(world, "GET", path, asker, f"for {path}").status for asker in ASKERS]
    assert found == [401] * 3 + [403] + [404] * 5


def test_a_query_chooses_nothing(world):
    plain, asked = (ask(world, "GET", f"/models/loans{query}", "viewer", "10.200.0.2")
                    for query in ("", "?version=2&role=user&_method=DELETE&access_token=x"))
    assert (plain.status, plain.body) == (asked.status, asked.body)


@pytest.mark.parametrize("header", [
    b"x-http-method-override", b"x-method-override", b"x-http-method", b"x-original-url", b"x-rewrite-url",
    b"x-forwarded-user", b"x-remote-user", b"x-forwarded-for"])
def test_no_header_changes_the_method_the_path_or_who_asks(world, header):
    client, texts = world
    for value in (b"POST", b"DELETE", b"/v2", b"user", b"127.0.0.1"):
        more = [(header, value)]
        token = [(b"authorization", b"Bearer " + texts["viewer"].encode())]
        assert client("GET", "/models/loans", token + more).body == client("GET", "/models/loans", token).body
        assert client("GET", "/models/loans", more).status == 401
        assert client("GET", "/models/loans/decide", token + more).status == 405


def test_every_answer_has_the_headers_that_keep_it_safe(world):
    for method, path, asker in (("GET", "/v2", "viewer"), ("GET", "/nothing", "viewer"), ("DELETE", "/v2", "viewer"),
                                ("GET", "/v2", "none"), ("POST", "/models/loans/decide", "viewer"),
                                ("POST", "/models/loans/decide", "user"), ("GET", "/metrics", "regulator")):
        found = ask(world, method, path, asker, "10.200.0.3").headers
        assert {name: found[name] for name, _ in SECURITY} == dict(SECURITY)
        assert b"server" not in found and not any(name.startswith(b"access-control") for name in found)
