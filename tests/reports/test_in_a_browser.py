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
from shall.core.requirement import Number, Waiver
from shall.reports import _life_page, html
from shall.reports._figures import scale_for
from shall.reports._layout import safe
from shall.reports._life import WAITS, At, Course, Lived, Lot, Mark
from tests.page.walking import CHROMIUM, PATIENCE, heard, needed
from tests.reports.conftest import ON, required
from tests.reports.hostile import NAMES

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = needed
SHOWN = [name for name in NAMES if safe(name).strip() and len(name) < 100]


class Watched:
    """A page of a browser, and all that it did beside being shown."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder, self.asked, self.said = page, folder, list[str](), heard(page)
        page.on("request", lambda request: self.asked.append(request.url))

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
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"], timeout=PATIENCE)
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


def test_each_name_in_a_life(watched):
    points = [At(name, "met", 0.9, 0.88, 0.92, 10, least=0.8, words=name) for name in NAMES]
    lots, named = [Lot(name, 10, 5) for name in NAMES], SHOWN[:4]
    scale = scale_for(0.9, (0.88, 0.92), Number(0.8))
    courses = [Course(name, name, points, scale, marks=[Mark(other, "alarm", name) for other in NAMES])
               for name in named]
    watched.show(_life_page.whole_page(Lived(NAMES[0], lots, courses, NAMES[1], NAMES, "shall.toml")))
    told = watched.text
    assert [name for name in named if " ".join(safe(name).split()) not in told] == []


@pytest.mark.parametrize(("wide", "form"), [(360, "narrow"), (1280, "broad")])
def test_no_text_of_a_life_leaves_its_picture_or_lies_on_another(watched, wide, form):
    watched.page.set_viewport_size({"width": wide, "height": 800})
    labels = [f"2026-{1 + place // 28:02d}-{1 + place % 28:02d}" for place in range(40)]
    points = [At(label, "broken" if place > 30 else "met", 1.5e-4, 1.2e-4, 1.8e-4, 1_234_567, most=2e-4,
                 alarm=place > 35) for place, label in enumerate(labels)]
    line = "difference of true_positive_rate, false_positive_rate over sex by race <= 0.10 where age >= 18 and age < 65"
    courses = [Course(f"a requirement with a long name {place}", line, points,
                      scale_for(1.5e-4, (1.2e-4, 1.8e-4), Number(2e-4))) for place in range(20)]
    watched.show(_life_page.whole_page(Lived("credit@7", [Lot(label, 5_000, 4_000) for label in labels], courses)))
    boxes = watched.page.evaluate("""form => [...document.querySelectorAll(`svg.${form} text`)].map(
        text => { const box = text.getBBox(); return [box.x, box.y, box.width, box.height, text.textContent]; })
        """, form)
    width, height = watched.page.evaluate("""form => {
        const box = document.querySelector(`svg.${form}`).viewBox.baseVal; return [box.width, box.height]; }""", form)
    assert len(boxes) > 200
    for x, y, wide, high, text in boxes:
        assert x >= 0 and y >= 0 and x + wide <= width and y + high <= height, text
    for place, (x, y, wide, high, text) in enumerate(boxes):
        over = [other for left, top, w, h, other in boxes[place + 1:]
                if x < left + w - 1 and left < x + wide - 1 and y < top + h - 3 and top < y + high - 3]
        assert over == [], text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_life_is_accessible(browser, tmp_path, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    points = [At("May", "met", 0.85, 0.82, 0.88, 9, least=0.8), At("June", "broken", 0.7, 0.6, 0.75, 9, least=0.8),
              At("July", "undecided", 0.8, 0.7, 0.9, 9, least=0.8), At("August", WAITS, least=0.8, words="it waits")]
    course = Course("fair", "accuracy >= 0.8", points, scale_for(0.85, (0.82, 0.88), Number(0.8)),
                    marks=[Mark("June", "alarm", "row 7"), Mark("June", "response", "it abstains")])
    lots = [Lot(point.window, 10, 5) for point in points]
    (tmp_path / "life.html").write_text(_life_page.whole_page(Lived("credit@7", lots, [course])), encoding="utf-8")
    with contextlib.closing(browser.new_context(bypass_csp=True, color_scheme=scheme)) as context:
        page = context.new_page()
        page.goto((tmp_path / "life.html").as_uri())
        assert [one["id"] for one in axe.Axe().run(page).response["violations"]] == []


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
