"""JSON of strangers."""

from __future__ import annotations

import json
import random
import time

import pytest

from shall.http import wire
from shall.http.problems import Refusal
from shall.http.protocol import read as read_inference

GOOD = [
    b'{"inputs": {"a": 1, "b": "x", "c": null, "d": true, "e": 1.5}}',
    b'{"rows": [{"a": 1}, {"a": 2}]}',
    b'{"inputs": {"time": "12:30:00", "url": "http://x:80/", "colon:": 1}}',
    b'{"inputs": {"quote": "\\": {\\"a\\": 1}", "back": "\\\\", "brace": "}{"}}',
    b'{"inputs": {}}', b'{"rows": []}', b'{}',
    b' {"inputs": {"a": 123456789012345678901234567890}} ',
]


@pytest.mark.parametrize("body", GOOD)
def test_what_is_right_is_read(body):
    found = wire.read_rows(body)
    told = json.loads(body)
    assert {name: getattr(found, name) for name in told} == told
    assert wire.read_rows(bytearray(body)) == found


@pytest.mark.parametrize("body, name", [
    (b'{"inputs": {"a": 1, "a": 2}}', "a"),
    (b'{"inputs": {"a": 1, "\\u0061": 2}}', "a"),
    (b'{"inputs": {"a": 1}, "inputs": {"a": 2}}', "inputs"),
    (b'{"rows": [{"a": 1}, {"b:": "x:y", "b:": 1}]}', "b:"),
    (b'{"rows": [{"a": 1}, {"": 1, "": 2}]}', ""),
    (b'{"inputs": {"a\\"": ":", "a\\"": 1}}', 'a"'),
])
def test_a_key_that_stands_twice_is_refused_by_its_name(body, name):
    with pytest.raises(Refusal) as told:
        wire.read_rows(body)
    assert told.value.status == 400 and [fault.field for fault in told.value.faults] == [name]


@pytest.mark.parametrize("body, status", [
    (b"", 400), (b"{", 400), (b"nothing", 400), (b'{"inputs": {"a": NaN}}', 400), (b'{"inputs": {"a": Infinity}}', 400),
    (b'{"inputs": {"a": -Infinity}}', 400), (b'{"inputs": {"a": 01}}', 400), (b'{"inputs": {"a": .5}}', 400),
    (b'{"inputs": {"a": 1,}}', 400), (b"{'inputs': {}}", 400), (b'{"inputs": {}} x', 400), (b'\xff', 400),
    (b'{"inputs": {"a": "\xff"}}', 400), (b'{"inputs": {"a": "\x01"}}', 400), (b'{"inputs": {"a": "\\ud800"}}', 400),
    (b'\xef\xbb\xbf{"inputs": {}}', 400), (b'{"inputs": {"a": 1e999}}', 422), (b"[]", 422), (b"null", 422), (b"1", 422),
    (b'{"inputs": {"a": [1]}}', 422), (b'{"inputs": {"a": {}}}', 422), (b'{"inputs": [1]}', 422),
    (b'{"rows": {"a": 1}}', 422), (b'{"nonsense": 1}', 422), (b'{"inputs": {"a": ' + b"9" * 5000 + b"}}", 422),
    (b'{"a":' * 65, 400), (b"[" * 100_000, 400), (b'{"inputs": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", 400),
])
def test_what_is_wrong_is_refused(body, status):
    with pytest.raises(Refusal) as told:
        wire.read_rows(body)
    assert told.value.status == status and told.value.detail
    if status == 422:
        assert told.value.faults[0].what


@pytest.mark.parametrize("body, row, field", [
    (b'{"inputs": {"a": 1, "wrong": [1]}}', None, "wrong"),
    (b'{"rows": [{"a": 1}, {"a": 2, "odd": {"x": 1}}]}', 1, "odd"),
])
def test_the_row_and_the_field_are_named(body, row, field):
    with pytest.raises(Refusal) as told:
        wire.read_rows(body)
    assert (told.value.faults[0].row, told.value.faults[0].field) == (row, field)


def test_depth_in_texts_is_no_depth():
    deep = "[" * 1000
    assert wire.read_rows(json.dumps({"inputs": {deep: deep}}).encode()).inputs == {deep: deep}


def test_reading_never_fails_otherwise():
    """P: 20,000 changed bodies: each is read as Python reads it, or refused."""
    chance = random.Random(20261121)
    seeds = [*GOOD, b'{"inputs": [{"name": "a", "shape": [2], "datatype": "FP64", "data": [1, 2.5]}], "id": "x"}']
    letters = b'{}[]":,\\ntf0123456789.eE+-u \x00\xff'
    read = refused = 0
    for _ in range(20_000):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(body) + 1)
            body[place:place + chance.randint(0, 2)] = bytes(chance.choices(letters, k=chance.randint(0, 3)))
        for reader in (wire.read_rows, read_inference):
            try:
                found = reader(bytes(body))
            except Refusal as refusal:
                assert refusal.status in (400, 422)
                refused += 1
            else:
                read += 1
                pairs = json.loads(body, object_pairs_hook=_once)
                assert pairs is not None and (reader is not wire.read_rows or _same(found, pairs))
    assert read > 1000 and refused > 1000


def _once(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), "a key stands twice, and was taken"
    return dict(pairs)


def _same(found, told):
    return all(getattr(found, name) == value for name, value in told.items())


@pytest.mark.parametrize(("body", "field", "what", "fix"), [
    (b'{"inputs": {"a": 1, "b c": NaN}}', "b c", "NaN is no value", "write null"),
    (b'{"rows": [{"a":nan}]}', "a", "nan is no value", "write null"),
    (b'{"inputs": {"a\\"": -Infinity}}', 'a\\"', "-Infinity is no value", "write null"),
    (b'{"inputs": {"a": None}}', "a", "None is no value", "write null"),
    (b'{"inputs": {"a": True}}', "a", "True is no value", "write true"),
    (b'{"inputs": {"a": 2, "b": 1.5e400}}', "b", "out of range", "a finite number; where a value is missing, null"),
    (b'{"rows": [{"a": 2, "b": -1E+999}]}', "b", "out of range", "null"),
])
def test_how_json_says_it_is_told(body, field, what, fix):
    with pytest.raises(Refusal) as told:
        wire.read_rows(body)
    (fault,) = told.value.faults
    assert fault.field == field and what in fault.what and fix in fault.fix


@pytest.mark.parametrize("body", [
    b'{"inputs":{"a":"' + b'\\"' * 200_000 + b'",b:NaN', b'{"inputs":{"a":1e400,"b":"' + b'\\"' * 200_000 + b'"}}',
    b'{"inputs":{"' + b"1e999," * 100_000 + b'":1e400}}'])
def test_looking_for_it_takes_no_longer_than_reading(body):
    began = time.process_time()
    with pytest.raises(Refusal):
        wire.read_rows(body)
    assert time.process_time() - began < 2
