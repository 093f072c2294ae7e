"""Lines of CEF: their parts, their escapes, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.cef import CefError, header_text, key_text, parse_line, unquoted, value_text
from logsmith.cef.names import DEVICES, ecs_names, full_names, names_to_write

HEAD = "CEF:0|V|P|1|100|n|3|"

HEADERS = {
    "plain": (HEAD, (None, ("0", "V", "P", "1", "100", "n", "3"))),
    "escaped": (r"CEF:0|a\|b|c\\d|\\|\x|e=f|g", None),
    "of syslog": ("<13>Mar 4 fw1 " + HEAD, ("<13>Mar 4 fw1", ("0", "V", "P", "1", "100", "n", "3"))),
    "with a blank in the version": ("CEF: 0|V|P|1|100|n|3|", ("CEF:", ("0", "V", "P", "1", "100", "n", "3"))),
    "with empty parts": ("CEF:1|||||||", (None, ("1", "", "", "", "", "", ""))),
    "with a line end": (HEAD + "\r\n", (None, ("0", "V", "P", "1", "100", "n", "3"))),
}
HEADERS["escaped"] = (r"CEF:0|a\|b|c\\d|\\|\x|e=f|g|", (None, ("0", "a|b", r"c\d", "\\", r"\x", "e=f", "g")))


@pytest.mark.parametrize(("text", "expected"), HEADERS.values(), ids=HEADERS)
def test_reads_a_header(text, expected):
    line = parse_line(text)
    assert (line.syslog, line.header) == expected


EXTENSIONS = {
    "pairs": ("a=1 b=2", {"a": "1", "b": "2"}),
    "blanks in values": ("a=one two  three b=2", {"a": "one two  three", "b": "2"}),
    "blanks around": ("  a=1   b=2  ", {"a": "1", "b": "2"}),
    "a blank before a value": ("a= 1 b=2", {"a": " 1", "b": "2"}),
    "empty values": ("a= b= c=3", {"a": "", "b": "", "c": "3"}),
    "an equals sign that is not escaped": ("a=x=y b=2", {"a": "x=y", "b": "2"}),
    "an escaped equals sign after a blank": (r"a=x y\=z b=2", {"a": "x y=z", "b": "2"}),
    "escapes": (r"a=\=\\\n\r\t\|", {"a": "=\\\n\r\\t\\|"}),
    "an escaped backslash before an n": (r"a=c:\\new", {"a": r"c:\new"}),
    "pipes": ("a=x|y b=|", {"a": "x|y", "b": "|"}),
    "dots": ("ad.x=1 ad.y.z=2 ad.nn=3", {"ad.x": "1", "ad.y.z": "2", "ad.nn": "3"}),
    "an index": ("a[0]=x b.c[12]=y", {"a[0]": "x", "b.c[12]": "y"}),
    "tabs between": ("a=1\tb=2", {"a": "1", "b": "2"}),
    "a key twice": ("a=1 a=2", {"a": "2"}),
    "no key after a dash": ("a=1 b-c=2", {"a": "1 b-c=2"}),
    "no key beyond ASCII": ("a=1 é=2", {"a": "1 é=2"}),
    "beyond ASCII": ("a=größe ✓", {"a": "größe ✓"}),
}


@pytest.mark.parametrize(("text", "expected"), EXTENSIONS.values(), ids=EXTENSIONS)
def test_reads_extensions(text, expected):
    assert parse_line(HEAD + text).extensions == expected


REFUSED = {
    "nothing": ("", "got 0"),
    "other text": ("no cef at all", "got 0"),
    "too few parts": ("CEF:0|V|P|1|100|n", "got 5"),
    "an escaped last pipe": (r"CEF:0|V|P|1|100|n|3\|", "got 6"),
    "text without a key": (HEAD + "keyless text", "expected key=value"),
    "text before the first key": (HEAD + "text a=1", "expected key=value"),
    "two lines": (HEAD + "a=1\n" + HEAD + "b=2", "line end"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(text, message):
    with pytest.raises(CefError, match=message):
        parse_line(text)


def test_a_long_line_takes_no_time():
    assert len(parse_line(HEAD + "a=" + "x y\\ " * 50_000 + "b=2").extensions) == 2
    with pytest.raises(CefError):
        parse_line("\\" * 200_000)


PLAIN = st.text(st.characters(blacklist_characters="\r", blacklist_categories=["Cs"]))


@given(PLAIN.map(lambda text: text.replace("\n", "")), PLAIN.map(lambda text: "x" + text + "x"))
def test_what_is_written_is_read(part, value):
    line = parse_line(f"CEF:0|{header_text(part)}|P|1|1|n|3|key={value_text(value)}")
    assert line.header[1] == part
    assert line.extensions == {"key": value}


def test_line_ends_in_a_header_become_blanks():
    assert header_text("a\r\nb\nc\rd") == "a b c d"


def test_carriage_returns_in_values_are_written_as_line_ends():
    assert value_text("a\r\nb\rc") == r"a\nb\nc"


def test_keys_are_letters_and_digits():
    assert key_text("[a][b_1]") == "ab1"


def test_the_dictionary_knows_keys_and_names():
    assert full_names()["src"] == "sourceAddress"
    assert ecs_names("observer")["src"] == ecs_names("observer")["sourceAddress"] == "[source][ip]"
    assert [ecs_names(device)["dvchost"] for device in DEVICES] == ["[observer][hostname]", "[host][name]"]
    assert ecs_names("host")["cs15Label"] == "[cef][device_custom_string_15][label]"


def test_of_two_names_for_a_field_the_one_of_dns_is_written():
    names = names_to_write("observer", is_ecs=True, with_keys=False)
    for end in ("source", "destination"):
        assert names[f"[{end}][registered_domain]"] == f"{end}DnsDomain"


@pytest.mark.parametrize("device", DEVICES)
def test_the_fields_of_a_device_are_written_where_the_device_is(device):
    names = names_to_write(device, is_ecs=True, with_keys=True)
    assert {f"[{one}][ip]" for one in DEVICES} & names.keys() == {f"[{device}][ip]"}
    assert names[f"[{device}][ip]"] == "dvc"


def test_the_first_and_the_last_of_a_quoted_line_go():
    assert [unquoted(text) for text in ('"a"', '"ab', "a", '"', "")] == ["a", "a", "a", "", ""]
