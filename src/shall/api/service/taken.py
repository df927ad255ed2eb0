"""`Taken`: which versions a server has taken into service, in the store once each, so that a recall knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shall.api.service.activating import Wanted
from shall.core.errors import StoreError
from shall.core.store import Store

IN_SERVICE: Final = "in service"            # kind of a record


@dataclass(slots=True)
class Taken:
    """Every version that may be asked, also one that was never in charge; its bundle by digest.

    It is recorded beside the answers, and later where the store is down.
    """

    store: Store | None = None
    _known: set[tuple[str, str]] = field(default_factory=set)           # "income@7", and the digest of its bundle
    _waiting: set[tuple[str, str]] = field(default_factory=set)

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        """These are in service now."""
        if self.store is not None:
            self._waiting |= {(f"{name}@{version}", loaded.scorer.digest) for name, one in wanted.items()
                              for version, loaded in one.bundles.items()} - self._known

    def settle(self) -> None:
        """Record those that are new; what a store that is down does not take waits for the next time."""
        if self.store is None:
            return
        for model, digest in sorted(self._waiting):
            try:
                if all(record.key != digest for record in self.store.records(IN_SERVICE, model)):
                    self.store.append(IN_SERVICE, model, {"digest": digest}, key=digest)
            except StoreError:
                return
            self._waiting.discard((model, digest))
            self._known.add((model, digest))
