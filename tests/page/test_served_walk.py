"""The page of `shall serve` in a real browser: from what a version answers to one decision in its graph."""

from __future__ import annotations

import json

import pytest

from tests.api import packed
from tests.api.shown import answering
from tests.http.process import serving
from tests.page.walking import needed, tab_of

pytestmark = [pytest.mark.slow, needed]


def test_from_a_slice_to_a_decision_in_its_graph(browser, tmp_path):
    place = packed.packs(tmp_path, serve=answering.packed.SERVE)
    with serving(tmp_path, place=str(place)) as server, tab_of(
            browser, {"url": f"http://127.0.0.1:{server.port}/page"}) as walk:
        rows = json.dumps({"rows": answering.rows_of(400)})
        status, _, told = server.ask("POST", "/models/loans/decide", rows)
        assert status == 200, told
        tab = walk.open("/page/models/loans/slices?requirement=fair")
        tab.get_by_text("400 rows that loans@7 answered").wait_for()        # it loads itself until it is there
        walk.axe()
        tab.get_by_label("Rows", exact=True).fill("age >= 50")
        tab.wait_for_timeout(3_000)         # the page would load itself, if nobody wrote there
        walk.press("Show")
        walk.follow("The rows behind this slice")
        walk.to(tab.locator("tbody a").first)
        tab.get_by_role("link", name="This decision in its graph", exact=True).wait_for()   # it loads itself too
        walk.axe()
        walk.follow("This decision in its graph")
        tab.locator("#says dd").first.wait_for()
        walk.axe()
        assert tab.get_by_label("Row of the log").input_value() in json.dumps(told)
