"""A webhook is called where its name was looked up, if that is public, and nowhere else."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shall.adapters import webhook
from shall.adapters.webhook import Hook, NotTold, looked_up, reachable, signature
from shall.core.errors import InputError
from tests.adapters.receiver import Receiver, receiver

BODY = b'{"shall_alert": 1}'


@pytest.fixture
def heard() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def test_it_is_told(heard: Receiver) -> None:
    Hook(heard.url, {"Authorization": "Bearer abc"}, "key", allow_private=True).post(BODY, 1_700_000_000)
    ((path, headers, body),) = heard.came
    assert (path, body, headers["Content-Type"]) == ("/hooks?team=a", BODY, "application/json")
    assert headers["Authorization"] == "Bearer abc" and headers["Host"] == heard.url.split("/")[2]
    told = hmac.new(b"key", b"1700000000." + BODY, hashlib.sha256).hexdigest()
    assert headers["Shall-Signature"] == f"t=1700000000,v1={told}" == signature("key", BODY, 1_700_000_000)


def test_secrets_are_in_no_message(heard: Receiver) -> None:
    hook = Hook(heard.url, {"Authorization": "Bearer abc"}, "key")
    assert "abc" not in repr(hook) and "key" not in repr(hook)
    with pytest.raises(NotTold) as told:
        hook.post(BODY, 1)
    assert "abc" not in str(told.value) and heard.came == []


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "0.1.2.3", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fc00::1",
    "fd12::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2001::1", "2001:db8::1"])
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not reachable(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_called(address: str) -> None:
    assert reachable(ipaddress.ip_address(address), allow_private=False)


def test_many_machines_are_never_called() -> None:
    for address in ("224.0.0.1", "ff02::1", "255.255.255.255", "0.0.0.0", "::"):
        assert not reachable(ipaddress.ip_address(address), allow_private=True)
    assert reachable(ipaddress.ip_address("127.0.0.1"), allow_private=True)


def told(*addresses: str) -> Any:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]


def test_one_address_that_is_not_public_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told("8.8.8.8", "10.0.0.1"))
    with pytest.raises(NotTold, match=r"10\.0\.0\.1, which is not public"):
        looked_up("hooks.example.org", 443)
    assert looked_up("hooks.example.org", 443, allow_private=True) == "8.8.8.8"


def test_a_name_that_changes_its_mind_leads_nowhere_else(heard: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a public address when it is looked at, this machine when it is called."""
    asked: list[str] = []
    called: list[Any] = []

    def rebinding(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return told("8.8.8.8") if len(asked) == 1 else told("127.0.0.1")

    def connect(place: Any) -> Any:
        called.append(place)
        raise TimeoutError

    port = heard.url.split(":")[2].partition("/")[0]
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(webhook, "_reached", connect)
    with pytest.raises(NotTold, match="TimeoutError"):
        Hook(f"http://hooks.example.org:{port}/").post(BODY, 1)
    assert called == [("8.8.8.8", int(port))] and asked == ["hooks.example.org"] and heard.came == []


@pytest.mark.parametrize(("status", "said"), [(302, "redirects are not followed"), (308, "redirects"), (404, "404"),
                                              (500, "500")])
def test_what_is_not_taken(heard: Receiver, status: int, said: str) -> None:
    with receiver() as other:
        heard.status, heard.headers = status, {"Location": other.url}
        with pytest.raises(NotTold, match=said):
            Hook(heard.url, allow_private=True).post(BODY, 1)
        assert len(heard.came) == 1 and other.came == []


def test_nobody_is_there() -> None:
    with receiver() as gone:
        url = gone.url
    with pytest.raises(NotTold, match="ConnectionRefused"):
        Hook(url, allow_private=True).post(BODY, 1)
    with pytest.raises(NotTold, match="no address of"):
        Hook("https://a..example.invalid/x").post(BODY, 1)


def test_one_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line a little at a time: each wait is short, all of them together are not."""
    monkeypatch.setattr(webhook, "DEADLINE", 0.3)
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        one, _ = listening.accept()
        with one:
            try:
                while not ended.wait(0.05):
                    one.sendall(b"H")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(NotTold):
        Hook(f"http://127.0.0.1:{listening.getsockname()[1]}/", allow_private=True).post(BODY, 1)
    ended.set()
    thread.join()
    listening.close()


def test_no_proxy_of_the_environment(heard: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    Hook(heard.url, allow_private=True).post(BODY, 1)
    assert len(heard.came) == 1


@pytest.mark.parametrize("url", [
    "ftp://hooks.example.org/", "file:///etc/passwd", "hooks.example.org", "http://", "https://me:s3cret@example.org/",
    "https://example.org/#a", "https://example.org:0/", "https://example.org:99999/", "https://exa mple.org/",
    "http://example.org/\r\nX: y", "http://[::1/", ""])
def test_what_is_no_webhook(url: str) -> None:
    with pytest.raises(InputError) as told:
        Hook(url)
    assert "s3cret" not in str(told.value)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
            .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
            .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "cert.pem", folder / "key.pem"


def test_tls_holds_the_name_to_its_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to an address, the certificate is of the name."""
    own = certificate(tmp_path, "hooks.example.org")
    trusting = ssl.create_default_context
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told("127.0.0.1"))
    with receiver(certificate=own) as heard:
        port = heard.url.split(":")[2]
        with pytest.raises(NotTold, match="CertVerification"):
            Hook(f"https://hooks.example.org:{port}", allow_private=True).post(BODY, 1)
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting(cafile=str(own[0])))
        Hook(f"https://hooks.example.org:{port}", allow_private=True).post(BODY, 1)
        with pytest.raises(NotTold, match="CertVerification"):
            Hook(f"https://other.example.org:{port}", allow_private=True).post(BODY, 1)
        assert [body for _, _, body in heard.came] == [BODY]
