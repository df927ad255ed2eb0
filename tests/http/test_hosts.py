"""A server answers to its own names only, and to no page of somebody else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import InputError
from shall.http.denied import Denied
from shall.http.hosts import Hosts, is_loopback

HERE = "127.0.0.1"


def status(hosts, server=HERE, **headers):
    try:
        hosts.check({name.replace("_", "-").encode(): value for name, value in headers.items()}, server)
    except Denied as denied:
        return denied.status
    return 200


@pytest.mark.parametrize(("host", "want"), [
    (b"127.0.0.1:8080", 200), (b"127.0.0.1", 200), (b"localhost:8080", 200), (b"LocalHost", 200), (b"[::1]:8080", 200),
    (b"evil.example", 403), (b"localhost.evil.example", 403), (b"127.0.0.1.nip.io", 403), (b"127.0.0.2", 403),
    (b"localhost.", 403), (b"0.0.0.0", 403), (b"169.254.169.254", 403), (b"2130706433", 403), (b"0x7f.1", 403),
    (b"", 400), (b"local host", 400), (b"localhost:", 400), (b"localhost:80a", 400), (b"localhost:999999", 400),
    (b"user@localhost", 400), (b"localhost/", 400), (b"http://localhost", 400), (b"localhost,evil", 400),
    (b"localhost\x00", 400), (b"[::1", 400), (b"::1", 400), (b"l\xc3\xb6calhost", 400), (b"localhost#", 400),
    (b"localhost\r\nx: y", 400), (b" localhost", 400), (b"a" * 300, 400)])
def test_on_loopback_the_names_of_this_machine(host, want):
    assert status(Hosts(HERE), host=host) == want


@pytest.mark.parametrize("bound", ["localhost", "::1", "127.0.0.1", "127.0.0.5"])
@pytest.mark.parametrize("host", [b"localhost", b"127.0.0.1", b"[::1]:80"])
def test_whichever_address_of_loopback_is_bound(bound, host):
    assert status(Hosts(bound), "127.0.0.5", host=host) == 200


def test_a_name_for_others_is_no_loopback():
    """A proxy passes on what came from anywhere, and need not say so."""
    hosts = Hosts(HERE, ["models.example.org"])
    assert not hosts.loopback and Hosts(HERE, ["localhost", "127.0.0.9"]).loopback
    assert status(hosts, host=b"models.example.org") == status(hosts, host=b"localhost") == 200


def test_no_host_is_a_wrong_request():
    assert status(Hosts(HERE)) == 400


def test_bound_to_everything_the_address_that_was_reached_and_the_names_given():
    hosts = Hosts("0.0.0.0", ["Score.example.org", "fd00::7"])
    assert [status(hosts, "10.0.0.5", host=host) for host in
            (b"10.0.0.5:80", b"score.example.org", b"[fd00::7]", b"localhost", b"10.0.0.6", b"evil.example")] == [
                200, 200, 200, 200, 403, 403]
    assert status(hosts, "fd00::1", host=b"[fd00::1]:80") == 200


def test_what_was_allowed_at_one_address_is_not_at_another():
    hosts = Hosts("0.0.0.0")
    assert status(hosts, "10.0.0.5", host=b"10.0.0.5") == 200
    assert status(hosts, "10.0.0.6", host=b"10.0.0.5") == 403


def test_a_name_that_is_bound_is_one_of_them():
    assert status(Hosts("score.internal"), "10.0.0.5", host=b"score.internal:8080") == 200
    assert status(Hosts("score.internal"), "10.0.0.5", host=b"localhost") == 403


@pytest.mark.parametrize(("origin", "want"), [
    (b"http://localhost:8080", 200), (b"https://localhost:8080", 200), (b"HTTP://LOCALHOST:8080", 200),
    (b"http://localhost", 403), (b"http://localhost:8081", 403), (b"null", 403), (b"", 403),
    (b"http://evil.example", 403),
    (b"http://localhost:8080.evil.example", 403), (b"http://localhost:8080/", 403), (b"file://", 403),
    (b"ftp://localhost:8080", 403), (b"chrome-extension://abc", 403), (b"http://localhost:8080 http://evil", 403),
    (b"http://127.0.0.1:8080", 403), (b"http://evil@localhost:8080", 403)])
def test_an_origin_is_this_server_or_is_denied(origin, want):
    assert status(Hosts(HERE), host=b"localhost:8080", origin=origin) == want


def test_an_origin_helps_no_wrong_host():
    assert status(Hosts(HERE), host=b"evil.example", origin=b"http://evil.example") == 403


@pytest.mark.parametrize(("site", "mode", "dest", "want"), [
    (b"same-origin", b"cors", b"empty", 200), (b"none", b"navigate", b"document", 200),
    (b"cross-site", b"navigate", b"document", 200), (b"cross-site", b"no-cors", b"image", 403),
    (b"same-site", b"cors", b"empty", 403), (b"cross-site", b"navigate", b"iframe", 403),
    (b"nonsense", b"cors", b"empty", 403)])
def test_what_a_browser_says_of_the_site_is_heard(site, mode, dest, want):
    headers = {"host": b"localhost", "sec_fetch_site": site, "sec_fetch_mode": mode, "sec_fetch_dest": dest}
    assert status(Hosts(HERE), **headers) == want


def test_the_memory_of_hosts_has_an_end():
    hosts = Hosts(HERE)
    for port in range(1000):
        assert status(hosts, host=b"localhost:%d" % port) == 200
    assert len(hosts._known) == 256


NEARLY = st.tuples(st.sampled_from([b"", b"", b" ", b"x.", b"@"]),
                   st.sampled_from([b"localhost", b"127.0.0.1", b"[::1]"]),
                   st.sampled_from([b"", b"", b":80", b":", b".evil", b"\n", b":80:80", b"%00", b","])).map(b"".join)


@given(NEARLY | st.binary(max_size=40) | st.text("localhst127.[]:0-@/\\#% \t", max_size=20).map(str.encode),
       st.none() | st.binary(max_size=30))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_whatever_stands_there_it_is_a_name_of_this_server_or_denied(host, origin):
    hosts = Hosts(HERE)
    headers = {b"host": host} | ({} if origin is None else {b"origin": origin})
    try:
        hosts.check(headers, HERE)
    except Denied as denied:
        assert denied.status in (400, 403)
    else:
        assert re.sub(rb":[0-9]{1,5}$", b"", host).lower() in (b"localhost", b"127.0.0.1", b"[::1]")
        assert origin is None or origin.lower().endswith(b"//" + host.lower())


@pytest.mark.parametrize("name", ["http://a", "a/b", "a:80", "", "*", "a b", "-a", "a,b"])
def test_a_name_that_is_none_is_told(name):
    with pytest.raises(InputError, match="a host name is"):
        Hosts(HERE, [name])


@pytest.mark.parametrize(("address", "want"), [
    ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True), ("LOCALHOST", True),
    ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.evil", False), ("", False), ("score", False)])
def test_what_only_this_machine_can_reach(address, want):
    assert is_loopback(address) is want and Hosts(address).loopback is want
