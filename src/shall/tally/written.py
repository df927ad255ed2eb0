"""A plan as JSON and back, so that it can go to where the rows are."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Column, GroupDef
from shall.core.parse import parse_filter
from shall.tally import grid
from shall.tally.plan import Cube, Plan

VERSION: Final = 1
_LONGEST: Final = 2**24                     # characters


def plan_to_json(plan: Plan) -> str:
    """Everything that a plan is; filters as text."""
    cubes = [{"where": None if cube.where is None else str(cube.where), "keys": cube.keys, "axes": cube.axes,
              "sums": cube.sums} for cube in plan.cubes]
    return json.dumps({"plan": VERSION, "grid": grid.VERSION, "binding": asdict(plan.binding), "cubes": cubes,
                       "digest": plan.digest}, sort_keys=True)


def plan_from_json(text: str) -> Plan:
    """The plan of a text; DataError where it is damaged, or of another version."""
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        told = json.loads(text)
        if (told["plan"], told["grid"]) != (VERSION, grid.VERSION):
            raise DataError("this plan was written by another version of shall: write it again")
        plan = Plan(_binding(told["binding"]), tuple(map(_cube, told["cubes"])))
        if plan.digest != told["digest"]:
            raise ValueError("digest")
    except (ValueError, KeyError, TypeError, RecursionError, InputError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("this plan is damaged: write it again") from error
    return plan


def _binding(told: dict[str, Any]) -> Binding:
    roles = tuple((role, Column(**column)) for role, column in told["roles"])
    groups = tuple(GroupDef(**{**group, "cut": tuple(group["cut"])}) for group in told["groups"])
    pairs = {name: tuple(map(tuple, told[name])) for name in ("units", "scores", "facts")}
    return Binding(**{**told, **pairs, "roles": roles, "groups": groups, "classes": tuple(told["classes"])})


def _cube(told: dict[str, Any]) -> Cube:
    where = None if told["where"] is None else parse_filter(told["where"])
    return Cube(where, tuple(told["keys"]), tuple(told["axes"]), tuple(told["sums"]))
