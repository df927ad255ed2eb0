"""The registry's measures as entries of a catalogue; loads cards, and nothing that computes."""

from __future__ import annotations

import sys

from shall import registry
from shall.reports._catalogue import Entry


def entries() -> list[Entry]:
    """Every measure, the built-in ones by question, then those of plug-ins."""
    found = [entry(measure) for measure in registry.ids("measures")]
    return sorted(found, key=lambda one: (one.question.startswith("From"), one.question, one.id))


def entry(measure: str) -> Entry:
    """The entry of one measure, by its id."""
    module = registry.find("measures", measure)
    package = module.__name__.rpartition(".")[0]
    built_in = package.startswith("shall.measures.")
    asked = sys.modules[package].__doc__ if built_in else f"From {package.partition('.')[0]}"
    return Entry(measure, (asked or "").strip(), module.CARD, module.__doc__ or "")
