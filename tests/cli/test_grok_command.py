"""`logsmith grok`: what it shows of lines that match and of those that do not, and what it returns."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from logsmith.cli import main
from logsmith.cli.grok import CHARS_SHOWN, DESCRIPTION, margin_to

ACCESS = "%{IP:client} %{WORD:verb} %{INT:code:int}"


@pytest.fixture
def grok(monkeypatch, capsys):
    """Run the command on a text; return its exit status, standard output and standard error."""

    def run(text, *words):
        given = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = main(["grok", *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


SHOWN = {
    "a match": (
        "192.0.2.7 GET 200\n",
        [ACCESS],
        """\
line 1: match
    client  string  "192.0.2.7"
    verb    string  "GET"
    code    int     200
""",
    ),
    "a name twice": (
        "1 2 x",
        ["%{NUMBER:n:float} %{NUMBER:n:float}%{DATA:empty} x"],
        """\
line 1: match
    n  float   1.0
    n  string  "2"
""",
    ),
    "a match without captures": ("abc", ["b"], "line 1: match\n"),
    "an empty capture that is kept": (
        "x",
        ["x%{DATA:a}(?<b>y)?$", "--keep-empty-captures"],
        """\
line 1: match
    a  string  ""
    b  string  null
""",
    ),
    "what is not named": (
        "7 x",
        ["%{INT} %{WORD:w}", "--named-captures-only", "false"],
        """\
line 1: match
    INT  string  "7"
    w    string  "x"
""",
    ),
    "a miss": (
        "192.0.2.7 GET two\n",
        [ACCESS],
        """\
line 1: no match
    192.0.2.7 GET two
                  ^
    %{INT:code:int} does not match here
""",
    ),
    "a miss inside of references": (
        "<a=!",
        ["<%{PAIR:p}>", "--define", "PAIR=%{WORD:k}(?:=|:)%{INT:v}"],
        """\
line 1: no match
    <a=!
       ^
    %{INT:v} inside %{PAIR:p} does not match here
""",
    ),
    "a piece": (
        "a=1",
        ["%{WORD:k} = %{INT:v}"],
        """\
line 1: no match
    a=1
     ^
    ` = ` does not match here
""",
    ),
    "alternatives": (
        "level=loud",
        ["level=(?:info|warn)"],
        """\
line 1: no match
    level=loud
          ^
    `(?:info|warn)` does not match here
    none of: info  warn
""",
    ),
    "many alternatives": (
        "x",
        ["(?:a|b|c|d|e|f|g|h|i|j)"],
        """\
line 1: no match
    x
    ^
    `(?:a|b|c|d|e|f|g|h|i|j)` matches nowhere in the text
    none of: a  b  c  d  e  f  g  h  and 2 more
""",
    ),
    "a text that ends": (
        "192.0.2.7",
        [ACCESS],
        """\
line 1: no match
    192.0.2.7
             ^
    ` ` is still to come where the text ends
""",
    ),
    "what comes nowhere": (
        "a b c",
        ["%{WORD:a} %{GREEDYDATA:b};"],
        """\
line 1: no match
    a b c
      ^
    `;` matches nowhere from here on
""",
    ),
    "tabs and wide characters": (
        "日本\té語\tx",
        ["日本\té語\t%{INT:n}"],
        """\
line 1: no match
    日本\té語\tx
        \t   \t^
    %{INT:n} does not match here
""",
    ),
    "control characters": (
        "a\x1b[31m b",
        ["a.\\[31m %{INT:n}"],
        """\
line 1: no match
    a�[31m b
           ^
    %{INT:n} does not match here
""",
    ),
    "a call of a later group": (
        "xyyw",
        [r"(?<a>x)\g<b>(?<b>y)z"],
        """\
line 1: no match
    xyyw
    where it stops is not known: the expression calls a group that comes later
""",
    ),
    "the legacy patterns": (
        "2023-01-09T04:05:06Z box app[7]: hi",
        ["%{SYSLOGBASE2}", "--ecs", "disabled"],
        """\
line 1: match
    timestamp8601  string  "2023-01-09T04:05:06Z"
    logsource      string  "box"
    program        string  "app"
    pid            string  "7"
""",
    ),
    "several lines, one with a carriage return": (
        "1\r\nx\n\n2",
        ["^%{INT:n}$"],
        """\
line 1: match
    n  string  "1"
line 2: no match
    x
    ^
    %{INT:n} does not match here
line 3: no match

    ^
    %{INT:n} is still to come where the text ends
line 4: match
    n  string  "2"
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words", "shown"), SHOWN.values(), ids=SHOWN)
def test_a_line_is_shown_as(grok, text, words, shown):
    status, out, err = grok(text, *words)
    assert (out, err) == (shown, "")
    assert status == ("no match" in shown)


def test_no_lines_are_no_miss(grok):
    assert grok("", "%{INT:n}") == (0, "", "")


def test_json_is_an_object_for_each_line(grok):
    status, out, _ = grok("5 é\nx\n", "^%{INT:n:int} %{WORD:w}?", "--format", "json")
    assert status == 1
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "line": 1,
            "text": "5 é",
            "match": True,
            "captures": [{"field": "n", "type": "int", "value": 5}],
        },
        {
            "line": 2,
            "text": "x",
            "match": False,
            "reason": "here",
            "position": 0,
            "path": ["%{INT:n:int}"],
            "piece": "",
            "alternatives": [],
        },
    ]


def test_a_long_line_is_cut_around_the_place(grok):
    _, out, _ = grok("a" * 500 + "!" + "b" * 500, "a+%{INT:n}")
    _, line, caret, _ = out.splitlines()
    assert len(line) <= CHARS_SHOWN + 4
    assert line[caret.index("^")] == "!"


def test_bytes_that_are_no_utf_8_do_not_end_it(grok):
    assert grok(b"\xff 1", "%{INT:n}")[0] == 0


def test_lines_come_from_a_file(grok, tmp_path):
    path = tmp_path / "lines"
    path.write_text("1\n")
    assert grok("", "%{INT:n}", "-f", str(path))[1] == 'line 1: match\n    n  string  "1"\n'


def test_patterns_come_from_a_folder(grok, tmp_path):
    (tmp_path / "mine").write_text("ORDER [A-Z]{2}-\\d+\n")
    assert grok("AB-1", "%{ORDER:o}", "--patterns-dir", str(tmp_path))[0] == 0


WRONG = [
    (["%{IPP:a}"], "there is no grok pattern 'IPP'; did you mean IP?"),
    (["%{INT:a}", "-f", "missing.log"], "missing.log: No such file or directory"),
    (["%{INT:a}", "--patterns-dir", "missing"], "no pattern file is at 'missing'"),
    (["%{INT:a}", "--define", "A"], "--define wants NAME=REGEX, not 'A'"),
    (["(a"], "the pattern '(a' is no regular expression once expanded: end pattern with unmatched parenthesis at position 0"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_says_what_is_wrong_with_the_expression(grok, words, message):
    assert grok("1\n", *words) == (1, "", f"logsmith grok: {message}\n")


@pytest.mark.parametrize("words", [[], ["a", "--ecs", "v9"], ["a", "--named-captures-only", "maybe"]])
def test_a_word_that_it_does_not_know_is_a_usage_error(grok, words):
    with pytest.raises(SystemExit) as caught:
        grok("", *words)
    assert caught.value.code == 2


def test_a_line_that_takes_too_long_is_given_up_and_the_next_is_tried(grok):
    text = "a" * 60
    status, out, err = grok(f"{text}\nx1\n", r"(?<x>(?<y>a|a)*)b|%{INT:n}", "--timeout", "40")
    assert status == 1
    assert (
        out
        == f"""\
line 1: no match
    {text}
    given up after 40 ms (see --timeout)
line 2: match
    n  string  "1"
"""
    )
    assert err.startswith("warning: the pattern can run away: (?<y>a|a)* matches one text in many ways")
    assert "\nhint: " in err


def test_the_help_teaches_by_what_the_command_really_says(grok, capsys):
    with pytest.raises(SystemExit):
        main(["grok", "--help"])
    assert DESCRIPTION in capsys.readouterr().out
    for line, code in (("192.0.2.7 GET 200", 0), ("192.0.2.7 GET two", 1)):
        assert f"$ echo '{line}' | logsmith grok '{ACCESS}'" in DESCRIPTION
        status, out, _ = grok(f"{line}\n", ACCESS)
        assert status == code
        assert "".join(f"  {one}\n" for one in out.splitlines()) in f"{DESCRIPTION}\n"


SESSION = re.compile(
    r"^```\n\$ echo '([^\n]*)' \| logsmith grok '([^\n]*)'\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
PAGE = (Path(__file__).parents[2] / "docs" / "grok.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("line", "pattern", "shown"), SESSION.findall(PAGE))
def test_the_documentation_shows_what_the_command_says(grok, line, pattern, shown):
    assert grok(f"{line}\n", pattern)[1] == shown


def test_each_line_is_answered_as_it_comes_and_a_closed_pipe_is_no_error():
    words = [sys.executable, "-m", "logsmith", "grok", "%{INT:n}"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        child.stdin.write(b"1\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"line 1: match\n"
        assert child.stdout.readline() == b'    n  string  "1"\n'
        child.stdout.close()
        child.stdin.write(b"2\n" * 10)
        child.stdin.close()
        assert child.stderr.read() == b""
        assert child.wait() == 1


MARGINS = [("abc", 2, "  "), ("a\tc", 3, " \t "), ("日c", 1, "  "), ("e\u0301x", 2, " "), ("\u200bx", 1, "")]


@pytest.mark.parametrize(("text", "place", "margin"), MARGINS)
def test_the_caret_stands_under_its_character(text, place, margin):
    assert margin_to(text, place) == margin
