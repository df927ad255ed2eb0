"""Journals become segments, and segments that are too old are let go."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from shall.core.decisions import Clock
from shall.core.errors import StoreError
from shall.journal import disk, frames, rows, segments
from shall.journal.chain import Chain, Link
from shall.journal.layout import segment_at
from shall.journal.segments import Told


class Sealer:
    """Keeps the chain of one writer; not for two threads at once."""

    def __init__(self, folder: Path, writer: str, chain: Chain, clock: Clock) -> None:
        self.folder, self.writer, self.chain, self._clock = folder, writer, chain, clock

    def seal(self, journal: Path) -> Link:
        """Write the rows of a journal as a segment, chain it, and only then remove the journal. OSError, StoreError."""
        with journal.open("rb") as file:
            content = frames.Reading(file)
            header = rows.header_of(_some(next(iter(content), None), journal))
            if (last := self.chain.last) is not None and last.number == header.number:      # only the removal failed
                disk.remove(journal)
                return last
            table = rows.table_of(header.kind, header.fields, content)
            if content.again is not None:
                raise StoreError(f"{journal} is damaged at byte {content.end:,}, so it is not sealed")
        names = rows.columns_of(header.fields)
        told = Told(header.kind, self.writer, header.number, content.first, content.last, self.chain.head,
                    header.fields, names)
        digest = segments.write(segment_at(self.folder, self.writer, header.number), table, told)
        since, until = segments.span(table, names["time"])
        link = self._add(Link("sealed", header.number, len(table), content.first, content.last, since, until, digest,
                              content.digest.hex(), self._clock(), self.chain.head))
        disk.remove(journal)
        disk.keep_names(self.folder)
        return link

    def let_go(self, before: int) -> list[Link]:
        """Remove the segments whose rows and sealing lie before a time, in microseconds since 1970. OSError."""
        removed = self.chain.removed
        old = [link for link in self.chain.segments.values()
               if link.number not in removed and max(link.until, link.at) < before]
        return [self._let_go(link) for link in old]

    def _let_go(self, link: Link) -> Link:
        gone = self._add(dataclasses.replace(link, what="removed", at=self._clock(), previous=self.chain.head, link=""))
        disk.remove(segment_at(self.folder, self.writer, link.number))
        disk.keep_names(self.folder)
        return gone

    def _add(self, link: Link) -> Link:
        link = link.sealed()
        disk.add(self.chain.path, link.line(), self.chain.end)
        self.chain = self.chain.with_link(link)
        return link


def _some(frame: frames.Frame | None, journal: Path) -> frames.Frame:
    if frame is None:
        raise StoreError(f"{journal} is damaged at its first byte, so it is not sealed")
    return frame
