"""The Merkle tree of RFC 6962 over the hashes of the events, kept as the roots of its full subtrees.

``peaks`` holds those roots, the largest first. How large each is follows from the number of leaves: it is a
power of two for every bit of that number. So a leaf is added, and the root found, without the other leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").hexdigest()
"""The root of a tree without leaves."""


def leaf(event_hash: str) -> str:
    """The hash of a leaf, which no node inside the tree can have."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(event_hash)).hexdigest()


def node(left: str, right: str) -> str:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def added(peaks: Sequence[str], count: int, event_hash: str) -> list[str]:
    """The peaks after one more leaf. ``count`` is how many leaves there were before."""
    left = list(peaks)
    new = leaf(event_hash)
    # As in binary counting: each full subtree of the size that is carried is joined with the one before it.
    while count & 1:
        new = node(left.pop(), new)
        count >>= 1
    return [*left, new]


def root(peaks: Sequence[str]) -> str:
    """The root over the peaks."""
    if not peaks:
        return EMPTY
    *others, top = peaks
    for peak in reversed(others):
        top = node(peak, top)
    return top
