"""Where a share of wrong answers is asked for, the lines keep it on rows that they were not made of, in groups too."""

from __future__ import annotations

from functools import cache

import numpy as np

from shall.methods.adjust import abstain
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Risk
from tests.methods.conftest import FEATURES, rows


@cache
def said() -> tuple[HeldOut, HeldOut]:
    """What a model says of rows that it did not learn from, twice."""
    some, others = rows(0, 8000), rows(8000, 16_000)
    encoding = encode.fit(some.table, FEATURES)
    learned = lightgbm.fit(encoding(some.table), some.label, encoding.sizes, classes=2, settings={"rounds": 60})
    P, sex = learned.probabilities(encoding(others.table)), np.where(others.female == 1, "women", "men")
    parts = (slice(0, 8000), slice(8000, 16_000))
    first, second = (HeldOut(P[part], label=others.label[part], everyone={"sex": sex[part]}) for part in parts)
    return first, second


def asked(*risks: Risk) -> HeldOut:
    first, _ = said()
    return HeldOut(first.probabilities, label=first.label, everyone=first.everyone, risks=risks)


def made(held: HeldOut) -> dict[str, Rule]:
    return dict(abstain.rules(held, lambda tightness: ()))


def risk(rule: Rule, held: HeldOut, sex: str = "") -> float:
    decided, abstained = rule.decide(held)
    about = ~abstained & ((held.everyone["sex"] == sex) | (sex == ""))
    return float((decided != held.label)[about].mean())


def only(found: dict[str, Rule], words: str) -> Rule:
    return next(rule for name, rule in found.items() if words in name and "around" not in name)


def test_without_a_risk_the_shares_are_those_of_the_rows() -> None:
    found = made(said()[0])
    assert len(found) == len(abstain.SHARES)
    for share, rule in zip(abstain.SHARES, found.values(), strict=True):
        assert abs(rule.decide(said()[0])[1].mean() - share) < 0.01


def test_a_promised_risk_holds_on_other_rows() -> None:
    found = made(asked(Risk(0.05, 0.042, 0.95)))
    promised, aimed = only(found, "at a promised risk"), only(found, "at the aim")
    assert risk(promised, said()[1]) <= 0.05
    assert 0.035 <= risk(aimed, said()[0]) <= 0.042
    lines = [rule.abstain for rule in found.values() if rule.threshold == 0.5]
    assert lines == sorted(lines)                               # those that answer most come first
    assert any("around" in name for name in found)              # around the most accurate threshold, too


def test_in_groups_the_worst_one_counts() -> None:
    overall, grouped = made(asked(Risk(0.05, 0.05))), made(asked(Risk(0.05, 0.05, names=("sex",))))
    assert risk(only(overall, "at a promised risk"), said()[1], "men") > 0.05
    for words in ("at a promised risk", "at the aim"):
        assert risk(only(grouped, words), said()[0], "men") <= 0.05
    assert risk(only(grouped, "at a promised risk"), said()[1], "men") <= 0.05


def test_a_risk_that_nothing_keeps_adds_no_rule() -> None:
    first, _ = said()
    few = HeldOut(first.probabilities[:40], label=1 - first.probabilities[:40].argmax(axis=1), risks=(Risk(0.01, 0.0),))
    assert not any("promised" in name or "aim" in name for name in made(few))


def test_of_several_classes_the_largest_probability_counts() -> None:
    chance = np.random.default_rng(0)
    P = chance.dirichlet([0.4] * 3, 4000)
    label = (P.cumsum(axis=1) > chance.random(4000)[:, None]).argmax(axis=1)
    held = HeldOut(P, label=label, risks=(Risk(0.1, 0.09),))
    rule = only(made(held), "at a promised risk")
    decided, abstained = rule.decide(held)
    assert (decided != label)[~abstained].mean() <= 0.1 and 0.2 < abstained.mean() < 0.8
