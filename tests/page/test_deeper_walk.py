"""The deeper views in a real browser: from a requirement to its worst slice, and from that to a new requirement."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page import drilled, made

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDE = {"width": 1100, "height": 800}
PATIENCE = 90_000                           # milliseconds that a busy machine gets
WATCH = """
    window.broken = [];
    document.addEventListener("securitypolicyviolation", event => window.broken.push(event.violatedDirective));
    for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.broken.push(name);
"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = drilled.folder_of(tmp_path_factory.mktemp("walk"))
    store = folder / ".shall" / "shall.db"
    with made.showing(store, "--file", str(folder / "shall.toml")) as server, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        with contextlib.closing(browser), contextlib.closing(browser.new_context(color_scheme="dark")) as context:
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.add_init_script(WATCH)
            page.said = []
            page.on("console", lambda line: page.said.append(line.text))
            page.on("pageerror", lambda error: page.said.append(str(error)))
            page.root, page.folder = server["url"].removesuffix("/page"), folder
            yield page


def still(tab: Any) -> None:
    """Nothing ran that should not, and nothing was refused."""
    assert tab.evaluate("window.broken") == [] and tab.said == []


def test_from_a_requirement_to_its_worst_slice_and_a_requirement_of_it(tab):
    tab.goto(f"{tab.root}/page")
    tab.get_by_role("link", name="loans", exact=True).first.click()
    tab.get_by_role("navigation", name="This model").get_by_role("link", name="Slices").click()
    tab.get_by_label("Requirement").select_option("right")
    tab.get_by_role("button", name="Show").click()
    worst = tab.get_by_role("region", name="Each a link into the slice").get_by_role("link").first
    worst.wait_for()                        # they are found beside, and the page loads itself again
    where = worst.inner_text()
    assert "sex = 'women'" in where and "years >=" in where
    still(tab)
    worst.click()
    assert tab.get_by_label("Rows", exact=True).input_value() == where
    assert tab.get_by_text("surely different").is_visible()
    line = tab.get_by_label("Line").input_value()
    assert line == f"accuracy >= 0.60 where {where}"
    name = tab.get_by_label("Name", exact=True).input_value()
    tab.get_by_role("button", name="Make this a requirement").click()
    tab.get_by_role("heading", name="Open proposals (1)").wait_for()
    still(tab)
    tab.get_by_role("button", name="Sign, and put it in the file").click()
    tab.get_by_role("heading", name="What became of proposals").wait_for()
    text = (tab.folder / "shall.toml").read_text()
    assert line in text and name in text and "# never seen" in text
    still(tab)


def test_what_stands_in_the_form_is_what_the_figures_stand_on_and_paper_has_no_form(tab):
    tab.goto(f"{tab.root}/page/models/loans/slices?requirement=right&where=years+%3E%3D+50")
    assert "checked" in tab.locator("#of option:checked").inner_text()
    assert tab.locator("#stands").inner_text().startswith("From the counts that the check kept")
    assert tab.locator("form").count() >= 2
    tab.emulate_media(media="print")
    assert not any(one.is_visible() for one in tab.locator("form, button, .button").all())
    tab.emulate_media(media="screen")
    tab.goto(f"{tab.root}/page/models/loans/slices?requirement=right&of=rows")
    assert "rows at hand" in tab.locator("#of option:checked").inner_text()
    still(tab)


def test_into_the_rows_and_to_a_neighbour(tab):
    tab.goto(f"{tab.root}/page/models/loans/slices?requirement=right&where=years+%3E%3D+50")
    tab.get_by_role("link", name="The rows behind this slice").click()
    tab.get_by_role("link", name="row", exact=False).and_(tab.locator("tbody a")).first.click()
    assert "its neighbours" in tab.title()
    assert tab.locator("tbody tr").count() == 21
    still(tab)


def test_versions_and_the_graph(tab):
    tab.goto(f"{tab.root}/page/models/loans/compare?a=1&b=2")
    tab.get_by_role("region", name="Both versions on the same", exact=False).wait_for()
    still(tab)
    tab.get_by_role("navigation", name="This model").get_by_role("link", name="Graph").click()
    before = tab.locator("#says dd").first.inner_text()
    tab.locator("#typed summary").click()
    tab.get_by_label("pay (number)").fill("-3")
    tab.get_by_role("button", name="Send these through it").click()
    tab.get_by_role("heading", name="Why").wait_for()
    assert tab.locator("#says dd").first.inner_text() != before and tab.locator("svg.flow .value").count() > 5
    still(tab)


@pytest.mark.parametrize("path", ["slices?requirement=right", "slices?requirement=fair&where=years+%3E%3D+50", "graph",
                                  "compare?a=1&b=2", "rows?requirement=right"])
def test_a_narrow_screen_has_room(tab, path):
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{tab.root}/page/models/loans/{path}")
    wide = tab.evaluate("document.documentElement.scrollWidth")
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= 320
    still(tab)


@pytest.mark.parametrize("path", ["slices?requirement=right", "slices?requirement=fair&where=years+%3E%3D+50",
                                  "compare?a=1&b=2", "graph?row=3", "rows?requirement=right", "rows?near=3", "data"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(tab, path, scheme):
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("there is no axe-core: pip install axe-playwright-python")
    tab.emulate_media(color_scheme=scheme)
    tab.goto(f"{tab.root}/page/models/loans/{path}")
    tab.evaluate((Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8"))
    told = tab.evaluate("axe.run(document)")
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in told["violations"]] == []
    assert len(told["passes"]) > 15


@pytest.mark.skipif("SHALL_PICTURES_OF" not in os.environ, reason="SHALL_PICTURES_OF=STORE makes the pictures")
def test_pictures_for_the_docs():
    store = Path(os.environ["SHALL_PICTURES_OF"]).absolute()
    file = store.parent.parent / "shall.toml"
    with made.showing(store, "--file", str(file)) as server, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        model = f"{server['url']}/models/{server['models'][0]}"
        with contextlib.closing(browser), contextlib.closing(browser.new_context(viewport=WIDE)) as context:
            tab = context.new_page()
            tab.set_default_timeout(PATIENCE)
            tab.goto(f"{model}/slices?requirement=equal")
            tab.get_by_label("Of", exact=True).select_option(index=tab.locator("#of option").count() - 2)
            tab.get_by_role("button", name="Show").click()      # the oldest check
            tab.get_by_role("region", name="Each a link into the slice").wait_for()
            tab.screenshot(path=PICTURES / "page-slices.png", full_page=True)
            tab.goto(f"{model}/graph?row={os.environ.get('SHALL_ROW', '')}")
            tab.screenshot(path=PICTURES / "page-graph.png", full_page=True)
