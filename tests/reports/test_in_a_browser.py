"""Names that would run, load or turn a page, in a browser that would let them: nothing does, and each is shown as text.

It needs playwright and a Chromium; both are looked for, and nothing is fetched.
"""

from __future__ import annotations

import contextlib
import html as markup
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.core.requirement import Waiver
from shall.reports import html
from shall.reports._layout import safe
from tests.reports.conftest import ON, required
from tests.reports.hostile import NAMES

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
WATCH = """
    window.broken = [];
    document.addEventListener("securitypolicyviolation", event => window.broken.push(event.violatedDirective));
    for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.broken.push(name);
"""
SHOWN = [name for name in NAMES if safe(name).strip() and len(name) < 100]


class Watched:
    """A page of a browser, and all that it did beside being shown."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder, self.asked, self.said = page, folder, [], []
        page.on("dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.said.append(f"error {error}"))
        page.on("console", lambda line: self.said.append(f"console {line.text}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.add_init_script(WATCH)

    def show(self, text: str) -> None:
        """Open a page as a file, and hold that it did nothing."""
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        self.asked.clear()
        self.page.goto(file.as_uri())
        assert self.page.evaluate("window.broken") == [] and self.said == []
        assert self.asked == [file.as_uri()], "it loads nothing"
        for tag in ("script", "iframe", "img", "object", "embed", "form", "base", "link", "foreignObject"):
            assert self.page.locator(tag).count() == 0, tag
        assert self.page.evaluate("document.querySelectorAll('main').length") == 1

    @property
    def text(self) -> str:
        """What stands on it, without the sheet."""
        return " ".join(self.page.evaluate("document.body.textContent").split())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        with contextlib.closing(opened):
            yield opened


@pytest.fixture
def watched(browser: Any, tmp_path: Path) -> Iterator[Watched]:
    with contextlib.closing(browser.new_page()) as page:
        yield Watched(page, tmp_path)


def verdict_of(found, measured, groups, name: str):
    rows = groups("sex", (name, 500, 0.4, 0.3, 0.5), ("F", 500, 0.5, 0.4, 0.6))
    rows = tuple(replace(row, group=((name or "sex", row.group[0][1]),), note=name) for row in rows)
    return found(required("accuracy over sex >= 0.6", name, why=name, controls=(name,), waive=Waiver(ON, name, name)),
                 measured("accuracy", 0.4, 0.3, 0.5, grouping=("sex",), groups=rows, worst=(rows[0].group,),
                          settles=name, reason=name, compared=name))


def test_each_name_as_requirement_group_column_and_reason(watched, checked, found, measured, groups):
    assert len(set(NAMES)) >= 200
    verdicts = tuple(verdict_of(found, measured, groups, name) for name in NAMES)
    page = html.check(replace(checked, verdicts=verdicts, notes=tuple(NAMES), subject=NAMES[0], file=NAMES[1],
                              digests=dict.fromkeys(NAMES, "0")))
    watched.show(page)
    told = watched.text
    lacking = [name for name in SHOWN if " ".join(safe(name).split()) not in told]
    assert lacking == [], "each is shown as it is written"
    assert watched.page.locator("main > section").count() >= len(NAMES)


def test_each_name_in_a_search(watched, built):
    built.notes, built.helps, built.importance = tuple(NAMES), tuple(NAMES), tuple((name, 0.5) for name in NAMES)
    built.requirements, built.lines, built.found = (NAMES[0], "useful"), (NAMES[1], NAMES[2]), False
    built.tried = tuple(replace(one, name=name) for one, name in zip(cycle(built.tried), NAMES, strict=False))
    built.frontier = replace(built.frontier, kinds=tuple(NAMES))
    built.subject = built.file = built.model = built.in_the_way = built.objective = "</script><script>alert(1)</script>"
    watched.show(html.build(built))


def log_of(names: list[str], column: str) -> pa.Table:
    """A log with a group for each name, in a column that is called as one of them."""
    chance = np.random.default_rng(0)
    label = chance.integers(0, 2, 40 * len(names))
    return pa.table({"label": label, "score": np.clip(label * 0.4 + chance.random(len(label)) * 0.6, 0, 1),
                     column: np.repeat(np.array(names, dtype=object), 40)})


def test_names_that_came_with_the_data(watched):
    usable = [name for name in NAMES if name.encode("utf-8", "ignore").decode() == name]
    for column in ("<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>"):
        file = {"subject": {"name": column, "target": "label", "positive": "1"}, "columns": {"score": "score"},
                "groups": {"people": {"column": column}}, "requirements": {"fair": "roc_auc over people >= 0.6"}}
        report = shall.check(file, log_of(usable, column), record=False)
        watched.show(html.check(report))
        told = watched.text
        assert sum(" ".join(safe(name).split()) in told for name in usable if len(name) < 100) > 150


def test_names_that_a_search_for_slices_and_intersections_finds(watched):
    usable = [name for name in NAMES if name.encode("utf-8", "ignore").decode() == name and len(name) < 100]
    column, other = "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>"
    log = log_of(usable, column)
    log = log.append_column(other, pa.array([usable[place % 7] for place in range(len(log))]))
    file = {"subject": {"name": other, "target": "label", "positive": "1"}, "columns": {"score": "score"},
            "groups": {"people": {"column": column}, "others": {"column": other}},
            "requirements": {"fair": "accuracy over people >= 0.6"}}
    watched.show(html.slices(shall.slices(file, log, measure="accuracy", over=[column, other], depth=2)))
    assert "onerror=alert(1)" in watched.text
    watched.show(html.intersections(shall.intersections(file, log, measure="fair")))


@pytest.mark.slow
def test_each_name_alone(watched, checked, found, measured, groups):
    """Together one might hide what another does."""
    for name in NAMES:
        watched.show(html.check(replace(checked, verdicts=(verdict_of(found, measured, groups, name),), subject=name,
                                        file=name, notes=(name,), digests={name: name})))
        assert markup.unescape(watched.page.title()) or not name.strip()


def test_the_watch_sees_what_would_run(watched):
    """The same names, put in as they are, do run: so the others would have been seen."""
    with pytest.raises(AssertionError):
        watched.show("<main></main><script>alert(1)</script>")
    assert watched.page.evaluate("window.broken") == ["alert"]
