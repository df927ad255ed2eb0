"""Markdown for a pull request or a job summary, read again by a parser of Markdown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from shall.reports import markdown
from tests.reports.conftest import required
from tests.reports.hostile import NAMES

READ = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> list:
    return [inner for token in READ.parse(text) for inner in (token, *(token.children or ()))]


def shown(text: str) -> str:
    return " ".join(token.content for token in tokens(text) if token.type == "text")


def test_every_requirement_is_told(checked):
    text = shown(markdown.check(checked))
    for verdict in checked.verdicts:
        assert verdict.name in text
    for said in ("2 broken, 2 undecided, 1 waived, 4 met", "✗ broken", "~ waived",
                 "worst pair: sex=F 0.310 / sex=M 0.480",
                 "to settle it: about 1,240 more rows of race = (rest)", "why: the four-fifths rule",
                 "Look 3 of 20 at this gate", "0f" * 32):
        assert said in text, said


def test_tables_have_their_cells(checked):
    kinds = [token.type for token in tokens(markdown.check(checked))]
    assert kinds.count("table_open") == 1 + 4           # the groups of fair, of both parts of equal, and of calibrated
    assert kinds.count("th_open") == 6 + 3 * 6 + 6
    assert kinds.count("td_open") == 6 * 9 + 3 * 2 * 6 + 5 * 6


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_adds_no_markup(checked, found, measured, groups, name):
    rows = groups("sex", (name, 500, 0.4, 0.3, 0.5), ("F", 500, 0.5, 0.4, 0.6))
    rows = tuple(replace(row, group=((name or "sex", row.group[0][1]),), note=name) for row in rows)

    def written(of: str) -> str:
        verdict = found(required("accuracy over sex >= 0.6", of, why=of),
                        measured("accuracy", 0.4, 0.3, 0.5, grouping=("sex",), groups=rows, settles=of, reason=of))
        return markdown.check(replace(checked, verdicts=(verdict,), subject=of, file=of, digests={of: of}))
    kinds = {token.type for token in tokens(written(name))}
    assert kinds <= {token.type for token in tokens(markdown.check(checked))} | {"hardbreak"}
    html = [token.content.strip() for token in tokens(written(name)) if token.type.startswith("html")]
    assert all(block.startswith(("<details><summary>", "</details>")) and block.count("<") <= 4 for block in html)
    written(name).encode("utf-8")
    assert "@everyone" not in written(name)
    assert "https://" not in written(name)
    assert "www." not in written(name)


def test_a_summary_stays_below_a_megabyte(checked):
    text = markdown.check(replace(checked, verdicts=checked.verdicts * 400))
    assert len(text.encode()) < 1_000_000
    assert "requirements more that are not met" in text


def test_a_build_is_told(built):
    text = shown(markdown.build(built))
    for said in ("income: model found", "lightgbm + plug-in ×1", "0.8546", "0.893 ✓", "What each mitigation bought",
                 "2: Input contains 3 infinite values", "✓ met", "learning rate 0.06, num leaves 31"):
        assert said in text, said


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_of_a_build_adds_no_markup(built, name):
    before = {token.type for token in tokens(markdown.build(built))}
    built.subject, built.in_the_way, built.objective, built.requirements = name, name, name, (name, "useful")
    built.notes, built.helps = (name,), (name,)
    built.tried = tuple(replace(one, name=name) for one in built.tried)
    text = markdown.build(built)
    assert {token.type for token in tokens(text)} <= before | {"hardbreak"}
    assert "@everyone" not in text
    assert "https://" not in text


@pytest.mark.parametrize("text", ["ratio of selection_rate over sex >= 0.80", "0.706, 0.737", "[0.706, 0.737]",
                                  "lightgbm + plug-in ×1", "equal: its bound", "difference of a over b <= 0.1 (now 2)"])
def test_what_marks_nothing_up_is_readable_in_the_source_too(text):
    assert markdown.escaped(text) == text
    assert markdown.limited(">= 0.80") == ">= 0.80"


@pytest.mark.parametrize("text", ["> quoted", ">= 1", "+ item", ":smile: x", "[1](http)", "[1]: x", "[1][2]", "_it_",
                                  "a __b__", "[ ] x", "a <b> c", "a >b", "a +b"])
def test_what_could_mark_up_is_not_kept(text):
    kinds = {token.type for token in tokens(markdown.escaped(text))}
    assert kinds == {"paragraph_open", "inline", "text", "paragraph_close"} or kinds == {
        "paragraph_open", "inline", "text", "text_special", "paragraph_close"}
    assert shown(markdown.escaped(text)).strip() == text


def test_a_limit_alone_starts_no_quotation(checked):
    assert "| >= 0.80 |" in markdown.check(checked) or "| >= " in markdown.check(checked)
    assert "blockquote_open" not in {token.type for token in tokens(markdown.check(checked))}
