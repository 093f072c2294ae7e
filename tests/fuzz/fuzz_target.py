"""What all targets share: inputs near those of a kept corpus, and a bound on the time that one input may take.

A target is a name, a check that raises if an input hurts, and a strategy. Its corpus, `corpus/<name>/`, holds seeds and
every input that once failed, a file each. `scripts/fuzz` runs a target for as long as one likes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logsmith.regex import TimeUp, budget

CORPUS = Path(__file__).parent / "corpus"
LIMIT_S = 10.0  # what takes longer hangs, as far as anyone who waits can tell
EXAMPLES = 20
TIMES = (1, 1, 1, 1, 2, 40, 1_500)  # how often a piece is repeated: nesting, and what is not linear
MOST_CHARS = 20_000
LATIN_1 = st.characters(codec="latin-1")

in_suite = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


class HangsError(AssertionError):
    """An input kept its parser at work for longer than anyone would wait."""


@dataclass(frozen=True)
class Target:
    """Something that takes texts or bytes from strangers, and the check that it is not hurt by them."""

    name: str
    check: Callable[[Any], None]
    tokens: tuple[str, ...] | tuple[bytes, ...] = field(repr=False)
    most_chars: int = MOST_CHARS  # of a piece that is repeated; what the owner writes is not hostile
    arms: bool = True  # the time budget; some checks have one of their own

    @property
    def folder(self) -> Path:
        return CORPUS / self.name

    @property
    def is_text(self) -> bool:
        return isinstance(self.tokens[0], str)

    def kept(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    def read(self, path: Path) -> str | bytes:
        content = path.read_bytes()
        return content.decode("utf-8", "surrogatepass") if self.is_text else content

    def keep(self, given: str | bytes) -> Path:
        """Write an input that failed into the corpus, unless it is there."""
        content = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
        path = self.folder / f"failed-{hashlib.sha256(content).hexdigest()[:8]}"
        path.write_bytes(content)
        return path

    def try_one(self, given: str | bytes) -> None:
        """Check one input; raises what it is not to raise, HangsError if there is no end to it."""
        if not self.arms:
            self.check(given)
            return
        try:
            with budget.armed(0, LIMIT_S):
                budget.program = TimeUp()
                self.check(given)
        except TimeUp:
            raise HangsError(f"{self.name} takes longer than {LIMIT_S} s") from None

    def inputs(self) -> st.SearchStrategy[str | bytes]:
        """Return inputs near those kept: pieces left out, repeated, replaced, or put in from elsewhere."""
        return _near([self.read(path) for path in self.kept()], self.tokens, self.most_chars)


@st.composite
def _near(draw, seeds, tokens, most_chars):
    given = draw(st.sampled_from(seeds))
    anything = st.text(max_size=4) | st.text(LATIN_1, max_size=4)
    if isinstance(given, bytes):
        anything = st.binary(max_size=4)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(given)))
        end = draw(st.integers(start, min(len(given), start + 30)))
        piece = draw(st.sampled_from(tokens) | anything | st.just(given[start:end]) | st.sampled_from(seeds))
        times = max(1, min(draw(st.sampled_from(TIMES)), most_chars // (len(piece) or 1)))
        if draw(st.booleans()):
            end = start
        given = given[:start] + piece * times + given[end:]
    return given


def test_what_is_kept_does_no_harm(target, path):
    target.try_one(target.read(path))


@in_suite
@given(data=st.data())
def test_nothing_near_it_does_harm(target, data):
    target.try_one(data.draw(target.inputs()))
