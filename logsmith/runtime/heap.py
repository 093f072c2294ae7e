"""How a worker takes memory from the system, and what of it it keeps."""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # glibc's numbers for them
KEPT_BYTES = 64 << 20  # of what was freed: the next window takes it, and the system need not clear it again
MAPPED_BYTES = (
    32 << 20
)  # what is larger is mapped for itself, and goes back to the system at once; the most glibc takes


def tune_heap() -> None:
    """Have all threads take memory from one heap that keeps for a while what is freed.

    A thread's own heap would keep what the thread has freed, and a worker's threads take turns anyway: they hold requests
    of some MiB, one after the other. Memory that goes back to the system with each request comes again page by page, which
    took a tenth of the CPU. To be called before there are threads. A C library that is not glibc has no such settings.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES)
