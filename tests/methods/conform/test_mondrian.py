"""Mondrian: the law holds in each group and each class, which it does not with one limit for all."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shall import graph
from shall.core.errors import DataError, InputError
from shall.methods.conform import mondrian, split
from shall.stats.coverage_law import law
from tests.methods.conform.conftest import RESPLITS, Pool, follows


def placed(pool: Pool, by: Any, rows: int, **settings: Any) -> dict[Any, tuple[list[float], list[float]]]:
    """Of each category of ``by``: how often it was covered, and that under one limit for all."""
    found: dict[Any, tuple[list[float], list[float]]] = {name: ([], []) for name in np.unique(by).tolist()}
    for seed in range(100):
        some, rest = pool.parted(rows, seed)
        groups = {"groups": pool.group} if not settings.get("by_class") else {}
        made = mondrian.fit(pool.P[some], pool.y[some], **settings, **{k: v[some] for k, v in groups.items()})
        own = np.arange(len(rest)), pool.y[rest]
        inside = made.sets(pool.P[rest], **{k: v[rest] for k, v in groups.items()})[own]
        plain = split.fit(pool.P[some], pool.y[some], settings["coverage"]).sets(pool.P[rest])[own]
        for name, (each, all_of_them) in found.items():
            those = by[rest] == name
            each.append(inside[those].mean())
            all_of_them.append(plain[those].mean())
    return found


def test_each_group_is_covered_and_one_limit_does_not_do_it(census: Pool) -> None:
    found = placed(census, census.group, 1000, coverage=0.9)
    off = {name: abs(np.mean(plain) - 0.9) for name, (_, plain) in found.items()}
    assert max(off.values()) > 0.03                         # women are covered more often, men less
    for each, _ in found.values():
        assert abs(np.mean(each) - 0.9) < 0.008 and np.std(each) < 0.03


def test_each_class_is_covered(census: Pool) -> None:
    found = placed(census, census.y, 1000, coverage=0.9, by_class=True)
    assert np.mean(found[1][1]) < 0.75                      # the rare class pays for one limit
    for each, _ in found.values():
        assert abs(np.mean(each) - 0.9) < 0.008


@pytest.mark.parametrize("by_class", [False, True])
def test_the_law_holds_in_each_category(census: Pool, by_class: bool) -> None:
    by = census.y if by_class else census.group
    for name in np.unique(by).tolist():
        places, found = np.flatnonzero(by == name), []
        for seed in range(RESPLITS):
            order = np.random.default_rng(seed).permutation(places)
            some, rest = np.concatenate([order[:150], np.flatnonzero(by != name)[:150]]), order[150:]
            groups = {} if by_class else {"groups": census.group[some]}
            made = mondrian.fit(census.P[some], census.y[some], 0.9, **groups)
            sets = made.sets(census.P[rest], None if by_class else census.group[rest])
            found.append(sets[np.arange(len(rest)), census.y[rest]].sum())
        assert follows(np.array(found), law(150, 0.9), len(rest)) > 0.001


def test_groups_of_numbers_have_intervals(hours: Pool) -> None:
    middle = hours.P.mean(axis=1)
    made = mondrian.fit(middle[:4000], hours.y[:4000], 0.9, groups=hours.group[:4000])
    low, high = made.interval(middle[4000:], hours.group[4000:])
    inside = (low <= hours.y[4000:]) & (hours.y[4000:] <= high)
    for name in np.unique(hours.group):
        assert inside[hours.group[4000:] == name].mean() == pytest.approx(0.9, abs=0.02)
    assert len(set(np.round(high - low, 9).tolist())) == 2


def test_classes_in_groups_and_too_few_rows_of_some(census: Pool) -> None:
    rows = slice(0, 60)
    made = mondrian.fit(census.P[rows], census.y[rows], 0.9, groups=census.group[rows], by_class=True)
    assert set(made.limits) == {(name, label) for name in ("Female", "Male") for label in (0, 1)}
    assert np.isinf(made.limits["Female", 1])
    assert "fewer of class 1 of group Female (" in made.note and "takes 9 calibration rows" in made.note
    assert made.sets(census.P, census.group)[census.group == "Female", 1].all()


def test_a_group_that_was_never_seen_gets_everything(census: Pool) -> None:
    made = mondrian.fit(census.P, census.y, 0.9, groups=census.group)
    assert made.sets(census.P[:3], np.array(["Martian"] * 3)).all()
    assert mondrian.fit(census.P[:400], census.y[:400], 0.9, groups=[1.0, 2.0] * 200).sets(
        census.P[:2], [1, 2]).shape == (2, 2)
    holes = np.array(["a", None, pd.NA, np.nan] * 100, dtype=object)
    missing = mondrian.fit(census.P[:400], census.y[:400], 0.9, groups=holes)
    assert {group for group, _ in missing.kept} == {"a", "(missing)"}


def test_updates_are_the_whole_and_plain_data_come_back(census: Pool) -> None:
    whole = mondrian.fit(census.P, census.y, 0.9, "aps", groups=census.group, by_class=True)
    part = mondrian.fit(census.P[:500], census.y[:500], 0.9, "aps", groups=census.group[:500], by_class=True)
    assert part.update(census.P[500:], census.y[500:], census.group[500:]).described() == whole.described()
    back = mondrian.of(json.loads(json.dumps(whole.described())))
    assert back.described() == whole.described()
    new = part.update(census.P[:20], census.y[:20], np.array(["new"] * 20))
    assert ("new", 0) in new.kept and ("new", 0) not in part.kept


@pytest.mark.parametrize("score", ["lac", "aps", "raps"])
def test_classes_are_in_the_graph(digits: Pool, score: str) -> None:
    made = mondrian.fit(digits.P[:300], digits.y[:300], 0.9, score)
    x = graph.inputs({f"p{place}": "number" for place in range(10)})
    rows = [{f"p{place}": value for place, value in enumerate(row)} for row in digits.P.tolist()]
    compiled = graph.compile(x, set=mondrian.nodes(made, x.numeric))
    np.testing.assert_array_equal(compiled(rows)["set"], made.sets(digits.P))
    with pytest.raises(InputError, match="need the group of each row"):
        mondrian.nodes(mondrian.fit(digits.P, digits.y, groups=digits.group), x.numeric)


def test_what_does_not_fit_is_refused(census: Pool) -> None:
    P, y, group = census.P[:100], census.y[:100], census.group[:100]
    made = mondrian.fit(P, y, groups=group)
    for call, error, message in (
            (lambda: made.sets(P), InputError, "the limits are by group"),
            (lambda: made.sets(P, group[:5]), DataError, "give one each"),
            (lambda: mondrian.fit(P, y).sets(P, group), InputError, "no limits by group"),
            (lambda: mondrian.fit(P, y, by_class=False), InputError, "a limit for each of what"),
            (lambda: mondrian.fit(P[:, 1], y.astype(float)), InputError, "numbers have no classes"),
            (lambda: mondrian.fit(P, y * 0, groups=group), DataError, "the same label")):
        with pytest.raises(error, match=message):
            call()
