"""The rules of a measure file, all of them."""

from __future__ import annotations

from types import ModuleType

from shall.testing import _behaviour, _card, _docstring
from shall.testing._faults import refuse


def check_measure(module: ModuleType) -> None:
    """Check a measure: its card, its docstring and example, and what it gives on ordinary and odd logs.

    It must give nothing where there is nothing to stand on, the same figures for any order, batch
    and split of the rows, bounds that hold the value and do not widen with more rows. Takes about a
    second. Raises AssertionError with every broken rule.
    """
    name = module.__name__
    refuse(name, _card.faults(module))      # without a card the rest makes no sense
    refuse(name, [*_docstring.faults(module), *_behaviour.faults(module)])
