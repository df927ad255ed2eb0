"""A recall as those who run two servers of one store see it: refused by both, told alike, kept over a restart, lifted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from shall.api.verifying import new_key
from tests.api.packed import SPEC, packs
from tests.http.process import PATIENCE, Process, serving
from tests.runtimes.kept import ROW

SERVE = """serve = 1
store = "shall.db"
[loans]
bundles = { 7 = "7.zip", 8 = "8.zip" }
in_charge = "8"
"""
GONE = "loans@8 was recalled: labels of March were swapped"
HOW = "shall recall loans@8 --lift --why REASON --key regulator.key"


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(process: Process, version: str = "") -> tuple[int, str]:
    """The status, and which version answers or why none does."""
    path = f"/models/loans{version and f'/versions/{version}'}/decide"
    status, _, told = process.ask("POST", path, json.dumps({"inputs": ROW}))
    return status, told["model" if status == 200 else "detail"]


def said(process: Process) -> list[str]:
    """What it said on stderr, without the times."""
    return [line.partition(" ")[2] for line in (process.folder / "stderr.txt").read_text().splitlines()]


def test_both_servers_refuse_it_and_one_that_starts_again_says_what_stands(shall, tmp_path: Path) -> None:
    _, _, key = new_key(tmp_path / "regulator")
    new_key(tmp_path / "other")
    place = str(packs(tmp_path, "7", "8", serve=SERVE, spec=SPEC + f'[trust]\nregulator = "{key}"\n'))
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
    recall = ("recall", "loans@8", "--store", str(tmp_path / "shall.db"))
    with serving(folders[1], place=place) as other:
        with serving(folders[0], place=place) as one:
            assert one.told["models"][0]["recalled"] == {} and asked(one) == asked(other) == (200, "loans@8")
            assert shall(*recall, "--why", "labels of March were swapped", "--by", "ana").code == 0
            for process in (one, other):
                until(lambda process=process: asked(process)[0] == 410 and bool(said(process)))
                status, why = asked(process, "8")
                assert status == 410 and why.startswith(f"{GONE} (by ana, 20")
                assert asked(process, "7") == (200, "loans@7") and asked(process)[1] == why
                metrics = process.ask("GET", "/metrics")[2].decode()
                assert 'shall_bundle{model="loans",version="8",mode="recalled"} 1' in metrics
                page = process.ask("GET", "/page/models/loans/versions", Accept="text/html")[2].decode()
                assert "recalled by ana: labels of March were swapped" in page
            (line,) = said(one)
            assert said(other) == [line]
            assert line.startswith(f"warning: loans: {why.removesuffix('.')}; none that was in charge before may")
            assert line.endswith(HOW)
            assert one.stop() == 0
        with serving(folders[0], place=place) as one:
            (model,) = one.told["models"]
            assert (model["modes"]["8"], model["notes"]) == ("recalled", [line.removeprefix("warning: loans: ")])
            assert [model["recalled"]["8"][part] for part in ("why", "by")] == ["labels of March were swapped", "ana"]
            until(lambda: bool(said(one)))
            assert said(one) == [line] and asked(one)[0] == 410
            ran = shall(*recall, "--lift", "--why", "mended", "--key", str(tmp_path / "other.key"))
            assert ran.code == 1 and "is not lifted where it is served" in ran.out
            ran = shall(*recall, "--lift", "--why", "mended", "--by", "eva", "--key", str(tmp_path / "regulator.key"))
            assert ran.code == 0
            for process in (one, other):
                until(lambda process=process: asked(process) == (200, "loans@8") and len(said(process)) > 1)
                assert said(process) == [
                    line, "info: loans: loans@8 may answer again: the recall was lifted by eva: mended"]
