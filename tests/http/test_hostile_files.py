"""S3 for files: what a serve file names may not lead anywhere, and what a bundle says of paths is never opened."""

from __future__ import annotations

import json
import os
import signal

import pytest

from shall import bundle
from shall.api.service.serving import serving
from shall.core.errors import FileError, ShallError
from shall.spec import serving as reading
from tests.http import audited, traversal
from tests.http.process import ROW, SPEC, _files, packed

NAMES = {
    "the name of a model": '[{text}]\nbundles = {{ 1 = "a.zip" }}',
    "a version": '[loans]\nbundles = {{ {text} = "a.zip" }}',
    "what is in charge": '[loans]\nbundles = {{ 1 = "a.zip" }}\nin_charge = {text}',
    "a canary": '[loans]\nbundles = {{ 1 = "a.zip", 2 = "b.zip" }}\nin_charge = "1"\ncanary = {{ {text} = "5%" }}',
    "a shadow": '[loans]\nbundles = {{ 1 = "a.zip", 2 = "b.zip" }}\nin_charge = "1"\nshadow = [{text}]',
    "an apprentice": '[loans]\nbundles = {{ 1 = "a.zip", 2 = "b.zip" }}\nin_charge = "1"\napprentice = {text}',
    "who is to decide": '[loans]\nbundles = {{ 1 = "a.zip" }}\ntake_over = {text}',
    "the durability": '[loans]\nbundles = {{ 1 = "a.zip" }}\n[server]\ndurable = {text}',
}
NOT_NAMES = [text for text in traversal.strings() if not reading.NAME.fullmatch(text)]


def quoted(text):
    """A text as TOML takes it."""
    return json.dumps(text.encode("utf-8", "replace").decode()).replace("\x7f", "\\u007f")


@pytest.mark.parametrize("place", NAMES)
def test_no_name_in_a_serve_file_is_a_path(tmp_path, place):
    with audited.listening() as heard:
        for text in NOT_NAMES:
            with pytest.raises(FileError):
                reading.loads("serve = 1\n" + NAMES[place].format(text=quoted(text)), tmp_path / "serve.toml")
    assert len(NOT_NAMES) > 580 and [event for event in heard.events if event[0] in audited.FILES] == []


@pytest.fixture
def in_time():
    """A file that never ends would hang here."""
    def late(*_):
        raise AssertionError("it hangs")
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_a_place_that_is_no_bundle_is_refused_and_never_waited_for(tmp_path, monkeypatch, in_time):
    """Every string as the place of a bundle, and devices, pipes and links: refused with a sentence, nothing is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tokens.toml").write_text("tokens = 1\n")
    os.mkfifo(tmp_path / "pipe.zip")
    packed(tmp_path, "real.zip")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "graph.onnx").symlink_to(tmp_path / "real.zip")
    before = {path.name for path in tmp_path.iterdir()}
    strange = [*traversal.strings(), "pipe.zip", "folder", "/dev/zero", "/dev/random", "/dev/full", "/proc/self/mem"]
    for text in strange:
        with pytest.raises(ShallError) as told:
            serving(text or ".", folder=str(tmp_path / "logs"))
        assert told.value.exit_code in (1, 2), text
    assert {path.name for path in tmp_path.iterdir()} == before


def test_what_a_bundle_says_of_paths_is_never_opened(tmp_path):
    """The shall file of a bundle is somebody else's: its data, packs and models are text."""
    climbing = [text for text in traversal.strings() if text.isprintable() and '"' not in text and "\\" not in text]
    refused = 0
    for number, text in enumerate(("plain.csv", *climbing[::12])):
        more = f'[data]\ntrain = {quoted(text)}\ngate = {quoted(text)}\n'
        content = {**_files(), "shall.toml": SPEC.replace("[requirements]", more + "[requirements]").encode()}
        place = bundle.write(content, {"subject": "loans"}, tmp_path / f"loans{number}.zip")
        with audited.listening() as heard:
            try:
                started = serving(place, folder=str(tmp_path / str(number)))
            except ShallError:
                refused += 1
                continue
            try:
                decided = started.service.decide("loans", [dict(ROW)])
                started.refresh()
            finally:
                started.close()
        assert decided.answers[0].decision in ("yes", "no") and heard.connections() == []
        assert number == 0 or heard.outside(tmp_path) == []         # with the first one, modules are loaded
    assert refused == 0
