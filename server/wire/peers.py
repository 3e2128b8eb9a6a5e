"""Where a request comes from: the peer's address, and the origin of the page that sent it."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

UNKNOWN_ADDRESS = "unknown"


@dataclass(frozen=True, slots=True)
class PeerAddresses:
    """Believes X-Forwarded-For only as far as it was written by trusted proxies."""

    trusted_proxies: tuple[Network, ...]

    @classmethod
    def trusting(cls, proxies: Iterable[str]) -> "PeerAddresses":
        return cls(tuple(ipaddress.ip_network(proxy) for proxy in proxies))

    def of(self, remote: str | None, forwarded_for: Sequence[str] = ()) -> str:
        """The nearest address that is not a trusted proxy's; `forwarded_for` are the header's values."""
        address = _parsed(remote)
        if address is None:
            return remote or UNKNOWN_ADDRESS
        hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
        while hops and self._is_trusted(address):
            forwarded = _parsed(hops.pop())
            if forwarded is None:
                break
            address = forwarded
        return str(address)

    def _is_trusted(self, address: Address) -> bool:
        return any(
            address.version == network.version and address in network for network in self.trusted_proxies
        )


@dataclass(frozen=True, slots=True)
class Origins:
    """Which pages may talk to us: our own, and those that the settings name."""

    allowed: frozenset[str]
    public_url: str = ""

    @classmethod
    def allowing(cls, origins: Iterable[str], *, public_url: str = "") -> "Origins":
        return cls(frozenset(origin.lower() for origin in origins), public_url.lower())

    def allow(self, origin: str | None, *, host: str) -> bool:
        """`host` is the Host header: X-Forwarded-Host is what anybody can write. No origin is no page."""
        return origin is None or self.is_own(origin, host=host) or origin.lower() in self.allowed

    def is_own(self, origin: str, *, host: str) -> bool:
        try:
            parts = urlsplit(origin.lower())
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            return False
        bare = f"{parts.scheme}://{parts.netloc}"
        return bare == origin.lower() and (parts.netloc == host.lower() or bare == self._public_origin)

    @property
    def _public_origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def address_key(address: str) -> str:
    """What limits count as one address: of IPv6 the /64 that a household or a server gets."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def is_loopback(address: str) -> bool:
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def _parsed(text: str | None) -> Address | None:
    try:
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
