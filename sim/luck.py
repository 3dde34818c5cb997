"""Chance by address: one draw = f(seed, run, turn, who, where, purpose, index).

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, 'Parallel random numbers: as easy as 1, 2, 3')
turns an address into random bits, so nothing is consumed: adding a state, lengthening a run or
splitting runs among workers shifts no draw, and two arms of a comparison share their luck.

Integers stay below 2**63 so that plain Python and compiled code agree.
"""

from __future__ import annotations

import hashlib

import numpy as np

from sim.compiled import rule

SCHEME = "philox4x32-10/1"
"""Name of the way draws are addressed; it goes into every record."""

# Purposes: what a draw is for. Never renumber: it would change every history.
TYPE, COMMON_TYPE, COMMITMENT, EVENT, ORDER, OPPORTUNITY = 1, 2, 3, 4, 5, 6
MOTIVE, PERCEPTION, RECOGNITION, RECONSIDER, ACT, ANSWER = 7, 8, 9, 10, 11, 12
JOIN, PRESS, SLIP, FORCE, ATTRIBUTION, WINNER = 13, 14, 15, 16, 17, 18
ASSURANCE, SIGNAL, ALIGN = 19, 20, 21

_LOW16 = 0xFFFF
_LOW32 = 0xFFFFFFFF


def key_of(seed: int) -> np.ndarray:
    """Return the two 32-bit key words of a seed (0 is a seed like any other).

    Parameters
    ----------
    seed : int
        Not negative.

    Returns
    -------
    numpy.ndarray
        Shape (2,), int64.
    """
    return np.random.SeedSequence(seed).generate_state(2, np.uint32).astype(np.int64)


def address(kind: str, name: str) -> int:
    """Return the 32-bit address of an entity by its kind and name."""
    return int.from_bytes(hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=4).digest(), "big")


@rule
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Return the four 32-bit words of Philox4x32-10 for a counter and a key."""
    for _ in range(10):
        # 32 x 32 -> 64 bit products, in halves that stay below 2**63
        low = (0xD2511F53 & 0xFFFF) * c0
        high = (0xD2511F53 >> 16) * c0 + (low >> 16)
        hi0 = high >> 16
        lo0 = ((high & 0xFFFF) << 16) | (low & 0xFFFF)
        low = (0xCD9E8D57 & 0xFFFF) * c2
        high = (0xCD9E8D57 >> 16) * c2 + (low >> 16)
        hi1 = high >> 16
        lo1 = ((high & 0xFFFF) << 16) | (low & 0xFFFF)
        c0, c1, c2, c3 = hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


@rule
def draw(key, run, turn, who, where, purpose, index):  # type: ignore[no-untyped-def]
    """Return the uniform draw in (0, 1) at an address.

    Parameters
    ----------
    key : numpy.ndarray
        Two words of the seed (`key_of`).
    run, turn : int
        Run number below 2**32; turn below 4096.
    who, where : int
        32-bit addresses of the entities the draw belongs to; 0 for none.
    purpose, index : int
        What it is for (below 256), and which of several (below 4096).
    """
    c1 = (turn & 0xFFF) | (purpose << 12) | ((index & 0xFFF) << 20)
    w0, w1, _w2, _w3 = philox(run & 0xFFFFFFFF, c1, who, where, key[0], key[1])
    return ((w0 >> 5) * 67108864.0 + (w1 >> 6) + 0.5) / 9007199254740992.0
