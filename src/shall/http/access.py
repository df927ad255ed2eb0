"""Who may do what: a policy for every route, and one entrance for every request. What is not allowed is denied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from shall.http.denied import Denied
from shall.http.hosts import Hosts
from shall.http.token_table import ROLES, Role, Token
from shall.http.tokens import Tokens

# On every answer. Nothing that is answered is a page, and no browser has a use for it.
SECURITY: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# What may stand once: two of them are read differently by a proxy and by a server behind it.
ONCE: Final = frozenset((b"host", b"authorization", b"origin", b"content-type", b"content-length", b"content-encoding",
                         b"transfer-encoding", b"idempotency-key", b"sec-fetch-site", b"sec-fetch-mode"))
# What a proxy adds: whoever asks through one may be anywhere, though the connection comes from this machine.
PROXIES: Final = frozenset((b"forwarded", b"via", b"x-forwarded-for", b"x-real-ip"))
CHALLENGE: Final = (b"www-authenticate", b'Bearer realm="shall"')


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may use a route. ``narrows``: it is of no one model, and shows only those that the token is for."""

    name: str
    roles: frozenset[Role]
    open: bool = False                      # to everybody, without a token
    narrows: bool = False


OPEN: Final = Policy("open", frozenset(ROLES), open=True)
READ: Final = Policy("read", frozenset(ROLES))
LABEL: Final = Policy("label", frozenset(("reviewer", "producer")))
DECIDE: Final = Policy("decide", frozenset(("user",)))
# of the page
SEE: Final = Policy("see", frozenset(ROLES), narrows=True)
ROWS: Final = Policy("rows", frozenset(("reviewer", "producer", "regulator")))
REVIEW: Final = Policy("review", frozenset(("reviewer",)), narrows=True)
PROPOSE: Final = Policy("propose", frozenset(("producer", "regulator")))
SIGN: Final = Policy("sign", frozenset(("regulator",)))
RECALL: Final = Policy("recall", frozenset(("user", "producer", "regulator")))
TRAIL: Final = Policy("trail", frozenset(("producer", "regulator")), narrows=True)
POLICIES: Final = (OPEN, READ, LABEL, DECIDE, SEE, ROWS, REVIEW, PROPOSE, SIGN, RECALL, TRAIL)
WORDS: Final = {                            # of what not every role may
    LABEL: "send labels", DECIDE: "decide and explain", ROWS: "rows behind a slice", REVIEW: "review",
    PROPOSE: "propose", SIGN: "sign", RECALL: "recall", TRAIL: "Trail"}


def roles() -> list[str]:
    """What each role may, a line each."""
    return [f"{role:<9}  " + ", ".join(["read", *(words for policy, words in WORDS.items() if role in policy.roles)])
            for role in ROLES]


class Grant(NamedTuple):
    """Who was let in: the name of the token, its role and the only models it is for; none where no token is asked for.
    """

    name: str = ""
    role: Role | None = None
    models: tuple[str, ...] = ()


NOBODY: Final = Grant()


def single(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers of a request by their names in small letters. Denied (400) where one stands twice that may not."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in found and name in ONCE:
            raise Denied(400, f"The header {name.decode('ascii')} stands there twice.")
        found[name] = value
    if b"transfer-encoding" in found and b"content-length" in found:
        raise Denied(400, "A request has Content-Length or Transfer-Encoding, and not both.")
    return found


class Entrance:
    """The only way in. Without ``tokens`` everything is allowed, which is for loopback alone."""

    def __init__(self, hosts: Hosts, tokens: Tokens | None = None) -> None:
        if tokens is None and not hosts.loopback:
            raise ValueError("a server that others can reach needs tokens")
        self.hosts, self.tokens = hosts, tokens

    def enter(self, policy: Policy | None, model: str | None, found: dict[bytes, bytes], client: str,
              server: str, session: Grant | None = None) -> Grant:
        """Let a request in; Denied (400, 401, 403, 429) otherwise.

        ``policy`` is None where there is no such route, which is told to nobody without a token; ``found`` comes from
        `single`, ``client`` and ``server`` are the addresses of both ends; ``session``: who has signed in, where a
        page is asked for.
        """
        self.hosts.check(found, server)
        if policy is not None and policy.open:
            return NOBODY
        if self.tokens is None:
            if not PROXIES.isdisjoint(found):
                raise Denied(403, "A proxy stands before this server, so that others can reach it, and it has no "
                                  "tokens: shall tokens new, and shall serve --tokens.")
            return NOBODY
        grant = session or self.admit(self.tokens, found.get(b"authorization"), client)
        policy = policy or READ
        if grant.role not in policy.roles:
            raise Denied(403, f"The role {grant.role} may not do this; it takes {_or(policy.roles)}.")
        if grant.models and model not in grant.models and not (policy.narrows and model is None):
            raise Denied(403, f"This token is for {_or(grant.models)} only.")
        return grant

    def admit(self, tokens: Tokens, authorization: bytes | None, client: str) -> Grant:
        """Whose token it is. Denied (401, 429): wrong ones are counted by address."""
        token = self._token(tokens, authorization, client)
        return Grant(token.name, token.role, token.models)

    def _token(self, tokens: Tokens, authorization: bytes | None, client: str) -> Token:
        if authorization is None:
            raise Denied(401, "A token is needed: Authorization: Bearer TOKEN.", CHALLENGE)
        token, why = tokens.of(authorization)
        if token is not None and not why:
            return token
        wait = tokens.failures.wait(client)
        if wait:
            raise Denied(429, "Too many wrong tokens came from this address.", (b"retry-after", str(wait).encode()))
        tokens.failures.add(client)
        raise Denied(401, f"The token is {why}.", (CHALLENGE[0], CHALLENGE[1] + b', error="invalid_token"'))


def _or(words: Iterable[str]) -> str:
    return " or ".join(sorted(words))
