"""No address that somebody names leads into the office's own network, and no server holds a worker for long."""

import socket
import time
from ipaddress import ip_address
from typing import Any

import pytest

from ancu.core.testing.listener import listening
from ancu.core.web import outbound
from ancu.core.web.outbound import AddressRefused, Unreachable, look_up, post


def names(monkeypatch: pytest.MonkeyPatch, **addresses_by_name: list[str]) -> None:
    """A name service that knows these names (dots as underscores)."""

    def find(host: str, port: int, **options: Any) -> list[Any]:
        addresses = addresses_by_name.get(host.replace(".", "_"))
        if addresses is None:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", find)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_nobody_outside_may_ask(address: str) -> None:
    assert not outbound.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "113.190.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_world(address: str) -> None:
    assert outbound.is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://pms.vn/hook", "address_not_https"),
        ("https://inside.vn/hook", "address_not_public"),
        ("https://both.vn/hook", "address_not_public"),
        ("https://nobody.vn/hook", "address_unknown"),
        ("https://user:word@pms.vn/", "address_unreadable"),
        ("ftp://pms.vn/", "address_unreadable"),
        ("https://pms.vn:99999/", "address_unreadable"),
        ("https:///hook", "address_unreadable"),
        ("https://pms.vn/a b", "address_unreadable"),
        ("https://pms.vn/\r\nHost: x", "address_unreadable"),
        ("https://pms.vn/" + "a" * 600, "address_unreadable"),
        ("khách sạn", "address_unreadable"),
        ("http://localhost.vn/hook", "address_not_https"),
    ],
)
def test_what_is_refused_and_why(url: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, pms_vn=["8.8.8.8"], inside_vn=["10.0.0.7"], both_vn=["8.8.8.8", "127.0.0.1"],
          localhost_vn=["127.0.0.1"])  # fmt: skip
    with pytest.raises(AddressRefused) as refused:
        look_up(url)
    assert refused.value.code == code


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, pms_vn=["8.8.8.8"])
    target = look_up("https://pms.vn/hook?x=1")
    assert (target.secure, target.host, target.port, target.path, target.address) == (
        True, "pms.vn", 443, "/hook?x=1", "8.8.8.8",
    )  # fmt: skip
    requests: list[Any] = []

    def connect(address: Any, timeout: float) -> Any:
        requests.append(address)
        raise OSError

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    names(monkeypatch, pms_vn=["127.0.0.1"])  # it points elsewhere now
    with pytest.raises(Unreachable):
        post(target, b"{}", {})
    assert requests == [("8.8.8.8", 443)]


def test_a_redirect_is_not_followed_and_little_of_the_answer_is_read() -> None:
    with listening() as there, listening() as elsewhere:
        there.status, there.headers, there.body = 302, {"Location": elsewhere.url, "Retry-After": "7"}, b"x" * 9000
        answer = post(look_up(there.url, loopback=True), b"{}", {})
        assert (answer.status, answer.retry_after, len(answer.text)) == (302, 7, outbound.MOST_ANSWER)
        assert (len(there.got), len(elsewhere.got)) == (1, 0)


def test_a_silent_server_is_hung_up_on() -> None:
    with listening() as there:
        there.wait = 2.0
        begun = time.monotonic()
        with pytest.raises(Unreachable) as silent:
            post(look_up(there.url, loopback=True), b"{}", {}, deadline=0.5)
        assert silent.value.code == "timeout"
        assert time.monotonic() - begun < 1.5


def test_one_that_sends_a_byte_now_and_then_is_hung_up_on_too() -> None:
    with listening() as there:
        there.status, there.body, there.drip = 200, b"x" * 50, 0.2
        begun = time.monotonic()
        answer = post(look_up(there.url, loopback=True), b"{}", {}, deadline=0.5)
        assert answer.status == 200 and len(answer.text) < 10
        assert time.monotonic() - begun < 1.5


def test_nobody_there_and_no_tls_there() -> None:
    with listening() as there:
        target = look_up(there.url, loopback=True)
        with pytest.raises(Unreachable) as wrong:
            post(target._replace(secure=True), b"{}", {}, deadline=2)
        assert wrong.value.code == "certificate"
    with pytest.raises(Unreachable) as silent:
        post(target, b"{}", {}, deadline=2)
    assert silent.value.code == "unreachable"
