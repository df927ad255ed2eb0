"""The page of `shall serve` in a real browser: from what a version answers to one decision in its graph."""

from __future__ import annotations

import contextlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.api import packed
from tests.api.shown import answering
from tests.http.process import serving

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")]
PATIENCE = 90_000                           # milliseconds that a busy machine gets


def checked(tab: Any) -> None:
    """Nothing was refused or went wrong, and axe finds nothing."""
    assert tab.said == []
    found = importlib.util.find_spec("axe_playwright_python")
    if found is not None and found.submodule_search_locations:
        tab.evaluate((Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8"))
        told = tab.evaluate("axe.run(document)")
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in told["violations"]] == []


def test_from_a_slice_to_a_decision_in_its_graph(tmp_path):
    place = packed.packs(tmp_path, serve=answering.packed.SERVE)
    with serving(tmp_path, place=str(place)) as server, sync_api.sync_playwright() as playwright:
        rows = json.dumps({"rows": answering.rows_of(400)})
        status, _, told = server.ask("POST", "/models/loans/decide", rows)
        assert status == 200, told
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        with contextlib.closing(browser), contextlib.closing(browser.new_context()) as context:
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE)
            tab.said = []
            tab.on("console", lambda line: tab.said.append(line.text))
            tab.on("pageerror", lambda error: tab.said.append(str(error)))
            tab.goto(f"http://127.0.0.1:{server.port}/page/models/loans/slices?requirement=fair")
            tab.get_by_text("400 rows that loans@7 answered").wait_for()    # it loads itself until it is there
            checked(tab)
            tab.get_by_label("Rows", exact=True).fill("age >= 50")
            tab.wait_for_timeout(3_000)     # the page would load itself, if nobody wrote there
            tab.get_by_role("button", name="Show").click()
            tab.get_by_role("link", name="The rows behind this slice").click()
            tab.locator("tbody a").first.click()
            link = tab.get_by_role("link", name="This decision in its graph")
            link.wait_for()
            checked(tab)
            link.click()
            tab.locator("#says dd").first.wait_for()
            checked(tab)
            assert tab.get_by_label("Row of the log").input_value() in json.dumps(told)
