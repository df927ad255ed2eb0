"""Work beside whoever asks: once, and again when what it stands on has changed."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from shall.api.shown.meanwhile import Meanwhile
from shall.core.errors import InputError


def test_it_is_done_once_and_again_when_something_has_changed():
    done, meanwhile = [], Meanwhile()
    for seen, times in (("a", 1), ("a", 1), ("b", 2), ("b", 2)):
        assert meanwhile.of("key", seen, lambda seen=seen: done.append(seen) or seen, 30.0) == seen
        assert len(done) == times


def test_nobody_waits_for_what_takes_long():
    go, meanwhile = threading.Event(), Meanwhile()
    assert meanwhile.of("key", None, lambda: go.wait(30) and 7) is None
    go.set()
    assert meanwhile.of("key", None, lambda: 8, 30.0) == 7


def test_what_ends_just_when_patience_ends_is_given():
    class Late(Future):
        def result(self, timeout=None):
            if not self.done():
                self.set_result(7)          # after the time was over, and before anybody looks
                raise TimeoutError
            return super().result(timeout)

    meanwhile = Meanwhile()
    meanwhile._worker = SimpleNamespace(submit=lambda work: Late())
    assert meanwhile.of("key", None, lambda: 7) == 7


def test_work_that_says_that_it_took_too_long_is_heard():
    def late():
        raise TimeoutError("no answer")

    with pytest.raises(TimeoutError, match="no answer"):
        Meanwhile().of("key", None, late, 30.0)


def test_a_fault_is_told_to_everybody_who_asks():
    def fault():
        raise InputError("no")

    meanwhile = Meanwhile()
    for _ in range(2):
        with pytest.raises(InputError, match="no"):
            meanwhile.of("key", None, fault, 30.0)
