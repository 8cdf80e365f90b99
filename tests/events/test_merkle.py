"""The tree of RFC 6962, against its definition word for word."""

import hashlib

import pytest

from decisions.log import merkle

HASHES = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(71)]


def defined(leaves: list[str]) -> bytes:
    """MTH(D[n]) as section 2.1 of the RFC has it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(leaves[0])).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(71))
def test_the_root_from_the_peaks_is_the_root_of_the_definition(size):
    peaks: list[str] = []
    for count, event_hash in enumerate(HASHES[:size]):
        peaks = merkle.added(peaks, count, event_hash)

    assert merkle.root(peaks) == defined(HASHES[:size]).hex()
    assert len(peaks) == size.bit_count()


def test_a_leaf_and_a_node_never_share_a_hash():
    joined = HASHES[0] + HASHES[1]

    assert merkle.node(HASHES[0], HASHES[1]) != hashlib.sha256(b"\x00" + bytes.fromhex(joined)).hexdigest()
