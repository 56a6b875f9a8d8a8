"""Keeps the process small where large answers come and go among cards that stay."""

from __future__ import annotations

import ctypes
import sys

# https://man7.org/linux/man-pages/man3/mallopt.3.html: unless it is set, glibc raises this limit
# with each large piece that is freed, and pieces below it lie between the cards for good.
_M_MMAP_THRESHOLD = -3
_LARGE = 256 * 1024


def give_back_large_pieces() -> bool:
    """Have large pieces from the system, and give them back; say whether that was taken up.

    Only glibc needs to be told.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and mallopt(_M_MMAP_THRESHOLD, _LARGE) == 1
