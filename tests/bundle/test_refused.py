"""Whatever was changed, added, hidden, replayed or signed by somebody else is refused, with the reason."""

from __future__ import annotations

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
from shall.bundle import listed, signing, strict, unzipped, zipped
from shall.core.errors import InputError, Refused
from tests.bundle import made
from tests.bundle.made import DAY, TRUST, USER, everything, held, signed

Files = dict[str, bytes]


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


def test_more_than_a_hundred_cases():
    assert len(ZIPS) + len(FOLDERS) + len(MANIFESTS) + 2 * len(NAMES) > 100
