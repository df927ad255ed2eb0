"""Sentences begin with a capital, and names stay what they are; paths are short, and resolve."""

from __future__ import annotations

import pytest

from shall.reports._layout import placed, sentence


@pytest.mark.parametrize(("text", "told"), [
    ("there is no group", "There is no group"),
    ("loans@1 was recalled: it is wrong", "loans@1 was recalled: it is wrong"),
    ("roc_auc is not here", "roc_auc is not here"), ("/tmp/shall.toml names no rows", "/tmp/shall.toml names no rows"),
    ("2 verdicts", "2 verdicts"), ("", ""), ("Already", "Already"), ("nothing: too few", "Nothing: too few"),
    ("`shall check` says it", "`shall check` says it")])
def test_sentences(text, told):
    assert sentence(text) == told


@pytest.mark.parametrize(("path", "told"), [
    ("model", "model"), ("./model", "model"), ("../here/model/a.zip", "model/a.zip"), ("../data/../b.zip", "{}/b.zip"),
    ("{}/here/x/../model", "model"), ("{}/here/../data", "{}/data"), ("", ""), ("the data of the file",) * 2,
    ("postgresql://a/../b",) * 2, ("../x.db?table",) * 2])
def test_a_path_is_short_and_resolves(tmp_path, monkeypatch, path, told):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert placed(path.format(tmp_path)) == told.format(tmp_path)
