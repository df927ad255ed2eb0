"""The public conformance kit: call these from the tests of a plug-in.

    from shall import testing
    import my_package.my_measure

    def test_it_keeps_the_rules():
        testing.check_measure(my_package.my_measure)

Each ``check_…`` returns nothing and raises AssertionError with every broken rule at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.testing.collected import ShallFile as ShallFile
    from shall.testing.counting import cells
    from shall.testing.logs import check_log
    from shall.testing.maps import check_map
    from shall.testing.measures import check_measure
    from shall.testing.methods import check_method
    from shall.testing.steps import check_step
    from shall.testing.stores import check_store

_HOME: Final = {"ShallFile": "collected", "cells": "counting", "check_log": "logs", "check_map": "maps",
                "check_measure": "measures", "check_method": "methods", "check_step": "steps",
                "check_store": "stores"}

__all__ = ["cells", "check_log", "check_map", "check_measure", "check_method", "check_step", "check_store"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:                   # loaded on first use: the plug-in of pytest lives in this room
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
