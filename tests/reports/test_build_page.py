"""The page of a build: the frontier in a picture and in a table, what each option bought, and nothing that runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shall.reports import html
from tests.reports.hostile import NAMES
from tests.reports.test_html import ACTIVE, ALLOWED, Read

DRAWN = ALLOWED | {"polygon", "strong"}


def test_everything_is_told(built):
    page = Read(html.build(built))
    assert page.open == []
    for said in ("✓ model found", "29,304 rows to learn from", "4 candidates of 9 trials",
                 "The price of the requirements: accuracy 0.8546 instead of 0.8714.",
                 "learning rate 0.06, num leaves 31",
                 "threshold 0.5, multipliers 0.101, -0.066", "lightgbm + plug-in ×1 (chosen)",
                 "Input contains 3 infinite values", "trial 4, xgboost; trial 7, xgboost + impute",
                 "lightgbm.learning_rate", "61.2%", "fair >= 0.80: the search aimed at 0.887", "-0.0168",
                 ".shall/models/1f", "2 findings (1 high, 1 low)", "hours moved by 0.31 to the gate"):
        assert said in page.text, said


def test_the_table_says_what_the_picture_shows(built):
    page = Read(html.build(built))
    scatters = [picture for picture in page.all("svg") if picture["class"] == "scatter"]
    assert len(scatters) == 3                           # two requirements, and the importance of the settings
    for said in ("0.342 ✗", "0.893 ✓", ">= 0.887", "92.6% ✓", "the limit", "the aim"):
        assert said in page.text


def test_it_can_be_read_aloud(built):
    page = Read(html.build(built))
    assert [tag for tag, _ in page.tags if tag == "h1"] == ["h1"]
    assert len(page.all("caption")) == len(page.all("table"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for picture in page.all("svg"):
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= set(ids)


def test_no_model_found_says_what_would_help(built):
    built.verdicts, built.model, built.found, built.in_the_way = (), "", False, "fair: at best 0.87"
    built.helps = ("fair: its bound relaxed from 0.8 to about 0.77 would let this gate certify the nearest candidate",)
    page = Read(html.build(built))
    for said in ("✗ no model found", "What stood in the way fair: at best 0.87",
                 "What would help fair: its bound relaxed"):
        assert said in page.text


def test_an_objective_that_shall_be_small_is_shown_as_it_is(built):
    built.tried = tuple(replace(one, objective=-4_000 * one.objective, span=(-4_100.0, -3_000.0))
                        for one in built.tried)
    built.minimised, built.objective, built.bought = True, "root_mean_squared_error", ()
    page = Read(html.build(built))
    assert "root_mean_squared_error, less is better" in page.text
    assert "-3,4" not in page.text
    assert "3,485.6" in page.text


def test_a_search_without_any_use_is_a_page_too(built):
    built.frontier = replace(built.frontier, places=(), few=(), fronts=(), best=None, price=None)
    built.bought, built.faults, built.importance, built.helps = (), (), (), ()
    built.tried = tuple(replace(one, chosen=False) for one in built.tried)
    assert "0.342 ✗" in Read(html.build(built)).text


def test_thousands_of_candidates_stay_below_two_megabytes(built):
    many = tuple(replace(built.tried[1], name=f"candidate {place}", objective=0.8 + place / 1e5)
                 for place in range(9_000))
    built.tried = (*built.tried, *many)
    built.frontier = replace(built.frontier, kinds=(*built.frontier.kinds, *("none",) * len(many)))
    page = html.build(built)
    assert len(page.encode()) < html.MOST
    assert "300 of 9,004 candidates" in page


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_only_a_name(built, name):
    built.subject, built.file, built.model, built.in_the_way, built.objective = name, name, name, name, name
    built.requirements, built.lines, built.notes, built.helps = (name, "useful"), (name, name), (name,), (name,)
    built.importance, built.found = ((name, 0.5),), False
    made = {"config": {"learner": name, f"{name}.x": name}, "rule": {"by_group": [[[[name, name]], 0.4]]}}
    built.tried = tuple(replace(one, name=name, made=made) for one in built.tried)
    built.frontier = replace(built.frontier, kinds=(name,) * len(built.tried))
    page = html.build(built)
    read = Read(page)
    assert read.open == []
    assert {tag for tag, _ in read.tags} <= DRAWN
    assert len(read.all("meta")) == 5
    for tag, attributes in read.tags:
        assert not {given for given in attributes if given.startswith("on") or given in ACTIVE}
        assert tag != "a" or attributes["href"].startswith("#")
    assert all(char.isprintable() or char == "\n" for char in page)
    page.encode("utf-8")
