"""A server whose files change while clients ask: no request fails, and what was answered is what is logged."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shall.adapters import open_log
from tests.api.packed import SERVE, pack, packs
from tests.http.process import ROW, Process, serving

CLIENTS = 3


class Asking:
    """Clients that ask one row after another on a connection each, until they are told to stop."""

    def __init__(self, process: Process) -> None:
        self.answered: Counter[str] = Counter()
        self.ids: list[str] = []
        self.wrong: list[Any] = []
        self._ended, self._seen = threading.Event(), threading.Condition()
        self._threads = [threading.Thread(target=self._run, args=(process.port, place)) for place in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _run(self, port: int, client: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            place = 0
            while not self._ended.is_set():
                place += 1
                body = json.dumps({"inputs": {**ROW, "customer": f"{client} {place}"}})
                connection.request("POST", "/models/loans/decide", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                content = json.loads(answer.read())
                with self._seen:
                    if answer.status == 200:
                        self.answered[content["model"]] += 1
                        self.ids.append(content["id"])
                    else:
                        self.wrong.append((answer.status, content))
                    self._seen.notify_all()

    def until(self, model: str, more: int = 5) -> None:
        """Until this version has answered some more requests."""
        with self._seen:
            wanted = self.answered[model] + more
            assert self._seen.wait_for(lambda: self.answered[model] >= wanted, 60), (model, self.answered, self.wrong)

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def swapped(folder: Path, swaps: int) -> None:
    packs(folder)
    with serving(folder, place="serve.toml") as process:
        clients = Asking(process)
        try:
            clients.until("loans@7")
            for step in range(swaps):
                charge, canary, shadow = (str(7 + (step + by) % 3) for by in (1, 2, 3))
                pack(folder / f"{charge}.zip", charge, step=step)       # other bytes, too
                text = SERVE.replace('in_charge = "7"', f'in_charge = "{charge}"')
                (folder / "serve.toml").write_text(
                    f'{text}canary = {{ {canary} = "30%" }}\nshadow = ["{shadow}"]\n')
                clients.until(f"loans@{charge}")
                clients.until(f"loans@{canary}")
        finally:
            clients.stop()
        assert process.stop() == 0
    log = open_log(folder / "decisions" / "loans")
    ids = [one for batch in log.batches(["id"]) for one in batch.column(0).to_pylist()]
    assert not clients.wrong and sorted(ids) == sorted(clients.ids)
    assert {*clients.answered} == {"loans@7", "loans@8", "loans@9"}


def test_no_request_fails_in_a_swap(tmp_path: Path) -> None:
    """3 clients, 2 swaps, each of a bundle that was packed anew."""
    swapped(tmp_path, 2)


@pytest.mark.slow
def test_no_request_fails_in_many_swaps(tmp_path: Path) -> None:
    """3 clients, 60 swaps, each of a bundle that was packed anew."""
    swapped(tmp_path, 60)
