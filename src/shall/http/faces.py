"""What a model takes, remembered until what is in service changes: a request should not pay for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Service, Told


class Face(NamedTuple):
    """A model, of each input whether it is a text, in their order, and the outputs that what answers now says."""

    told: Told
    inputs: Mapping[str, bool]
    said: Collection[str]


class Faces:
    """The faces of models, by name and version. What the service raises where there is none."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._fleets: Mapping[str, Fleet] = {}
        self._known: dict[tuple[str, str | None], Face] = {}

    def __call__(self, name: str, version: str | None) -> Face:
        """The face of one model."""
        if self._service.fleets is not self._fleets:
            self._fleets, self._known = self._service.fleets, {}
        face = self._known.get((name, version))
        if face is None:
            told = self._service.model(name, version)
            face = Face(told, {one.name: one.what not in ("number", "truth") for one in told.inputs},
                        self._service.said(name, version))
            self._known[name, version] = face
        return face
