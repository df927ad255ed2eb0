"""`shall describe`: one measure in full."""

from __future__ import annotations

import json

from shall import registry


def test_every_measure_can_be_described(shall):
    for name in registry.names():
        ran = shall("describe", name)
        assert ran.code == 0
        assert ran.out.startswith(name)
        assert "Meaning:" in ran.out


def test_an_alias_says_what_it_stands_for(shall):
    assert shall("describe", "p99").out.startswith("p99 (q = 0.99)")


def test_an_unknown_measure_is_answered_with_the_nearest(shall):
    ran = shall("describe", "selektion_rate")
    assert ran.code == 2
    assert ran.err == "error: there is no measure and no pack called selektion_rate; did you mean selection_rate?\n"


def test_json(shall):
    assert json.loads(shall("describe", "recall", "--json").out)["measures"][0]["id"] == "true_positive_rate"
