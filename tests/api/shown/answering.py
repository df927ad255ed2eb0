"""Loans in service, with rows whose requests, labels and versions are chosen here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from shall.api.service.serving import Serving
from shall.core.decisions import Label
from shall.graph import Compiled
from tests.api import packed

NOW = 1_790_000_000_000_000
SPEC = packed.SPEC


def serving(folder: Path, *versions: str, spec: str = SPEC, serve: str = packed.SERVE,
            branches: Mapping[str, Compiled] = MappingProxyType({}), **told: Any) -> Serving:
    """A server of the loans over a folder."""
    place = packed.packs(folder, *versions, spec=spec, serve=serve, **branches)
    return packed.serving(place, folder=folder, **told)


def rows_of(number: int, seed: int = 1) -> list[dict[str, Any]]:
    """Rows of men and women, in the north and the south."""
    random = np.random.default_rng(seed)
    drawn = zip(random.integers(18, 70, number).tolist(), random.normal(1, 1, number).tolist(),
                random.choice(["Ulm", "Bonn"], number).tolist(), random.choice(["w", "m"], number).tolist(),
                random.choice(["north", "south"], number).tolist(), random.integers(0, 50, number).tolist(),
                strict=True)
    return [{**packed.ROW, "age": age, "pay": pay, "city": city, "sex": sex, "region": region, "customer": str(who)}
            for age, pay, city, sex, region, who in drawn]


def answer(served: Serving, rows: list[dict[str, Any]]) -> list[Any]:
    """Decide some rows with one request, and keep them."""
    decided = served.service.decide("loans", rows)
    for sink, records in [*decided.kept, *(decided.later() if decided.later else [])]:
        sink.write(records)
    return list(decided.answers)


def label(served: Serving, answers: list[Any], labels: list[str]) -> None:
    """Say what turned out to be true of some decisions."""
    packed.label(served, *(Label(one.id, said, NOW, "test") for one, said in zip(answers, labels, strict=True)))
