"""The file that `shall init` proposes: on the columns of COMPAS, as counted in ProPublica's file of 7,214 rows."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from shall import spec
from shall.registry import Named
from shall.spec.guesses import ColumnProfile, Guess, Profile, guess_groups, guess_kind, guess_positive, guess_target
from shall.spec.pack import shipped_pack
from shall.spec.propose import Measured, propose, proposed_text

GOLDEN = Path(__file__).parent / "proposed" / "compas.toml"
TODAY = datetime.date(2026, 11, 21)

SEX = ColumnProfile("sex", "text", 2, (("Male", 5819), ("Female", 1395)))
AGE = ColumnProfile("age", "whole", 65, (("24", 365), ("25", 332)), low=18, high=96)
AGE_CAT = ColumnProfile("age_cat", "text", 3, (("25 - 45", 4109), ("Greater than 45", 1576), ("Less than 25", 1529)))
RACE = ColumnProfile("race", "text", 6, (("African-American", 3696), ("Caucasian", 2454), ("Hispanic", 637),
                                         ("Other", 377), ("Asian", 32), ("Native American", 18)))
DECILE = ColumnProfile("decile_score", "whole", 10, (("1", 1440), ("2", 941)), low=1, high=10)
LABEL = ColumnProfile("two_year_recid", "whole", 2, (("0", 3963), ("1", 3251)), low=0, high=1)
SCORE = ColumnProfile("score", "number", 10, low=0.1, high=1.0, missing=3)
COLUMNS = (SEX, AGE, AGE_CAT, RACE, DECILE, SCORE, LABEL)
COMPAS = Profile("compas.csv", 7214, COLUMNS, {"score": "score"})


def test_the_proposal_for_compas(measures: Mapping[str, Named]) -> None:
    measured = {"useful": Measured(0.702, 0.692, 0.712), "enough": Measured(7214.0),
                "fair_race": Measured(None, note="not available: 18 rows of Native American"),
                "equal_sex": Measured(0.0301, 0.0112, 0.052, note="Female to Male")}
    text = proposed_text(propose(COMPAS), measured)
    if os.environ.get("SHALL_GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()
    file = spec.loads(text, on=TODAY, measures=measures)
    assert file.subject.target == "two_year_recid" and file.subject.positive == "1"
    assert [group.name for group in file.groups] == ["sex", "age_band", "age_cat", "race"]


@pytest.mark.parametrize("roles", [
    {}, {"score": "score"}, {"decision": "decile_score"}, {"label": "two_year_recid", "time": "age"},
])
@pytest.mark.parametrize("columns", [COLUMNS, (SEX,), (), (LABEL,), (AGE, SCORE, LABEL)])
def test_what_is_proposed_can_be_read(roles: dict[str, str], columns: tuple[ColumnProfile, ...],
                                      measures: Mapping[str, Named]) -> None:
    names = {column.name for column in columns}
    profile = Profile("data.parquet", 10, columns, {role: name for role, name in roles.items() if name in names})
    proposal = propose(profile)
    file = spec.loads(proposed_text(proposal), on=TODAY, measures=measures)
    assert file.requirements == proposal.requirements
    assert file.groups == tuple(group for group, _ in proposal.groups)


def test_odd_names_and_values_are_written_safely(measures: Mapping[str, Named]) -> None:
    odd = ColumnProfile('Sex "at\nbirth"\\', "text", 2, (("F\n[x]", 5), ("\x7f", 7)))
    label = ColumnProfile("y\u00e9 #", "text", 2, (("a\u2028'", 5), ("\"b", 7)))
    proposal = propose(Profile('a"b.csv', 12, (odd, label)))
    file = spec.loads(proposed_text(proposal), on=TODAY, measures=measures)
    assert file.subject.target == label.name and file.subject.positive == "a\u2028'"
    assert file.groups[0].column == odd.name


def test_the_target_may_be_said(measures: Mapping[str, Named]) -> None:
    file = spec.loads(proposed_text(propose(COMPAS, "sex")), on=TODAY, measures=measures)
    assert file.subject.target == "sex" and file.subject.positive == "Female"
    assert "sex" not in [group.name for group in file.groups]


def test_the_target_is_guessed() -> None:
    assert guess_target(COMPAS) == Guess("two_year_recid", "as the last column with two values")
    assert guess_target(Profile("x", 1, COLUMNS, {"label": "sex"})) == Guess("sex", "by its name")
    named = ColumnProfile("Outcome", "text", 2)
    assert guess_target(Profile("x", 1, (named, LABEL))) == Guess("Outcome", "by its name")
    assert guess_target(Profile("x", 1, (SEX, AGE))) is None
    digits = [ColumnProfile(name, "whole", 3, (("0", 5), ("1", 4), ("2", 3))) for name in ("truth_of", "decided")]
    answered = Profile("x", 12, (*digits, LABEL), {"decision": "decided"})
    assert guess_target(answered) == Guess("truth_of", "as it has the values of the decision")


@pytest.mark.parametrize(("decided", "said"), [
    (ColumnProfile("decided", "number", 400, (("0.25", 2), ("0.5", 2)), low=0, high=1), 'kind = "regressor"'),
    (ColumnProfile("decided", "text", 3, (("a", 5), ("b", 4), ("c", 3))), 'classes = ["a", "b", "c"]'),
    (ColumnProfile("decided", "text", 2, (("no", 8), ("yes", 4))), 'positive = "yes"     # now 33.3% of 12 decisions'),
])
def test_without_a_label_the_decisions_tell_what_is_decided(decided: ColumnProfile, said: str,
                                                            measures: Mapping[str, Named]) -> None:
    profile = Profile("x.csv", 12, (AGE, decided), {"decision": "decided"}, {"score": "decided"})
    text = proposed_text(propose(profile))
    file = spec.loads(text, on=TODAY, measures=measures)
    assert said in text and file.subject.target is None
    assert not any("accuracy" in str(line) or "error" in str(line) for line in file.requirements)


@pytest.mark.parametrize(("values", "positive"), [
    ((("0", 3), ("1", 9)), "1"), ((("false", 3), ("true", 9)), "true"), ((("no", 3), ("yes", 9)), "yes"),
    (((">50K", 3), ("<=50K", 9)), ">50K"),
])
def test_the_positive_value_is_guessed(values: tuple[tuple[str, int], ...], positive: str) -> None:
    guess = guess_positive(ColumnProfile("y", "text", 2, values))
    assert guess is not None and guess.value == positive


def test_there_is_no_positive_value_without_rows() -> None:
    assert guess_positive(ColumnProfile("y", "text", 0)) is None


@pytest.mark.parametrize(("name", "group"), [
    ("SEX", "sex"), ("RAC1P", "race"), ("gender", "sex"), ("applicantGender", "sex"), ("NATIVITY", "origin"),
    ("native-country", "origin"), ("DIS", "disability"), ("marital_status", "marital"), ("afam", "race"),
])
def test_groups_are_found_by_the_names_of_columns(name: str, group: str) -> None:
    column = ColumnProfile(name, "text", 2, (("1", 500), ("2", 400)))
    ((found, _),) = guess_groups(Profile("x", 900, (column,)), None)
    assert (found.name, found.column, found.at_least) == (group, name, 0)


@pytest.mark.parametrize("name", ["message", "stage", "discount", "market", "income", "trace", "percentage", "essex"])
def test_other_columns_are_no_groups(name: str) -> None:
    assert guess_groups(Profile("x", 9, (ColumnProfile(name, "text", 2, (("1", 5), ("2", 4))),)), None) == ()


def test_ages_are_cut_and_small_groups_pooled() -> None:
    groups = dict((group.name, group) for group, _ in guess_groups(COMPAS, "two_year_recid"))
    assert groups["age_band"].cut == (25.0, 45.0, 65.0)
    assert (groups["race"].at_least, groups["race"].rest) == (100, "pool")
    young = ColumnProfile("AGEP", "whole", 40, low=18, high=44)
    ((group, _),) = guess_groups(Profile("x", 9, (young,)), None)
    assert group.cut == (25.0,)
    many = ColumnProfile("race", "text", 60)
    assert guess_groups(Profile("x", 9, (many, ColumnProfile("age", "whole", 30, low=2, high=9))), None) == ()


def test_packs_are_named_and_what_they_lack_is_left_out() -> None:
    packs = (shipped_pack("four-fifths"), shipped_pack("readiness"))
    text = proposed_text(propose(COMPAS, packs=packs))
    assert 'extends = ["four-fifths", "readiness"]' in text and "[packs" not in text
    assert {"four_fifths_sex", "ready_rows"} <= {line.name for line in spec.loads(text, on=TODAY).requirements}
    few = replace(COMPAS, columns=tuple(column for column in COMPAS.columns if column.name != "race"))
    file = spec.loads(proposed_text(propose(few, packs=packs)), on=TODAY)
    assert file.packs[0].left_out == {"four_fifths_race": "no group race"}


PROGRESS = ColumnProfile("progression", "number", 214, (("200", 6), ("72", 6)), low=25, high=346, spread=77.0)
CULTIVAR = ColumnProfile("cultivar", "whole", 3, (("1", 71), ("0", 59), ("2", 48)), low=0, high=2, spread=0.8)
PLACES = ColumnProfile("cultivar", "text", 3, (("Barolo", 71), ("Asti", 59), ("Gavi", 48)))


@pytest.mark.parametrize(("column", "kind"), [
    (None, "binary"), (LABEL, "binary"), (PROGRESS, "regressor"), (CULTIVAR, "multiclass"), (PLACES, "multiclass"),
    (ColumnProfile("y", "number", 2, (("0", 3), ("1", 4))), "binary"),
    (ColumnProfile("y", "number", 3, (("0", 3), ("1", 4), ("2", 4))), "multiclass"),
    (ColumnProfile("y", "number", 3, (("0.5", 3), ("1", 4), ("2", 4))), "regressor"),
    (ColumnProfile("y", "whole", 21, (("0", 3),)), "regressor"),
    (ColumnProfile("y", "text", 400, (("Rome", 3),)), "binary"),        # too many for a list of classes
])
def test_the_kind_is_guessed_by_the_values_of_the_label(column: ColumnProfile | None, kind: str) -> None:
    assert guess_kind(column) == kind


def test_a_number_is_held_against_its_mean() -> None:
    proposal = propose(Profile("d.parquet", 442, (SEX, PROGRESS)), "progression")
    text = proposed_text(proposal, {"useful": Measured(None, note="the log has no score column")})
    file = spec.loads(text, on=TODAY)
    assert file.subject.kind == "regressor" and file.subject.positive is None and "threshold" not in text
    assert {line.name: str(line) for line in file.requirements} == {
        "enough": "rows >= 1000", "useful": "root_mean_squared_error <= 69.3",
        "equal_sex": "ratio of mean_absolute_error over sex >= 0.80"}
    assert "the mean as every answer has 77" in text and "no model has answered these rows" in text
    logged = Profile("log.parquet", 442, (PROGRESS,), {"decision": "prediction"}, {"score": "prediction"})
    text = proposed_text(propose(logged, "progression"), {"useful": Measured(50.34, 47.3, 53.7)})
    assert 'log = "log.parquet"' in text and 'score = "prediction"' in text
    assert 'useful = "root_mean_squared_error <= 52.9"' in text and "now 50.34 (47.3 to 53.7)" in text


@pytest.mark.parametrize("label", [CULTIVAR, PLACES])
def test_several_classes_are_named_and_none_is_positive(label: ColumnProfile) -> None:
    text = proposed_text(propose(Profile("w.parquet", 178, (SEX, label)), "cultivar"))
    file = spec.loads(text, on=TODAY)
    assert file.subject.positive is None
    assert file.subject.classes == tuple(sorted(value for value, _ in label.values))
    assert [str(line) for line in file.requirements][1:] == [
        "accuracy >= 0.55", "recall over class >= 0.50", "difference of accuracy over sex <= 0.10",
        "top_label_calibration_error <= 0.05"]
    assert "the largest class as every answer has 0.3989" in text and "178 rows" in text


def test_scores_of_each_class_make_a_log() -> None:
    scores = tuple(ColumnProfile(f"p_{value}", "number", 90) for value, _ in CULTIVAR.values)
    profile = Profile("w.parquet", 178, (CULTIVAR, *scores), prefixes=("score_", "p_"))
    assert propose(profile, "cultivar").decided
    assert not propose(replace(profile, columns=(CULTIVAR, *scores[:2])), "cultivar").decided


def test_the_target_plays_no_other_role() -> None:
    proposal = propose(Profile("w.parquet", 9, (replace(PROGRESS, name="score"),), {}, {"score": "score"}), "score")
    assert not proposal.decided and "[columns]" not in proposed_text(proposal)
