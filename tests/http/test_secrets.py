"""S7: a real server with tokens: they change in service, and nothing that anybody may read has one, or a row."""

from __future__ import annotations

import http.client
import json
import re
import time

import pytest

from shall.http import tokens
from tests.http import served
from tests.http.process import ROW, serving

TOKEN = re.compile(rb"shall_[A-Za-z0-9_-]{8,}")


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secrets")
    texts = served.make_tokens(folder / "tokens.toml")
    with serving(folder, "--tokens", "tokens.toml", "--host-name", "models.example") as process:
        yield process, texts, folder


def decide(process, text, address):
    """Status, headers and what is told, of a row that is asked for from an address of this machine."""
    asking = http.client.HTTPConnection("127.0.0.1", process.port, timeout=60, source_address=(address, 0))
    asking.request("POST", "/models/loans/decide", json.dumps({"inputs": ROW}),
                   {"Content-Type": "application/json", **bearer(text)})
    answer = asking.getresponse()
    found = answer.status, answer.headers, json.loads(answer.read())
    asking.close()
    return found


def until(process, text, good, seconds=60.0):
    """Ask until a token is good, or is not any more: the file is looked at once a second."""
    end = time.monotonic() + seconds
    while (decide(process, text, "127.0.0.2")[0] == 200) != good and time.monotonic() < end:
        time.sleep(0.05)
    return decide(process, text, "127.0.0.3")


def test_tokens_change_without_a_restart_and_without_a_gap(world):
    process, texts, folder = world
    assert process.decide()[0] == 401 and process.decide(**bearer(texts["viewer"]))[0] == 403
    old = texts["user"]
    assert process.decide(**bearer(old))[0] == 200
    new, _ = tokens.new(folder / "tokens.toml", "user", "user")
    assert until(process, new, True)[0] == 200 and decide(process, old, "127.0.0.3")[0] == 200
    tokens.revoke(folder / "tokens.toml", "user", tokens.digest(old.encode()).hex()[:8])
    status, headers, told = until(process, old, False)
    assert (status, told["detail"]) == (401, "The token is revoked.") and "invalid_token" in headers["www-authenticate"]
    assert decide(process, new, "127.0.0.3")[0] == 200
    texts["user"] = new


def test_a_name_that_was_allowed_is_a_name_of_the_server(world):
    process, texts, _ = world
    asking = http.client.HTTPConnection("127.0.0.1", process.port)
    for host, status in (("models.example", 200), ("models.example:443", 200), ("other.example", 403)):
        asking.request("GET", "/models", headers={"Host": host, **bearer(texts["viewer"])})
        answer = asking.getresponse()
        answer.read()
        assert answer.status == status
    asking.close()


def test_who_is_wrong_too_often_has_to_wait(world):
    process, texts, _ = world
    began = time.monotonic()
    found = [process.ask("GET", "/models", **bearer(f"shall_wrong{number}")) for number in range(14)]
    took = time.monotonic() - began
    statuses = [status for status, _, _ in found]
    assert statuses[-4:] == [429] * 4 and set(statuses) == {401, 429}
    assert 60 - took - 2 <= int(found[-1][1]["retry-after"]) <= 60
    assert process.ask("GET", "/models", **bearer(texts["viewer"]))[0] == 200


def test_no_output_has_a_token_or_a_digest_and_what_is_told_has_no_row(tmp_path):
    """Tokens where they belong and where they do not: header, path, query, body, name of a request."""
    texts = served.make_tokens(tmp_path / "tokens.toml")
    secret = "Mrs-Secret-Person-17"
    answers = []
    with serving(tmp_path, "--tokens", "tokens.toml", "--access-log") as process:
        for text in (*texts.values(), "shall_" + "B" * 43):
            for method, path, body in (
                    ("GET", "/models", None), ("GET", f"/models?access_token={text}", None), ("GET", f"/{text}", None),
                    ("GET", f"/models/{text.lower()}", None), ("GET", "/metrics", None), ("GET", "/openapi.json", None),
                    ("POST", "/models/loans/decide", json.dumps({"inputs": {**ROW, "city": secret}})),
                    ("POST", "/models/loans/decide", json.dumps({"inputs": {**ROW, "age": secret}})),
                    ("POST", "/models/loans/decide", json.dumps({"inputs": {**ROW, secret: 1}})),
                    ("POST", "/models/loans/decide", secret)):
                status, headers, told = process.ask(method, path, body, **bearer(text), Cookie=f"token={text}")
                answers.append((path, status, json.dumps([[*headers.items()], str(told)])))
        process.ask("GET", f"/models/{texts['viewer']}", **bearer(texts["viewer"]))
        assert process.stop() == 0
        output = process.process.stdout.read().encode() + (tmp_path / "stderr.txt").read_bytes()
    lines = [json.loads(line) for line in output.decode().splitlines()]
    assert len(lines) > 60 and {"who", "path", "status"} <= lines[0].keys()
    assert {line["who"] for line in lines if line.get("status") == 200} >= {"viewer", "user", "regulator"}
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".zip")
    told = "".join(answer for _, _, answer in answers).encode()
    assert not TOKEN.findall(output) and b"/models/shall_[...]" in output
    for text in texts.values():
        digest = tokens.digest(text.encode())
        for where in (output, told):
            assert text.encode() not in where and digest.hex().encode() not in where and digest not in where
        assert text.encode() not in kept
    assert secret.encode() in kept                      # the log has the row: it is what was decided on
    assert secret.encode() not in output
    metrics = [answer for path, status, answer in answers if path == "/metrics" and status == 200]
    assert len(metrics) == 5 and not any(secret in answer for answer in metrics)
