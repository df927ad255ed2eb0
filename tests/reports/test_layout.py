"""Sentences begin with a capital, and names stay what they are; paths are short, and resolve; tables keep to a width.
"""

from __future__ import annotations

import pytest

from shall.reports._layout import Cell, Look, fitting, headed, placed, plain, sentence


@pytest.mark.parametrize(("text", "told"), [
    ("there is no group", "There is no group"),
    ("loans@1 was recalled: it is wrong", "loans@1 was recalled: it is wrong"),
    ("roc_auc is not here", "roc_auc is not here"), ("/tmp/shall.toml names no rows", "/tmp/shall.toml names no rows"),
    ("2 verdicts", "2 verdicts"), ("", ""), ("Already", "Already"), ("nothing: too few", "Nothing: too few"),
    ("`shall check` says it", "`shall check` says it")])
def test_sentences(text, told):
    assert sentence(text) == told


@pytest.mark.parametrize(("path", "told"), [
    ("model", "model"), ("./model", "model"), ("../here/model/a.zip", "model/a.zip"), ("../data/../b.zip", "{}/b.zip"),
    ("{}/here/x/../model", "model"), ("{}/here/../data", "{}/data"), ("", ""), ("the data of the file",) * 2,
    ("postgresql://a/../b",) * 2, ("../x.db?table",) * 2])
def test_a_path_is_short_and_resolves(tmp_path, monkeypatch, path, told):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert placed(path.format(tmp_path)) == told.format(tmp_path)


TABLE = [[Cell(text, "head") for text in ("GROUP", "VALUE", "BOUNDS", "N", "ABOUT")],
         [Cell(text) for text in ("women", "0.691", "[0.658, 0.723]", "12,345", "the least of all that were judged")],
         [Cell(text) for text in ("two or more", "0.5", "[none, none]", "9", "")]]
BROKEN = """\
GROUP        VALUE          BOUNDS       N  ABOUT
women        0.691  [0.658, 0.723]  12,345  the least of all
                                            that were judged
two or more    0.5    [none, none]       9"""
BELOW = """\
GROUP        VALUE          BOUNDS       N
women        0.691  [0.658, 0.723]  12,345
    the least of all that were judged
two or more    0.5    [none, none]       9"""
ABOVE = """\
GROUP
  VALUE          BOUNDS       N
women
  0.691  [0.658, 0.723]  12,345
    the least of all that were judged
two or more
    0.5    [none, none]       9"""


@pytest.mark.parametrize(("width", "told"), [(60, BROKEN), (59, BELOW), (42, BELOW), (41, ABOVE)])
def test_a_table_keeps_to_a_width_and_cuts_nothing(width, told):
    lines = fitting(TABLE, "<>>><", plain, width, text=True)
    assert len(lines) == 3 and [line for own in lines for line in own] == told.splitlines()
    assert {len(own) for own in fitting(TABLE, "<>>><", plain, 80, text=True)} == {1}


def test_what_follows_a_head_stands_below_it_where_it_is_long():
    assert headed("Where", "of all rows", Look(18)) == ["Where: of all rows"]
    assert headed("Where", "of all rows", Look(17)) == ["Where:", "  of all rows"]
