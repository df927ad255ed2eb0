"""`[watch]`: how long a label may take, and how often a service looks."""

from __future__ import annotations

import pytest

from shall import spec
from shall.core.errors import FileError

START = 'shall = 1\n[subject]\ntarget = "paid"\npositive = "1"\n[requirements]\nenough = "rows >= 10"\n[watch]\n'


def test_they_are_read_and_have_defaults() -> None:
    told = spec.loads(START + 'matured = "30 days"\nevery = "10 seconds"\n').watch
    assert (told.matured, told.every) == ("30 days", "10 seconds")
    usual = spec.loads(START).watch
    assert (usual.matured, usual.every) == ("", "1 minute")


@pytest.mark.parametrize("key", ["matured", "every"])
@pytest.mark.parametrize("value", ['"1000 rows"', '"soon"', '"0 days"', '""', "30", '"-1 day"'])
def test_what_is_no_time_is_told_with_an_example(key: str, value: str) -> None:
    with pytest.raises(FileError) as caught:
        spec.loads(START + f"{key} = {value}\n")
    (problem,) = caught.value.problems
    assert problem.line == 8 and f"write: {key} = " in problem.fix
