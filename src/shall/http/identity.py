"""Who signs in to the page. A token does; an identity provider (OIDC) is another class that keeps this protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from shall.http.access import Entrance, Grant
from shall.http.denied import Denied
from shall.http.tokens import digest

TOKEN: Final = "token"                      # the field of the form


class Admitted(NamedTuple):
    """Who signed in. ``proof``: what `Identity.still` is asked with, and nobody else is told."""

    grant: Grant
    proof: bytes = b""


class Identity(Protocol):
    """Says who somebody is, at the sign-in and at every request of a session."""

    asks: str                               # the label of the one secret that the form asks for; "": `begin` instead

    def begin(self, state: str) -> str:
        """Where the browser is sent to sign in, where nothing is asked here; it comes back to `/page/signed-in` with
        ``state``, which is good once."""
        ...

    def admit(self, given: Mapping[str, str], client: str) -> Admitted:
        """Who it is, by the form or by what the browser came back with. Denied (401, 403, 429)."""
        ...

    def still(self, admitted: Admitted) -> bool:
        """Whether this is true now: asked at every request, so it is answered without waiting."""
        ...


class ByToken:
    """The `Identity` of a file of tokens: the same tokens, roles and counting of wrong ones as for programs."""

    asks = "Token"

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    def begin(self, state: str) -> str:
        """Nowhere: the form asks."""
        return ""

    def admit(self, given: Mapping[str, str], client: str) -> Admitted:
        """Who has this token. Denied (401, 429)."""
        tokens, text = self._entrance.tokens, given.get(TOKEN, "").strip().encode("utf-8", "replace")
        if tokens is None:
            raise Denied(403, "This server asks for no tokens.")
        return Admitted(self._entrance.admit(tokens, b"Bearer " + (text or b"-"), client), digest(text))

    def still(self, admitted: Admitted) -> bool:
        """Whether the token is neither revoked nor at its end."""
        tokens = self._entrance.tokens
        return tokens is not None and tokens.still(admitted.proof)
