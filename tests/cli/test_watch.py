"""`shall watch`: an alarm is 1, a requirement that no window decided is 3."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shall.cli.watch import code_of
from shall.core.verdict import Finding

MET, UNDECIDED, BROKEN = Finding.MET, Finding.UNDECIDED, Finding.BROKEN


def window(*found: Finding, alarms: tuple[str, ...] = ()):
    verdicts = tuple(SimpleNamespace(name=name, verdict=kind) for name, kind in zip("ab", found, strict=False))
    return SimpleNamespace(verdicts=verdicts, alarms=tuple(SimpleNamespace(name=name) for name in alarms))


@pytest.mark.parametrize(("windows", "code"), [
    ([window(MET, MET)], 0),
    ([window(MET, UNDECIDED), window(UNDECIDED, MET)], 0),      # each was decided once
    ([window(MET, UNDECIDED), window(MET, UNDECIDED)], 3),      # b never was
    ([window(MET, BROKEN)], 0),                                 # a window's verdict is no alarm
    ([window(MET, BROKEN, alarms=("b",)), window(MET, MET)], 1),
    ([], 3),
])
def test_exit_code(windows, code):
    assert code_of(SimpleNamespace(windows=windows, sounded=(), further=())) == code


def test_what_windows_of_another_size_decide_is_decided():
    further = SimpleNamespace(windows=[window(MET, BROKEN)])
    assert code_of(SimpleNamespace(windows=[window(MET, UNDECIDED)], sounded=(), further=[further])) == 0


def test_an_alarm_between_windows_is_an_alarm():
    assert code_of(SimpleNamespace(windows=[window(MET, MET)], sounded=("fair",), further=())) == 1


def test_every_option_reaches_the_library(shall, api):
    calls = []

    def watch(file, log, **more):
        calls.append((file, more | {"log": log}))
        return SimpleNamespace(subject="s", file=file, windows=(), size="1 day", promise="", notes=(), sounded=(),
                               further=())
    api(watch=watch)
    assert shall("watch", "--log", "decisions/", "--labels", "late.csv", "--window", "1 day").code == 3
    file, more = calls[0]
    assert (file, more["log"], more["labels"], more["window"]) == ("shall.toml", "decisions/", "late.csv", "1 day")
