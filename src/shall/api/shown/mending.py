"""What the measures of a requirement say of how to mend it."""

from __future__ import annotations

import inspect
from typing import Final

from shall import registry
from shall.core.errors import InputError
from shall.core.requirement import Requirement

BEGIN: Final = "How to mend: "


def ways(requirement: Requirement) -> list[tuple[str, str]]:
    """Each measure of a line with its sentences on mending; what no measure of today knows is left out."""
    found = []
    for call in requirement.measures:
        try:
            doc = inspect.cleandoc(registry.find("measures", registry.named(call.name).id).__doc__ or "")
        except InputError:
            continue
        text = doc.partition("\n" + BEGIN)[2].partition("\n\n")[0]
        if text:
            found.append((call.name, " ".join(_own(text).split())))
    return [*dict.fromkeys(found)]


def _own(text: str) -> str:
    """The lines until the next section begins."""
    lines = text.splitlines()
    end = next((place for place, line in enumerate(lines[1:], 1) if line[:1].isupper() and ": " in line[:30]), None)
    return "\n".join(lines[:end])
