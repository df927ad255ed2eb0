"""Tokens in service: which are good, rotation, what happens when the file changes."""

from __future__ import annotations

import datetime
import hmac

import pytest

from shall.core.errors import InputError
from shall.http import tokens
from shall.http.tokens import Tokens


class Watch:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.at = 1000.0

    def __call__(self):
        return self.at


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def place(tmp_path):
    return tmp_path / "tokens.toml"


def bearer(text):
    return b"Bearer " + text.encode()


def test_a_good_token_is_known_and_a_changed_letter_is_not(place):
    text, token = tokens.new(place, "web", "user")
    known = Tokens(place)
    assert known.of(bearer(text)) == (token, "")
    for at in range(0, len(text), 7):
        other = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]
        assert known.of(bearer(other)) == (None, "unknown")


@pytest.mark.parametrize("header", [
    b"", b"Bearer", b"Bearer ", b"Basic {}", b"{}", b"Bearer {} {}", b"Bearer {},Bearer {}", b" Bearer {}",
    b"Bearer\t{}", b"Bearer {}\x00", b"Bearer " + b"a" * 513, b"Bearer \xc3\xa4", b"Token {}"])
def test_only_one_form_of_the_header_is_read(place, header):
    text, _ = tokens.new(place, "web", "user")
    assert Tokens(place).of(header.replace(b"{}", text.encode())) == (None, "unknown")


@pytest.mark.parametrize("scheme", [b"Bearer ", b"bearer ", b"BEARER  "])
def test_the_scheme_may_be_in_any_letters(place, scheme):
    text, token = tokens.new(place, "web", "user")
    assert Tokens(place).of(scheme + text.encode()) == (token, "")


def test_every_token_is_compared_in_constant_time(place, monkeypatch):
    texts = [tokens.new(place, f"n{number}", "viewer")[0] for number in range(5)]
    known, compared = Tokens(place), []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(a) or real(a, b))
    for header in (bearer(texts[0]), bearer(texts[4]), b"Bearer wrong"):
        compared.clear()
        known.of(header)
        assert len(compared) == 5 and all(len(digest) == 32 for digest in compared)


def test_a_token_ends(place):
    text, token = tokens.new(place, "web", "user", 1)
    soon = [token.expires - datetime.timedelta(seconds=1), token.expires]
    assert [Tokens(place, today=lambda at=at: at).of(bearer(text))[1] for at in soon] == ["", "expired"]


def test_two_live_tokens_of_a_name_change_over_without_a_gap(place, watch):
    first, one = tokens.new(place, "web", "user")
    known = Tokens(place, clock=watch)
    second, two = tokens.new(place, "web", "user")
    watch.at += 2
    assert (known.of(bearer(first))[0], known.of(bearer(second))[0]) == (one, two)
    tokens.revoke(place, "web", one.id)
    watch.at += 2
    assert known.of(bearer(first))[1] == "revoked" and known.of(bearer(second)) == (two, "")


def test_the_file_is_not_asked_at_every_request(place, watch):
    text, _ = tokens.new(place, "web", "user")
    known = Tokens(place, clock=watch)
    tokens.revoke(place, "web")
    watch.at += 0.5
    assert known.of(bearer(text))[1] == ""
    watch.at += 0.6
    assert known.of(bearer(text))[1] == "revoked"


@pytest.mark.parametrize("spoil", [lambda place: place.write_text("tokens = ["), lambda place: place.chmod(0o644)])
def test_a_file_that_becomes_wrong_changes_nothing_but_the_alarm(place, watch, spoil):
    text, token = tokens.new(place, "web", "user")
    known = Tokens(place, clock=watch)
    good = place.read_text()
    spoil(place)
    watch.at += 2
    assert known.of(bearer(text)) == (token, "") and "stay in force" in known.alarm
    place.chmod(0o600)
    place.write_text(good + "\n")
    watch.at += 2
    assert known.of(bearer(text)) == (token, "") and known.alarm == ""


def test_a_file_that_is_taken_away_shuts_everybody_out(place, watch):
    text, token = tokens.new(place, "web", "user")
    known = Tokens(place, clock=watch)
    aside = place.rename(place.with_suffix(".aside"))
    watch.at += 2
    assert known.of(bearer(text)) == (None, "unknown") and "no token is good" in known.alarm
    aside.rename(place)
    watch.at += 2
    assert known.of(bearer(text)) == (token, "") and known.alarm == ""


def test_a_wrong_file_at_the_start_is_refused(place):
    with pytest.raises(InputError, match="there is no such file"):
        Tokens(place)
    tokens.new(place, "web", "user")
    place.chmod(0o666)
    with pytest.raises(InputError, match="chmod 600"):
        Tokens(place)


def test_an_operator_is_told_of_a_group_and_of_no_live_token(place):
    tokens.new(place, "web", "user")
    assert Tokens(place).warnings == ()
    place.chmod(0o640)
    assert "its group may read it" in Tokens(place).warnings[0]
    tokens.revoke(place, "web")
    assert "no live token" in Tokens(place).warnings[-1]
