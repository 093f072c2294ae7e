"""Pieces of deflated text: each is read alone, and any of them together are one gzip file."""

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.deflated import MOST_INFLATED, Deflated, InflateError, deflate, gzip_file, inflate

TEXTS = st.lists(st.binary(max_size=2000) | st.binary(max_size=8).map(lambda some: some * 5000), max_size=6)
LINES = b"line after line\n" * 1000


@given(texts=TEXTS, level=st.integers(1, 9))
def test_pieces_are_one_gzip_file_of_all_texts(texts, level):
    pieces = [deflate(text, level) for text in texts]
    assert gzip.decompress(gzip_file(pieces)) == b"".join(texts)
    assert [inflate(piece) for piece in pieces] == texts


@pytest.mark.parametrize("level", range(1, 10))
def test_nothing_stands_behind_the_file_and_it_is_small(level):
    file = gzip_file([deflate(LINES, level)] * 3)
    assert gzip.decompress(file) == LINES * 3
    assert len(file) < len(LINES) / 20


@pytest.mark.parametrize(
    "change",
    {
        "cut": lambda piece: Deflated(piece.content[:20], piece.size, piece.crc),
        "longer than it says": lambda piece: Deflated(piece.content, piece.size - 1, piece.crc),
        "shorter than it says": lambda piece: Deflated(piece.content, piece.size + 1, piece.crc),
        "another text": lambda piece: Deflated(deflate(LINES[::-1]).content, piece.size, piece.crc),
        "no deflated text": lambda piece: Deflated(b"\xff" * 100, piece.size, piece.crc),
        "beyond all limits": lambda piece: Deflated(piece.content, MOST_INFLATED + 1, piece.crc),
    }.values(),
)
def test_what_is_damaged_is_not_taken_for_the_text(change):
    with pytest.raises(InflateError):
        inflate(change(deflate(LINES)))


@given(seed=st.integers(0, 2**32))
def test_a_flipped_bit_is_found(seed):
    piece, dice = deflate(LINES), random.Random(seed)
    content = bytearray(piece.content)
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    try:
        text = inflate(Deflated(bytes(content), piece.size, piece.crc))
    except InflateError:
        return
    assert text == LINES  # a bit that says nothing
