"""Lines that belong together, a stack trace say: joined to one event.

What is held back waits for the next line, a flush, or `auto_flush_interval`, which the file input heeds. As
in Logstash, blank lines count only between other lines of a chunk, so those of a file do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from logsmith.event.charset import decode_text
from logsmith.event.text import event_of_text
from logsmith.grok import GrokError, Library, compile_grok
from logsmith.grok.library import pattern_files
from logsmith.log import RateLimited
from logsmith.plugins import POSITIVE, REQUIRED, ByteSize, Codec, Duration, EcsMode, Example, Problem, setting
from logsmith.plugins.shared_settings import CHARSET, Charset
from logsmith.regex import LONGEST_MATCH_S, RegexTimeoutError, budget, match_watch
from logsmith.regex.runaway import can_run_away

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logsmith.event import Event

MAX_LINES_TAG = "multiline_codec_max_lines_reached"
MAX_BYTES_TAG = "multiline_codec_max_bytes_reached"
MANY_BYTES = 2_000  # on fewer, only a pattern that can run away takes long
SAME_COMPLAINT_EVERY_S = 60.0


class Multiline(Codec):
    makes_plain_values = True

    pattern: str = setting(REQUIRED, "What a line looks like that belongs to another: a grok pattern.")
    what: Literal["previous", "next"] = setting(
        REQUIRED, "Whether it belongs to the line before or to the one after."
    )
    negate: bool = setting(False, "Take the lines that do not match instead.")
    patterns_dir: list[str] = setting([], "Files, folders or globs with patterns of your own.")
    charset: Charset = CHARSET
    multiline_tag: str = setting("multiline", "The tag of an event of more than one line; empty for none.")
    max_lines: int = setting(500, "The most lines of an event.", within=POSITIVE)
    max_bytes: ByteSize = setting(ByteSize(10 * 1024 * 1024), "The most bytes of an event.", within=POSITIVE)
    auto_flush_interval: Duration | None = setting(
        None, "Seconds without a new line after which an event is complete."
    )
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the text is also kept in `[event][original]` (v1, v8) or not."
    )

    examples = (
        Example(
            "joins indented lines to the line before",
            config='pattern => "^\\s" what => "previous"',
            given={"bytes": "boom\n  at a\n  at b\nfine\n"},
            expect=[{"message": "boom\n  at a\n  at b", "tags": ["multiline"]}, {"message": "fine"}],
        ),
        Example(
            "joins what does not start with a date to the line before",
            config='pattern => "^%{YEAR}-" negate => true what => "previous"',
            given={"bytes": "2026-01-02 a\nb\n2026-01-03 c\n"},
            expect=[{"message": "2026-01-02 a\nb", "tags": ["multiline"]}, {"message": "2026-01-03 c"}],
        ),
        Example(
            "joins lines that end in a backslash to the line after",
            config='pattern => "\\\\$" what => "next" multiline_tag => ""',
            given={"bytes": "a \\\nb\nc\n"},
            expect=[{"message": "a \\\nb"}, {"message": "c"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._lines: list[str] = []
        self._bytes = 0
        # Logstash uses the legacy patterns here in every mode
        try:
            library = Library.stock(ecs=False).with_files(self.patterns_dir)
        except GrokError as error:
            yield Problem(str(error), "patterns_dir")
            return
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        try:
            grok = compile_grok(self.pattern, library)
        except GrokError as error:
            yield Problem(str(error), "pattern")
            return
        self._search, self._can_run_away = grok.search, can_run_away(grok.regex.tree)

    def reads(self) -> Iterator[Path]:
        return pattern_files(self.patterns_dir)

    def fresh(self) -> Multiline:
        twin = super().fresh()
        assert isinstance(twin, Multiline)  # noqa: S101  a copy is of the same class
        twin._lines, twin._bytes = [], 0  # noqa: SLF001  a twin's
        return twin

    @property
    def is_holding(self) -> bool:
        """Whether lines are held back."""
        return bool(self._lines)

    def decode(self, chunk: bytes) -> Iterator[Event]:
        text = decode_text(chunk, self.charset).rstrip("\n")
        lines = text.split("\n") if text else []
        for line, matches in zip(lines, self._matches(lines, len(text)), strict=True):
            belongs = matches is not self.negate
            if self.what == "previous":
                if not belongs or self._limit_tags():
                    yield from self.flush()
                self._hold(line)
            else:
                self._hold(line)
                if not belongs or self._limit_tags():
                    yield from self.flush()

    def _matches(self, lines: list[str], size: int) -> list[bool]:
        """Return which lines match, within the time budget where it could be needed: arming it costs as much as a line."""
        if not self._can_run_away and size < MANY_BYTES:
            return [self._search(line) is not None for line in lines]
        with budget.armed(LONGEST_MATCH_S):
            return [self._matches_in_time(line) for line in lines]

    def _matches_in_time(self, line: str) -> bool:
        try:
            match_watch.text = line
            return self._search(line) is not None
        except RegexTimeoutError:
            self.metrics.count("timeouts")
            if self._complaints.passes("timeout") is not None:
                self.log.warning("the pattern took too long, the line counts as one that does not match")
            return False
        finally:
            match_watch.text = None

    def flush(self) -> Iterator[Event]:
        if not self._lines:
            return
        lines, tags = self._lines, self._limit_tags()
        self._lines, self._bytes = [], 0
        text = "\n".join(lines)
        event = event_of_text(text, with_original=self.ecs != "disabled")
        if len(lines) > 1 and self.multiline_tag:
            event.tag(self.multiline_tag)
        for tag in tags:
            event.tag(tag)
        yield event

    def _hold(self, line: str) -> None:
        self._lines.append(line)
        self._bytes += len(line) if line.isascii() else len(line.encode("utf-8", "replace"))

    def _limit_tags(self) -> list[str]:
        """Return the tags of the limits that what is held back exceeds."""
        reached = (
            (self._bytes >= self.max_bytes, MAX_BYTES_TAG),
            (len(self._lines) > self.max_lines, MAX_LINES_TAG),
        )
        return [tag for is_reached, tag in reached if is_reached]
