"""Submit, and wait until it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

from shall.core.decisions import Told


def wait(submit: Callable[[Told], None]) -> None:
    """Raises what is told."""
    done = threading.Event()
    said: list[Exception | None] = []

    def told(problem: Exception | None) -> None:
        said.append(problem)
        done.set()

    submit(told)
    done.wait()
    if said[0] is not None:
        raise said[0]
