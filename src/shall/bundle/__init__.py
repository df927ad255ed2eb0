"""What ships: a folder or zip with digests and signatures.

``write(files, about, place)`` packs, ``read(place)`` holds every byte against the manifest, ``sign`` and ``verify`` are
for those who vouch. Nothing here loads more than the standard library, but signatures: they need cryptography.
"""

from __future__ import annotations

from shall.bundle.contents import FIRST, GRAPH, MODEL, check
from shall.bundle.manifest import ROLES, Entry, Manifest, digest_of, listed
from shall.bundle.packing import Bundle, expect_place, opened, read, save, unzipped, write

__all__ = [
    "FIRST", "GRAPH", "MODEL", "ROLES", "Bundle", "Entry", "Manifest", "check", "digest_of", "expect_place", "listed",
    "opened", "read", "save", "unzipped", "write",
]
