"""A fixed set of cards, so that the messages of this room do not change with every new measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shall.core.card import Card, Option
from shall.registry import Named


def card(needs: tuple[str, ...] = ("label", "decision"), **more: Any) -> Card:
    """A card of a classifier's measure."""
    return Card(**{"examines": ("classifier",), "needs": needs, "better": "higher", "bounds": "exact", **more})


def of_rows(**more: Any) -> Card:
    """A card of a measure of the rows themselves."""
    return card(**{"examines": ("classifier", "regressor", "dataset"), "needs": (), "better": "lower", "live": False,
                   **more})


CARDS = {
    "accuracy": card(),
    "true_positive_rate": card(aliases=(("recall", ()),)),
    "false_positive_rate": card(better="lower"),
    "precision": card(),
    "selection_rate": card(needs=("decision",), better="neither"),
    "roc_auc": card(needs=("label", "score"), aliases=(("auc", ()),)),
    "brier": card(needs=("label", "score"), better="lower"),
    "calibration_error": card(needs=("label", "score"), better="lower", options=(Option("bins", 10, 1, 1000),)),
    "population_stability": card(needs=(), better="lower", reference=True, by_feature=True, high=float("inf")),
    "quantile": card(needs=(), better="neither", takes="column", low=float("-inf"), high=float("inf"),
                     options=(Option("q", 0.5, 0.0, 1.0),), aliases=(("p99", (("q", 0.99),)), ("p50", (("q", 0.5),)))),
    "rows": card(examines=("classifier", "regressor", "dataset"), needs=(), unit="rows", high=float("inf"),
                 census=True),
    "mean_absolute_error": card(examines=("regressor",), needs=("label", "score"), better="lower", high=float("inf")),
    "missing_rate": card(examines=("classifier", "regressor", "dataset"), needs=(), better="lower", takes="column",
                         by_feature=True),
    "distinct": of_rows(better="neither", takes="column", by_feature=True, high=float("inf")),
    "duplicate_column": of_rows(takes="column", by_feature=True),
    **{name: of_rows() for name in ("duplicate_rate", "near_duplicate_rate", "conflict_rate", "imbalance",
                                    "label_noise")},
    "leakage": of_rows(takes="column", by_feature=True, high=float("inf")),
    "share": card(examines=("classifier", "dataset"), needs=(), better="neither", takes="filter"),
    "attack_success": card(better="lower", live=False,
                           options=(Option("norm", "linf"), Option("radius", 0.03, 0.0, 1.0))),
    "attack_cost": card(better="higher", unit="ms", high=float("inf")),
    "text_length": card(examines=("generator",)),
}


@pytest.fixture(scope="session")
def measures() -> Mapping[str, Named]:
    """What the names of measures stand for."""
    return {
        name: Named(measure, its_card, preset)
        for measure, its_card in CARDS.items()
        for name, preset in ((measure, ()), *its_card.aliases)
    }
