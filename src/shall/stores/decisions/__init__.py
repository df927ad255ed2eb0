"""The log of decisions: durable before they are answered, sealed into a chain that shows every change."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from shall.core.decisions import Clock, Field
from shall.core.errors import Repeated
from shall.core.store import Head
from shall.journal.layout import is_log
from shall.stores.decisions.committing import QueueFull
from shall.stores.decisions.labelled import LabelLog
from shall.stores.decisions.labels import Read, labels_from
from shall.stores.decisions.log import DecisionLog
from shall.stores.decisions.salvaging import Salvaged, salvaged
from shall.stores.decisions.sampling import Sampling
from shall.stores.decisions.terms import Durable, Heads, Terms
from shall.stores.decisions.verifying import LogHead, verify

__all__ = ["DecisionLog", "LabelLog", "LogHead", "QueueFull", "Read", "Repeated", "Salvaged", "Sampling", "is_log",
           "labels_from", "now", "open_log", "salvage", "verify"]


def now() -> int:
    """The time: microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def open_log(folder: Path, fields: Sequence[Field], *, durable: Durable = "must", clock: Clock = now,
             rows_a_segment: int = 65536, seconds_a_segment: float = 300.0, keep_days: float | None = None,
             sample: Sampling | None = None, queue: int = 1000, remember: int = 2**25,
             heads: Heads | None = None) -> DecisionLog:
    """Open the log of decisions in a folder, or make it. Any number of processes may have it open.

    Args:
        folder: on a local disk, not NFS. Labels lie beside, in its folder `labels`.
        fields: what is logged of each decision. Another version of the model may log others.
        durable: whether a decision that cannot be kept is an error ("must") or counted in `alarms` ("try").
        clock: says when something was sealed; the order is that of writing.
        rows_a_segment: rows after which a journal is sealed.
        seconds_a_segment: seconds after which it is sealed, from its first row.
        keep_days: how long a segment is kept.
        sample: which decisions are kept, where not all are.
        queue: how many submissions may wait for the disk; beyond that QueueFull, a StoreError.
        remember: bytes of the newest requests in memory, so that `answered` finds them.
        heads: called with the name of the writer and each link of its chain, to be kept elsewhere.

    Raises StoreError where the folder cannot be written or is something else, DataError for fields that cannot be.
    """
    terms = Terms(durable, clock, rows_a_segment, seconds_a_segment, keep_days, sample, queue, remember, heads)
    return DecisionLog(Path(folder), fields, terms)


def salvage(folder: str | Path, out: str | Path, clock: Clock = now,
            known: Mapping[str, Head] | None = None) -> Salvaged:
    """Write every row of a damaged log that is whole into a new one, and say what is not.

    Nobody may write to ``folder`` meanwhile. Of a damaged segment the row groups whose pages have their check sums are
    taken, of a damaged journal every group whose check sum is right, before the damage and after it. With ``known``
    heads it is also said how much more there was than the files tell. StoreError where ``out`` is not empty.
    """
    return salvaged(Path(folder), Path(out), clock, known or {})
