"""DSSE as its specification has it."""

from __future__ import annotations

import datetime
import json

from shall.bundle import envelope, keys, signing
from tests.bundle import made


def test_the_example_of_the_specification():
    # https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, test vectors
    assert envelope.pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")


def test_lengths_are_of_bytes():
    assert envelope.pae("é".encode(), "ü") == "DSSEv1 2 ü 2 é".encode()


def test_the_same_signature_each_time():
    key = keys.new()
    assert envelope.sealed(b"{}", key) == envelope.sealed(b"{}", key)


def test_what_is_signed_is_an_in_toto_test_result():
    key = keys.new()
    bundle = signing.sign(made.bundle(), key, "user", datetime.date(2026, 11, 21))
    told = envelope.opened(envelope.read(bundle.signatures["user"], "x"), key.public, "x")
    statement = json.loads(told)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["subject"][0]["digest"] == {"sha256": bundle.digest}
    assert statement["predicate"]["result"] == "PASSED"
    assert statement["predicate"]["passedTests"] == [
        "good: accuracy >= 0.6", "proof: the graph says what Python says"]
    assert statement["predicate"]["failedTests"] == statement["predicate"]["warnedTests"] == []
    assert statement["predicate"]["configuration"][0]["name"] == "shall.toml"
