"""The file of tokens: what it holds, who may read it, and what is said where it is wrong."""

from __future__ import annotations

import datetime
import os
import stat

import pytest

from shall.core.errors import InputError
from shall.http import token_files, tokens
from shall.http.token_table import MOST

WHOLE = """tokens = 1
[[token]]
name = "web"
role = "user"
sha256 = "{digest}"
created = 2026-11-21T12:00:00Z
"""
GOOD = WHOLE.format(digest="ab" * 32)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "tokens.toml"


def put(place, text, mode=0o600):
    place.write_text(text)
    place.chmod(mode)
    return place


def test_a_token_comes_back_as_it_was_kept(place):
    text, token = tokens.new(place, "web", "user", 30, ("income", "loans"))
    assert token_files.read(place) == (token,)
    assert token.digest == tokens.digest(text.encode()) and token.expires - token.created == datetime.timedelta(30)
    assert text not in place.read_text() and "shall_" not in place.read_text()


def test_a_token_has_256_bits_and_none_is_made_twice(place):
    texts = [tokens.new(place, f"n{number}", "viewer")[0] for number in range(20)]
    assert len(set(texts)) == 20 and all(len(text) == len("shall_") + 43 for text in texts)


def test_the_file_is_its_owners_alone(place):
    before = os.umask(0)
    try:
        tokens.new(place, "web", "user")
    finally:
        os.umask(before)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o666, 0o601, 0o777])
def test_a_file_that_others_may_read_or_change_is_refused(place, mode):
    with pytest.raises(InputError, match="chmod 600"):
        token_files.read(put(place, GOOD, mode))


def test_a_group_that_reads_is_told_of_and_not_refused(place):
    assert len(token_files.read(put(place, GOOD, 0o640))) == 1
    assert token_files.readable_by_group(place) and not token_files.readable_by_group(put(place, GOOD))


WRONG = {
    "": "begins with `tokens = 1`",
    "tokens = 2": "begins with `tokens = 1`",
    "tokens = 1\nother = 3": "begins with `tokens = 1`",
    "tokens = 1\ntoken = 3": r"\[\[token\]\] tables",
    "tokens = [": "TOMLDecodeError",
    GOOD.replace('"user"', '"admin"'): "token 1: role is one of viewer",
    GOOD.replace('"user"', "[]"): "token 1: role is one of viewer",
    GOOD.replace('"web"', '"../web"'): "token 1: name has",
    GOOD.replace('"web"', '"web\\n"'): "token 1: name has",
    GOOD.replace("abab", "ABAB"): "token 1: sha256 has",
    GOOD.replace("abab", "ab", 1): "token 1: sha256 has",
    GOOD.replace("12:00:00Z", "12:00:00"): "token 1: created is a date and time with its zone",
    GOOD.replace("created = 2026-11-21T12:00:00Z", ""): "created is missing",
    GOOD + "expires = 3": "expires is a date",
    GOOD + 'models = "income"': "models is a list",
    GOOD + 'models = ["a/b"]': "models is a list",
    GOOD + 'secret = "x"': "its keys are created",
    GOOD + GOOD.partition("\n")[2]: "one token stands there twice",
    "tokens = 1\n" + "a = 1\n" * 60_000: "at most 256 KB",
}


@pytest.mark.parametrize(("text", "fault"), WRONG.items(), ids=range(len(WRONG)))
def test_a_wrong_file_is_told_and_shows_no_digest(place, text, fault):
    with pytest.raises(InputError, match=fault) as told:
        token_files.read(put(place, text))
    assert "abab" not in str(told.value) and str(place) in str(told.value)


def test_bytes_that_are_no_text_and_no_file_are_told(place, tmp_path):
    place.write_bytes(b"\xff\xfe")
    place.chmod(0o600)
    with pytest.raises(InputError, match="UnicodeDecodeError"):
        token_files.read(place)
    with pytest.raises(InputError, match="there is no such file"):
        token_files.read(tmp_path / "nothing.toml")
    with pytest.raises(InputError, match="not a file"):
        token_files.read(tmp_path)


def test_a_name_has_two_live_tokens_at_most_of_one_role(place):
    first, second = tokens.new(place, "web", "user")[1], tokens.new(place, "web", "user")[1]
    with pytest.raises(InputError, match=f"revoke {first.id} or {second.id} first"):
        tokens.new(place, "web", "user")
    tokens.revoke(place, "web", first.id)
    with pytest.raises(InputError, match="web is a user already"):
        tokens.new(place, "web", "reviewer")
    tokens.new(place, "web", "user")
    assert [bool(token.revoked) for token in token_files.read(place)] == [True, False, False]


def test_which_of_two_is_revoked_must_be_said(place):
    first, _ = tokens.new(place, "web", "user")[1], tokens.new(place, "web", "user")[1]
    with pytest.raises(InputError, match="say which by --id, or --all"):
        tokens.revoke(place, "web")
    with pytest.raises(InputError, match="no live token 00000000; it has"):
        tokens.revoke(place, "web", "00000000")
    assert len(tokens.revoke(place, "web", every=True)) == 2
    with pytest.raises(InputError, match="web has no live token"):
        tokens.revoke(place, "web", first.id)


def test_a_change_that_fails_leaves_the_file_and_no_lock(place):
    tokens.new(place, "web", "user")
    before = place.read_bytes()
    with pytest.raises(InputError):
        tokens.revoke(place, "nobody")
    assert place.read_bytes() == before and [path.name for path in place.parent.iterdir()] == ["tokens.toml"]


def test_two_who_change_it_at_once_do_not_lose_a_token(place):
    (place.parent / "tokens.toml.new").touch()
    with pytest.raises(InputError, match="somebody else is changing it"):
        tokens.new(place, "web", "user")
    assert not place.exists() and (place.parent / "tokens.toml.new").exists()


def test_a_file_has_an_end(place):
    many = [token_files.Token(f"n{number}", "viewer", number.to_bytes(32, "big"), tokens.now())
            for number in range(MOST + 1)]
    with pytest.raises(InputError, match="at most 1000"), token_files.changing(place) as kept:
        kept.extend(many)
    assert not place.exists()


def test_a_link_stays_one(place, tmp_path):
    tokens.new(tmp_path / "real.toml", "web", "user")
    place.symlink_to("real.toml")
    tokens.new(place, "ana", "viewer")
    assert place.is_symlink() and len(token_files.read(tmp_path / "real.toml")) == 2


@pytest.mark.parametrize("name", ["", "Web", "a b", "../x", "a" * 65, "-a", "a\n", "ä"])
def test_a_name_that_is_none_is_refused(place, name):
    with pytest.raises(InputError, match="a name has"):
        tokens.new(place, name, "user")
    assert not place.exists()
