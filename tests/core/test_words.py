"""Words that people write, and what the language says."""

from __future__ import annotations

import pytest

from shall.core.errors import FileError
from shall.core.parse import parse
from shall.core.words import CLAUSE_WORDS, INSTEAD, meant_fix, meant_word


def test_words_in_capitals_are_meant() -> None:
    assert meant_word("OVER") == "over" and meant_word("Ratio") == "ratio"
    assert all(meant_word(word) in ("", "over") for word in CLAUSE_WORDS)
    assert meant_word("ratio") == meant_word("sex") == ""


def test_words_of_other_languages_are_meant() -> None:
    assert meant_word("across") == "over" and meant_word("WHEN") == "where" and meant_word("vs") == "against"
    assert all(meant_fix(word) for word in INSTEAD)
    assert meant_fix("is").startswith("a bound is written") and meant_fix("sex") == ""


@pytest.mark.parametrize(("text", "column", "message", "fix"), [
    ("recall for sex >= 0.7", 8, "`for` is not expected", "`over`"),
    ("recall at least 0.7", 8, "`at` is not expected", "`>=`"),
    ("recall at most 0.7", 8, "`at` is not expected", "`<=`"),
    ("recall OVER sex >= 0.7", 8, "`OVER` is not expected", "`over`"),
    ("recall >= 0.7 if a = 1", 15, "`if` is not expected", "`where`"),
    ("recall >= 0.7 at 99% confidence", 15, "`at` is not expected", "`with`"),
    ("recall >= 0.7 99% confidence", 15, "`99` is not expected", "with 99% confidence"),
    ("recall >= 0.7 with 5% confidence", 20, "from 50%", "with 95% confidence"),
    ("min of recall over sex >= 0.7", 5, "there is no `min of`", "every group"),
    ("RATIO of recall over sex >= 0.7", 7, "written small", "write: ratio of"),
    ("recall - precision >= 0.1", 8, "nothing is calculated", "difference of"),
    ("1 - recall <= 0.3", 1, "expected a measure", "turn the limit round"),
    ("roc_auc >= 0.99 previous", 17, "`previous` is no unit", "99% of previous"),
    ("p99(latency) <= 2 seconds", 19, "no unit", "did you mean `s`?"),
    ("p99(latency) <= 2 MS", 19, "no unit", "did you mean `ms`?"),
    ("recall over age band >= 0.7", 17, "`band` is not expected", "backticks"),
    ("f(15) >= 1", 3, "expected an option", "NAME = 15"),
    ("f(bins = ) >= 1", 10, "has no value", "leave the option out"),
    ("f bins = 15 >= 1", 3, "`bins` is not expected", "in brackets"),
    ("f >= 1 where a = null", 18, "found the name `null`", "write: a is missing"),
    ("f >= 1 where `a b` != NaN", 23, "found the name `NaN`", "write: `a b` is not missing"),
    ("f >= 1 where a between 1 and 2", 16, "found `between`", "write: a >= 1 and a <= 2"),
    ("f >= 1 where 1 <= a <= 2", 14, "found the value `1`", "write: a >= 1 and a <= 2"),
    ("f >= 1 where a like 'x%'", 16, "found `like`", "a in ('a', 'b')"),
    ("f >= 1 where a in ()", 19, "the list is empty", "in ('a', 'b')"),
])
def test_what_was_meant(text: str, column: int, message: str, fix: str) -> None:
    with pytest.raises(FileError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert problem.column == column
    assert message in problem.message and fix in problem.fix
