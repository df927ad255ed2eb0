"""A server watches what it answers: as `shall serve` starts it, over HTTP."""

from __future__ import annotations

import json
import time
from pathlib import Path

from shall import bundle
from tests.http.process import ROW, SPEC, _files, serving

BROKEN = SPEC.replace("[requirements]", """[watch]
windows = ["100 rows"]
false_alarms = "1 per 1,000 rows"
every = "1 second"
[requirements]
few = "selection_rate <= 0.2"
""")


def test_a_promise_that_is_broken_sounds_on_stderr_in_the_metrics_and_in_the_store(tmp_path: Path) -> None:
    files = {**_files(), "shall.toml": BROKEN.encode()}
    place = bundle.write(files, {"subject": "loans"}, tmp_path / "loans.zip")
    with serving(tmp_path, "--store", "shall.db", place=str(place)) as process:
        rows = json.dumps({"rows": [ROW] * 150})
        status, _, told = process.ask("POST", "/models/loans/decide", rows)
        assert status == 200, told
        until = time.monotonic() + 60
        while b'shall_watch_alarm{model="loans@1",line="few"} 1' not in (page := process.ask("GET", "/metrics")[2]):
            assert time.monotonic() < until, page.decode()
            time.sleep(0.1)
        assert b'shall_watch_limit{model="loans@1",line="few"} 0.2' in page
        errors = tmp_path / "stderr.txt"
        while "ALARM" not in errors.read_text():        # an event is looked for once a second
            assert time.monotonic() < until, errors.read_text()
            time.sleep(0.1)
        time.sleep(1.2)                     # in which it is not told again
        assert process.stop() == 0
    told = [line for line in errors.read_text().splitlines() if "ALARM" in line]
    assert len(told) == 1 and "loans@1: ALARM, few is broken since" in told[0]
    assert (tmp_path / "watched" / "loans@1" / "state.json").exists()
