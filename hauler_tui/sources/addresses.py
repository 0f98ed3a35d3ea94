"""What a person may type as a subscription, and which hosts may be asked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from hauler_tui.domain.addresses import host_of as host_of
from hauler_tui.domain.addresses import shown as shown
from hauler_tui.domain.addresses import without_secrets as without_secrets
from hauler_tui.errors import SourceError
from hauler_tui.sources import rewrites, shorthands

_SHORT = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9.+-]*):")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_OWN_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
"""This machine, and what RFC 1918 and RFC 4193 keep for networks of one's own."""
_KEPT = ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("fec0::/10")
"""For protocols, and one cloud's metadata service (RFC 6890); once for single sites (RFC 3879)."""
_SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Of providers, and of one cloud's metadata service (RFC 6598)."""
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "fd20:ce::254")))
"""Where clouds keep a machine's secrets, in a network that looks like one's own."""


class PrivateAddressError(SourceError):
    """An address that is not on the public Internet, which the person did not allow."""


def subscription_url(text: str, *, allow_private_networks: bool = False) -> str:
    """The address to fetch for what a person typed: a URL, or a short name as ``arxiv:cs.CL``.

    A page whose feed is known by its address becomes that feed (see ``rewrites``). Raises
    SourceError, with a hint, when the text is no address that can be fetched, or names this machine
    or a local network without permission.
    """
    text = re.sub(r"^feed:(?://)?(?=https?:)", "", text.strip(), flags=re.IGNORECASE)
    text = re.sub(r"^feed://", "http://", text, flags=re.IGNORECASE)
    if not text:
        raise SourceError("no address was given", "give a feed's URL, or arxiv:cs.CL")
    if address := shorthands.expanded(text):
        return address
    short = _SHORT.match(text)
    scheme = short["scheme"].lower() if short else ""
    if scheme not in ("http", "https"):
        raise _misspelt(text, scheme)
    parts = _split(text)
    url = _whole(parts)
    feed = rewrites.feed_of_page(url)
    for host in (parts.hostname or "", host_of(feed) if feed else ""):
        numbers = (host,) if _literal(host) is not None else ()
        refuse_unreachable(host, numbers, allow_private_networks=allow_private_networks)
    return feed or url


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name or number."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _literal(host)
    return address is not None and _inner(address).is_loopback


def is_public_address(address: str) -> bool:
    """Whether an IP address is one of the public Internet, whatever it is wrapped in."""
    number = _literal(address)
    if number is None:
        return False
    number = _inner(number)
    is_kept = number.is_multicast or number.is_reserved
    return number.is_global and not (is_kept or any(number in network for network in _KEPT))


def refuse_unreachable(host: str, numbers: Iterable[str], *, allow_private_networks: bool) -> None:
    """Raise SourceError when a host is, by name or by any of its IP addresses, not to be asked.

    A person may allow this machine and private networks, never link-local addresses (where clouds
    keep a machine's secrets), multicast, unspecified or reserved ones.
    """
    for number in numbers:
        address = _literal(number)
        if address is None:
            raise PrivateAddressError(f"{host} leads to no address", "check its spelling")
        if is_public_address(number):
            continue
        if not _is_own(_inner(address)):
            whose = "is" if number == host else f"leads to {number},"
            raise PrivateAddressError(
                f"{host} {whose} {_kind(_inner(address))} address, which is never fetched",
                "allow_private_networks opens this machine and private networks, nothing else",
            )
        if not allow_private_networks:
            raise _private_refusal(host)
    if is_loopback(host) and not allow_private_networks:
        raise _private_refusal(host)


def _private_refusal(host: str) -> SourceError:
    return PrivateAddressError(
        f"{host} is an address of this machine or of a local network, which is not fetched",
        "set allow_private_networks = true in [fetch] of the configuration if you mean it",
    )


def _is_own(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is of this machine or of a private network."""
    return address not in _METADATA and any(address in network for network in _OWN_NETWORKS)


def _kind(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """What an address is that nobody may be asked at, with its article."""
    if address.is_link_local:
        return "a link-local"
    if address.is_multicast:
        return "a multicast"
    if address.is_unspecified:
        return "an unspecified"
    if address in _SHARED:
        return "a shared"
    return "a cloud's metadata" if address in _METADATA else "a reserved"


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _inner(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 one carries (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _misspelt(text: str, scheme: str) -> SourceError:
    forms = "give a feed's http or https URL, or arxiv:cs.CL, biorxiv:plant_biology, hf:daily"
    short = text if len(text) <= 100 else text[:99] + "…"
    if re.match(r"(h\w{2,5}s?)[:/]", text, re.IGNORECASE):
        rest = re.sub(r"^\w+:?/*", "", text)
        return SourceError(f"“{short}” is not a web address", f"did you mean https://{rest[:100]}?")
    if "." in text.split("/")[0].split(":")[0] and not re.search(r"\s", text):
        return SourceError(f"“{short}” lacks https://", f"did you mean https://{short}?")
    if scheme:
        return SourceError(f"“{scheme}:” addresses cannot be fetched", forms)
    return SourceError(f"“{short}” is not an address", forms)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
        host = parts.hostname or ""
        host.encode("idna")
    except ValueError as error:
        raise SourceError(f"“{shown(text)}” is not a web address", "check its spelling") from error
    if not host or re.search(r"[\s\x00-\x1f\x7f]", text):
        raise SourceError(f"“{shown(text)}” is not a web address", "check its spelling")
    return parts


def _whole(parts: SplitResult) -> str:
    """The address with a lower-case host, a path, no fragment, and nothing but ASCII."""
    login, at, place = parts.netloc.rpartition("@")
    netloc = login + at + place.lower()
    safe = "/%:=&?~#+!$,;'@()*[]"
    path, query = quote(parts.path or "/", safe=safe), quote(parts.query, safe=safe)
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))
