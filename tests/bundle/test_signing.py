"""A signature counts for one bundle, one role and one key; verdicts for one model and one shall file."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest

from shall.bundle import Bundle, contents, digest_of, envelope, keys, listed, signing, strict
from shall.bundle.statement import statement
from shall.core.errors import InputError, Refused
from tests.bundle import made
from tests.bundle.made import DAY, REGULATOR, THIEF, TRUST, USER, everything, held, signed

Files = dict[str, bytes]


# Where the thief had the key of the user, `sealed` signs what no honest shall would.

def sealed(change: Callable[[dict[str, Any]], object], key: keys.Private = USER) -> Files:
    bundle = made.bundle()
    told = statement(bundle, "user", DAY)
    change(told)
    return {**bundle.everything(), "signatures/user.json": envelope.sealed(strict.written(told), key)}


def enveloped(change: Callable[[dict[str, Any]], object]) -> Files:
    files = everything()
    told = json.loads(files["signatures/user.json"])
    change(told)
    return {**files, "signatures/user.json": strict.written(told)}


def of_type(kind: str) -> Files:
    """Signed as another type of payload, and passed off as ours."""
    payload = strict.written(statement(made.bundle(), "user", DAY))
    told = json.loads(everything()["signatures/user.json"])
    told["signatures"][0]["sig"] = base64.b64encode(USER.sign(envelope.pae(payload, kind))).decode()
    return {**everything(), "signatures/user.json": strict.written(told)}


def subject(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["subject"][0]
    return found


ENVELOPES: dict[str, tuple[Callable[[], Files], str]] = {
    "a thief's": (lambda: sealed(lambda told: None, THIEF), "signed by"),
    "a thief's with the id of the user": (lambda: {**everything(), "signatures/user.json": sealed(
        lambda told: None, THIEF)["signatures/user.json"].replace(THIEF.public.id.encode(), USER.public.id.encode())},
        "not of this content"),
    "the id of another": (lambda: enveloped(lambda told: told["signatures"][0].update(keyid=THIEF.public.id)),
                          "signed by"),
    "no id": (lambda: enveloped(lambda told: told["signatures"][0].update(keyid="")), "signed by"),
    "an id that is no text": (lambda: enveloped(lambda told: told["signatures"][0].update(keyid=1)), "no text"),
    "another type": (lambda: enveloped(lambda told: told.update(payloadType="text/plain")), "of the type"),
    "signed as another type": (lambda: of_type("application/vnd.in-toto+xml"), "not of this content"),
    "signed without PAE": (lambda: enveloped(lambda told: told["signatures"][0].update(sig=base64.b64encode(
        USER.sign(base64.b64decode(told["payload"]))).decode())), "not of this content"),
    "two signatures": (lambda: enveloped(lambda told: told.update(signatures=told["signatures"] * 2)), "one signature"),
    "no signature": (lambda: enveloped(lambda told: told.update(signatures=[])), "one signature"),
    "signatures as an object": (lambda: enveloped(lambda told: told.update(signatures={})), "one signature"),
    "an unknown field": (lambda: enveloped(lambda told: told.update(crit=["x"])), "nothing else"),
    "an unknown field of the signature": (
        lambda: enveloped(lambda told: told["signatures"][0].update(cert="x")), "nothing else"),
    "a field less": (lambda: enveloped(lambda told: told.pop("payloadType")), "nothing else"),
    "a payload in words": (lambda: enveloped(lambda told: told.update(payload="{}")), "base64"),
    "a payload with spaces": (lambda: enveloped(lambda told: told.update(payload=told["payload"] + "\n")), "base64"),
    "no payload": (lambda: enveloped(lambda told: told.update(payload="")), "base64"),
    "a short signature": (lambda: enveloped(lambda told: told["signatures"][0].update(sig="AAAA")),
                          "not of this content"),
    "a signature of zeros": (lambda: enveloped(lambda told: told["signatures"][0].update(
        sig=base64.b64encode(bytes(64)).decode())), "not of this content"),
    "a signature plus the order": (lambda: enveloped(lambda told: told["signatures"][0].update(
        sig=malleable(told["signatures"][0]["sig"]))), "not of this content"),
    "two envelopes": (lambda: {**everything(), "signatures/user.json": everything()["signatures/user.json"] * 2},
                      "Extra data"),
    "a list of envelopes": (lambda: {**everything(), "signatures/user.json": b"[]"}, "no JSON object"),
    "a payload twice": (lambda: {**everything(), "signatures/user.json": everything()["signatures/user.json"].replace(
        b'"payloadType"', b'"payload":"","payloadType"')}, "twice"),
    "a large one": (lambda: {**everything(), "signatures/user.json": b" " * 2**20}, "more than"),
    "of another bundle": (lambda: {**everything(), "signatures/user.json": signed(
        made.bundle(made.parts(1.0))).everything()["signatures/user.json"]}, "another bundle"),
    "of the same files about another subject": (lambda: {**everything(), "signatures/user.json": signed(
        Bundle(made.parts(), listed(made.parts(), {"subject": "cars"}))).everything()["signatures/user.json"]},
        "another bundle"),
    "of another role": (lambda: {**everything(), "signatures/user.json": signed(
        role="regulator").everything()["signatures/regulator.json"]}, "another role"),
    "another statement": (lambda: sealed(lambda told: told.update(_type="https://in-toto.io/Statement/v0.1")),
                          "another type"),
    "another predicate": (lambda: sealed(lambda told: told.update(predicateType="https://slsa.dev/provenance/v1")),
                          "test result"),
    "another file": (lambda: sealed(lambda told: subject(told).update(name="graph.onnx")), "not the one"),
    "another digest": (lambda: sealed(lambda told: subject(told)["digest"].update(sha256="0" * 64)), "another bundle"),
    "a weak digest beside it": (lambda: sealed(lambda told: subject(told)["digest"].update(md5="0" * 32)),
                                "another bundle"),
    "two subjects": (lambda: sealed(lambda told: told["subject"].append(subject(told))), "not the one"),
    "no subject": (lambda: sealed(lambda told: told.update(subject=[])), "day"),
    "no day": (lambda: sealed(lambda told: subject(told)["annotations"].pop("shall.on")), "day"),
    "an older version": (lambda: sealed(lambda told: subject(told)["annotations"].update({"shall.bundle": 0})),
                         "another version"),
    "another result": (lambda: sealed(lambda told: told["predicate"].update(result="WARNED")), "another result"),
    "another test": (lambda: sealed(lambda told: told["predicate"]["passedTests"].append("fair")), "not the one"),
    "another shall file": (lambda: sealed(lambda told: told["predicate"]["configuration"][0].update(name="x.toml")),
                           "another shall file"),
    "an unknown field of the statement": (lambda: sealed(lambda told: told.update(critical=True)), "not the one"),
    "a key of the statement twice": (lambda: {**made.bundle().everything(), "signatures/user.json": envelope.sealed(
        strict.written(statement(made.bundle(), "user", DAY)).replace(b'{"_type"', b'{"_type":"x","_type"'), USER)},
        "twice"),
    "no statement": (lambda: {**made.bundle().everything(), "signatures/user.json": envelope.sealed(b"yes", USER)},
                     "not read"),
}


def malleable(text: str) -> str:
    """The same signature with the order of the group added to its second half: some libraries accept it."""
    raw = base64.b64decode(text)
    order = 2**252 + 27742317777372353535851937790883648493
    return base64.b64encode(raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")).decode()


@pytest.mark.parametrize("case", ENVELOPES)
def test_an_envelope_is_refused(case):
    files, words = ENVELOPES[case]
    with pytest.raises(Refused, match=words):
        held(files())


# Whose key, for which role.

def test_a_missing_role_that_the_bundle_asks_for_is_refused():
    bundle = signed(made.bundle(required=("regulator", "user")))
    with pytest.raises(Refused, match="the regulator has to sign it and has not"):
        signing.verify(bundle, TRUST)
    both = signed(bundle, REGULATOR, "regulator")
    with pytest.raises(Refused, match="no key of theirs"):
        signing.verify(both, TRUST)
    trust = signing.Trust({"user": [USER.public], "regulator": [REGULATOR.public]})
    assert [one.role for one in signing.verify(both, trust)] == ["regulator", "user"]


def test_a_missing_role_that_the_verifier_asks_for_is_refused():
    with pytest.raises(Refused, match="producer has to sign"):
        signing.verify(signed(), signing.Trust({"user": [USER.public]}, ("producer",)))


def test_a_key_of_another_role_is_refused():
    bundle = signed(role="regulator")
    trust = signing.Trust({"user": [USER.public], "regulator": [REGULATOR.public]})
    with pytest.raises(Refused, match="signed by"):
        signing.verify(bundle, trust)


def test_a_bundle_that_nobody_trusted_has_signed_is_refused():
    with pytest.raises(Refused, match="nobody who is trusted"):
        signing.verify(signed(), signing.Trust({"regulator": [REGULATOR.public]}))
    with pytest.raises(Refused, match="nobody who is trusted"):
        signing.verify(made.bundle(), signing.Trust({"user": [USER.public]}))


def test_a_wrong_signature_of_a_role_that_is_not_asked_for_is_refused():
    bundle = signed(signed(), THIEF, "regulator")
    trust = signing.Trust({"user": [USER.public], "regulator": [REGULATOR.public]}, ("user",))
    with pytest.raises(Refused, match="regulator"):
        signing.verify(bundle, trust)


def test_an_old_signature_is_refused():
    with pytest.raises(Refused, match="only those from 2026-11-22"):
        signing.verify(signed(), signing.Trust(TRUST.keys, after=DAY + datetime.timedelta(1)))


def test_another_shall_file_than_the_expected_one_is_refused():
    expected = {"shall.toml": digest_of(made.FILE.replace("0.6", "0.9").encode())}
    with pytest.raises(Refused, match="not the one that was expected"):
        signing.verify(signed(), signing.Trust(TRUST.keys, expected=expected))


@pytest.mark.parametrize("keys_of", [{}, {"user": []}])
def test_without_a_key_nobody_vouches(keys_of):
    with pytest.raises(InputError, match="nobody vouches"):
        signing.verify(signed(), signing.Trust(keys_of))


def test_one_key_for_two_roles_is_refused():
    with pytest.raises(InputError, match="two roles"):
        signing.Trust({"user": [USER.public], "regulator": [USER.public]})


def test_an_unknown_role_is_refused():
    with pytest.raises(InputError, match="there is no role"):
        signing.Trust({"king": [USER.public]})
    with pytest.raises(InputError, match="there is no role"):
        signed(role="king")


# Verdicts about something else: signed, by whoever was careless.

def evidence(change: Callable[[dict[str, Any]], object], name: str = "evidence/check.json") -> Files:
    files = made.parts()
    told = json.loads(files[name])
    change(told)
    return {**files, name: json.dumps(told).encode()}


def branch(without: str = "", ways: str = "alert", verdict: str = "met", file: bytes = b"") -> Files:
    """A bundle with a branch, whose own verdict is this one, found under this shall file."""
    own = contents.branched("rules", made.parts(1.0))
    told = json.loads(own["branches/rules/check.json"])
    told["verdicts"][0] |= {"on_broken": ways, "verdict": verdict}
    told["digests"] |= {"shall.toml": digest_of(file)} if file else {}
    files = {**made.parts(), **own, "branches/rules/check.json": json.dumps(told).encode()}
    return {name: part for name, part in files.items() if not without or name != f"branches/rules/{without}"}


OTHER = made.parts(1.0)
STRICTER = made.parts(file=made.FILE.replace("0.6", "0.9"))
CONTENTS: dict[str, tuple[Callable[[], Files], str]] = {
    "verdicts of another model": (lambda: {**made.parts(), "evidence/check.json": OTHER["evidence/check.json"]},
                                  "another graph.onnx"),
    "verdicts of another shall file": (
        lambda: {**made.parts(), "evidence/check.json": STRICTER["evidence/check.json"]}, "another shall.toml"),
    "verdicts that name no model": (lambda: evidence(lambda told: told["digests"].pop("graph.onnx")), "does not state"),
    "verdicts that name no file": (lambda: evidence(lambda told: told["digests"].pop("shall.toml")), "does not state"),
    "verdicts without digests": (lambda: evidence(lambda told: told.pop("digests")), "no report"),
    "verdicts of another kind": (lambda: evidence(lambda told: told.update(verb="watch")), "no report"),
    "verdicts of another version": (lambda: evidence(lambda told: told.update(shall_report=2)), "no report"),
    "a key of the verdicts twice": (lambda: {**made.parts(), "evidence/check.json": made.parts()[
        "evidence/check.json"].replace(b'"verb"', b'"verdict":"met","verb"')}, "twice"),
    "verdicts on other counts": (lambda: evidence(lambda told: told["digests"].update(plan="0" * 64)), "another plan"),
    "more evidence of another model": (lambda: {**made.parts(), "evidence/edges.json": OTHER["evidence/check.json"]},
                                       "another graph.onnx"),
    "the proof of another model": (lambda: {**made.parts(), "proof.json": OTHER["proof.json"]}, "another graph.onnx"),
    "a proof of nothing": (lambda: evidence(lambda told: told.pop("digests"), "proof.json"), "any model"),
    "a damaged tally": (lambda: {**made.parts(), "reference.tally": b"shall-tally-1\n" + bytes(100)}, "no tally"),
    "another model": (lambda: {**made.parts(), "graph.onnx": OTHER["graph.onnx"]}, "another graph.onnx"),
    "a first graph that nothing was said of": (lambda: {**made.parts(), "first.onnx": b"x"},
                                               "state the digest of first"),
    "no graph": (lambda: {name: part for name, part in made.parts().items() if name != "graph.json"}, "has a graph.js"),
    "a branch of no name": (lambda: {**made.parts(), "branches/Rules/graph.onnx": b"x"}, "is in no branch"),
    "a branch without a graph": (lambda: branch(without="graph.json"), "rules is not whole: .* has a graph.json"),
    "verdicts of the model for its branch": (
        lambda: {**branch(), "branches/rules/check.json": made.parts()["evidence/check.json"]},
        "branch rules is not whole: evidence/check.json is about another graph.onnx"),
    "verdicts of the branch for its model": (
        lambda: {**branch(), "evidence/check.json": branch()["branches/rules/check.json"]}, "another graph.onnx"),
    "the proof of the model for its branch": (
        lambda: {**branch(), "branches/rules/proof.json": made.parts()["proof.json"]}, "branch rules .* another graph"),
    "a branch under another shall file": (
        lambda: branch(file=STRICTER["shall.toml"]), "rules is not whole: .* another shall.toml"),
    "no shall file": (lambda: {name: part for name, part in made.parts().items() if name != "shall.toml"},
                      "the bundle has none"),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_parts_that_do_not_belong_together_are_neither_signed_nor_verified(case):
    files, words = CONTENTS[case]
    bundle = Bundle(files(), listed(files(), {}))
    with pytest.raises(Refused, match=words):
        signed(bundle)
    with pytest.raises(Refused, match=words):
        signing.verify(bundle, TRUST)


@pytest.mark.parametrize(("ways", "result"), [
    ("alert and fall back to rules", "FAILED"), ("fall back to rules", "FAILED"), ("fall back to rule", "PASSED"),
    ("alert", "PASSED")])
def test_a_branch_has_to_keep_what_falls_back_to_it(ways, result):
    files = branch(ways=ways, verdict="broken")
    bundle = Bundle(files, listed(files, {}))
    signing.verify(signed(bundle), TRUST)
    assert signing.result(bundle) == result
    assert [*signing.unmet(bundle)] == (["branch rules: good: accuracy >= 0.6"] if result == "FAILED" else [])
    assert signing.result(Bundle(branch(ways=ways), listed(branch(ways=ways), {}))) == "PASSED"


def test_the_proof_of_a_branch_counts():
    files = branch()
    files["branches/rules/proof.json"] = files["branches/rules/proof.json"].replace(b"true", b"false")
    assert signing.unmet(Bundle(files, listed(files, {}))) == ["branch rules: proof: the graph says what Python says"]


def test_a_bundle_without_verdicts_is_not_signed():
    files = {name: part for name, part in made.parts().items() if not name.startswith("evidence")}
    with pytest.raises(Refused, match="without verdicts"):
        signed(Bundle(files, listed(files, {})))


def test_more_than_fifty_cases():
    assert len(ENVELOPES) + len(CONTENTS) > 50
