"""The whole walk in a real browser: from all models to the worst slice, a requirement of it, a signature, a check that
fails, two versions side by side, and a recall.

SHALL_PICTURES=docs/pictures makes the pictures of the walk in the guide.
"""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import shall
from shall.api.verifying import new_key
from shall.core.verdict import Finding
from shall.spec import load
from shall.stores.sqlite import open_store
from tests.page import made
from tests.page.walking import Walk, needed, tab_of

pytestmark = needed
FILE = '''# Who may pass.
shall = 1

[subject]
name = "income"
target = "paid"
positive = "yes"

[columns]
decision = "said"
time = "at"

[groups]
sex = "sex"

[trust]
regulator = "regulator.pub"

[requirements]
useful = "accuracy >= 0.80"                 # by the board
fair = "ratio of selection_rate over sex >= 0.80"
'''


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shall file, its log, and a store with two checks and a life."""
    folder = tmp_path_factory.mktemp("walk")
    new_key(folder / "regulator")
    file, log = folder / "shall.toml", folder / "log.parquet"
    file.write_text(FILE)
    pq.write_table(made.log_of(), log)
    shall.check(file, made.log_of().slice(0, 3_000))
    assert shall.check(file, log).verdict is Finding.BROKEN
    with open_store(folder / ".shall" / "shall.db") as store:
        made.story(store)
    return folder


def step(walk: Walk, shown: str = "") -> None:
    """Nothing went wrong so far; a picture of it, where one is to be shown and they are asked for."""
    walk.still()
    if shown and (folder := os.environ.get("SHALL_PICTURES")):
        walk.tab.screenshot(path=Path(folder) / f"page-walk-{shown}.png", full_page=True)


def test_from_all_models_to_a_recall(browser, place):
    file, key = place / "shall.toml", place / "regulator.key"
    with made.showing(place / ".shall" / "shall.db", "--file", str(file), "--data", str(place / "log.parquet"),
                      "--key", str(key)) as server, tab_of(browser, server) as walk:
        tab = walk.open("/page")
        walk.follow("income")
        walk.follow("Slices")
        tab.get_by_label("Requirement").select_option("useful")
        walk.press("Show")
        worst = tab.locator("#worst").get_by_role("link").first
        worst.wait_for()
        step(walk)
        walk.to(worst)
        line = tab.get_by_label("Line").input_value()
        assert " where " in line
        walk.press("Make this a requirement")
        step(walk, "proposed")
        assert file.read_text() == FILE, "nothing changes before somebody signs"
        walk.press("Sign, and put it in the file")
        (new,) = [one for one in load(file).requirements if one.name not in ("useful", "fair")]
        assert str(new) == line and file.read_text().startswith(FILE.rstrip())
        report = shall.check(file, place / "log.parquet")
        assert {one.name: one.verdict for one in report.verdicts}[new.name] is Finding.BROKEN
        walk.follow("Life")
        row = tab.get_by_role("table", name="The newest verdicts").get_by_role("row").filter(has_text=new.name)
        assert "✗ broken" in row.inner_text(), "the check that fails is seen on the page"
        walk.follow("Compare")
        step(walk, "compared")
        verdicts = tab.get_by_role("table", name="Every requirement that either was held to")
        before, after = (verdicts.get_by_role("row").filter(has_text=name).inner_text() for name in (new.name, "fair"))
        assert "not asked" in before and "asked of one only" in before and "asked" not in after
        walk.follow("Versions")
        tab.get_by_label("Why, for those who used it").fill("unfair to women since March")
        walk.press("Recall it")
        step(walk, "recalled")
        assert tab.get_by_text("unfair to women since March").count() == 1
        walk.follow("Trail")
        rows = tab.get_by_role("table").inner_text()
        assert all(word in rows for word in ("recalled", "signed", "proposed"))
