"""Whether pairs of measurements differ, or only the machine's mood did.

Each pair gives the logarithm of a ratio. Were there no difference, each could as well have had the other sign, since only chance
decides which of a pair's servers has the worse moment. So the signs are flipped in all ways, and the p-value is the
share of ways whose mean is as large as the one that was seen. With fewer than five pairs it cannot be below 0.05.
"""

import math
import random
from collections.abc import Iterator, Sequence
from itertools import product

ALL_WAYS = 14  # pairs; of more, ways are drawn
DRAWN = 20_000
ALPHA = 0.05
LEAST_PAIRS = 5


def sign_flip(values: Sequence[float]) -> float:
    """Return the one-sided p-value that the mean of the values is above zero."""
    seen = math.fsum(values) - 1e-12
    ways = list(_ways(len(values)))
    as_large = sum(
        math.fsum(sign * value for sign, value in zip(signs, values, strict=True)) >= seen for signs in ways
    )
    return as_large / len(ways)


def _ways(count: int) -> Iterator[tuple[int, ...]]:
    if count <= ALL_WAYS:
        yield from product((1, -1), repeat=count)
        return
    dice = random.Random(count)
    yield (1,) * count
    for _ in range(DRAWN):
        yield tuple(dice.choice((1, -1)) for _ in range(count))


def is_worse(ratios: Sequence[float], limit: float) -> tuple[bool, float]:
    """Return whether ratios are above a limit and not by chance above one, with the p-value of the latter.

    Both are asked: a small difference that is certain does not matter, and a large one that is not certain is none.
    """
    p_value = sign_flip([math.log(one) for one in ratios])
    middle = math.exp(math.fsum(map(math.log, ratios)) / len(ratios))
    return middle > limit and p_value < ALPHA, p_value
