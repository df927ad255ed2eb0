"""Requests that two programs may read in two ways, and requests that are none. Each hides a second one, or tries to."""

from __future__ import annotations

HOST = b"Host: localhost\r\n"
HIDDEN = b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /models/loans/decide HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
GET = b"GET /v2/health/live HTTP/1.1\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: %d\r\n"


def _length(text: bytes) -> bytes:
    return POST + b"Content-Length: " + text + b"\r\n\r\n{}" + HIDDEN


def _encoding(line: bytes) -> bytes:
    return POST + line + b"\r\n\r\n0\r\n\r\n" + HIDDEN


def _chunk(body: bytes) -> bytes:
    return POST + CHUNKED + b"\r\n" + body + b"0\r\n\r\n" + HIDDEN


CASES: dict[str, bytes] = {
    "length and chunks": POST + LENGTH % 6 + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN,
    "chunks and length": POST + CHUNKED + LENGTH % 4 + b"\r\n5c\r\n" + HIDDEN + b"0\r\n\r\n",
    "two lengths": POST + LENGTH % 2 + LENGTH % 60 + b"\r\n{}" + HIDDEN,
    "one length twice": POST + LENGTH % 2 + LENGTH % 2 + b"\r\n{}" + HIDDEN,
    "a list of lengths": _length(b"2, 2"),
    "a length with a sign": _length(b"+2"),
    "a length below zero": _length(b"-2"),
    "a length in hexadecimal": _length(b"0x2"),
    "a length with a point": _length(b"2.0"),
    "a length in words": _length(b"two"),
    "no length behind its name": _length(b""),
    "a length beyond 64 bits": _length(b"18446744073709551618"),
    "a length with an underscore": _length(b"1_0"),
    "a length with a NUL": _length(b"2\x00"),
    "a length in other digits": _length("２".encode()),
    "a length with a letter behind it": _length(b"2a"),
    "an encoding that is none": _encoding(b"Transfer-Encoding: xchunked"),
    "identity": _encoding(b"Transfer-Encoding: identity"),
    "chunks and identity": _encoding(CHUNKED[:-2] + b", identity"),
    "a packed body in chunks": _encoding(b"Transfer-Encoding: gzip, chunked"),
    "an encoding twice": _encoding(CHUNKED + CHUNKED[:-2]),
    "two encodings": _encoding(CHUNKED + b"Transfer-Encoding: x"),
    "an encoding in quotes": _encoding(b'Transfer-Encoding: "chunked"'),
    "an encoding behind a vertical tab": _encoding(b"Transfer-Encoding: \x0bchunked"),
    "an encoding with a NUL": _encoding(b"Transfer-Encoding: chunked\x00"),
    "a space before the colon": _encoding(b"Transfer-Encoding : chunked"),
    "a tab before the colon": _encoding(b"Transfer-Encoding\t: chunked"),
    "a folded encoding": _encoding(b"Transfer-Encoding:\r\n chunked"),
    "an encoding behind a folded line": _encoding(b"X: y\r\n Transfer-Encoding: chunked"),
    "an encoding behind a lone CR": _encoding(b"X: y\rTransfer-Encoding: chunked"),
    "an encoding behind a lone LF": _encoding(b"X: y\nTransfer-Encoding: chunked"),
    "chunks in HTTP/1.0": b"POST /models/loans/decide HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n0\r\n\r\n" + HIDDEN,
    "a chunk below zero": _chunk(b"-1\r\nx\r\n"),
    "a chunk with 0x": _chunk(b"0x2\r\n{}\r\n"),
    "a chunk beyond 64 bits": _chunk(b"10000000000000002\r\n{}\r\n"),
    "a chunk with a space": _chunk(b"2 \r\n{}\r\n"),
    "a chunk without an end": _chunk(b"2\r\n{}"),
    "a chunk with a lone LF": _chunk(b"2\n{}\n"),
    "a chunk that is shorter": _chunk(b"5\r\n{}\r\n"),
    "a chunk without a size": _chunk(b"\r\n{}\r\n"),
    "no host": GET + b"\r\n",
    "two hosts": GET + HOST + b"Host: evil.example\r\n\r\n" + HIDDEN,
    "one host twice": GET + HOST + HOST + b"\r\n" + HIDDEN,
    "a host behind the target": b"GET http://evil.example/v2 HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a target of this server": b"GET http://localhost/v2/health/live HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a name before the target": b"GET //evil.example/v2 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a fragment": b"GET /v2/health/live#x HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a space in the target": b"GET /v2/health/live x HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a tab in the target": b"GET /v2\t/health/live HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a NUL in the target": b"GET /v2/health/live\x00 HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a lone CR behind the first line": b"GET /v2/health/live HTTP/1.1\r" + HOST + b"\r\n" + HIDDEN,
    "a NUL in a header": GET + HOST + b"X: a\x00b\r\n\r\n" + HIDDEN,
    "a lone CR in a header": GET + HOST + b"X: a\rb\r\n\r\n" + HIDDEN,
    "a space in the name of a header": GET + HOST + b"X Y: a\r\n\r\n" + HIDDEN,
    "a header without a colon": GET + HOST + b"nothing\r\n\r\n" + HIDDEN,
    "a header without a name": GET + HOST + b": x\r\n\r\n" + HIDDEN,
    "a first header that is folded": GET + b" X: y\r\n" + HOST + b"\r\n" + HIDDEN,
    "HTTP/0.9": b"GET /v2/health/live\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/1.2": b"GET /v2/health/live HTTP/1.2\r\n" + HOST + b"\r\n" + HIDDEN,
    "http in small letters": b"GET /v2/health/live http/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "no version": b"GET /v2/health/live HTTP/\r\n" + HOST + b"\r\n" + HIDDEN,
    "an upgrade to HTTP/2": GET
    + HOST
    + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
    + HIDDEN,
    "an upgrade to a socket": GET + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + HIDDEN,
    "a tunnel": b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "the whole server": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "a record of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
    "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
}
