"""The library's verbs and the only wiring; every door goes through it. Each verb loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.api.building import build
    from shall.api.checking import check
    from shall.api.compressing import compress
    from shall.api.guarding import guard
    from shall.api.imaging import image_limits, image_regions, image_set, image_summary, image_tests
    from shall.api.intersecting import intersections
    from shall.api.life.watching import watch
    from shall.api.planning import plan
    from shall.api.predicting import predict
    from shall.api.scoring import load_bundle
    from shall.api.service.linting import lint_served
    from shall.api.shipping import prove, ship
    from shall.api.slicing import slices
    from shall.api.starting import init, split
    from shall.api.suspecting import suspects
    from shall.api.verifying import sign, verify

_HOME = {"check": "checking", "compress": "compressing", "prove": "shipping", "ship": "shipping",
         "watch": "life.watching", "build": "building", "guard": "guarding", "plan": "planning",
         "image_limits": "imaging", "image_regions": "imaging", "image_set": "imaging", "image_tests": "imaging",
         "image_summary": "imaging",
         "intersections": "intersecting",
         "lint_served": "service.linting", "init": "starting", "split": "starting",
         "sign": "verifying", "verify": "verifying", "load_bundle": "scoring",
         "predict": "predicting", "slices": "slicing", "suspects": "suspecting"}

__all__ = [
    "build",
    "check",
    "compress",
    "guard",
    "image_limits",
    "image_regions",
    "image_set",
    "image_summary",
    "image_tests",
    "init",
    "intersections",
    "lint_served",
    "load_bundle",
    "plan",
    "predict",
    "prove",
    "ship",
    "sign",
    "slices",
    "split",
    "suspects",
    "verify",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
