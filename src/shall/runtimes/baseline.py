"""The typical row that reasons are told beside: a small file of a bundle, of medians and most frequent values alone."""

from __future__ import annotations

from typing import Final

from shall.core.errors import DataError, MissingExtra

try:
    import msgspec
except ImportError as missing:
    raise MissingExtra("msgspec", "score", "reasons") from missing

NAME: Final = "baseline.json"
VERSION: Final = 1
Plain = str | int | float | bool | None


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``typical``: a value for each input of the graph, None where missing is typical.

    Of so many ``rows`` of training, or, where the shall file names none, of the gate (``of``). ``digests``: of the
    graph that it was made for.
    """

    typical: dict[str, Plain]
    rows: int
    of: str
    digests: dict[str, str]
    shall_baseline: int = VERSION

    @staticmethod
    def read(content: bytes) -> Baseline:
        """From its JSON. DataError where it is damaged, or of another version."""
        try:
            found = msgspec.json.decode(content, type=Baseline)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise DataError(f"this is no {NAME}, or a damaged one: {error}") from error
        if found.shall_baseline != VERSION:
            raise DataError(f"{NAME} has version {found.shall_baseline}, and this shall reads version {VERSION}")
        return found
