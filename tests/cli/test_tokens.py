"""`shall tokens`: a token is printed once, and nowhere else."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall.http.access import POLICIES, WORDS
from shall.http.token_table import ROLES
from shall.http.tokens import Tokens


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_token_is_made_used_listed_and_revoked(shall, home):
    ran = shall("tokens", "new", "web", "--role", "user", "--model", "income")
    text = ran.out.strip()
    assert ran.code == 0 and text.startswith("shall_") and len(text) == 49 and text not in ran.err
    token, why = Tokens("tokens.toml").of(f"Bearer {text}".encode())
    assert (token.name, token.role, token.models, why) == ("web", "user", ("income",), "")
    listed = shall("tokens", "list")
    assert listed.out.splitlines()[1].split()[:4] == ["web", "user", token.id, "live"]
    assert listed.out.splitlines()[1].split()[-1] == "income"
    assert shall("tokens", "revoke", "web").out == f"revoked {token.id} of web\n"
    assert shall("tokens", "list").out.splitlines()[1].split()[3] == "revoked"
    assert Tokens("tokens.toml").of(f"Bearer {text}".encode())[1] == "revoked"
    assert not any(text.encode() in path.read_bytes() for path in home.iterdir())


def test_tokens_are_listed_for_programs(shall, home):
    text = shall("tokens", "new", "web", "--role", "user", "--model", "income").out.strip()
    shall("tokens", "new", "eye", "--role", "viewer", "--forever")
    shall("tokens", "revoke", "eye")
    ran = shall("tokens", "list", "--json")
    told = json.loads(ran.out)
    jsonschema.validate(told, json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text()))
    assert ran.code == 0 and text not in ran.out and told["file"] == "tokens.toml"
    web, eye = told["tokens"]
    assert (web["name"], web["role"], web["state"], web["models"]) == ("web", "user", "live", ["income"])
    assert web["expires"] > web["created"] and web["revoked"] is None
    assert (eye["state"], eye["expires"], eye["models"]) == ("revoked", None, []) and eye["revoked"] >= eye["created"]


def test_what_each_role_may_is_what_the_policies_say(shall):
    told = [line.split(None, 1) for line in shall("tokens", "new", "--help").out.splitlines()]
    said = {line[0]: line[1] for line in told if len(line) == 2 and line[0] in ROLES}
    assert [*said] == [*ROLES] and said["viewer"] == "read" and {*WORDS} == {
        one for one in POLICIES if one.roles != frozenset(ROLES)}
    assert said["regulator"] == "read, rows behind a slice, propose, sign, recall, Trail"
    for policy, words in WORDS.items():
        assert {role for role, may in said.items() if words in may.split(", ")} == policy.roles


def test_how_long_it_is_good_is_said(shall, home):
    assert "ends never" in shall("tokens", "new", "a", "--role", "viewer", "--forever").err
    assert "ends never" not in shall("tokens", "new", "b", "--role", "viewer", "--days", "3").err
    assert shall("tokens", "new", "c", "--role", "viewer", "--days", "0").code == 2


@pytest.mark.parametrize(("arguments", "fault"), [
    (("new", "web"), "--role"), (("new", "Web", "--role", "user"), "a name has"),
    (("new", "web", "--role", "admin"), "viewer"), (("list",), "there is no such file"),
    (("revoke", "web"), "there is no such file"), (("new", "web", "--role", "user", "-f", "no/where.toml"), "written")])
def test_what_is_wrong_is_said(shall, home, arguments, fault):
    ran = shall("tokens", *arguments)
    assert ran.code == 2 and fault in ran.err and not [*home.iterdir()]


def test_a_file_that_others_read_is_refused(shall, home):
    shall("tokens", "new", "web", "--role", "user")
    (home / "tokens.toml").chmod(0o644)
    for arguments in (("list",), ("revoke", "web"), ("new", "b", "--role", "user")):
        ran = shall("tokens", *arguments)
        assert ran.code == 2 and "chmod 600 " in ran.err
