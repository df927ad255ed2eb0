"""`shall.sign` and `shall.verify`, and a scorer that is given only what was signed."""

from __future__ import annotations

import datetime

import pytest

import shall
from shall import bundle
from shall.api.verifying import new_key, trusted
from shall.core.errors import InputError, Refused
from tests.bundle import made


@pytest.fixture
def place(tmp_path):
    return bundle.write(made.parts(), {"subject": "loans"}, tmp_path / "loans.zip")


def test_the_same_bytes_for_the_same_signature(place, tmp_path):
    private, _, _ = new_key(tmp_path / "ana")
    on = datetime.date(2026, 11, 21)
    found = []
    for _ in range(2):
        shall.sign(place, private, "user", on=on)
        found.append(place.read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("name", ["loans", "loans.zip"])
def test_folders_and_zips_are_signed_alike(name, tmp_path):
    place = bundle.write(made.parts(), {"subject": "loans"}, tmp_path / name)
    private, public, text = new_key(tmp_path / "ana")
    before = bundle.read(place).digest
    signed = shall.sign(place, private, "user", on=datetime.date(2026, 11, 21))
    assert signed.digest == before == shall.verify(place, keys={"user": [str(public)]}).digest
    assert [(one.role, one.key, str(one.on)) for one in signed.signed] == [("user", text, "2026-11-21")]
    assert shall.verify(place, keys={"user": [text]}).described()["result"] == "PASSED"


def test_a_scorer_of_what_was_signed(place, tmp_path):
    private, public, text = new_key(tmp_path / "ana")
    _, other, _ = new_key(tmp_path / "eve")
    with pytest.raises(Refused, match="has not"):
        shall.load_bundle(place, keys={"user": [text]})
    shall.sign(place, private, "user")
    scorer = shall.load_bundle(place, keys={"user": [str(public)]})
    assert scorer.predict({"age": 47, "pay": 4}).tolist() == [2.0]
    assert scorer.digest == bundle.read(place).digest
    with pytest.raises(Refused, match="signed by"):
        shall.load_bundle(place, keys={"user": [str(other)]})
    (tmp_path / "shall.toml").write_text(made.FILE + f'[trust]\nuser = "{text}"\nrequired = ["user"]\n')
    assert shall.load_bundle(place, trust=tmp_path / "shall.toml").n_features_in_ == 2


def test_two_keys_of_a_role_while_one_is_replaced(place, tmp_path):
    private, public, _ = new_key(tmp_path / "new")
    _, older, _ = new_key(tmp_path / "old")
    shall.sign(place, private, "user")
    assert shall.verify(place, keys={"user": [str(older), str(public)]}).signed


def test_a_file_that_trusts_nobody(tmp_path):
    (tmp_path / "shall.toml").write_text(made.FILE)
    with pytest.raises(InputError, match="names no key"):
        trusted({}, tmp_path / "shall.toml")


def test_an_unknown_role_and_an_unknown_key(place, tmp_path):
    private, _, text = new_key(tmp_path / "ana")
    with pytest.raises(InputError, match="there is no role"):
        shall.sign(place, private, "king")
    with pytest.raises(InputError, match="there is no role"):
        shall.verify(place, keys={"king": [text]})
    with pytest.raises(InputError, match="cannot be read"):
        shall.verify(place, keys={"user": [str(tmp_path / "none.pub")]})


def test_a_key_may_be_given_by_itself(place, tmp_path):
    private, public, text = new_key(tmp_path / "ana")
    _, other, _ = new_key(tmp_path / "eve")
    shall.sign(place, private, "user")
    for keys in (public, str(public), text, [public], {"user": public}, {"user": str(public)}, {"user": [text]}):
        assert shall.load_bundle(place, keys=keys).digest == bundle.read(place).digest
        assert [one.role for one in shall.verify(place, keys=keys).signed] == ["user"]
    for keys in (str(other), {"regulator": str(public)}):
        with pytest.raises(Refused):
            shall.load_bundle(place, keys=keys)
