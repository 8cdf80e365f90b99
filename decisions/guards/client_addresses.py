"""From which address a request comes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client(request: HttpRequest) -> str:
    """The address to count by: of an IPv6 address, its network of 64 bits, which one client has to itself.

    `X-Forwarded-For` counts only as far as the trusted proxies wrote it: with n of them, the n-th entry from
    the right. Whatever a client put to the left of it is ignored, and so is the header where no proxy is
    trusted.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(forwarded) >= trusted:
        return network(forwarded[-trusted]) or network(peer) or peer
    return network(peer) or peer


def network(text: str) -> str:
    """The address in its one spelling, IPv6 as its /64 network, or nothing where it is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed, 64), strict=False))
