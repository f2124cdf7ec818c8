"""Recovery on paper: a 32-byte seed as SLIP-39 words, one sheet or k of n (SPEC.md 11)."""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from intake.domain.problems import Problem

SEED_LENGTH = 32


def shares(seed: bytes, k: int = 1, n: int = 1) -> list[str]:
    """Write a 32-byte seed as `n` sheets of 33 words of which any `k` suffice. Raises Problem 422.15.

    SLIP-39 knows no 1-of-n with n above 1: every sheet would be the whole secret, so that is refused.
    """
    if len(seed) != SEED_LENGTH or not 1 <= k <= n <= 16 or (k == 1 and n > 1):
        raise Problem("422.15")
    sheets: list[str] = generate_mnemonics(1, [(k, n)], seed)[0]
    return sheets


def combine(shares: Sequence[str]) -> bytes:
    """The seed of enough sheets, typed in any order and case; more than enough are welcome. Raises Problem 422.19."""
    typed = {" ".join(share.lower().split()) for share in shares}
    try:
        needed = min(Share.from_mnemonic(sheet).member_threshold for sheet in typed)
        # The library wants exactly as many as are needed. All were read above, so a mistyped one is still noticed.
        seed: bytes = combine_mnemonics(sorted(typed)[:needed])
    except (MnemonicError, ValueError, IndexError):
        raise Problem("422.19") from None
    if len(seed) != SEED_LENGTH:
        raise Problem("422.19")
    return seed
