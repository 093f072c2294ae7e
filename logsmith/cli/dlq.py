"""`logsmith dlq`: see what outputs refused for good, send it again, or throw it away."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from logsmith.cli.dlq_reasons import kind_of
from logsmith.cli.dlq_tables import DlqError, Table, letters, open_tables, order_of, timestamp_text
from logsmith.errors import LogsmithError
from logsmith.event import Timestamp
from logsmith.letters.events import event_of
from logsmith.plugins import Codec, Context
from logsmith.plugins.build import make_plugin
from logsmith.spool.dead_letters import LETTERS_AT_A_TIME, DeadLetter

DESCRIPTION = """\
Work with dead letters: events that an output refused for good, each with the reason. It works on path.data, whether
the server runs or not.

  logsmith dlq stats                            how many there are, and why
  logsmith dlq ls --since 2h                    what came in the last two hours, a line each
  logsmith dlq show main:17                     one letter whole, as rubydebug prints events
  logsmith dlq replay -f pipeline.conf          send all again, to the output that refused them
  logsmith dlq replay --through mend.conf main:17
                                                send one through the filters and outputs of another file
  logsmith dlq rm --reason 'too long' --yes     throw some away

A letter is named PIPELINE:NUMBER as `ls` shows it, or by its number alone if only one pipeline has letters."""

REPLAY_DESCRIPTION = """\
Send dead letters again. A letter is removed when its event is delivered, not before: a replay that is killed loses
nothing (the last batch may be delivered twice). What is refused again stays, with the new reason; so does what no
output wants. Inputs are never started, and the server may run meanwhile.

  logsmith dlq replay -f pipeline.conf          the mapping is mended: to the output that refused them,
                                                as they are, no filter runs a second time
  logsmith dlq replay                           the same, with the pipelines of pipelines.yml
  logsmith dlq replay --through mend.conf       the events must change: through the filters and outputs of
                                                mend.conf; [@metadata][dead_letter_queue] tells the filters
                                                plugin_type, plugin_id, reason, entry_time and id
  logsmith dlq replay --through mend.conf --dry-run --limit 10
                                                run the filters on ten of them, send nothing

The exit status is 0 if every letter was delivered, 1 if one was not."""

WHICH: Sequence[tuple[Any, ...]] = (  # Any: flags, then what argparse takes by name
    ("--pipeline.id", {"metavar": "ID", "help": "letters of this pipeline only"}),
    (
        "--plugin",
        {"metavar": "NAME", "help": "refused by this plugin (elasticsearch) or the one with this id"},
    ),
    ("--reason", {"metavar": "TEXT", "help": "with this text in the reason, in any case"}),
    (
        "--since",
        {"metavar": "TIME", "help": "not before this time: 2026-11-20T23:00:00Z, or 90m, 2h, 3d ago"},
    ),
    ("--until", {"metavar": "TIME", "help": "before this time"}),
    ("--newest", {"action": "store_true", "help": "the newest first, not the oldest"}),
)
WHERE: Sequence[tuple[Any, ...]] = (
    (
        "--path.data",
        {"metavar": "DIR", "help": "the server's folder (default: as the settings file says, or ./data)"},
    ),
    ("--path.settings", {"metavar": "DIR", "help": "the folder of logsmith.yml or logstash.yml"}),
)
FORMAT = (
    "--format",
    {"choices": ("text", "json"), "default": "text", "help": "json is an object on each line"},
)
YES = ("--yes", {"action": "store_true", "help": "yes, remove them; not needed for letters that are named"})
REPLAY: Sequence[tuple[Any, ...]] = (
    ("-f", "--path.config", {"metavar": "FILE", "help": "the pipeline whose outputs refused the letters"}),
    ("--through", {"metavar": "FILE", "help": "a pipeline whose filters and outputs get the events"}),
    ("--dry-run", {"action": "store_true", "help": "send nothing, and say what would be sent where"}),
    ("--keep", {"action": "store_true", "help": "keep letters that are delivered, too"}),
)
LIMITS = {"ls": 100, "show": 10}  # if none is given; the others take all

STEP = "    "
REASONS_SHOWN = 20
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def main(argv: Sequence[str]) -> int:
    """Run `logsmith dlq` and return its exit status."""
    options = _parser().parse_args(argv)
    try:
        with open_tables(options) as tables:
            return COMMANDS[options.command](options, tables)
    except LogsmithError as error:
        print(f"logsmith dlq: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="logsmith dlq", description=DESCRIPTION, formatter_class=form)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, sentence, own in (
        ("ls", "List letters, a line each.", (FORMAT,)),
        ("show", "Show letters whole.", (FORMAT,)),
        ("stats", "Count letters by plugin and reason.", (FORMAT,)),
        ("replay", "Send letters again.", REPLAY),
        ("rm", "Throw letters away.", (YES,)),
    ):
        text = REPLAY_DESCRIPTION if name == "replay" else sentence
        one = commands.add_parser(name, help=sentence, description=text, formatter_class=form)
        one.add_argument("ids", nargs="*", metavar="LETTER", help="only these: PIPELINE:NUMBER, or NUMBER")
        limit = LIMITS.get(name, 0)
        what = f"at most so many (default: {limit or 'all'}; 0 is all)"
        for *flags, rest in (
            *own,
            *WHICH,
            ("--limit", {"type": int, "default": limit, "metavar": "N", "help": what}),
        ):
            one.add_argument(*flags, **rest)
        for *flags, rest in WHERE:
            one.add_argument(*flags, **rest)
    return parser


def _chosen(options: argparse.Namespace, tables: Sequence[Table]) -> Iterator[tuple[Table, DeadLetter]]:
    """Yield the letters that are meant, table after table."""
    order = order_of(options)
    found = (
        (table, letter)
        for table in tables
        for letter in table.letters.read(choice=table.choice, newest_first=order.newest_first)
    )
    return islice(found, order.limit or None)


def _list(options: argparse.Namespace, tables: Sequence[Table]) -> int:
    total = sum(table.letters.count(table.choice) for table in tables)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    shown = 0
    for table, letter in _chosen(options, tables):
        shown += 1
        if options.format == "json":
            print(json.dumps(_facts(table, letter), ensure_ascii=False))
            continue
        reason = f"DAMAGED: {letter.damage}" if letter.damage else _printable(letter.reason)
        plugin = f"{letter.plugin_type}:{letter.line}"
        line = f"{table.name_of(letter):<12}  {timestamp_text(letter.entered_ns)}  {plugin:<18}  {reason}"
        print(line[:width] if width else line)
    if not total:
        print("no dead letters" + _where(tables, options), file=sys.stderr)
    elif shown < total:
        print(f"{shown} of {letters(total)}; --limit 0 lists all, --newest the newest first", file=sys.stderr)
    return 0


def _where(tables: Sequence[Table], options: argparse.Namespace) -> str:
    return (
        " that are meant"
        if tables and (options.ids or any(table.letters.count() for table in tables))
        else ""
    )


def _facts(table: Table, letter: DeadLetter) -> dict[str, object]:
    facts: dict[str, object] = {
        "pipeline": table.pipeline_id,
        "id": letter.id,
        "time": timestamp_text(letter.entered_ns),
        "plugin_type": letter.plugin_type,
        "plugin_id": letter.plugin_id,
        "line": letter.line,
        "reason": letter.reason,
    }
    return facts | ({"damage": letter.damage} if letter.damage else {})


def _show(options: argparse.Namespace, tables: Sequence[Table]) -> int:
    codec, _ = make_plugin("codec", "rubydebug", {"metadata": True}, Context())
    assert isinstance(codec, Codec)  # noqa: S101  the registry finds by kind
    status, shown = 0, 0
    for table, letter in _chosen(options, tables):
        shown += 1
        status |= bool(letter.damage)
        print(_whole_json(table, letter) if options.format == "json" else _whole(table, letter, codec))
    if not shown:
        raise DlqError("there is no such dead letter")
    return int(status)


def _whole_json(table: Table, letter: DeadLetter) -> str:
    head = json.dumps(_facts(table, letter), ensure_ascii=False)
    if letter.damage:
        return head
    # As they are stored: numbers keep their digits
    return f'{head[:-1]}, "event": {letter.fields.decode()}, "@metadata": {letter.metadata.decode()}}}'


def _whole(table: Table, letter: DeadLetter, codec: Codec) -> str:
    lines = [
        table.name_of(letter),
        f"{STEP}refused by  {letter.plugin_type}, line {letter.line}, id {letter.plugin_id}",
        f"{STEP}at          {Timestamp(letter.entered_ns).isoformat()}",
        f"{STEP}because     {_printable(letter.reason)}",
    ]
    if letter.damage:
        return "\n".join([*lines, f"{STEP}DAMAGED: {letter.damage}"])
    return "\n".join([*lines, codec.encode(event_of(letter)).decode("utf-8", "replace")])


def _stats(options: argparse.Namespace, tables: Sequence[Table]) -> int:
    for table in tables:
        _print_stats(table, options.format)
    if not tables:
        print("no dead letters", file=sys.stderr)
    return 0


def _print_stats(table: Table, form: str) -> None:
    kinds: Counter[tuple[str, int, str]] = Counter()
    first, last, damaged = None, None, 0
    for letter in table.letters.read(choice=table.choice):
        damaged += bool(letter.damage)
        kinds[letter.plugin_type, letter.line, kind_of(_printable(letter.reason))] += 1
        first = first or letter.entered_ns
        last = letter.entered_ns
    whole = table.letters.summary()
    facts: Mapping[str, object] = {
        "pipeline": table.pipeline_id,
        "letters": kinds.total(),
        "damaged": damaged,
        "oldest": first and timestamp_text(first),
        "newest": last and timestamp_text(last),
        "size_in_bytes": whole.size_bytes,
        "max_size_in_bytes": table.letters.bounds.max_bytes,
        "dropped": whole.dropped,
        "expired": whole.expired,
        "reasons": [
            {"letters": number, "plugin_type": plugin, "line": line, "reason": reason}
            for (plugin, line, reason), number in kinds.most_common()
        ],
    }
    if form == "json":
        print(json.dumps(facts, ensure_ascii=False))
        return
    span = f", from {facts['oldest']} to {facts['newest']}" if first else ""
    print(f"{table.pipeline_id}: {letters(kinds.total())}{span}")
    most = table.letters.bounds.max_bytes
    limit = f"at most {most:,} bytes by the settings given here" if most else "any number of bytes"
    size = f"{whole.size_bytes:,} of {limit}"
    print(f"{STEP}{size}; {damaged} damaged, {whole.dropped} dropped, {whole.expired} expired so far")
    for (plugin, line, reason), number in kinds.most_common(REASONS_SHOWN):
        print(f"{number:>8}  {plugin}:{line}  {reason}")
    if len(kinds) > REASONS_SHOWN:
        print(f"{STEP}and {len(kinds) - REASONS_SHOWN} more kinds of reasons; --format json lists all")


def _remove(options: argparse.Namespace, tables: Sequence[Table]) -> int:
    chosen: dict[str, list[int]] = {}
    letters_of = {table.pipeline_id: table.letters for table in tables}
    for table, letter in _chosen(options, tables):
        chosen.setdefault(table.pipeline_id, []).append(letter.id or 0)
    total = sum(map(len, chosen.values()))
    if not total:
        raise DlqError("there is no such dead letter")
    if not options.ids and not options.yes:
        raise DlqError(f"this would remove {letters(total)} for good; add --yes if that is meant")
    for pipeline_id, numbers in chosen.items():
        letters_there = letters_of[pipeline_id]
        for start in range(0, len(numbers), LETTERS_AT_A_TIME):  # a server that writes waits between
            letters_there.remove(numbers[start : start + LETTERS_AT_A_TIME])
        letters_there.compact()
    print(f"{letters(total)} removed")
    return 0


def _replay(options: argparse.Namespace, tables: Sequence[Table]) -> int:
    from logsmith.cli.dlq_replay import replay

    return replay(options, tables)


def _printable(text: str) -> str:
    return UNPRINTABLE.sub(" ", text)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, Sequence[Table]], int]] = {
    "ls": _list,
    "show": _show,
    "stats": _stats,
    "replay": _replay,
    "rm": _remove,
}
