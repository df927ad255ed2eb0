"""The page in a real browser: walked by its links, asked by axe, read by keyboard, on paper, narrow, light and dark.

It needs playwright and a Chromium, and axe-core as axe-playwright-python carries it; all are looked for, and nothing is
fetched. SHALL_PICTURES_OF=STORE makes the pictures of docs/pictures/ from the store of a real life.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shall.page import addresses
from shall.stores.sqlite import open_store
from tests.page import made
from tests.page.walking import needed, tab_of

pytestmark = needed
PATHS = ("/page", "/page/models/income", "/page/models/income/requirements/fair",
         "/page/models/income/requirements/useful", "/page/live", "/page/records/2", "/page/models/nobody",
         *(f"/page/models/income/{tab}" for tab in ("versions", "edit", "slices", "compare", "graph", "data")),
         "/page/trail")
TALLEST = 1560                              # pixels of a picture
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    path = tmp_path_factory.mktemp("browser") / "shall.db"
    made.store_at(path).close()
    with made.showing(path) as told:
        yield told                          # and at the end nothing was logged: no browser reported anything


def test_one_walks_from_all_models_to_the_last_digit(browser, server):
    with tab_of(browser, server) as walk:
        walk.open("/page")
        assert walk.follow("income").title() == "income – shall"
        assert walk.follow("fair").title() == "fair – shall"
        assert walk.tab.get_by_role("img").count() >= 3 and walk.tab.get_by_role("table").count() >= 3
        verdict = next(one for one in made.watched().windows[-1].verdicts if one.name == "fair")
        assert walk.tab.locator(f'data[value="{verdict.deciding.value!r}"]').count() >= 1
        record = walk.tab.get_by_role("link", name="record", exact=False).first
        assert record.inner_text().startswith("record ")
        assert walk.to(record).title().startswith("Record ")
        assert repr(verdict.deciding.value) in walk.tab.inner_text("main")
        walk.follow("income")
        walk.follow("Models")
        assert walk.tab.title() == "Models – shall"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, server, scheme):
    with tab_of(browser, server, color_scheme=scheme) as walk:
        for path in PATHS:
            walk.open(path, 404 if "nobody" in path else 200)
            if scheme == "light":
                assert walk.axe() >= 15, path
            else:                           # colours alone are others in the dark
                assert walk.axe({"runOnly": ["color-contrast"]}) >= 1, path


def test_a_keyboard_is_enough(browser, server):
    with tab_of(browser, server) as walk:
        tab = walk.open("/page")
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert tab.locator(".skip").bounding_box()["x"] >= 0, "it shows where one is"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
        seen = []
        for _ in range(40):
            tab.keyboard.press("Tab")
            seen.append(tab.evaluate("document.activeElement.getAttribute('href')"))
            if seen[-1] == "/page/models/income":
                break
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        assert walk.still().title() == "income – shall"


@pytest.mark.parametrize("path", PATHS[:5])
def test_it_fits_a_narrow_screen_and_paper(browser, server, path):
    with tab_of(browser, server, viewport={"width": 320, "height": 640}) as walk:
        tab = walk.open(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        tab.emulate_media(media="print")
        assert not tab.locator(".bar nav").is_visible() and tab.locator("h1").is_visible()
        assert len(tab.pdf(format="A4")) > 5_000


UNREAD = """() => { const wrong = [];
    for (const figure of document.querySelectorAll("figure:not([role=region])"))
        if (figure.scrollWidth > figure.clientWidth) wrong.push("scrolls: " + figure.textContent.slice(0, 60));
    for (const drawn of document.querySelectorAll("svg")) {
        const edge = drawn.parentElement.getBoundingClientRect(), seen = [];
        for (const text of drawn.querySelectorAll("text")) {
            const box = text.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize);
            const told = text.textContent.slice(0, 60);
            if (!box.width) continue;
            if (size * text.getScreenCTM().a < 11) wrong.push("small: " + told);
            if (box.left < edge.left - 1 || box.right > edge.right + 1) wrong.push("outside: " + told);
            for (const [other, said] of seen)
                if (box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 3
                    && other.top < box.bottom - 3) wrong.push("on one another: " + told + " | " + said);
            seen.push([box, told]);
        }
    }
    return wrong; }"""


@pytest.mark.parametrize("wide", [360, 800, 1280])
def test_every_picture_is_there_whole_and_can_be_read(browser, server, wide):
    with tab_of(browser, server, viewport={"width": wide, "height": 800}) as walk:
        for path in (*PATHS[:5], "/page/models/income/slices", "/page/models/income/compare"):
            tab = walk.open(path)
            assert tab.evaluate(UNREAD) == [], path
            shown = [tab.locator(f"svg.{form}").filter(visible=True).count() for form in ("broad", "narrow")]
            assert 0 in shown, "one form at a time"
            if path.endswith("fair"):
                assert shown[wide < 700] == 4, "value, groups, over time, per group over time"


def test_the_menus_of_a_telephone_are_rows(browser, server):
    with tab_of(browser, server, viewport={"width": 360, "height": 640}) as walk:
        tab = walk.open("/page/models/income/slices")
        main, model = (tab.get_by_role("navigation", name=name) for name in ("Main", "This model"))
        places = [main.get_by_role("link", name=name).bounding_box() for name in ("Models", "Live", "Review", "Trail")]
        assert len({place["y"] for place in places}) == 1 and max(place["x"] for place in places) < 300
        assert model.bounding_box()["height"] < 100
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_no_form_is_printed(browser, server):
    with tab_of(browser, server) as walk:
        tab = walk.open("/page/models/income/versions")
        assert tab.locator("main form").count() >= 1
        tab.emulate_media(media="print")
        assert not any(one.is_visible() for one in tab.locator("form, button").all())


def test_the_live_page_follows_the_store_with_a_script_and_without(browser, tmp_path):
    path = tmp_path / "shall.db"
    with made.store_at(path) as store, made.showing(path) as server, tab_of(browser, server) as walk, tab_of(
            browser, server, java_script_enabled=False) as plain:
        tab = walk.open("/page/live")
        assert plain.tab.goto(plain.root + "/page/live").status == 200
        assert plain.tab.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1
        tab.evaluate("document.querySelector('main').dataset.refresh = '0.05'")
        body = next(body for kind, body, _ in made.windows_of(made.watched()) if kind == "verdicts")
        store.append("verdicts", "later", {**body, "window": "a new window"}, key="new")
        tab.get_by_text("newest window: a new window").wait_for()
        plain.tab.get_by_text("newest window: a new window").wait_for()
        assert walk.still().evaluate("document.querySelectorAll('main').length") == 1


@pytest.mark.parametrize("leaves", [True, False])
def test_a_page_that_is_left_does_not_load_itself_again(browser, server, leaves):
    """It would cancel the click that leads elsewhere, as long as that is not answered yet."""
    with tab_of(browser, server) as walk:
        tab, again = walk.open("/page/live"), []
        wait = 1_000 * float(tab.evaluate("document.querySelector('main').dataset.refresh"))
        tab.route("**/page/live", lambda asked: (again.append(asked.request.is_navigation_request()),
                                                 asked.fulfill(body="<main>whole</main>", content_type="text/html")))
        if leaves:
            tab.evaluate("dispatchEvent(new Event('beforeunload'))")
            tab.wait_for_timeout(wait + 500)
            assert again == []
        else:
            tab.get_by_text("whole").wait_for()
            assert again[:2] == [False, True]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], list[str]]]:
    path = tmp_path_factory.mktemp("hostile") / "shall.db"
    with open_store(path) as store:
        kept = made.hostile(store)
    with made.showing(path) as told:
        yield told, kept                    # and at the end no browser had anything to report


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 16])
def test_hostile_names_run_nothing(browser, hostile, every):
    server, kept = hostile
    assert len(kept) >= 200
    tabs = ("", "/versions", "/edit", "/compare", "/slices", "/graph", "/data")
    with tab_of(browser, server) as walk:
        for path in ("/page", "/page/live", "/page/trail", "/page/review"):
            walk.open(path)
        for tab in tabs:
            walk.open(f"/page/models/many{tab}")
        for name in kept[::every]:
            walk.open(addresses.requirement("many", name))
            walk.open(addresses.model(name))


def test_one_signs_in_and_out(browser, tmp_path):
    path = tmp_path / "shall.db"
    made.store_at(path).close()
    texts = made.make_tokens(tmp_path / "tokens.toml")
    with made.showing(path, "--tokens", str(tmp_path / "tokens.toml")) as server, tab_of(browser, server) as walk:
        tab = walk.open("/page/models/income")
        assert tab.title() == "Sign in – shall"
        tab.get_by_label("Token").fill("shall_wrong")
        walk.press("Sign in", 401)
        assert "The token is unknown" in tab.get_by_role("alert").inner_text()
        tab.get_by_label("Token").fill(texts["regulator"])
        assert walk.press("Sign in").title() == "income – shall" and texts["regulator"] not in tab.url
        assert tab.evaluate("document.cookie") == "", "no script can read it"
        (cookie,) = tab.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/page")
        assert walk.press("Sign out").title() == "Sign in – shall"
        assert tab.context.cookies() == []


@pytest.mark.skipif("SHALL_PICTURES_OF" not in os.environ, reason="SHALL_PICTURES_OF=STORE makes the pictures")
def test_pictures_for_the_docs(browser):
    with made.showing(Path(os.environ["SHALL_PICTURES_OF"]).absolute()) as server:
        (name,) = server["models"]
        for path, told in (("/page", "models"), (f"/page/models/{name}", "life"),
                           (f"/page/models/{name}/requirements/equal", "requirement"), ("/page/live", "live")):
            for scheme in ("light", "dark") if told == "life" else ("light",):
                with tab_of(browser, server, color_scheme=scheme, viewport={"width": 1240, "height": 400}) as walk:
                    kept = PICTURES / f"page-{told}{'' if scheme == 'light' else '-dark'}.png"
                    tab = walk.open(path)
                    height = min(tab.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    tab.screenshot(path=str(kept), full_page=True, clip={"x": 0, "y": 0, "width": 1240,
                                                                         "height": height})
