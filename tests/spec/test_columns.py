"""``[columns]``: roles, scores by class, units, and what is wrong with them."""

from __future__ import annotations

from shall.core.log import ROLES, Column
from shall.spec.columns import Columns, read_columns
from shall.spec.problems import Problems
from shall.spec.toml import read_document


def read(text: str) -> tuple[Columns, list[str], list[str]]:
    document = read_document(f"[columns]\n{text}", "x.toml")
    problems = Problems(document)
    found = read_columns(document.data, problems)
    return found, [str(problem) for problem in problems.sorted()], [mention.name for mention in problems.mentions]


def test_every_role_has_a_column() -> None:
    found, told, named = read("".join(f'{role} = "c_{role}"\n' for role in ROLES))
    assert told == [] and found.roles == {role: Column(f"c_{role}") for role in ROLES}
    assert {"lower", "upper", "set", "abstained"} <= set(ROLES)
    assert named == [f"c_{role}" for role in ROLES if role != "label"]


def test_scores_by_class() -> None:
    found, told, named = read('scores = { bus = "p_bus", "a b" = "p_ab" }\n')
    assert told == [] and found.scores == {"bus": "p_bus", "a b": "p_ab"} and named == ["p_bus", "p_ab"]
    assert not found.roles


def test_scores_that_are_wrong() -> None:
    for text, said in (('scores = { bus = "p" }', "two classes or more"), ("scores = {}", "two classes or more"),
                       ('scores = { a = 1, b = "p" }', "`a` is a text, not a number"),
                       ('scores = ["a", "b"]', "write: scores = { bus"), ('scors = "p"', "did you mean `scores`?"),
                       ('score = "p"\nscores = { a = "x", b = "y" }', "leave one of both out")):
        assert any(said in problem for problem in read(text)[1]), text


def test_units_of_other_columns() -> None:
    found, told, _ = read('latency = { unit = "ms" }\nscore = { column = "s", unit = "%" }\n')
    assert told == [] and found.units == (("latency", "ms"),) and found.roles == {"score": Column("s", "%")}
