"""The language: what it says, that str() gives it back, that nothing but a FileError comes of a wrong line."""

from __future__ import annotations

import contextlib
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import FileError
from shall.core.parse import MAX_LENGTH, parse, parse_bound, parse_filter
from shall.core.requirement import (
    Aggregate,
    And,
    Bound,
    Comparison,
    Filter,
    MeasureCall,
    Missing,
    Not,
    Number,
    OneOf,
    Or,
    Reference,
    Requirement,
)
from shall.core.units import UNITS

CANONICAL = [
    "roc_auc >= 0.75",
    "accuracy >= 0.80",
    "accuracy >= 80%",
    "rows >= 1000",
    "brier <= 1.5e-1",
    "mean(income) >= -20.50",
    "selection_rate between 0.10 and 30%",
    "p99(latency) <= 2 ms",
    "calibration_error(bins = 15) over race <= 0.05",
    "attack_success(norm = linf, radius = 0.03) <= 20%",
    "attack_success(norm = `l-inf`, targeted = true) <= 20%",
    "rate(event = collision, per = km) <= 0.001",
    "share(toxicity < 0.5) >= 99.5%",
    "share(SEX = 'F') >= 0.4",
    "share((flag = 1)) >= 0.4",
    "share(flag = 1 and seen = true) >= 0.4",
    "share(not flag = 1) >= 0.4",
    "ratio of selection_rate over sex >= 0.80",
    "ratio(to = 'F') of selection_rate over sex between 0.80 and 1.25",
    "difference of true_positive_rate, false_positive_rate over sex by race <= 0.10 with 99% confidence",
    "difference of recall over sex, race by age_band within income_band <= 0.10",
    "recall >= 0.70 where AGEP >= 55 and SEX = '2'",
    "population_stability over feature against train <= 0.2",
    "roc_auc over sex on hospital_b >= 0.75",
    "ratio of selection_rate over sex on `on` >= 0.80 where AGEP >= 18",
    "roc_auc >= previous",
    "roc_auc >= previous - 0.01",
    "roc_auc >= logged + 0.010",
    "p99(latency) <= previous + 5 ms",
    "selection_rate over sex >= 80% of overall",
    "selection_rate between 90% of train and 110% of train",
    "recall over `odd name` by `over` >= 0.5",
    "mean(`a`` b`) <= 1 where `x y` is not missing or not (z != -1 and (a = 'it''s' or b in (1, 'two', false)))",
    "accuracy >= 0.5 where x = 1 or y = 2 and z = 3",
    "accuracy >= 0.5 where größe >= 1.0 with 97.5% confidence",
]

RIGHT = ("ratio of selection_rate over sex within band against train on census >= 0.80 where AGEP >= 18 "
         "with 99% confidence")


@pytest.mark.parametrize("text", CANONICAL)
def test_a_canonical_text_comes_back_character_for_character(text: str) -> None:
    requirement = Requirement.parse(text)
    assert str(requirement) == text
    assert Requirement.parse(str(requirement)) == requirement


def test_the_parts_of_a_line() -> None:
    requirement = Requirement.parse(
        "difference(to = 'F') of recall, p99(latency) over sex within band against train on census <= previous - 0.01 "
        "where a = 1 with 99% confidence")
    assert requirement == Requirement(
        measures=(MeasureCall("recall"), MeasureCall("p99", columns=("latency",))),
        bound=Bound(high=Reference("previous", offset=Number(-0.01))),
        aggregate="difference", to="F", over=(("sex",),), within=("band",), against="train",
        population="census", where=Comparison("a", "=", 1), confidence=Number(99, "%"))


@pytest.mark.parametrize(("text", "bound"), [
    (">= 0.80", Bound(low=Number(0.8))),
    ("<= 20%", Bound(high=Number(20, "%"))),
    ("<= 2ms", Bound(high=Number(2, "ms"))),
    (">= -1.5", Bound(low=Number(-1.5))),
    ("between 1 and 2 MB", Bound(low=Number(1), high=Number(2, "MB"))),
    (">= 90% of train", Bound(low=Reference("train", share=Number(90, "%")))),
    ("<= `odd data` + 1", Bound(high=Reference("odd data", offset=Number(1)))),
])
def test_bounds(text: str, bound: Bound) -> None:
    assert parse_bound(text) == bound


@pytest.mark.parametrize(("text", "filter"), [
    ("a = 1", Comparison("a", "=", 1)),
    ("a = 1.0", Comparison("a", "=", 1.0)),
    ("a != 'x'", Comparison("a", "!=", "x")),
    ("a = true", Comparison("a", "=", True)),
    ("a in ('x', 2)", OneOf("a", ("x", 2))),
    ("a is missing", Missing("a")),
    ("a is not missing", Not(Missing("a"))),
    ("a = 1 or b = 2 and c = 3",
     Or((Comparison("a", "=", 1), And((Comparison("b", "=", 2), Comparison("c", "=", 3)))))),
    ("(a = 1 or b = 2) and not c = 3",
     And((Or((Comparison("a", "=", 1), Comparison("b", "=", 2))), Not(Comparison("c", "=", 3))))),
])
def test_filters(text: str, filter: Filter) -> None:
    assert parse_filter(text) == filter
    assert parse_filter(str(filter)) == filter


@pytest.mark.parametrize(("text", "call"), [
    ("f(x, k = 2, a < 3)", MeasureCall("f", ("x",), (("k", 2),), Comparison("a", "<", 3))),
    ("f(k = linf)", MeasureCall("f", options=(("k", "linf"),))),
    ("f(k = 'linf')", MeasureCall("f", filter=Comparison("k", "=", "linf"))),
    ("f(k = -2)", MeasureCall("f", options=(("k", -2),))),
    ("f(k = 2 or k = 3)", MeasureCall("f", filter=Or((Comparison("k", "=", 2), Comparison("k", "=", 3))))),
    ("f(k is missing)", MeasureCall("f", filter=Missing("k"))),
    ("f()", MeasureCall("f")),
    ("f(`true` = 1)", MeasureCall("f", options=(("true", 1),))),
])
def test_arguments(text: str, call: MeasureCall) -> None:
    assert parse(f"{text} >= 0").measures == (call,)


def test_spaces_do_not_matter() -> None:
    spaced = parse("accuracy >= 80% where a = 'x' with 99% confidence")
    assert parse("accuracy>=80%where a='x'with 99%confidence") == spaced
    assert parse("accuracy\n  >= 0.8\n  where a = 1") == parse("accuracy >= 0.8 where a = 1")


def test_each_is_the_default_and_is_not_written() -> None:
    assert str(parse("each of recall over sex >= 0.7")) == "recall over sex >= 0.7"


# --- order ------------------------------------------------------------------------------------------------

CLAUSES = ["ratio of selection_rate", "over sex", "within band", "against train", "on census", ">= 0.80",
           "where AGEP >= 18", "with 99% confidence"]


def test_every_wrong_order_is_answered_with_the_right_line() -> None:
    orders = list(itertools.permutations(CLAUSES))
    random.Random(0).shuffle(orders)
    for order in orders[:500]:
        text = " ".join(order)
        if text == RIGHT:
            continue
        with pytest.raises(FileError) as caught:
            parse(text)
        assert caught.value.problems[0].fix == f"write: {RIGHT}", text


# --- wrong lines: what is said, and where -----------------------------------------------------------------

WRONG = [
    ("", 1, "the requirement is empty", "a requirement reads"),
    ("accuracy", 9, "there is no bound", "add a limit"),
    (">= 0.8", 1, "there is no measure", "a requirement reads"),
    ("accuracy > 0.8", 10, "not >", "write: accuracy >= 0.8"),
    ("accuracy => 0.8", 10, "not =>", "write: accuracy >= 0.8"),
    ("accuracy > 0.8 where age > 60", 10, "not >", "write: accuracy >= 0.8 where age > 60"),
    ("accuracy > 0.8 and recall > 0.5", 10, "not >", "write >=; and a line has one bound: make two requirements of it"),
    ("accuracy >> 0.8", 10, "not >>", "write: accuracy >= 0.8"),
    ("accuracy >= 0,8", 14, "with a point", "write: 0.8"),
    ("accuracy = 0.8", 10, "not =", "between"),
    ("accuracy == 0.8", 10, "not ==", "between"),
    ("accuracy \u2265 0.8", 10, "not of this language", "write >="),
    ("accuracy >= .8", 13, "begins with a digit", "write: 0.8"),
    ("rows >= 1,000", 10, "without separators", "comma"),
    ("rows >= 1_000", 10, "without separators", "_"),
    ("rows >= 1e999", 9, "too large", "1e308"),
    ("0.8 <= accuracy", 1, "expected a measure", "write: accuracy >= 0.8"),
    ("accuracy >= 0.1 <= 0.3", 17, "a second bound", "between"),
    ("accuracy >= 0.1 where a = 1 where b = 2", 29, "a second `where`", "and"),
    ("accuracy >= 0.8 and recall >= 0.7", 17, "one bound", "two requirements"),
    ("accuracy ovr sex >= 0.8", 10, "not expected", "did you mean `over`?"),
    ("true positive rate >= 0.8", 1, "one word", "true_positive_rate"),
    ("selection_rate >= 0.8 ratio", 23, "comes first", "ratio of selection_rate"),
    ("ratio selection_rate over sex >= 0.8", 7, "expected `of`", "ratio of"),
    ("ratio of selection_rate >= 0.8", 1, "compares groups", "over"),
    ("ratio of selection_rate over sex <= 0.8", 34, "never above 1", ">= 0.80"),
    ("difference of recall over sex >= 0.1", 31, "largest minus the smallest", "<= 0.10"),
    ("each(to = 'F') of recall over sex >= 0.1", 5, "compares with no group", "ratio(to"),
    ("ratio(to = 'F') of recall over sex by race >= 0.1", 7, "one value", "a line for each"),
    ("recall over sex within band >= 0.1", 24, "`within` is for", "over sex by band"),
    ("recall over sex by sex >= 0.1", 20, "named twice", "leave"),
    ("recall over sex, sex >= 0.1", 18, "named twice", "leave"),
    ("recall, recall >= 0.1", 9, "named twice", "leave"),
    ("recall between 0.9 and 0.1", 16, "above the upper", "between 0.1 and 0.9"),
    ("recall between 1 ms and 2 MB", 25, "different kinds", "one unit"),
    ("p99(latency) <= 2 msec", 19, "no unit", "did you mean `ms`?"),
    ("roc_auc >= previous - 1%", 23, "points or a share", "99% of previous"),
    ("roc_auc >= previous - -1", 23, "two signs", "previous - 0.01"),
    ("roc_auc >= 0% of train", 12, "above 0", "90% of train"),
    ("roc_auc >= 'a'", 12, "expected a limit", "0.80"),
    ("roc_auc >= where", 12, "expected a limit", "0.80"),
    ("roc_auc >= 0.7 with 0.99 confidence", 26, "expected `%`", "99% confidence"),
    ("roc_auc >= 0.7 with 30% confidence", 21, "from 50%", "99% confidence"),
    ("roc_auc >= 0.7 with 100% confidence", 21, "from 50%", "99% confidence"),
    ("roc_auc >= 0.7 with confidence 99%", 21, "expected a number", "99% confidence"),
    ("roc_auc >= 0.7 where 55 <= AGEP", 22, "expected a column", "write: AGEP >= 55"),
    ("roc_auc >= 0.7 where SEX = F", 28, "expected a value", "'F'"),
    ("roc_auc >= 0.7 where SEX == 'F'", 26, "no comparison", "write ="),
    ('roc_auc >= 0.7 where SEX = "F"', 28, "not of this language", "single quotes"),
    ("roc_auc >= 0.7 where 'SEX' = 'F'", 22, "expected a column", "SEX"),
    ("roc_auc >= 0.7 where SEX = 'F", 28, "not closed", "'"),
    ("roc_auc >= 0.7 where `SEX = 'F'", 22, "not closed", "`"),
    ("roc_auc >= 0.7 where `` = 'F'", 22, "no name", ""),
    ("roc_auc >= 0.7 where (SEX = 'F'", 22, "not closed", ")"),
    ("roc_auc >= 0.7 where (SEX = 'F' AGE = 3)", 33, "expected `and`, `or` or `)`", ""),
    ("roc_auc >= 0.7 where SEX = 'F')", 31, "not expected", ""),
    ("roc_auc >= 0.7 where SEX not in ('F')", 26, "before the column", "not SEX in"),
    ("roc_auc >= 0.7 where SEX is null", 29, "expected `missing`", "is missing"),
    ("roc_auc >= 0.7 where a.b = 1", 23, "not of this language", "backticks"),
    ("roc_auc >= 0.7 where a = 5%", 27, "plain number", "0.2"),
    ("roc_auc >= 0.7 where over = 1", 22, "the word `over`", "`over`"),
    ("roc_auc(bins = 5, bins = 6) >= 0.7", 19, "given twice", "leave"),
    ("roc_auc(a < 1, b < 2) >= 0.7", 16, "a second filter", "and"),
    ("roc_auc >= 0.7 on census", 9, "fixed order", "write: roc_auc on census >= 0.7"),
    ("roc_auc on census over sex >= 0.7", 9, "fixed order", "write: roc_auc over sex on census >= 0.7"),
    ("roc_auc on census on train >= 0.7", 19, "a second `on`", "a line for each"),
    ("roc_auc on >= 0.7", 12, "whose rows are the population", ""),
    ("roc_auc ON census >= 0.7", 9, "not expected", "did you mean `on`?"),
    ("roc_auc >= 0.7 were a = 1", 16, "not expected", "did you mean `where`?"),
]


@pytest.mark.parametrize(("text", "column", "message", "fix"), WRONG)
def test_a_wrong_line_says_where_and_how_to_mend_it(text: str, column: int, message: str, fix: str) -> None:
    with pytest.raises(FileError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, column)
    assert message in problem.message
    assert fix in problem.fix


def test_the_place_in_a_line_of_several_lines() -> None:
    with pytest.raises(FileError) as caught:
        parse("roc_auc\n  over sex\n  > 0.7")
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (3, 3)


def test_caps() -> None:
    with pytest.raises(FileError, match="longer than"):
        parse("accuracy >= 0.8 " + " " * MAX_LENGTH)
    for deep in ("(" * 5000, "not " * 2000, "(" * 40 + "a = 1" + ")" * 40):
        with pytest.raises(FileError, match="nested deeper"):
            parse("accuracy >= 0.8 where " + deep)
    with pytest.raises(FileError, match="too long"):
        parse("accuracy >= 0." + "9" * 5000)


# --- the round trip ---------------------------------------------------------------------------------------

names = st.one_of(
    st.sampled_from(["sex", "SEX", "age_band", "over", "on", "and", "of", "true", "ratio", "each", "to", "missing",
                     "odd name"]),
    st.text(min_size=1, max_size=8),
)
numerals = st.one_of(
    st.sampled_from(["0.80", "1", "20", "0.010", "1e-3", "1E+5", "99.50"]),
    st.floats(0, 1e12).map(lambda value: repr(value)),
)
scalars = st.one_of(st.booleans(), st.integers(-10**12, 10**12), st.floats(allow_nan=False, allow_infinity=False),
                    st.text(max_size=8))
leaves = st.one_of(
    st.builds(Comparison, names, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), scalars),
    st.builds(OneOf, names, st.lists(scalars, min_size=1, max_size=3).map(tuple)),
    st.builds(Missing, names),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
option_values = st.one_of(st.booleans(), st.integers(-99, 99), st.floats(-9, 9), names)
calls = st.builds(
    MeasureCall, names, st.lists(names, max_size=2).map(tuple),
    st.dictionaries(names, option_values, max_size=2).map(lambda found: tuple(found.items())),
    st.one_of(st.none(), filters))


@st.composite
def numbers(draw: st.DrawFn, negative: bool = True, units: tuple[str, ...] = ("", *UNITS)) -> Number:
    text = ("-" if negative and draw(st.booleans()) else "") + draw(numerals)
    return Number(float(text), draw(st.sampled_from(units)), text)


references = st.one_of(
    st.builds(Reference, names),
    st.builds(Reference, names, offset=numbers(units=("", "ms", "MB"))),
    st.builds(Reference, names, share=numbers(negative=False, units=("%",)).filter(lambda number: number.value > 0)),
)
limits = st.one_of(numbers(), references)
groupings = st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    aggregates: list[Aggregate] = ["each", "ratio", "difference"]
    aggregate = draw(st.sampled_from(aggregates))
    over = draw(st.lists(groupings, min_size=int(aggregate != "each"), max_size=2, unique_by=frozenset))
    to = draw(st.none() | st.text(max_size=5)) if aggregate != "each" and [len(one) for one in over] == [1] else None
    used = {name for grouping in over for name in grouping}
    within = tuple(name for name in draw(groupings) if name not in used) if aggregate != "each" and over else ()
    kinds = ["low", "high", "both"]
    if aggregate == "difference":
        kinds = ["high"]
    elif aggregate == "ratio" and to is None:
        kinds = ["low"]
    kind = draw(st.sampled_from(kinds))
    bound = Bound(draw(limits) if kind == "low" else None, draw(limits) if kind == "high" else None)
    if kind == "both":
        first = draw(numbers(units=("",)))
        bound = draw(st.sampled_from([Bound(first, first), Bound(draw(references), draw(references))]))
    return Requirement(
        measures=tuple(draw(st.lists(calls, min_size=1, max_size=2, unique=True))), bound=bound, aggregate=aggregate,
        to=to, over=tuple(over), within=within, against=draw(st.none() | names), population=draw(st.none() | names),
        where=draw(st.none() | filters), confidence=draw(st.none() | st.sampled_from(["99", "97.5", "50", "99.90"]).map(
            lambda text: Number(float(text), "%", text))))


@settings(max_examples=400, deadline=None)
@given(requirements())
def test_a_requirement_survives_being_written_and_read(requirement: Requirement) -> None:
    text = str(requirement)
    again = Requirement.parse(text)
    assert again == requirement
    assert str(again) == text


@settings(max_examples=200, deadline=None)
@given(filters)
def test_a_filter_survives_being_written_and_read(filter: Filter) -> None:
    assert parse_filter(str(filter)) == filter


# --- totality ---------------------------------------------------------------------------------------------

PIECES = [*" ()',`%<>=!+-._\"\n\\", "and", " or ", " not ", "over ", "by ", "of ", "0.8", "1e9", "ratio of ",
          "is missing", " where ", " with 99% confidence", "\u00e9", "\u0000", "\U0001f600", "(" * 50, "9" * 400]


def mutants(text: str, number: int, seed: int) -> list[str]:
    """The text with some pieces put in, taken out, doubled or moved."""
    random_ = random.Random(seed)
    found = []
    for _ in range(number):
        mutant = text
        for _ in range(random_.randint(1, 4)):
            at, size = random_.randrange(len(mutant) + 1), random_.randint(0, 6)
            middle = random_.choice([random_.choice(PIECES), "", mutant[at:at + size] * 2])
            mutant = mutant[:at] + middle + mutant[at + size:]
        found.append(mutant)
    return found


def test_mutants_are_read_or_told_and_nothing_else() -> None:
    for index, text in enumerate(CANONICAL):
        for mutant in mutants(text, 150, index):
            try:
                requirement = Requirement.parse(mutant)
            except FileError as error:
                (problem,) = error.problems
                assert problem.line >= 1 and problem.column >= 1 and problem.message
            else:
                assert Requirement.parse(str(requirement)) == requirement


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    with contextlib.suppress(FileError):
        parse(text)
