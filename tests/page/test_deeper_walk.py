"""The deeper views in a real browser: from a requirement to its worst slice, and from that to a new requirement."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page import drilled, made
from tests.page.walking import Walk, needed, tab_of

pytestmark = needed
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDE = {"width": 1100, "height": 800}
COUNTED = "main:not([data-refresh])"        # a page that still counts loads itself again


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drilled.folder_of(tmp_path_factory.mktemp("walk"))


@pytest.fixture(scope="module")
def walk(browser: Any, folder: Path) -> Iterator[Walk]:
    store = folder / ".shall" / "shall.db"
    with made.showing(store, "--file", str(folder / "shall.toml")) as server, tab_of(
            browser, server, color_scheme="dark") as walked:
        yield walked


def test_from_a_requirement_to_its_worst_slice_and_a_requirement_of_it(walk, folder):
    tab = walk.open("/page")
    walk.follow("loans")
    walk.to(tab.get_by_role("navigation", name="This model").get_by_role("link", name="Slices"))
    tab.get_by_label("Requirement").select_option("right")
    walk.press("Show")
    worst = tab.get_by_role("region", name="Each a link into the slice").get_by_role("link").first
    worst.wait_for()                        # they are found beside, and the page loads itself again
    where = worst.inner_text()
    assert "sex = 'women'" in where and "years >=" in where
    walk.to(worst)
    assert tab.get_by_label("Rows", exact=True).input_value() == where
    assert tab.get_by_text("surely different").is_visible()
    line = tab.get_by_label("Line").input_value()
    assert line == f"accuracy >= 0.60 where {where}"
    name = tab.get_by_label("Name", exact=True).input_value()
    walk.press("Make this a requirement")
    assert tab.get_by_role("heading", name="Open proposals (1)").is_visible()
    walk.press("Sign, and put it in the file")
    assert tab.get_by_role("heading", name="What became of proposals").is_visible()
    text = (folder / "shall.toml").read_text()
    assert line in text and name in text and "# never seen" in text


def test_what_stands_in_the_form_is_what_the_figures_stand_on_and_paper_has_no_form(walk):
    tab = walk.open("/page/models/loans/slices?requirement=right&where=years+%3E%3D+50")
    assert "checked" in tab.locator("#of option:checked").inner_text()
    assert tab.locator("#stands").inner_text().startswith("From the counts that the check kept")
    assert tab.locator("form").count() >= 2
    tab.emulate_media(media="print")
    assert not any(one.is_visible() for one in tab.locator("form, button, .button").all())
    tab.emulate_media(media="screen")
    walk.open("/page/models/loans/slices?requirement=right&of=rows")
    assert "rows at hand" in tab.locator("#of option:checked").inner_text()


def test_into_the_rows_and_to_a_neighbour(walk):
    tab = walk.open("/page/models/loans/slices?requirement=right&where=years+%3E%3D+50")
    walk.follow("The rows behind this slice")
    walk.to(tab.get_by_role("link", name="row", exact=False).and_(tab.locator("tbody a")).first)
    assert "its neighbours" in tab.title()
    assert tab.locator("tbody tr").count() == 21


def test_versions_and_the_graph(walk):
    tab = walk.open("/page/models/loans/compare?a=1&b=2")
    tab.get_by_role("region", name="Both versions on the same", exact=False).wait_for()
    walk.still()
    walk.to(tab.get_by_role("navigation", name="This model").get_by_role("link", name="Graph"))
    before = tab.locator("#says dd").first.inner_text()
    tab.locator("#typed summary").click()
    tab.get_by_label("pay (number)").fill("-3")
    walk.press("Send these through it")
    assert tab.get_by_role("heading", name="Why").is_visible()
    assert tab.locator("#says dd").first.inner_text() != before and tab.locator("svg.flow .value").count() > 5


@pytest.mark.parametrize("path", ["slices?requirement=right", "slices?requirement=fair&where=years+%3E%3D+50", "graph",
                                  "compare?a=1&b=2", "rows?requirement=right"])
def test_a_narrow_screen_has_room(walk, path):
    walk.tab.set_viewport_size({"width": 320, "height": 640})
    walk.open(f"/page/models/loans/{path}").locator(COUNTED).wait_for()
    wide = walk.still().evaluate("document.documentElement.scrollWidth")
    walk.tab.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= 320


@pytest.mark.parametrize("path", ["slices?requirement=right", "slices?requirement=fair&where=years+%3E%3D+50",
                                  "compare?a=1&b=2", "graph?row=3", "rows?requirement=right", "rows?near=3", "data"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(walk, path, scheme):
    walk.tab.emulate_media(color_scheme=scheme)
    walk.open(f"/page/models/loans/{path}").locator(COUNTED).wait_for()
    assert walk.axe() > 15


@pytest.mark.skipif("SHALL_PICTURES_OF" not in os.environ, reason="SHALL_PICTURES_OF=STORE makes the pictures")
def test_pictures_for_the_docs(browser):
    store = Path(os.environ["SHALL_PICTURES_OF"]).absolute()
    file = store.parent.parent / "shall.toml"
    with made.showing(store, "--file", str(file)) as server, tab_of(browser, server, viewport=WIDE) as walk:
        model = f"/page/models/{server['models'][0]}"
        tab = walk.open(f"{model}/slices?requirement=equal")
        tab.get_by_label("Of", exact=True).select_option(index=tab.locator("#of option").count() - 2)
        walk.press("Show")                  # the oldest check
        tab.get_by_role("region", name="Each a link into the slice").wait_for()
        tab.screenshot(path=PICTURES / "page-slices.png", full_page=True)
        walk.open(f"{model}/graph?row={os.environ.get('SHALL_ROW', '')}")
        tab.screenshot(path=PICTURES / "page-graph.png", full_page=True)
