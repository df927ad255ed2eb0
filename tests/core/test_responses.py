"""What stands of what was done about broken promises: by the order of the store."""

from __future__ import annotations

from typing import Any

import pytest

from shall.core.responses import RESPONSE, Response, ended, read, standing
from shall.core.store import Record


def record(sequence: int, body: dict[str, Any], model: str = "income@7") -> Record:
    return Record(sequence, RESPONSE, model, None, body, "2026-11-22", "", "")


def response(way: str = "stop", name: str = "fair", where: str = "") -> dict[str, Any]:
    return Response("income@7", way, name, "…", "all rows", "it answers no more", where, "a 7").body


def ways(*records: Record, **more: Any) -> list[tuple[str, int]]:
    return [(one.way, one.sequence) for one in standing(reversed(records), **more)]


def test_it_stands_until_it_is_ended() -> None:
    first, second = record(1, response("alert")), record(2, response("stop"))
    assert ways() == [] and ways(first, second) == [("alert", 1), ("stop", 2)]
    told = ended("fair", "mended", "ana", [read(first), read(second)])
    assert told["ways"] == ["alert", "stop"] and told["of"] == 2
    assert ways(first, second, record(3, told)) == [] == ways(first, record(2, ended("fair", "x", "me")))
    for other in (record(2, told, "income@8"), record(2, told | {"name": "other"})):
        assert ways(first, other) == [("alert", 1)]


def test_an_end_that_is_written_again_ends_nothing_that_came_later() -> None:
    told = ended("fair", "mended", "ana", [read(record(1, response()))])
    assert ways(record(1, response()), record(2, told), record(3, response()), record(4, told)) == [("stop", 3)]


@pytest.mark.parametrize("strange", [None, "2", 0, True, [1], {}])
def test_an_end_of_another_form_counts_for_what_was_there(strange: Any) -> None:
    told = ended("fair", "mended", "ana") | {"of": strange}
    assert ways(record(1, response()), record(2, told), record(3, response())) == [("stop", 3)]


def test_who_may_end_it() -> None:
    told = ended("fair", "mended", "ana", [read(record(1, response()))])
    assert ways(record(1, response()), record(2, told), ends=lambda one: one.body["by"] != "ana") == [("stop", 1)]
