"""What answers in service: given a graph, a log and a store by protocol; no rule of its own, no transport.

The guard is loaded by the bundles that have one: others start without it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.runtimes.guard import Guard


__all__ = ["Guard"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.guard").Guard
