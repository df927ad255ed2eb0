"""Each numbered migration: what it changes, what it leaves alone, and that lint knows of it."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named
from shall.spec.migrations import MIGRATIONS, may_mend

Measures = Mapping[str, Named]
HEAD = 'shall = 1\n[subject]\ntarget = "y"\npositive = "1"\n[groups]\nsex = "SEX"\n'
# Of each number: a text that needs it, and the values that it sets.
NEEDED = {
    1: [(HEAD.removeprefix("shall = 1\n") + '[requirements]\na = "rows >= 1"\n', {("shall",): 1}),
        (HEAD.replace("shall = 1", 'shall = "1"') + '[requirements]\na = "rows >= 1"\n', {("shall",): 1})],
    2: [("confidence = 0.95\n" + HEAD + '[requirements]\na = "rows >= 1"\n', {("confidence",): 95}),
        ("confidence = 0.975\n" + HEAD + '[requirements]\na = "rows >= 1"\n', {("confidence",): 97.5})],
    3: [(HEAD + '[requirements]\na = "recall >= 0.7 over sex"\n', {("requirements", "a"): "recall over sex >= 0.7"}),
        (HEAD + '[requirements.a]\nthat = "recall where AGE > 5 >= 0.7"\n',
         {("requirements", "a", "that"): "recall >= 0.7 where AGE > 5"})],
    4: [(HEAD + '[requirements]\na = "tpr, fpr over sex between 0.1 and 0.9"\n',
         {("requirements", "a"): "true_positive_rate, false_positive_rate over sex between 0.1 and 0.9"}),
        (HEAD + '[requirements]\na = "demographic_parity_difference over sex <= 0.1"\n',
         {("requirements", "a"): "difference of selection_rate over sex <= 0.1"}),
        (HEAD + '[requirements]\na = "disparate_impact over sex >= 0.8"\n',
         {("requirements", "a"): "ratio of selection_rate over sex >= 0.8"})],
}
LEFT = {
    1: [HEAD, 'pack = 1\ntitle = "x"\n', "shall = 2\n", "shall = true\n"],
    2: ["confidence = 95\n", "confidence = 0.3\n", 'confidence = "0.95"\n'],
    3: ['[requirements]\na = "recall over sex >= 0.7"\n', '[requirements]\na = "recall ovr sex >= 0.7"\n',
        "requirements = 3\n", "[requirements]\na = 3\n"],
    4: ['[requirements]\na = "recall >= 0.7"\n', '[requirements]\na = "gini >= 0.7"\n',
        '[requirements]\na = "disparate_impact over sex <= 0.8"\n',     # a ratio has a lower limit
        '[requirements]\na = "ratio of disparate_impact over sex >= 0.8"\n',
        '[requirements]\na = "demographic_parity <= 0.1"\n', '[requirements]\na = "`tpr` >= 0.1"\n'],
}


def changes(number: int, text: str, measures: Measures) -> dict:
    return {change.path: change.value for change in MIGRATIONS[number - 1].changes(tomllib.loads(text), measures)}


def test_they_are_numbered_and_only_go_forward() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert set(NEEDED) == set(LEFT) == {migration.number for migration in MIGRATIONS}


@pytest.mark.parametrize(("number", "text", "expected"), [
    (number, text, expected) for number, cases in NEEDED.items() for text, expected in cases])
def test_what_it_changes_and_that_lint_says_so(number: int, text: str, expected: dict, measures: Measures) -> None:
    assert changes(number, text, measures) == expected
    with pytest.raises(FileError) as caught:
        spec.loads(text, on=datetime.date(2026, 11, 21), measures=measures)
    assert any(may_mend(problem) for problem in caught.value.problems)


@pytest.mark.parametrize(("number", "text"), [(number, text) for number, cases in LEFT.items() for text in cases])
def test_what_it_leaves_alone(number: int, text: str, measures: Measures) -> None:
    assert changes(number, text, measures) == {}
