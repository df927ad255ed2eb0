"""The page beside a server: its store, its models, and the regulators that it trusts."""

from __future__ import annotations

from shall.api.life.recalling import REGULATOR, lifting
from shall.api.service.serving import Serving
from shall.api.shown.evidence import Evidence
from shall.api.shown.rows_in_service import InServiceRows
from shall.core.recalls import Recall
from shall.core.store import Record
from shall.page.site import Site


def site_of(started: Serving, file: str = "", data: str = "") -> Site:
    """What the views may read of a server."""
    def lifts(record: Record, recall: Recall) -> bool:
        """As the server itself does: a regulator whom it trusts, or whom a bundle of that name names."""
        trust = started.bundles.trust
        known = [*(() if trust is None else trust.keys.get(REGULATOR, ()))]
        for wanted in started.wanted.values():
            known += [key for version, one in wanted.bundles.items() for key in one.regulators
                      if f"{wanted.served.name}@{version}" == recall.model]
        return lifting(tuple(known))(record, recall)

    def served() -> dict[str, list[str]]:
        return {name: sorted(one.bundles, key=lambda version: version != one.in_charge)
                for name, one in started.wanted.items()}

    evidence = Evidence(started.store, lifts, started.enforcing.ends, served)
    return Site(evidence, started, file, data, log=started.file.log.folder, served=InServiceRows(started))
