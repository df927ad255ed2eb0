"""A name that is made of a line: readable, of letters that a file takes, and another one for another slice."""

from __future__ import annotations

import pytest

from shall.core.requirement import Requirement
from shall.spec.naming import LONGEST, named


@pytest.mark.parametrize(("where", "name"), [
    ("race = 'Black'", "race_black"), ("race = 'White'", "race_white"), ("race != 'White'", "race_not_white"),
    ("age >= 55", "age_from_55"), ("age > 55", "age_above_55"), ("age < 30", "age_below_30"),
    ("age <= 30", "age_to_30"),
    ("age >= 30 and age < 55 and sex = 'F'", "age_from_30_age_below_55_sex_f"), ("pay = -5", "pay_minus_5"),
    ("race in ('1', '2')", "race_1_or_2"), ("sex is missing", "sex_missing"), ("old = true", "old_true"),
    ("not sex is missing", "not_sex_missing"), ("sex = 'F' or old = true", "sex_f_or_old_true"),
    ("city = 'Zürich'", "city_zurich"), ("city = '東京'", "city"), ("city = 'a\n\"\\b'", "city_a_b"),
    ("share >= 0.5", "share_from_0_5")])
def test_the_rows_are_in_the_name(where, name):
    assert named(Requirement.parse(f"roc_auc >= 0.8 where {where}")) == f"roc_auc_where_{name}"


def test_a_long_one_is_cut():
    made = named(Requirement.parse(f"roc_auc >= 0.8 where city = '{'ab ' * 60}'"))
    assert len(made) <= LONGEST and made.startswith("roc_auc_where_city_ab_ab") and not made.endswith("_")
    assert named(Requirement.parse("p99(latency) <= 2 ms")) == "p99"
