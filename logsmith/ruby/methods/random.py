"""Random: the sequence that a seed decides is Ruby's own, since both have the Mersenne twister."""

from __future__ import annotations

import math
import random
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Range
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.texts import binary

_STATE = 624  # numbers of the twister's state
_WORD = 0xFFFFFFFF
_NOTHING: Any = object()


class Generator:
    """Random numbers from a seed on."""

    __slots__ = ("seed", "twister")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.twister = random.Random(abs(seed))  # noqa: S311  Ruby's numbers promise no secrecy either
        if abs(seed) <= _WORD:
            self.twister.setstate((3, (*_state_of(abs(seed)), _STATE), None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Generator) and (self.seed, self.twister.getstate()) == (
            other.seed,
            other.twister.getstate(),
        )

    def __hash__(self) -> int:
        return hash(self.seed)

    def below(self, limit: int) -> int:
        """Return an Integer from 0 up to below a limit, which is positive."""
        most = limit - 1
        mask = (1 << most.bit_length()) - 1
        words = max((most.bit_length() + 31) // 32, 0)
        while True:
            number = 0
            for word in reversed(range(words)):
                number |= self.twister.getrandbits(32) << (32 * word)
                number &= mask
                if number > most:
                    break
            else:
                return number

    def between(self, span: Range) -> Any:
        """Return a number of a range; nil if there is none in it."""
        if isinstance(span.first, float) or isinstance(span.last, float):
            first, last = float(span.first), float(span.last)
            return first + (last - first) * self.fraction(is_exclusive=span.is_exclusive)
        first, last = to_int(span.first), to_int(span.last) - span.is_exclusive
        return first + self.below(last - first + 1) if first <= last else None

    def fraction(self, *, is_exclusive: bool = True) -> float:
        """Return a Float from 0 up to 1, or to below it."""
        if is_exclusive:
            return self.twister.random()
        high, low = self.twister.getrandbits(32), self.twister.getrandbits(32)
        return math.ldexp(float(((high << 32 | low) * (1 << 53 | 1)) >> 64), -53)

    def octets(self, count: int) -> bytes:
        """Return random bytes."""
        words = b"".join(self.twister.getrandbits(32).to_bytes(4, "little") for _ in range(-(-count // 4)))
        return words[:count]

    def shuffled(self, values: list[Any]) -> list[Any]:
        """Return the values in random order."""
        found = list(values)
        for last in range(len(found) - 1, -1, -1):
            at = self.below(last + 1)
            found[at], found[last] = found[last], found[at]
        return found


def _state_of(seed: int) -> list[int]:
    state = [seed]
    for at in range(1, _STATE):
        before = state[-1]
        state.append((1812433253 * (before ^ before >> 30) + at) & _WORD)
    return state


def new_seed() -> int:
    """Return a seed that nobody knows beforehand."""
    return random.SystemRandom().getrandbits(128)


class Default:
    """What `rand` uses."""

    generator = Generator(new_seed())


define("Random", "Object", python=Generator)
RANDOM = methods_of("Random")
RANDOM_CLASS = class_methods_of("Random")


def _invalid(value: Any) -> RubyException:
    return fault("ArgumentError", f"invalid argument - {to_s(value)}")


@RANDOM.method("rand")
def rand(generator: Generator, limit: Any = _NOTHING) -> Any:
    """Return a Float below 1, a number below a limit, or one of a range."""
    if limit is _NOTHING:
        return generator.fraction()
    if isinstance(limit, Range):
        found = generator.between(limit)
        if found is None:
            raise fault("ArgumentError", f"invalid argument - {inspect(limit)}")
        return found
    if limit is None:
        raise _invalid(limit)
    if isinstance(limit, float):
        if not limit > 0:
            raise _invalid(limit)
        return generator.fraction() * limit
    whole = to_int(limit)
    if whole <= 0:
        raise _invalid(limit)
    return generator.below(whole)


RANDOM.add("seed", lambda generator: generator.seed)
RANDOM.add("bytes", lambda generator, count: binary(generator.octets(to_int(count))))
RANDOM_CLASS.add("rand", lambda _class, *limit: rand(Default.generator, *limit))
RANDOM_CLASS.add("bytes", lambda _class, count: binary(Default.generator.octets(to_int(count))))
RANDOM_CLASS.add("seed", lambda _class: Default.generator.seed)
RANDOM_CLASS.add("new_seed", lambda _class: new_seed())


@RANDOM_CLASS.method("new")
def new(_class: Any, seed: Any = _NOTHING) -> Generator:
    """Return random numbers that the seed decides."""
    return Generator(new_seed() if seed is _NOTHING else to_int(seed))


@RANDOM_CLASS.method("srand")
def start_anew(_class: Any, seed: Any = _NOTHING) -> int:
    """Start the numbers of `rand` anew; return the old seed."""
    old = Default.generator.seed
    Default.generator = Generator(new_seed() if seed is _NOTHING else to_int(seed))
    return old
