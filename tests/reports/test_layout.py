"""Sentences begin with a capital, and names stay what they are."""

from __future__ import annotations

import pytest

from shall.reports._layout import sentence


@pytest.mark.parametrize(("text", "told"), [
    ("there is no group", "There is no group"),
    ("loans@1 was recalled: it is wrong", "loans@1 was recalled: it is wrong"),
    ("roc_auc is not here", "roc_auc is not here"), ("/tmp/shall.toml names no rows", "/tmp/shall.toml names no rows"),
    ("2 verdicts", "2 verdicts"), ("", ""), ("Already", "Already"), ("nothing: too few", "Nothing: too few"),
    ("`shall check` says it", "`shall check` says it")])
def test_sentences(text, told):
    assert sentence(text) == told
