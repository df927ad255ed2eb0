"""Sessions end by themselves, by their cookie alone, and there are never too many."""

from __future__ import annotations

import pytest

from shall.http import sessions
from shall.http.access import Grant
from shall.http.identity import Admitted
from shall.http.sessions import COOKIE, IDLE, LONGEST, Sessions, text_of

ANA = Admitted(Grant("ana", "viewer"), b"proof")


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def cookie_of(header):
    return header.split(b";")[0]


def test_a_cookie_is_for_the_page_alone_and_no_script_reads_it(clock):
    header = Sessions(secure=True, clock=clock).new(ANA).decode()
    assert header.startswith(f"{COOKIE}=") and len(header.split(";")[0]) == len(COOKIE) + 1 + 43
    assert {part.strip() for part in header.split(";")[1:]} == {
        "Path=/page", f"Max-Age={int(LONGEST)}", "HttpOnly", "SameSite=Strict", "Secure"}
    assert "Secure" not in Sessions(secure=False).new(ANA).decode()


def test_the_secret_is_kept_nowhere(clock):
    known = Sessions(secure=False, clock=clock)
    text = text_of(cookie_of(known.new(ANA)))
    assert text not in repr(vars(known)).encode() and known.of(COOKIE.encode() + b"=" + text).admitted is ANA


def test_it_ends_when_nobody_asks_and_at_the_latest_after_a_while(clock):
    known = Sessions(secure=False, clock=clock)
    cookie = cookie_of(known.new(ANA))
    for _ in range(int(LONGEST / (IDLE - 1))):
        clock.now += IDLE - 1
        assert known.of(cookie) is not None
    clock.now += IDLE - 1
    assert known.of(cookie) is None and len(known) == 0
    other = cookie_of(known.new(ANA))
    clock.now += IDLE + 1
    assert known.of(other) is None


def test_it_ends_with_the_sign_out(clock):
    known = Sessions(secure=False, clock=clock)
    cookie = cookie_of(known.new(ANA))
    assert b"Max-Age=0" in known.end(cookie) and known.of(cookie) is None
    known.end(b"")


@pytest.mark.parametrize("cookie", [
    b"", b"shall-session=", b"shall-session=short", b"other=" + b"a" * 43, b"shall-session=" + b"a" * 44,
    b"shall-session=" + b"a" * 43 + b"; shall-session=" + b"b" * 43, b"shall-session=\"" + b"a" * 43 + b"\"",
    b"\xff=;;="])
def test_what_is_no_cookie_of_ours_is_nobody(clock, cookie):
    known = Sessions(secure=False, clock=clock)
    known.new(ANA)
    assert known.of(cookie) is None


def test_the_one_that_was_used_longest_ago_makes_room(clock, monkeypatch):
    monkeypatch.setattr(sessions, "MOST", 3)
    known = Sessions(secure=False, clock=clock)
    cookies = [cookie_of(known.new(ANA)) for _ in range(3)]
    assert known.of(cookies[0]) is not None
    cookies.append(cookie_of(known.new(ANA)))
    assert [known.of(cookie) is not None for cookie in cookies] == [True, False, True, True]


def test_the_word_of_a_form_is_of_its_session_and_its_server(clock):
    known = Sessions(secure=False, clock=clock)
    one, other = cookie_of(known.new(ANA)), cookie_of(known.new(ANA))
    assert known.word(one) == known.word(one) != known.word(other) != known.word(b"")
    assert Sessions(secure=False).word(one) != known.word(one) and len(known.word(b"")) == 64


def test_a_sign_in_elsewhere_comes_back_once_and_soon(clock):
    known = Sessions(secure=False, clock=clock)
    state, late = known.state(), known.state()
    assert known.once(state) and not known.once(state) and not known.once("made up")
    clock.now += 601
    assert not known.once(late)
