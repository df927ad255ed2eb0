"""`shall serve` as a process: rows that break a promise change its answers within seconds, until a person ends it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.receiver import receiver
from tests.api.packed import SERVE, SPEC, pack
from tests.runtimes.kept import ROW

LINE = "ratio of selection_rate over sex >= 0.5 where region = 'north'"
WATCHED = SPEC.replace(f'fair = "{LINE}"\n', f"""[requirements.fair]
that = "{LINE}"
on_broken = ["alert", "abstain"]
[watch]
windows = ["200 rows"]
false_alarms = "1 per 1,000 rows"
every = "1 second"
""")
SHALL = [sys.executable, "-m", "shall"]


def until(wanted: Callable[[], bool], seconds: float = 60.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while not wanted():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.slow
def test_the_whole_way(tmp_path: Path) -> None:
    for version in "789":
        pack(tmp_path / f"{version}.zip", version, WATCHED)
    with receiver() as heard:
        hooks = f'[alert]\nwebhooks = ["{heard.url}"]\nallow_private = true\n'
        (tmp_path / "serve.toml").write_text(SERVE + hooks)
        server = subprocess.Popen([*SHALL, "serve", "serve.toml", "--port", "0", "--json"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, cwd=tmp_path)
        assert server.stdout is not None and server.stderr is not None
        url = json.loads(server.stdout.readline())["url"]

        def ask(*rows: dict[str, Any]) -> list[str]:
            asked = urllib.request.Request(f"{url}/models/loans/decide", json.dumps({"rows": rows}).encode(),
                                           {"Content-Type": "application/json"})
            with urllib.request.urlopen(asked) as answered:
                return [one.get("code", "answered") for one in json.load(answered)["answers"]]

        woman, man = ({**ROW, "age": 60, "sex": sex, "region": "north", "customer": "x"} for sex in "FM")
        ask(*({**(woman, man)[place % 2], "age": (20, 60)[place % 2], "customer": str(place)} for place in range(600)))
        until(lambda: ask(woman, man) == ["alarm", "answered"])
        assert heard.heard.wait(60) and json.loads(heard.came[0][2])["requirement"] == "fair"
        store = ["--store", "shall.db"]
        listed = subprocess.run([*SHALL, "responses", *store], cwd=tmp_path, capture_output=True, text=True)
        assert "sex = 'F' and region = 'north'" in listed.stdout
        told = ["--end", "loans@7", "fair", "--why", "mended"]
        ended = subprocess.run([*SHALL, "responses", *told, *store], cwd=tmp_path)
        assert ended.returncode == 0 and until(lambda: ask(woman) == ["answered"]) < 10
        server.terminate()
        assert server.wait(60) == 0 and "fair is broken" in server.stderr.read()
