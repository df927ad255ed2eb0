"""One real server for the tests that only ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.process import Process, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """`shall serve loans.zip`, for all tests of a session."""
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process
        assert process.stop() == 0
        assert (process.folder / "stderr.txt").read_text() == "", "whatever was asked, nothing went wrong"
