"""`shall keys`, `sign` and `verify`: a bundle from a key to a refusal, and the exit codes."""

from __future__ import annotations

import json
import stat
from importlib.resources import files

import jsonschema
import pytest

from shall import bundle
from shall.bundle import keys
from tests.bundle import made

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_PASSPHRASE", raising=False)
    bundle.write(made.parts(), {"subject": "loans"}, "loans.zip", required=("user",))
    return tmp_path


def test_from_a_key_to_a_verified_bundle(shall, home):
    made_key = shall("keys", "new", "--role", "user", "-o", "ana")
    assert made_key.code == 0
    text = keys.public("ana.pub").id
    assert f'user = "{text}"' in made_key.out
    assert stat.S_IMODE((home / "ana.key").stat().st_mode) == 0o600
    assert shall("keys", "show", "ana.pub").out.strip() == text
    signed = shall("sign", "loans.zip", "--key", "ana.key")
    assert (signed.code, "PASSED" in signed.out, text in signed.out) == (0, True, True)
    for given in ("ana.pub", "user=ana.pub", text, f"user={text}"):
        assert shall("verify", "loans.zip", "--key", given).code == 0
    told = json.loads(shall("verify", "loans.zip", "--key", "ana.pub", "--json").out)
    jsonschema.validate(told, SCHEMA)
    assert told["verb"] == "verify" and told["result"] == "PASSED"
    assert [one["role"] for one in told["signed"]] == told["required"] == ["user"]
    assert told["digest"] == bundle.read("loans.zip").digest


def test_a_refused_signature_is_1(shall, home):
    for name in ("ana", "eve"):
        shall("keys", "new", "-o", name)
    unsigned = shall("verify", "loans.zip", "--key", "ana.pub")
    assert unsigned.code == 1 and "has not: shall sign loans.zip" in unsigned.err
    shall("sign", "loans.zip", "--key", "eve.key")
    other = shall("verify", "loans.zip", "--key", "ana.pub")
    assert other.code == 1 and "signed by" in other.err
    assert shall("verify", "loans.zip", "--key", "regulator=eve.pub").code == 1
    shall("sign", "loans.zip", "--key", "ana.key")
    content = bytearray((home / "loans.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (home / "loans.zip").write_bytes(content)
    assert shall("verify", "loans.zip", "--key", "ana.pub").code == 1
    assert shall("sign", "loans.zip", "--key", "ana.key").code == 1


def test_a_wrong_file_is_2(shall, home):
    shall("keys", "new", "-o", "ana")
    assert shall("verify", "none.zip", "--key", "ana.pub").code == 2
    assert shall("verify", "loans.zip", "--key", "none.pub").code == 2
    assert shall("verify", "loans.zip", "--key", "ana.key").code == 2
    assert shall("verify", "loans.zip", "--key", "king=ana.pub").code == 2
    alone = shall("verify", "loans.zip")
    assert alone.code == 2 and "nobody vouches" in alone.err
    assert shall("verify", "loans.zip", "--unsigned", "--key", "ana.pub").code == 2
    assert shall("sign", "loans.zip", "--key", "ana.pub").code == 2
    assert shall("keys", "new", "-o", "ana").code == 2


def test_the_content_alone(shall, home):
    found = shall("verify", "loans.zip", "--unsigned")
    assert found.code == 0 and "nobody vouches" in found.out
    (home / "loans.zip").write_bytes(b"PK")
    assert shall("verify", "loans.zip", "--unsigned").code == 1


def test_trust_of_a_shall_file(shall, home):
    for name in ("ana", "reg"):
        shall("keys", "new", "-o", name)
    (home / "own").mkdir()
    (home / "reg.pub").rename(home / "own" / "reg.pub")
    text = keys.public("ana.pub").id
    (home / "own" / "shall.toml").write_text(
        made.FILE + f'[trust]\nuser = "{text}"\nregulator = "reg.pub"\nrequired = ["regulator"]\n')
    assert shall("sign", "loans.zip", "--key", "ana.key").code == 0
    lacking = shall("verify", "loans.zip", "--trust", "own/shall.toml")
    assert lacking.code == 1 and "the regulator has to sign it" in lacking.err
    second = shall("sign", "loans.zip", "--key", "reg.key", "--role", "regulator")
    assert second.code == 0 and "user       claims to have signed" in second.out
    found = shall("verify", "loans.zip", "--trust", "own/shall.toml")
    assert found.code == 0 and "regulator" in found.out
    (home / "none.toml").write_text(made.FILE)
    assert shall("verify", "loans.zip", "--trust", "none.toml").code == 2


def test_a_locked_key(shall, home, monkeypatch):
    monkeypatch.setenv("SHALL_PASSPHRASE", "correct horse")
    assert shall("keys", "new", "-o", "ana", "--passphrase").code == 0
    assert b"ENCRYPTED" in (home / "ana.key").read_bytes()
    assert shall("sign", "loans.zip", "--key", "ana.key").code == 0
    monkeypatch.delenv("SHALL_PASSPHRASE")
    locked = shall("sign", "loans.zip", "--key", "ana.key")
    assert locked.code == 2 and "needs its passphrase" in locked.err
    (home / "secret").write_text("correct horse\n")
    assert shall("sign", "loans.zip", "--key", "ana.key", "--passphrase-file", "secret").code == 0
    assert shall("sign", "loans.zip", "--key", "ana.key", "--passphrase-file", "none").code == 2
    assert shall("keys", "new", "-o", "bob", "--passphrase").code == 2


def test_requirements_that_are_not_met_are_1(shall, home):
    parts = made.parts()
    told = json.loads(parts["evidence/check.json"])
    told["verdicts"][0]["verdict"] = "broken"
    parts["evidence/check.json"] = json.dumps(told).encode()
    bundle.write(parts, {}, "bad.zip")
    shall("keys", "new", "-o", "ana")
    assert "signed as such" in shall("sign", "bad.zip", "--key", "ana.key").out
    found = shall("verify", "bad.zip", "--key", "ana.pub")
    assert found.code == 1 and "FAILED" in found.out and "some requirement was not met" in found.out


def test_old_signatures(shall, home):
    shall("keys", "new", "-o", "ana")
    shall("sign", "loans.zip", "--key", "ana.key")
    assert shall("verify", "loans.zip", "--key", "ana.pub", "--after", "2020-01-01").code == 0
    late = shall("verify", "loans.zip", "--key", "ana.pub", "--after", "2999-01-01")
    assert late.code == 1 and "2999-01-01" in late.err


def test_what_is_mistaken_for_a_key_or_a_day_is_told(shall, home):
    shall("keys", "new", "-o", "ana")
    public = shall("sign", "loans.zip", "--key", "ana.pub")
    assert public.code == 2 and "is the public key" in public.err and "ana.key" in public.err
    short = shall("verify", "loans.zip", "--key", "ed25519:abc")
    assert short.code == 2 and "43 letters" in short.err
    day = shall("verify", "loans.zip", "--key", "ana.pub", "--after", "yesterday")
    assert day.code == 2 and "is no day: write the year" in day.err and "%Y" not in day.err
    for verb in ("new", "show"):
        assert f"shall keys {verb} " in shall("keys", verb, "--help").out


def test_another_file_than_a_bundle_is_2_and_a_damaged_one_1(shall, home):
    shall("keys", "new", "-o", "ana")
    (home / "m.pkl").write_bytes(b"\x80\x04]\x94.")
    (home / "bad.zip").write_bytes(b"\0" * 100)
    for arguments in (["verify", "{}", "--unsigned"], ["sign", "{}", "--key", "ana.key"],
                      ["predict", "{}", "rows.csv", "-o", "out.csv"], ["prove", "{}", "rows.csv"]):
        found = shall(*(one.format("m.pkl") for one in arguments))
        assert found.code == 2 and "m.pkl is a pickled object" in found.err
        damaged = shall(*(one.format("bad.zip") for one in arguments))
        assert damaged.code == 1 and "bad.zip is refused: it is no zip, or a damaged one" in damaged.err
