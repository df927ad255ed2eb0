"""`shall serve` as a person starts and stops it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shall.http import tokens
from shall.stores.decisions import verify
from tests.http.process import ROW, packed, serve_file, serving


def logged(folder: Path) -> int:
    """Rows of the log, whose chain is whole."""
    return int(verify(folder / "decisions" / "loans").rows)


def test_it_tells_where_it_answers_and_what_it_serves(tmp_path):
    with serving(tmp_path) as process:
        told = process.told
        assert told["ready"] and told["url"] == f"http://127.0.0.1:{told['port']}"
        assert told["pid"] == process.process.pid
        assert told["models"] == [{"name": "loans", "in_charge": "1", "modes": {"1": "live"}, "recalled": {},
                                   "stopped": {}, "notes": []}]
        assert process.decide()[0] == 200
        assert process.stop() == 0
    assert logged(tmp_path) == 1 and (tmp_path / "stderr.txt").read_text() == ""


def test_it_tells_people_what_to_try(tmp_path):
    packed(tmp_path)
    process = subprocess.Popen([sys.executable, "-m", "shall", "serve", "loans.zip", "--port", "0"], cwd=tmp_path,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    while "Ctrl-C" not in (line := process.stdout.readline()):
        lines.append(line)
    command = next(line for line in lines if "curl" in line)
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["model"] == "loans@1"
    assert "decisions/loans, kept before they are answered" in lines[1] and "only this machine" in lines[2]
    assert "Store: none, so no recall is heard" in lines[3] and "--store shall.db" in lines[3]
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    process.stdout.close()
    assert logged(tmp_path) == 1


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_answered_and_kept(tmp_path, sign):
    answers: list[int] = []

    def ask(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            while True:
                connection.request("POST", "/models/loans/decide", json.dumps({"inputs": ROW}),
                                   {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answers.append(answer.status)
                answer.read()
        except (OSError, http.client.HTTPException):
            return
    with serving(tmp_path) as process:
        threads = [threading.Thread(target=ask, args=(process.port,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        while len(answers) < 200:
            time.sleep(0.005)
        assert process.stop(sign) == 0
        for thread in threads:
            thread.join(20)
    assert set(answers) == {200} and logged(tmp_path) == len(answers)


def test_clients_that_say_nothing_or_little_do_not_hold_it_up(tmp_path):
    with serving(tmp_path, place=serve_file(tmp_path, 'seconds = "2 s"')) as process:
        some = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(4)]
        head = b"POST /models/loans/decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        for connection, said in zip(some, (b"", head, head + b"Content-Length: 99\r\n\r\n{",
                                           b"NOPE" + b"x" * 100_000), strict=True):
            connection.sendall(said)
        time.sleep(0.3)
        began = time.monotonic()
        assert process.stop() == 0 and time.monotonic() - began < 15
        for connection in some:
            connection.close()


def test_a_second_signal_does_not_wait(tmp_path):
    with serving(tmp_path) as process, socket.create_connection(("127.0.0.1", process.port)) as slow:
        slow.sendall(b"POST /models/loans/decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        process.process.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionRefusedError):     # it has heard the first, and listens no more
            while True:
                socket.create_connection(("127.0.0.1", process.port)).close()
                time.sleep(0.05)
        began = time.monotonic()
        assert process.stop(signal.SIGINT) == 0 and time.monotonic() - began < 15      # the request has 30 s


def test_a_port_that_is_taken(tmp_path, shall):
    place = packed(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ran = shall("serve", str(place), "--port", str(other.getsockname()[1]), "--log", str(tmp_path), "--store",
                    str(tmp_path / "shall.db"))
    assert ran.code == 2 and "--port 0" in ran.err and "cannot listen" in ran.err
    ran = shall("serve", str(place), "--host", "0.0.0.0", "--port", "0", "--log", str(tmp_path))
    assert ran.code == 2 and "there are no tokens" in ran.err
    assert sorted(tmp_path.rglob("*")) == before        # what never answered leaves nothing behind


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "80.5", ""])
@pytest.mark.parametrize("verb", ["serve loans.zip", "page"])
def test_what_is_no_port(shall, verb, port):
    ran = shall(*verb.split(), "--port", port)
    assert ran.code == 2 and f"{port!r} is no port: write a number from 1 to 65535, or 0 for any" in " ".join(
        ran.err.split())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_others_may_not_reach_it_without_tokens(tmp_path, shall, host):
    ran = shall("serve", str(packed(tmp_path)), "--host", host, "--port", "0", "--log", str(tmp_path))
    assert ran.code == 2 and "shall tokens new" in ran.err


def test_with_tokens_they_may(tmp_path):
    text, _ = tokens.new(tmp_path / "tokens.toml", "web", "user")
    assert stat.S_IMODE((tmp_path / "tokens.toml").stat().st_mode) == 0o600
    with serving(tmp_path, "--host", "0.0.0.0", "--tokens", str(tmp_path / "tokens.toml")) as process:
        assert process.decide()[0] == 401
        assert process.decide(Authorization=f"Bearer {text}")[0] == 200
        assert process.ask("GET", "/v2/health/ready")[0] == 200
        assert process.stop() == 0


def test_there_is_no_bundle(tmp_path, shall):
    ran = shall("serve", str(tmp_path / "nothing.zip"), "--port", "0")
    assert ran.code == 2 and "nothing.zip" in ran.err


def test_the_access_log_has_one_line_a_request_whatever_was_sent(tmp_path):
    with serving(tmp_path, "--access-log") as process:
        assert process.decide(Idempotency_Key="a")[0] == 200
        wild = b"GET /\x1b[31m/\xe2\x80\xae\x7f%0d%0aX HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        process.raw(wild)
        assert process.stop() == 0
        assert process.process.stdout is not None
        lines = process.process.stdout.read().splitlines()
    assert len(lines) in (1, 2) and all(line.isascii() and line.isprintable() for line in lines)
    first = json.loads(lines[0])
    assert (first["method"], first["path"], first["status"]) == ("POST", "/models/loans/decide", 200)


def test_a_serve_file_says_host_port_limits_and_log(tmp_path):
    packed(tmp_path)
    (tmp_path / "serve.toml").write_text('serve = 1\n[loans]\nbundles = { 7 = "loans.zip" }\nin_charge = "7"\n'
                                         '[server]\nbody = "1 KB"\n[log]\nfolder = "kept"\n')
    command = [sys.executable, "-m", "shall", "serve", "serve.toml", "--port", "0", "--json"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    connection = http.client.HTTPConnection("127.0.0.1", told["port"], timeout=60)
    connection.request("POST", "/models/loans/decide", json.dumps({"rows": [ROW] * 50}),
                       {"Content-Type": "application/json"})
    assert connection.getresponse().status == 413
    connection.close()
    process.terminate()
    assert process.wait(60) == 0
    process.stdout.close()
    assert (tmp_path / "kept" / "decisions" / "loans").is_dir()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_state_that_is_wrong_is_told_once_and_what_was_in_service_stays(tmp_path, form):
    place = serve_file(tmp_path, "")
    with serving(tmp_path, "--log-format", form, place=place) as process:
        (tmp_path / "new.toml").write_text("serve = 1\n[loans]\nbundles = { 1 = \"nothing.zip\" }\n")
        (tmp_path / "new.toml").replace(place)      # at once: a file that is half written is another wrong state
        errors = tmp_path / "stderr.txt"
        end = time.monotonic() + 60
        while not errors.read_text().endswith("\n") and time.monotonic() < end:
            time.sleep(0.05)
        assert process.decide()[0] == 200
        assert process.stop() == 0
    (told,) = errors.read_text().splitlines()
    if form == "json":
        found = json.loads(told)
        assert found["level"] == "warning" and found["what"].startswith("the newest state is not in service: there is")
    else:
        assert re.fullmatch(r"20[0-9-]{8}T[0-9:.]{12}Z warning: the newest state is not in service: there is .*", told)
