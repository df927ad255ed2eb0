"""Counting: one plan for all requirements, one pass, exact sums that add in any order. Loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.tally.binned import beside, in_bins
    from shall.tally.cells import Cells
    from shall.tally.counter import Counter, accumulate
    from shall.tally.kernel import count
    from shall.tally.masses import by_mass, equal_mass
    from shall.tally.narrowed import derived, terms, type_of
    from shall.tally.packed import blocks
    from shall.tally.placed import along, histograms
    from shall.tally.plan import REPLICATES, Cube, Need, Plan, compile_plan, noise_of, replicates_of
    from shall.tally.tally import Tally
    from shall.tally.written import plan_from_json, plan_to_json

_HOME = {"REPLICATES": "plan", "Cells": "cells", "Cube": "plan", "Need": "plan", "Plan": "plan", "Tally": "tally",
         "Counter": "counter", "accumulate": "counter", "along": "placed",
         "beside": "binned", "blocks": "packed", "by_mass": "masses", "compile_plan": "plan", "count": "kernel",
         "derived": "narrowed", "equal_mass": "masses", "histograms": "placed", "in_bins": "binned",
         "noise_of": "plan", "plan_from_json": "written", "plan_to_json": "written", "replicates_of": "plan",
         "terms": "narrowed", "type_of": "narrowed"}

__all__ = ["REPLICATES", "Cells", "Counter", "Cube", "Need", "Plan", "Tally", "accumulate", "along", "beside",
           "blocks", "by_mass", "compile_plan", "count", "derived", "equal_mass", "histograms", "in_bins", "noise_of",
           "plan_from_json", "plan_to_json", "replicates_of", "terms", "type_of"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
