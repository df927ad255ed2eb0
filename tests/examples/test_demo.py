"""The demo starts a server, waits until it answers, stops it, and tells when it cannot."""

from __future__ import annotations

import contextlib
import importlib
import shlex
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from examples.employment import demo
from tests.http.process import packed


def asking() -> Any:
    """The client; skipped where it cannot be."""
    pytest.importorskip("tritonclient.http")
    return importlib.import_module("examples.employment.client")


def of(path: Path) -> str:
    """A path as a shell reads it."""
    return shlex.quote(str(path))


def test_a_server_is_waited_for_and_stopped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    port = demo.free_port()
    with demo.Story() as story:
        assert story.start(f"shall serve {of(packed(tmp_path))} --port {port} --log {of(tmp_path)} &") == 0
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/health/ready", timeout=10) as answer:
            assert answer.status == 200
        assert story.stop() == 0
    assert f"answers on http://127.0.0.1:{port}" in capfd.readouterr().out
    with pytest.raises(OSError), contextlib.closing(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)):
        pass


def test_what_a_server_says_stands_with_the_step_that_it_belongs_to(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    with demo.Story() as story:
        store = of(tmp_path / "shall.db")
        command = f"shall serve {of(packed(tmp_path))} --port 0 --log {of(tmp_path)} --store {store} &"
        assert story.take(demo.Step(command, "", way="start")) == 0
        recall = f"shall recall loans@1 --why wrong --store {store}"
        assert story.take(demo.Step(recall, "", heard=("loans@1 was recalled",))) == 0
        told = capfd.readouterr()
        first, last = told.out.index("loans@1 is recalled"), told.out.index("[server] ")
        assert first < last and "loans@1 was recalled: wrong" in told.out[last:] and told.err == ""
        with monkeypatch.context() as soon:
            soon.setattr(demo, "PATIENCE", 0.1)
            assert story.hear(("nobody says this",)) == 4 and "never said: nobody" in capfd.readouterr().err


def test_a_server_that_does_not_start_ends_the_story(tmp_path: Path) -> None:
    with demo.Story() as story:
        assert story.start(f"shall serve {of(tmp_path / 'nothing.zip')} --port 0 &") == 2
        assert story.stop() == 4, "there is none"


def test_what_goes_on_ends_with_the_story(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), demo.Story() as story:
        assert story.start(f"shall serve {of(packed(tmp_path))} --port 0 --log {of(tmp_path)} &") == 0
        behind = story._behind
        raise KeyboardInterrupt
    assert behind is not None and behind.returncode == 0


def test_a_table_becomes_tensors() -> None:
    client = asking()
    rows = pa.table({"age": pa.array([1, 2]), "job": pa.array(["a", "b"]).dictionary_encode()})
    first, second = client.tensors(rows)
    assert (first.name(), first.datatype(), first.shape()) == ("age", "FP64", [2])
    assert (second.name(), second.datatype(), second.shape()) == ("job", "BYTES", [2])
    assert np.frombuffer(first._get_binary_data()).tolist() == [1.0, 2.0]


def test_what_is_missing_is_sent_as_such_and_counted() -> None:
    client = asking()
    rows = pa.table({"AGEP": pa.array([41, None]), "sex": pa.array(["men", None]), "DIS": pa.array(["1", "2"])})
    age, sex, plain = client.tensors(rows)
    assert np.isnan(np.frombuffer(age._get_binary_data())).tolist() == [False, True]
    assert sex._get_tensor()["data"] == ["men", None] and sex._get_binary_data() is None
    assert plain._get_binary_data() is not None
    assert client.by_sex(rows, np.array([True, False])) == "men 100%, missing 0%"
    assert client.chosen(rows, ["AGEP>=40"]).num_rows == 1
    truth = pa.table({"id": [1, 3], "employed": [1, 0]})
    assert client.known(PEOPLE, truth) == [1, None, 0]


def test_only_labels_that_are_known_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    client, sent = asking(), []

    def post(address: str, route: str, told: Any) -> Any:
        sent.extend(told["labels"])
        return {"kept": len(told["labels"])}
    monkeypatch.setattr(client, "post", post)
    assert client.label("http://x", ["a", "b"], [1, None]) == 1
    assert sent == [{"decision": "a", "label": "1"}]


@pytest.mark.slow
def test_the_whole_story(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("lightgbm")
    asking()
    assert demo.main() == 0
    told = capfd.readouterr()
    order = ("--- 13.", "ALARM, fair is broken", "abstains from rows with sex = 'women'", "--- 14.", "--- 17.",
             "employment@1 was recalled:", "--- 18.", "--- 19.")
    places = [told.out.index(one) for one in order]
    assert places == sorted(places)
    assert "refused with 410" in told.out and "from the first look at the data to the recall" in told.out


PEOPLE = pa.table({"id": [1, 2, 3], "AGEP": [49, 50, 64], "DIS": ["1", "1", "2"], "sex": ["men", "women", "men"]})


class Answers:
    """A server of which each question takes the next answer: codes, or what it refuses with."""

    def __init__(self, *answers: Any) -> None:
        self.answers = [*answers]

    def get_model_metadata(self, name: str) -> Any:
        if isinstance(self.answers[0], Exception):
            raise self.answers[0]
        return {"inputs": [{"name": "AGEP"}, {"name": "DIS"}], "parameters": {"context": ["sex"]}}

    def infer(self, name: str, inputs: Any, request_id: str) -> Any:
        codes = self.answers.pop(0)
        return SimpleNamespace(as_numpy=lambda what: np.array([code.encode() for code in codes]))


def test_some_people_only() -> None:
    client = asking()
    assert client.chosen(PEOPLE, ["DIS=1"]).column("id").to_pylist() == [1, 2]
    assert client.chosen(PEOPLE, ["DIS=1", "AGEP>=50"]).column("id").to_pylist() == [2]
    assert client.by_sex(PEOPLE, np.array([True, True, False])) == "men 50%, women 100%"
    assert client.counted([b"1", b"0", b"", b"1"]) == "0: 1, 1: 2, not decided: 1"


def test_it_is_asked_until_the_server_abstains_or_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    client = asking()
    from tritonclient.utils import InferenceServerException

    assert client.waited(Answers(["", ""], ["alarm", ""]), PEOPLE, "abstains", 10) == 0
    assert "of 2 people 1 are not decided any more" in capsys.readouterr().out
    gone = InferenceServerException("employment@1 was recalled", "410")
    assert client.waited(Answers([""], gone), PEOPLE, "refused", 10) == 0
    assert "refused with 410" in capsys.readouterr().out
    assert client.waited(Answers(gone), PEOPLE, "abstains", 10) == 1, "another end"
    assert client.waited(Answers([""], [""]), PEOPLE, "refused", 0.05) == 1
    assert "answered all the same" in capsys.readouterr().err
