"""The demo starts a server, waits until it answers, stops it, and tells when it cannot."""

from __future__ import annotations

import contextlib
import urllib.request
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from examples.employment import demo
from tests.http.process import packed


def test_a_server_is_waited_for_and_stopped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    port = demo.free_port()
    with demo.Story() as story:
        assert story.start(f"shall serve {packed(tmp_path)} --port {port} --log {tmp_path} &") == 0
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/health/ready", timeout=10) as answer:
            assert answer.status == 200
        assert story.stop() == 0
    assert f"answers on http://127.0.0.1:{port}" in capfd.readouterr().out
    with pytest.raises(OSError), contextlib.closing(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)):
        pass


def test_a_server_that_does_not_start_ends_the_story(tmp_path: Path) -> None:
    with demo.Story() as story:
        assert story.start(f"shall serve {tmp_path / 'nothing.zip'} --port 0 &") == 2
        assert story.stop() == 4, "there is none"


def test_what_goes_on_ends_with_the_story(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), demo.Story() as story:
        assert story.start(f"shall serve {packed(tmp_path)} --port 0 --log {tmp_path} &") == 0
        behind = story._behind
        raise KeyboardInterrupt
    assert behind is not None and behind.returncode == 0


def test_a_table_becomes_tensors() -> None:
    pytest.importorskip("tritonclient.http")
    from examples.employment import client

    rows = pa.table({"age": pa.array([1, 2]), "job": pa.array(["a", "b"]).dictionary_encode()})
    first, second = client.tensors(rows)
    assert (first.name(), first.datatype(), first.shape()) == ("age", "FP64", [2])
    assert (second.name(), second.datatype(), second.shape()) == ("job", "BYTES", [2])
    assert np.frombuffer(first._get_binary_data()).tolist() == [1.0, 2.0]
