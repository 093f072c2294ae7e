"""The multiline codec: which lines are joined, when they come out, and the limits."""

import pytest

from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin


def make_codec(ecs="disabled", **settings):
    settings = {"pattern": "^ ", "what": "previous", **settings}
    codec, _ = make_plugin("codec", "multiline", settings, Context(ecs=ecs))
    return codec.fresh()


def joined(codec, *chunks):
    events = [event for chunk in chunks for event in codec.decode(chunk)]
    return [event.top("message") for event in [*events, *codec.flush()]]


@pytest.mark.parametrize(
    ("settings", "chunks", "messages"),
    [
        ({}, [b"a", b" b", b"c"], ["a\n b", "c"]),
        ({}, [b"a\n b\nc\n"], ["a\n b", "c"]),
        ({}, [b" a", b" b"], [" a\n b"]),
        ({"negate": True, "pattern": "^%{YEAR}"}, [b"2026 a", b"b", b"2027"], ["2026 a\nb", "2027"]),
        ({"what": "next", "pattern": r"\\$"}, [b"a\\", b"b", b"c"], ["a\\\nb", "c"]),
        ({"what": "next", "negate": True, "pattern": ";$"}, [b"a", b"b;", b"c"], ["a\nb;", "c"]),
        ({}, [b"a\r\n b\r\n"], ["a\r\n b\r"]),
        ({}, [b"a\n\n b\n\n"], ["a", "\n b"]),
        ({}, [b"a", b"", b" b"], ["a\n b"]),
        ({}, [b"a\xff", " é".encode()], ["a\\xFF\n é"]),
        ({"charset": "ISO-8859-1"}, [b"\xe9"], ["é"]),
        ({}, [b"", b"\n"], []),
    ],
)
def test_lines_are_joined(settings, chunks, messages):
    assert joined(make_codec(**settings), *chunks) == messages


@pytest.mark.parametrize(
    ("settings", "tags"),
    [({}, ["multiline"]), ({"multiline_tag": "joined"}, ["joined"]), ({"multiline_tag": ""}, None)],
)
def test_joined_lines_have_a_tag(settings, tags):
    codec = make_codec(**settings)
    assert [event.top("tags") for event in codec.decode(b"one\ntwo\n three\nfour")] == [None, tags]


@pytest.mark.parametrize("what", ["previous", "next"])
@pytest.mark.parametrize(
    ("limit", "lines", "tag"),
    [
        ({"max_lines": 2}, 3, "multiline_codec_max_lines_reached"),
        ({"max_bytes": 6}, 3, "multiline_codec_max_bytes_reached"),
        ({"max_bytes": 5}, 3, "multiline_codec_max_bytes_reached"),
    ],
)
def test_a_limit_ends_an_event(what, limit, lines, tag):
    codec = make_codec(what=what, **limit)
    (first,) = list(codec.decode(b"\n".join([b" a"] * (lines + (what == "previous")))))
    assert first.top("message").count("\n") == lines - 1
    assert first.top("tags") == ["multiline", tag]


def test_both_limits_have_their_tags():
    (first,) = list(make_codec(max_lines=2, max_bytes=6).decode(b" a\n a\n a\n a"))
    assert first.top("tags") == [
        "multiline",
        "multiline_codec_max_bytes_reached",
        "multiline_codec_max_lines_reached",
    ]


def test_the_original_is_kept_in_ecs_mode():
    codec = make_codec(ecs="v8")
    list(codec.decode(b"a\n b"))
    (event,) = codec.flush()
    assert event.top("event") == {"original": "a\n b"}


def test_a_fresh_codec_holds_nothing_of_another():
    codec = make_codec()
    list(codec.decode(b"a"))
    twin = codec.fresh()
    assert (codec.is_holding, twin.is_holding) == (True, False)
    assert joined(twin, b"b") == ["b"]
    assert joined(codec) == ["a"]


def test_patterns_may_come_from_files(tmp_path):
    (tmp_path / "mine").write_text("START [A-Z]{3}:\n")
    codec = make_codec(pattern="^%{START}", negate=True, patterns_dir=[str(tmp_path)])
    assert joined(codec, b"ABC: one\nmore\nDEF: two") == ["ABC: one\nmore", "DEF: two"]


@pytest.mark.parametrize(
    "settings", [{"pattern": "("}, {"pattern": "%{NO_SUCH}"}, {"charset": "UTF-88"}, {"what": "both"}]
)
def test_settings_are_checked(settings):
    with pytest.raises(BuildError):
        make_codec(**settings)
