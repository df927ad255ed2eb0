"""A name that somebody gave themselves comes back with the next page, and nothing else does."""

from __future__ import annotations

import pytest

from shall.http import called


@pytest.mark.parametrize("name", ["ana", "Zoë Müller", "a; b=c, d", "東京", '"quoted"', "%41"])
def test_it_comes_back(name):
    ((key, value),) = called.header(name)
    assert key == b"set-cookie" and b"HttpOnly" in value and b"SameSite=Strict" in value and value.isascii()
    sent = value.partition(b";")[0]
    assert called.of(sent) == name and called.of(b"other=1; " + sent + b"; x=2") == name


@pytest.mark.parametrize("cookie", [
    b"", b"shall-called", b"shall-called=", b"shall-called=%ff", b"shall-called=a%0d%0ab", b"shall-called=%E2%80%AE",
    b"shall-called=a; shall-called=b", b"shall-called=" + b"a" * 81, b"xshall-called=ana", b"shall-called=\xff"])
def test_what_is_no_name_is_none(cookie):
    assert called.of(cookie) == ""


def test_a_name_is_cut_and_none_is_not_kept():
    assert called.header("") == () and len(called.of(called.header("a" * 500)[0][1].partition(b";")[0])) == 80
