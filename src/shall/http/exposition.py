"""Figures as Prometheus reads them (text format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

CONTENT_TYPE: Final = b"text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[str, ...]
ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """What the figures of one name are, and the labels that tell them apart."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


def page(figures: Iterable[tuple[Family, Mapping[Labels, float]]],
         spreads: Iterable[tuple[Family, Mapping[Labels, tuple[list[int], float]], tuple[float, ...]]]) -> bytes:
    """The page. A spread has counts between bounds (the last one is above all of them), and a sum."""
    parts = []
    for family, values in figures:
        parts.append(_head(family))
        parts += [f"{family.name}{_labels(family.labels, labels)} {_number(value)}\n"
                  for labels, value in values.items()]
    for family, all_counts, bounds in spreads:
        parts.append(_head(family))
        for labels, (counts, total) in all_counts.items():
            parts += _histogram(family, labels, counts, total, bounds)
    return "".join(parts).encode()


def _histogram(family: Family, labels: Labels, counts: list[int], total: float,
               bounds: tuple[float, ...]) -> Iterable[str]:
    below = 0
    names = (*family.labels, "le")
    for bound, count in zip((*(f"{bound:g}" for bound in bounds), "+Inf"), counts, strict=True):
        below += count
        yield f"{family.name}_bucket{_labels(names, (*labels, bound))} {below}\n"
    yield f"{family.name}_sum{_labels(family.labels, labels)} {_number(total)}\n"
    yield f"{family.name}_count{_labels(family.labels, labels)} {below}\n"


def _head(family: Family) -> str:
    return f"# HELP {family.name} {family.help}\n# TYPE {family.name} {family.kind}\n"


def _labels(names: tuple[str, ...], values: Labels) -> str:
    if not names:
        return ""
    return "{" + ",".join([f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True)]) + "}"


def _escaped(value: str) -> str:
    return value.translate(ESCAPES) if '"' in value or "\\" in value or "\n" in value else value


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value)).replace("inf", "Inf").replace("nan", "NaN")
