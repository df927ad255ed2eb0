"""S3 and S4 for a real server, seen from outside: every file that the process opens, and every call to another machine.

The kernel is asked (strace), so what Arrow, SQLite, ONNX Runtime and uvloop do by themselves is seen too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shall import bundle
from tests.http import served, traversal
from tests.http.process import SPEC, _files, serving
from tests.http.test_boundary import ROW

CALLS = ("connect,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,execve,execveat,unlink,unlinkat,rename,renameat2,"
         "mkdir,symlink,link")
OPENED = re.compile(r'(?:openat?2?|creat|unlink(?:at)?|mkdir)\((?:AT_FDCWD, )?"([^"]*)"')
RESOLVER = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services"}
OWN = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys", "/sys/", "/dev/null", "/dev/urandom",
       "/etc/localtime", "/usr/share/zoneinfo", "/etc/ld.so", "/lib", "/usr/lib", "/usr/local/lib", "/etc/mime.types")


def traced(folder: Path, *under: str) -> bool:
    """Whether a command may be run under another one here."""
    return subprocess.run([*under, "true"], capture_output=True, cwd=folder, check=False).returncode == 0


def work(process, texts):
    """What clients do, and what strangers try."""
    user = {"Authorization": f"Bearer {texts['user']}"}
    viewer = {"Authorization": f"Bearer {texts['viewer']}"}
    for _ in range(5):
        assert process.ask("POST", "/models/loans/decide", ROW, **user)[0] == 200
    _, _, told = process.ask("POST", "/models/loans/decide", ROW, **user)
    label = json.dumps({"labels": [{"decision": told["id"], "label": "yes"}]})
    assert process.ask("POST", "/models/loans/labels", label, Authorization=f"Bearer {texts['reviewer']}")[0] == 200
    for path in ("/v2", "/models", "/metrics", "/openapi.json", "/v2/health/ready", "/v2/models/loans"):
        assert process.ask("GET", path, **viewer)[0] == 200
    process.ask("POST", "/models/loans/explain", ROW, **user)
    with socket.create_connection(("127.0.0.1", process.port), timeout=60) as connection:
        for text in traversal.strings():
            path = "/models/" + "".join(letter for letter in text if "!" <= letter <= "~" and letter not in "#?")
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                               f"Authorization: {viewer['Authorization']}\r\n\r\n".encode())
            answer = b""
            while b"}" not in answer:
                answer += connection.recv(65536)
            assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 200")), (path, answer)


def test_a_server_opens_its_own_files_and_calls_nobody(tmp_path):
    if shutil.which("strace") is None or not traced(tmp_path, "strace", "-f", "-o", os.devnull):
        pytest.skip("strace is not there, or may not trace here")
    texts = served.make_tokens(tmp_path / "tokens.toml")
    trace = tmp_path / "trace.txt"
    under = ("strace", "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(trace))
    said = SPEC.replace("[requirements]", '[data]\ntrain = "/etc/passwd"\ngate = "../../../etc/hosts"\n[requirements]')
    place = bundle.write({**_files(), "shall.toml": said.encode()}, {"subject": "loans"}, tmp_path / "loans.zip")
    with serving(tmp_path, "--tokens", "tokens.toml", place=str(place), under=under, HOME=str(tmp_path)) as process:
        began = trace.stat().st_size        # before that, Python loads its modules
        work(process, texts)
        os.kill(process.told["pid"], signal.SIGTERM)
        assert process.process.wait(60) == 0
    lines = trace.read_bytes().decode("latin-1")
    calls = [line for line in lines.splitlines() if "AF_INET" in line and "connect(" in line]
    sent = [line for line in lines.splitlines() if re.search(r"send(to|msg|mmsg)\(.*AF_INET", line)]
    assert calls == sent == []
    opened = OPENED.findall(lines[began:])
    roots = (str(tmp_path), sys.prefix, sys.base_prefix, str(Path(__file__).parents[2] / "src"), *OWN)
    outside = sorted({place for place in opened
                      if not os.path.realpath(tmp_path / place).startswith(roots) and not place.startswith(roots)})
    print(f"{len(opened)} files were opened in service; outside: {outside}")
    assert any(place.startswith(str(tmp_path)) for place in opened)        # so that it is known to look
    every = OPENED.findall(lines)
    assert outside == [] and not RESOLVER & {*every} and not any("passwd" in one for one in every)
    assert not [line for line in lines[began:].splitlines() if "execve" in line]


def test_a_server_needs_no_network_but_its_own_port(tmp_path):
    """In a namespace whose only device is loopback, which has no route anywhere."""
    if shutil.which("unshare") is None or not traced(tmp_path, "unshare", "-rn"):
        pytest.skip("namespaces may not be made here")
    texts = served.make_tokens(tmp_path / "tokens.toml")
    asking = "\n".join((
        "import fcntl, socket, struct, sys, tests.http.test_outside as room",
        "from pathlib import Path",
        "up = struct.pack('16sh', b'lo', 0x1)",
        "fcntl.ioctl(socket.socket(), 0x8914, up)           # SIOCSIFFLAGS: loopback goes up",
        "from tests.http.process import serving",
        f"with serving(Path({str(tmp_path)!r}), '--tokens', 'tokens.toml') as process:",
        f"    room.work(process, {texts!r})",
        "    assert process.stop() == 0",
        "print('no route was needed')",
    ))
    start = "import sys, types; t = types.ModuleType('tests'); t.__path__ = [sys.argv[1]]; sys.modules['tests'] = t\n"
    ran = subprocess.run(["unshare", "-rn", sys.executable, "-c", start + asking, str(Path(__file__).parents[1])],
                         capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0 and "no route was needed" in ran.stdout, ran.stderr
