"""A webhook that listens on this machine, and answers as it is told."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any


class Receiver:
    """What came, and what is answered: ``status``, ``headers``."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.headers = 200, dict[str, str]()
        self.url = ""
        self.heard = threading.Event()


@contextlib.contextmanager
def receiver(host: str = "127.0.0.1", certificate: tuple[Path, Path] | None = None, port: int = 0
             ) -> Iterator[Receiver]:
    """One that listens as long as the block lasts."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((self.path, dict(self.headers), body))
            self.send_response(found.status)
            for name, value in {**found.headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()
            found.heard.set()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer((host, port), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.url = f"http{'s' if certificate else ''}://{host}:{server.server_address[1]}/hooks?team=a"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
