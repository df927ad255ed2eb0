"""What answers in service: given a graph, a log and a store by protocol; no rule of its own, no transport.

Guard and reasons are loaded by the bundles that have them: others start without.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.runtimes.guard import Guard
    from shall.runtimes.reasons import Explainer

_HOME: Final = {"Explainer": "reasons", "Guard": "guard"}

__all__ = ["Explainer", "Guard"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
