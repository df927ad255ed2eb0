"""Where the bundles of a model lie: of those in service, and of those that were shipped and are still there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from shall.api.service.bundled import mark
from shall.api.service.versioning import KIND
from shall.core.store import Store

if TYPE_CHECKING:
    from shall.api.service.in_service import Serving


def bundles_at_hand(model: str, store: Store | None, serving: Serving | None = None) -> Mapping[str, str]:
    """The place of each version of a model whose bundle is there, in the order of shipping; one in service counts."""
    found: dict[str, str] = {}
    for record in () if store is None else store.records(KIND, model):
        place = str(record.body.get("place", ""))
        if place and Path(place).exists() and mark(place) is not None:
            found.pop(str(record.body["version"]), None)
            found = {version: one for version, one in found.items() if one != place}    # it was packed over
            found[str(record.body["version"])] = place
    served = None if serving is None else serving.file.served.get(model)
    return found if served is None else {**found, **served.bundles}
