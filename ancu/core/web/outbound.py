"""Call servers that strangers name, without giving access to the office's own network.

The name is resolved here, every address it stands for must be a public one, and the connection goes to the very
address that was looked at: a name that points elsewhere a second later (DNS rebinding) gains nothing. No redirect is
followed, one deadline holds for all of it, and no more than a few signs of the answer are read.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEADLINE = 10.0  # seconds for connecting, sending and the answer together
MOST_ANSWER = 500  # bytes of it that are kept
MOST_URL = 500
# Addresses that lead to another one inside them: whoever runs the gateway decides to which.
THROUGH = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32"))


class AddressRefused(Exception):
    """The address may not be called; ``code`` is stable, ``message`` a lazy sentence."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code, self.message = code, message


class Unreachable(Exception):
    """The server did not answer; ``code`` is the reason, without personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Target(NamedTuple):
    """A checked address: where to connect, and under which name."""

    secure: bool
    host: str
    port: int
    path: str
    address: str


class OutboundResponse(NamedTuple):
    status: int
    retry_after: int
    text: str


def look_up(url: str, *, loopback: bool = False) -> Target:
    """Return the target of ``url`` with an IP address that may be called. Raises AddressRefused.

    It must be https and public. ``loopback``: this machine is allowed too, also without TLS.
    """
    secure, host, port, path = _split_url(url)
    addresses = _resolve(host, port)
    if loopback and all(_unmapped(address).is_loopback for address in addresses):
        return Target(secure, host, port, path, str(addresses[0]))
    if not secure:
        raise AddressRefused("address_not_https", _("The address must start with https://."))
    if not all(is_public(address) for address in addresses):
        raise AddressRefused("address_not_public", _("This address is in a private network or on this server."))
    return Target(secure, host, port, path, str(addresses[0]))


def _split_url(url: str) -> tuple[bool, str, int, str]:
    """Return whether a URL uses TLS, then its host, port and path.

    Raises AddressRefused if it is no web address.
    """
    wrong = AddressRefused("address_unreadable", _("This is not a web address, such as https://example.vn/hook."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    named = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.password is None
    if not named or len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return secure, str(parts.hostname), port if port is not None else 443 if secure else 80, path


def _resolve(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    """Return the IP addresses of a host. Raises AddressRefused if there are none."""
    try:
        results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused("address_unknown", _("This server name does not exist.")) from None
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in results]


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address of an IPv4-mapped IPv6 one (``::ffff:10.0.0.1``); any other unchanged."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is public: not private, link-local, loopback, multicast or reserved."""
    bare = _unmapped(address)
    if any(bare in network for network in THROUGH if network.version == bare.version):
        return False
    site_local = isinstance(bare, IPv6Address) and bare.is_site_local  # fec0::/10: given up, and still routed by some
    return bare.is_global and not (bare.is_multicast or bare.is_reserved or bare.is_unspecified or site_local)


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to a checked address; the certificate is verified for the host's name."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.target = target
        self.line: socket.socket | None = None  # http.client forgets its own once the answer has begun

    def connect(self) -> None:
        """Connect to the checked address; the certificate is verified for the host's name."""
        plain = socket.create_connection((self.target.address, self.target.port), self.timeout)
        try:
            if self.target.secure:
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self.target.host)
        except BaseException:
            plain.close()
            raise
        self.sock = self.line = plain


def post(target: Target, body: bytes, headers: Mapping[str, str], *, deadline: float = DEADLINE) -> OutboundResponse:
    """POST ``body`` to a checked address. Raises Unreachable. A redirect is returned like any other response."""
    ends = time.monotonic() + deadline
    connection = _PinnedConnection(target, deadline)
    alarm = threading.Timer(deadline, _close_at_deadline, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", target.path, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        text = response.read(MOST_ANSWER).decode("utf-8", "replace").replace("\0", "")
        return OutboundResponse(response.status, _seconds(response.headers.get("Retry-After", "")), text)
    except ssl.SSLError:
        raise Unreachable("certificate" if time.monotonic() < ends else "timeout") from None
    except TimeoutError:
        raise Unreachable("timeout") from None
    except (OSError, http.client.HTTPException, ValueError, AttributeError):  # the last: hung up on while it began
        raise Unreachable("timeout" if time.monotonic() >= ends else "unreachable") from None
    finally:
        alarm.cancel()
        connection.close()


def _close_at_deadline(connection: _PinnedConnection) -> None:
    """Close the connection; a timer calls it at the deadline.

    A server that sends slowly never reaches a socket's own time-out.
    """
    if connection.line is not None:
        try:
            connection.line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _seconds(text: str) -> int:
    """Return the seconds that a ``Retry-After`` header asks to wait, at most a day; 0 if it is no number."""
    return min(int(text), 86_400) if text.isascii() and text.isdigit() and len(text) < 9 else 0
