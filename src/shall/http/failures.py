"""Wrong tokens are counted by address: ten a minute, then the answer is to wait."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

MOST: Final = 10
WINDOW: Final = 60.0
ADDRESSES: Final = 4096                     # that are remembered: those that failed last


class Failures:
    """The times of the last wrong tokens of each address; ``clock`` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """Whole seconds until this address may try again; 0 where it may."""
        times = self._by_address.get(_network(client)) if self._by_address else None
        if times is None or len(times) < MOST:
            return 0
        return max(0, math.ceil(times[0] + WINDOW - self._clock()))

    def add(self, client: str) -> None:
        """Count a wrong token."""
        address = _network(client)
        self._by_address.setdefault(address, deque(maxlen=MOST)).append(self._clock())
        self._by_address.move_to_end(address)
        if len(self._by_address) > ADDRESSES:
            self._by_address.popitem(last=False)


def _network(client: str) -> str:
    """The address; of IPv6 the first 64 bits, since whoever has one address there has them all."""
    if ":" not in client:
        return client
    try:
        address = ipaddress.IPv6Address(client.partition("%")[0])
    except ValueError:
        return client[:64]
    return str(address.ipv4_mapped or ipaddress.IPv6Address(int(address) >> 64 << 64))
