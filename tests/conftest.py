"""What all tests share: one thread, an interrupt that is heard, a hypothesis that repeats itself and bears a load."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")        # before numpy is loaded: two workers on two cores

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:   # of a shell's background job; our children would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("shall", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "shall"))


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """A test that lowers the priority of its process slows all that come after it, and nobody gives it back."""
    before = os.nice(0)
    yield
    assert os.nice(0) == before
