"""Whatever was changed, added, hidden, replayed or signed by somebody else is refused, with the reason."""

from __future__ import annotations

import base64
import datetime
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shall import bundle as packing
from shall.bundle import Bundle, digest_of, envelope, keys, listed, opened, signing, strict, unzipped, zipped
from shall.bundle.statement import statement
from shall.core.errors import InputError, Refused
from tests.bundle import made

DAY = datetime.date(2026, 11, 21)
USER, REGULATOR, THIEF = (keys.new() for _ in range(3))
TRUST = signing.Trust({"user": [USER.public]}, ("user",))
Files = dict[str, bytes]


def signed(bundle: Bundle | None = None, key: keys.Private = USER, role: str = "user") -> Bundle:
    return signing.sign(bundle or made.bundle(), key, role, DAY)


def everything() -> Files:
    return signed().everything()


def held(files: Files, trust: signing.Trust = TRUST) -> None:
    signing.verify(opened(files), trust)


def zip_of(files: Files) -> bytes:
    return b"".join(zipped.packed(files))


def test_the_untouched_bundle_is_accepted(tmp_path):
    whole = everything()
    held(whole)
    held(unzipped(zip_of(whole)))
    for name in ("a.zip", "a"):
        found = signing.verify(packing.read(packing.save(signed(), tmp_path / name)), TRUST)
        assert found == (signing.Signed("user", USER.public.id, DAY),)


# What was packed is changed: whatever file, wherever in it.

def test_any_changed_byte_of_a_zip_is_refused():
    whole = zip_of(everything())
    places = {*range(0, len(whole), 97), *range(60), *range(len(whole) - 600, len(whole))}
    for place in sorted(places):
        for bit in (1, 0x80):
            changed = bytearray(whole)
            changed[place] ^= bit
            with pytest.raises((Refused, InputError)):
                held(unzipped(bytes(changed)))


@pytest.mark.parametrize("cut", [0, 1, 21, 22, 100, 1000])
def test_a_cut_zip_is_refused(cut):
    whole = zip_of(everything())
    with pytest.raises(Refused, match="no zip"):
        unzipped(whole[:-cut] if cut else b"")


@pytest.mark.parametrize("name", [*sorted(everything())])
def test_a_changed_file_is_refused(name):
    files = everything()
    for content in (files[name] + b" ", files[name][:-2] + bytes([files[name][-2] ^ 1]) + files[name][-1:], b""):
        with pytest.raises(Refused):
            held({**files, name: content})


@pytest.mark.parametrize("name", [*sorted(everything())])
def test_a_missing_file_is_refused(name):
    with pytest.raises(Refused, match=r"missing|no manifest|has not"):
        held({key: content for key, content in everything().items() if key != name})


@pytest.mark.parametrize("name", [
    "extra.txt", "evidence/other.json", "signatures/mallory.json", "signatures/user.2.json", "signatures/user.JSON",
    "signatures/user.json/x", "__MACOSX/x", ".DS_Store", "graph.onnx.data"])
def test_an_added_file_is_refused(name):
    with pytest.raises(Refused, match="added"):
        held({**everything(), name: b"{}"})


def test_two_files_that_changed_places_are_refused():
    files = everything()
    with pytest.raises(Refused, match="changed"):
        held({**files, "graph.json": files["graph.onnx"], "graph.onnx": files["graph.json"]})


# Names.

NAMES = {
    "/etc/passwd": "absolute", "\\evil": "absolute", "C:evil": "absolute", "C:\\evil": "absolute", "..": "out of",
    "../evil": "out of", "a/../../evil": "out of", "a\\..\\evil": "out of", "./a": "ends in", "a//b": "characters",
    "a/": "characters", "CON": "device", "nul.txt": "device", "a/com1.json": "device", "LPT9": "device",
    "a\0b": "NUL", "a\nb": "characters", "a ": "ends in", "a.": "ends in", "ä.json": "characters", "a b": "characters",
    "a‮b": "characters", "ab:stream": "characters", "a:stream": "absolute",
    "~root": "characters", "-rf": "characters", "x" * 121: "longer",
    "a/b/c/d": "three levels", "": "no name",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_refused(name):
    files = made.parts()
    with pytest.raises(InputError, match=NAMES[name]):
        listed({**files, name: b"x"}, {})


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_a_name_in_a_zip_is_refused(name):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for key, part in everything().items():
            archive.writestr(key, part)
        entry = zipfile.ZipInfo("replaced")
        entry.filename = name
        archive.writestr(entry, b"evil")
    with pytest.raises(Refused, match=NAMES[name]):
        unzipped(content.getvalue())


@pytest.mark.parametrize("name", ["Graph.onnx", "EVIDENCE/CHECK.JSON", "evidence/Check.json"])
def test_names_that_differ_by_case_are_refused(name):
    with pytest.raises(InputError, match="case only"):
        listed({**made.parts(), name: b"x"}, {})
    with pytest.raises(Refused, match="case only"):
        unzipped(zip_of({**everything(), name: b"x"}))


@pytest.mark.parametrize("name", ["manifest.json", "Manifest.JSON", "signatures/user.json", "signatures/x"])
def test_a_name_of_the_bundle_itself_is_refused(name):
    with pytest.raises(InputError, match="itself uses"):
        listed({**made.parts(), name: b"x"}, {})


def test_a_file_that_is_a_folder_too_is_refused():
    with pytest.raises(InputError, match="lies in it"):
        listed({**made.parts(), "graph.onnx/x": b"x"}, {})


# Zips.

def entries(change: Callable[[zipfile.ZipInfo], None], backwards: bool = False, **how: Any) -> bytes:
    """A zip of the library, one of whose entries is changed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **how) as archive:
        for name, part in sorted(everything().items(), reverse=backwards):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = archive.compression
            if name == "graph.onnx":
                change(entry)
            archive.writestr(entry, part)
    return content.getvalue()


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("graph.onnx", bytes(2**26))
    return content.getvalue()


def overlapping(whole: bytes) -> bytes:
    """Two entries of the directory that share one content."""
    end = len(whole) - 22
    size, start = struct.unpack_from("<LL", whole, end + 12)
    directory = whole[start:start + size]
    again = directory[:46] + b"b" + directory[47:46 + len("evidence/check.json")]
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 8, 8, size + len(again), start, 0)
    return whole[:start] + directory + again + tail


def twice() -> bytes:
    content = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(content, "w") as archive:
        for part in (b"good", b"evil"):
            archive.writestr("graph.onnx", part)
    return content.getvalue()


def zip64() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in everything().items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(part)
    return content.getvalue()


def with_comment() -> bytes:
    content = io.BytesIO(zip_of(everything()))
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = b"hello"
    return content.getvalue()


def hidden(whole: bytes) -> bytes:
    """Bytes between the last file and the directory."""
    end = len(whole) - 22
    (start,) = struct.unpack_from("<L", whole, end + 16)
    return whole[:start] + b"hidden" + whole[start:end + 16] + struct.pack("<L", start + 6) + whole[-2:]


def wrong_sum(whole: bytes) -> bytes:
    """A file that does not have the checksum of its headers."""
    return whole.replace(made.parts()["shall.toml"], made.parts()["shall.toml"].replace(b"0.6", b"0.1"))


def other_name(whole: bytes) -> bytes:
    """The local header names another file than the directory: readers differ in what they see."""
    return whole.replace(b"graph.json", b"graph.jsom", 1)


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (bomb, "compressed"),
    "deflated": (lambda: entries(lambda entry: None, compression=zipfile.ZIP_DEFLATED), "compressed"),
    "bzip2": (lambda: entries(lambda entry: None, compression=zipfile.ZIP_BZIP2), "compressed"),
    "lzma": (lambda: entries(lambda entry: None, compression=zipfile.ZIP_LZMA), "compressed"),
    "a link": (lambda: entries(lambda entry: setattr(entry, "external_attr", 0o120777 << 16)), "link"),
    "a device": (lambda: entries(lambda entry: setattr(entry, "external_attr", 0o060666 << 16)), "no plain file"),
    "a fifo": (lambda: entries(lambda entry: setattr(entry, "external_attr", 0o010666 << 16)), "no plain file"),
    "a folder": (lambda: entries(lambda entry: setattr(entry, "external_attr", 0x10)), "no plain file"),
    "encrypted": (lambda: zip_of(everything()).replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0", 1),
                  "encrypted"),
    "extra fields": (lambda: entries(lambda entry: setattr(entry, "extra", b"\1\0\0\0")), "extra fields"),
    "a comment of a file": (lambda: entries(lambda entry: setattr(entry, "comment", b"x")), "comment"),
    "a comment": (with_comment, "comment"),
    "zip64": (zip64, "no file|extra fields"),
    "another time": (lambda: entries(lambda entry: setattr(entry, "date_time", (2020, 1, 1, 0, 0, 0))), "no file"),
    "another order": (lambda: entries(lambda entry: None, backwards=True), "no file"),
    "a name twice": (twice, "twice"),
    "trailing bytes": (lambda: zip_of(everything()) + b"trailing", "no zip|no file"),
    "another zip behind": (lambda: zip_of(everything()) + zip_of(everything()), "no file"),
    "bytes before": (lambda: b"#!/bin/sh\n" + zip_of(everything()), "no file"),
    "hidden bytes": (lambda: hidden(zip_of(everything())), "no file"),
    "overlapping files": (lambda: overlapping(zip_of(everything())), "no file"),
    "a wrong checksum": (lambda: wrong_sum(zip_of(everything())), "no file"),
    "two names of one file": (lambda: other_name(zip_of(everything())), "no file|differ"),
    "too many files": (lambda: zip_of({f"f{number}": b"" for number in range(300)}), "more than"),
    "no zip": (lambda: b"PK but nothing more", "no zip"),
    "a tar": (lambda: b"graph.onnx".ljust(512, b"\0"), "no zip"),
    "a gzip": (lambda: zlib.compress(b"x"), "no zip"),
}


@pytest.mark.parametrize("case", ZIPS)
def test_a_zip_is_refused(case):
    content, words = ZIPS[case]
    with pytest.raises(Refused, match=words):
        unzipped(content())


def test_a_huge_file_is_refused_without_reading_it(tmp_path):
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(Refused, match="more than"):
        packing.read(tmp_path / "a.zip")


# Folders.

FOLDERS: dict[str, Callable[[Path], object]] = {
    "a link to a file": lambda place: (place / "link").symlink_to("/etc/hostname"),
    "a link to nothing": lambda place: (place / "link").symlink_to("nothing"),
    "a link to a folder": lambda place: (place / "link").symlink_to("/etc"),
    "a linked model": lambda place: ((place / "graph.onnx").rename(place.parent / "moved"),
                                     (place / "graph.onnx").symlink_to(place.parent / "moved")),
    "a fifo": lambda place: os.mkfifo(place / "fifo"),
    "a hidden file": lambda place: (place / ".hidden").write_bytes(b""),
    "a deep folder": lambda place: (place / "a/b/c/d/e").mkdir(parents=True),
    "many files": lambda place: [(place / f"f{number}").touch() for number in range(300)],
    "an added file": lambda place: (place / "run.sh").write_text("rm -rf /"),
    "a large file": lambda place: os.truncate(place / "graph.onnx", 2**31),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_is_refused(case, tmp_path):
    place = packing.save(signed(), tmp_path / "bundle")
    FOLDERS[case](place)
    with pytest.raises(Refused):
        signing.verify(packing.read(place), TRUST)


# The manifest.

def manifest(**changes: Any) -> Files:
    """The files with another manifest, and a signature of it by the right key."""
    files = everything()
    told = {**json.loads(files["manifest.json"]), **changes}
    return {**files, "manifest.json": strict.written({key: value for key, value in told.items() if value is not None})}


MANIFESTS: dict[str, tuple[Callable[[], Files], str]] = {
    "an older version": (lambda: manifest(shall_bundle=0), "none below"),
    "a newer version": (lambda: manifest(shall_bundle=2), "update shall"),
    "no version": (lambda: manifest(shall_bundle=None), "no version"),
    "a version in words": (lambda: manifest(shall_bundle="1"), "no version"),
    "true as a version": (lambda: manifest(shall_bundle=True), "no version"),
    "an unknown field": (lambda: manifest(critical=["x"]), "does not know"),
    "a field less": (lambda: manifest(required=None), "lacks"),
    "an unknown role": (lambda: manifest(required=["king"]), "required"),
    "a role twice": (lambda: manifest(required=["user", "user"]), "required"),
    "files as a list": (lambda: manifest(files=[]), "no object"),
    "about as a text": (lambda: manifest(about="loans"), "no object"),
    "a short digest": (lambda: manifest(files={"graph.onnx": {"sha256": "00", "bytes": 1}}), "64"),
    "a large digest": (lambda: manifest(files={"graph.onnx": {"sha256": "A" * 64, "bytes": 1}}), "64"),
    "a negative size": (lambda: manifest(files={"graph.onnx": {"sha256": "0" * 64, "bytes": -1}}), "bytes"),
    "a size beyond all": (lambda: manifest(files={"graph.onnx": {"sha256": "0" * 64, "bytes": 2**40}}), "more than"),
    "an unknown field of a file": (
        lambda: manifest(files={"graph.onnx": {"sha256": "0" * 64, "bytes": 1, "url": "http://"}}), "sha256"),
    "a file outside": (lambda: manifest(files={"../x": {"sha256": "0" * 64, "bytes": 1}}), "out of"),
    "two files": (lambda: manifest(files={name: {"sha256": "0" * 64, "bytes": 1} for name in ("a", "A")}), "case"),
    "another subject": (lambda: manifest(about={"subject": "other"}), "another bundle"),
    "a key twice": (lambda: {**everything(), "manifest.json": everything()["manifest.json"].replace(
        b'"about":', b'"about":{"subject":"x"},"about":')}, "twice"),
    "other spaces": (lambda: {**everything(), "manifest.json": everything()["manifest.json"] + b" "}, "form"),
    "another text behind": (lambda: {**everything(), "manifest.json": everything()["manifest.json"] * 2}, "Extra data"),
    "a NaN": (lambda: {**everything(), "manifest.json": b'{"shall_bundle":NaN}'}, "NaN"),
    "a number beyond": (lambda: {**everything(), "manifest.json": b'{"shall_bundle":1e999}'}, "too large"),
    "depth": (lambda: {**everything(), "manifest.json": b'{"about":' * 100_000}, "nested|not read"),
    "nested lists": (lambda: {**everything(), "manifest.json": b'{"about":' + b"[" * 90 + b"]" * 90 + b"}"}, "deeper"),
    "no UTF-8": (lambda: {**everything(), "manifest.json": b'{"about":"\xff"}'}, "UTF-8"),
    "a byte order mark": (lambda: {**everything(), "manifest.json": b"\xef\xbb\xbf{}"}, "not read"),
    "half a surrogate": (lambda: {**everything(), "manifest.json": everything()["manifest.json"].replace(
        b'"subject":"loans"', b'"subject":"\\ud800"')}, "form"),
    "a list": (lambda: {**everything(), "manifest.json": b"[]"}, "no JSON object"),
    "nothing": (lambda: {**everything(), "manifest.json": b""}, "not read"),
    "a large one": (lambda: {**everything(), "manifest.json": b" " * 2**21}, "more than"),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_is_refused(case):
    files, words = MANIFESTS[case]
    with pytest.raises(Refused, match=words):
        held(files())


# Envelopes and statements; where the thief had the key of the user, `sealed` signs what no honest shall would.

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

def replayed(**changes: bytes) -> Files:
    return {**made.parts(), **{name.replace("__", "/").replace("_", "."): content for name, content in changes.items()}}


def evidence(change: Callable[[dict[str, Any]], object], name: str = "evidence/check.json") -> Files:
    files = made.parts()
    told = json.loads(files[name])
    change(told)
    return {**files, name: json.dumps(told).encode()}


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
    "no graph": (lambda: {name: part for name, part in made.parts().items() if name != "graph.json"}, "has a graph.js"),
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


def test_a_bundle_without_verdicts_is_not_signed():
    files = {name: part for name, part in made.parts().items() if not name.startswith("evidence")}
    with pytest.raises(Refused, match="without verdicts"):
        signed(Bundle(files, listed(files, {})))


def test_more_than_sixty_cases():
    assert len(ZIPS) + len(FOLDERS) + len(MANIFESTS) + len(ENVELOPES) + len(CONTENTS) + 2 * len(NAMES) > 150
