"""The entrance: what is not allowed is denied, and nobody learns more than he may."""

from __future__ import annotations

import pytest

from shall.http import access, tokens
from shall.http.access import DECIDE, LABEL, OPEN, POLICIES, READ, Entrance, Grant, single
from shall.http.denied import Denied
from shall.http.hosts import Hosts
from shall.http.token_table import ROLES
from shall.http.tokens import Tokens

HERE = "127.0.0.1"
HOST = {b"host": b"localhost"}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "tokens.toml"


@pytest.fixture
def texts(place):
    return {role: tokens.new(place, role, role)[0] for role in ROLES}


@pytest.fixture
def entrance(place, texts):
    return Entrance(Hosts(HERE), Tokens(place, clock=lambda: 0.0))


def enter(entrance, policy, text=None, model="income", client="10.1.1.1", **more):
    headers = HOST | ({b"authorization": b"Bearer " + text.encode()} if text else {})
    return entrance.enter(policy, model, headers | more, client, HERE)


def denied(*given, **more):
    with pytest.raises(Denied) as told:
        enter(*given, **more)
    return told.value


MAY = {"open": set(ROLES), "read": set(ROLES), "label": {"reviewer", "producer"}, "decide": {"user"},
       "see": set(ROLES), "rows": {"reviewer", "producer", "regulator"}, "review": {"reviewer"},
       "propose": {"producer", "regulator"}, "sign": {"regulator"},
       "recall": {"user", "producer", "regulator"}, "trail": {"producer", "regulator"}}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_each_role_may_what_is_declared(entrance, texts, policy, role):
    if role in MAY[policy.name]:
        assert enter(entrance, policy, texts[role]) == (Grant() if policy.open else Grant(role, role))
    else:
        told = denied(entrance, policy, texts[role])
        those = " or ".join(sorted(MAY[policy.name]))
        assert (told.status, told.detail) == (403, f"The role {role} may not do this; it takes {those}.")


@pytest.mark.parametrize("policy", [READ, LABEL, DECIDE, None], ids=lambda policy: policy.name if policy else "none")
def test_without_a_good_token_there_is_no_way(entrance, policy):
    nothing, wrong = denied(entrance, policy), denied(entrance, policy, "shall_wrong")
    assert nothing.status == wrong.status == 401
    assert nothing.headers == ((b"www-authenticate", b'Bearer realm="shall"'),)
    assert wrong.headers == ((b"www-authenticate", b'Bearer realm="shall", error="invalid_token"'),)
    assert "shall_wrong" not in repr(wrong.args) + repr(wrong.headers)


def test_a_token_that_was_good_is_good_no_more(place):
    text, _ = tokens.new(place, "web", "user")
    tokens.revoke(place, "web")
    told = denied(Entrance(Hosts(HERE), Tokens(place)), DECIDE, text)
    assert (told.status, told.detail) == (401, "The token is revoked.")


def test_health_is_open_and_a_wrong_token_changes_nothing(entrance):
    assert enter(entrance, OPEN) == enter(entrance, OPEN, "shall_wrong") == Grant()


def test_a_route_that_is_none_is_told_to_those_with_a_token_only(entrance, texts):
    assert denied(entrance, None).status == 401
    assert enter(entrance, None, texts["viewer"]).name == "viewer"


def test_a_token_for_some_models_is_for_no_other(place):
    text, _ = tokens.new(place, "web", "user", models=("income", "loans"))
    entrance = Entrance(Hosts(HERE), Tokens(place))
    assert enter(entrance, DECIDE, text, "loans").name == "web"
    for model in ("fraud", None):
        assert denied(entrance, READ, text, model).status == 403
    assert enter(entrance, OPEN, text, None) == Grant()


def test_a_host_that_is_none_is_denied_before_a_token_is_looked_at(entrance, texts):
    evil = {b"host": b"evil.example", b"authorization": b"Bearer " + texts["user"].encode()}
    with pytest.raises(Denied) as told:
        entrance.enter(OPEN, None, evil, "10.1.1.1", HERE)
    assert told.value.status == 403


def test_ten_wrong_tokens_are_told_apart_and_the_eleventh_has_to_wait(entrance, texts):
    assert [denied(entrance, READ, f"shall_{number}").status for number in range(12)] == [401] * 10 + [429] * 2
    told = denied(entrance, READ, "shall_again")
    assert told.headers == ((b"retry-after", b"60"),)
    assert denied(entrance, READ, "shall_again", client="10.1.1.2").status == 401
    assert denied(entrance, READ).status == 401


def test_who_fails_shuts_out_nobody_with_a_good_token_behind_the_same_proxy(entrance, texts):
    for number in range(12):
        denied(entrance, READ, f"shall_{number}")
    assert enter(entrance, READ, texts["viewer"]).name == "viewer"


def test_a_request_without_a_token_is_no_wrong_token(entrance):
    assert {denied(entrance, READ).status for _ in range(30)} == {401}


def test_without_tokens_all_is_allowed_on_loopback_and_there_alone():
    assert Entrance(Hosts(HERE)).enter(DECIDE, "income", dict(HOST), HERE, HERE) == Grant()
    with pytest.raises(ValueError, match="needs tokens"):
        Entrance(Hosts("0.0.0.0"))


@pytest.mark.parametrize("header", sorted(access.PROXIES))
def test_behind_a_proxy_a_server_needs_tokens(entrance, texts, header):
    """Its connections come from this machine, and whoever asks may be anywhere."""
    alone = Entrance(Hosts(HERE))
    for policy in (READ, LABEL, DECIDE, None):
        with pytest.raises(Denied) as told:
            alone.enter(policy, "income", HOST | {header: b"10.0.0.1"}, HERE, HERE)
        assert told.value.status == 403 and "has no tokens" in told.value.detail
    assert alone.enter(OPEN, None, HOST | {header: b"10.0.0.1"}, HERE, HERE) == Grant()
    headers = {b"authorization": b"Bearer " + texts["user"].encode(), header: b"10.0.0.1"}
    assert entrance.enter(DECIDE, "income", HOST | headers, HERE, HERE).name == "user"


@pytest.mark.parametrize("name", sorted(access.ONCE))
def test_what_may_stand_once_is_denied_twice(name):
    with pytest.raises(Denied) as told:
        single([(name, b"a"), (b"x", b"y"), (name, b"a")])
    assert told.value.status == 400 and name.decode() in told.value.detail


def test_other_headers_may_stand_twice_and_two_lengths_may_not():
    assert single([(b"accept", b"a"), (b"accept", b"b")]) == {b"accept": b"b"}
    for one in ((b"content-length", b"3"), (b"transfer-encoding", b"chunked")):
        assert single([one]) == dict([one])
    with pytest.raises(Denied) as told:
        single([(b"content-length", b"3"), (b"transfer-encoding", b"chunked")])
    assert told.value.status == 400


def test_no_answer_may_be_kept_framed_or_sniffed():
    assert dict(access.SECURITY) == {
        b"cache-control": b"no-store",
        b"content-security-policy":
            b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        b"cross-origin-resource-policy": b"same-origin",
        b"referrer-policy": b"no-referrer",
        b"x-content-type-options": b"nosniff",
    }
