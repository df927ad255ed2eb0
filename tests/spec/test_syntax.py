"""What the standard parser says, in words that help, at its place."""

from __future__ import annotations

import pytest

from shall.core.errors import FileError
from shall.spec.toml import read_document


@pytest.mark.parametrize(("text", "place", "message", "fix"), [
    ("useful = roc_auc >= 0.75", "1:10", "this is no value", 'write: useful = "roc_auc >= 0.75"'),
    ("a = True # so", "1:5", "this is no value", "write: a = true"),
    ("a =\nb = 1", "1:4", "no value after the =", 'key = "value"'),
    ("a: 1", "1:2", "no `=`", "write: a = 1"),
    ("our fair line = 1", "1:5", "no `=`", "our_fair_line"),
    ('{\n"a": 1}', "1:1", "JSON", "shall = 1"),
    ("// x", "1:1", "no comment", "#"),
    ("<<<<<<< HEAD\na = 1", "1:1", "merge conflict", "choose one"),
    ("a = 1,", "1:6", "follows a finished value", "delete it"),
    ("a = 0,5", "1:6", "follows a finished value", "decimal point"),
    ("a = 95%", "1:7", "follows a finished value", "per cent"),
    ("a = 1.0.0", "1:8", "follows a finished value", "one decimal point"),
    ("a = 31/01/2027", "1:7", "no such date", "2027-01-31"),
    ("a = 2027-02-30", "1:5", "no such date", "2027-01-31"),
    ("a = { b = 1,\n c = 2 }", "1:13", "ends with its line", "a table of its own"),
    ("[a b]", "1:4", "not closed", "in quotes"),
    ("a = \u201cx\u201d", "1:5", "no quote of TOML", "straight"),
    ("\u0430 = 1", "1:1", "CYRILLIC", "quotes"),
    ('a = "\\ud800"', "1:12", "no character of this code", "leave it out"),
])
def test_explained(text: str, place: str, message: str, fix: str) -> None:
    with pytest.raises(FileError) as caught:
        read_document(text, "x.toml")
    (problem,) = caught.value.problems
    assert f"{problem.line}:{problem.column}" == place
    assert message in problem.message and fix in problem.fix
