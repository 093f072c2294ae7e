"""What XPath selects, and what a document may not do to it."""

import time

import pytest

from logsmith.xml import XmlError
from logsmith.xml.interrupted import before_mismatch
from logsmith.xml.select import ParseOptions, Selector, check_expression, read_options

BOOKS = '<lib name="main"><book id="1"><t>A &amp; B</t></book><book id="2"><t>C</t><e/></book></lib>'
SOAP = '<s:E xmlns:s="urn:s" xmlns="urn:d"><s:B b="2" a="1"><n s:k="v">é</n></s:B></s:E>'
MENDED = ParseOptions()


def select(text, expression, namespaces=None, options=MENDED, **settings):
    return Selector(text, options, **settings).select(expression, namespaces or {})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("//t/text()", ["A &amp; B", "C"]),
        ("//book/@id", ["1", "2"]),
        ("//book[2]", ['<book id="2"><t>C</t><e/></book>']),
        ("//book[@id='1']/t", ["<t>A &amp; B</t>"]),
        ("//nothing", []),
        ("string(//book[1]/t)", ["A & B"]),
        ("string(//nothing)", [""]),
        ("count(//book)", ["2.0"]),
        ("sum(//book/@id) div 2", ["1.5"]),
        ("number('x')", ["NaN"]),
        ("boolean(//book)", ["true"]),
        ("boolean(//nothing)", []),
        ("concat(//book[1]/@id, '-', //book[2]/@id)", ["1-2"]),
        ("//t/text() | //@id", ["1", "A &amp; B", "2", "C"]),
    ],
)
def test_nodes_and_what_functions_give_become_texts(expression, expected):
    assert select(BOOKS, expression) == expected


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        ("<a><b><![CDATA[x <y>]]></b></a>", "//b/text()", ["<![CDATA[x <y>]]>"]),
        ("<a><b><![CDATA[x <y>]]></b></a>", "//b", ["<b><![CDATA[x <y>]]></b>"]),
        ("<a>x<![CDATA[y]]>z<c/><![CDATA[w]]>v</a>", "/a/text()", ["x", "<![CDATA[w]]>"]),
        ("<a k='1>0'><![CDATA[x]]></a>", "/a/text()", ["<![CDATA[x]]>"]),
        ("<a>1 &lt; 2<!-- c -->\r3</a>", "/a/text()", ["1 &lt; 2", "\n3"]),
        ("<a><!-- c --><?p d?></a>", "/a/node()", ["<!-- c -->", "<?p d?>"]),
        ("<a z='&lt;&quot;' b=\"'\"/>", "/a", ['<a b="\'" z="&lt;&quot;"/>']),
        ("<a z='1' b='2'><c y='3' x='4'/></a>", "//@*", ["2", "1", "4", "3"]),
        ("<a>x&nbsp;y&q;<b/>&q;&r;z</a>", "/a/text()", ["x", "z"]),
        ("<a>x&nbsp;y</a>", "/a", ["<a>x&nbsp;y</a>"]),
        ("<a>x&nbsp;y</a>", "string(/a)", ["xy"]),
        ("<a>&nbsp;<b>x &amp; y</b></a>", "//b/text()", ["x &amp; y"]),
        ("<?xml version='1.0'?><a>&nbsp;<b>x &lt; y</b></a>", "//b", ["<b>x &lt; y</b>"]),
        ("<a>&nbsp;<b/></a>", "/a/node()", ["<b/>"]),
        ("<a>x&q;<![CDATA[y]]></a>", "/a/text()", ["x"]),
        ("<!DOCTYPE a [<!ENTITY e 'v'>]><a>&e;</a>", "/a/text()", ["v"]),
        ("<a k='1' b='2' k='3'/>", "/a/@k", ["3"]),
        ("<a k='1' b='2' k='3'/>", "/a", ['<a b="2" k="3"/>']),
    ],
)
def test_nodes_are_written_as_nokogiri_writes_them(text, expression, expected):
    assert select(text, expression) == expected


@pytest.mark.parametrize(
    ("expression", "namespaces", "expected"),
    [
        ("//xmlns:n/text()", {}, ["é"]),
        ("//s:B/@a", {}, ["1"]),
        ("//x:B/y:n/@x:k", {"x": "urn:s", "y": "urn:d"}, ["v"]),
        ("//n", {"x": "urn:s"}, []),
        ("//s:B", {}, ['<s:B a="1" b="2"><n s:k="v">é</n></s:B>']),
    ],
)
def test_prefixes_are_those_given_or_those_of_the_root(expression, namespaces, expected):
    assert select(SOAP, expression, namespaces) == expected


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        (SOAP, "/E/B/n/text()", ["é"]),
        (SOAP, "//n", ['<n k="v">é</n>']),
        ("<p:a><p:b>1</p:b></p:a>", "/a/b/text()", ["1"]),
    ],
)
def test_namespaces_can_be_taken_away(text, expression, expected):
    assert select(text, expression, removes_namespaces=True) == expected


@pytest.mark.parametrize(
    ("text", "expression", "expected"),
    [
        ("<a><b>1</b><c>2<c></a>", "/a/b/text()", ["1"]),
        ("<r><p>1</x><p>2</p></r>", "//p", ["<p>1</p>"]),
        ("<r>é<br k='>'><a>1</a></r><a>2</a>", "//a/text()", ["1"]),
        ("<r><!-- </x> --><![CDATA[</x>]]><?p </x>?><a>1</r>", "//a/text()", ["1"]),
        ("<!DOCTYPE r [<!ELEMENT r ANY>]><r><a k='</x>'/><a>1</ a></r>", "//a/text()", ["1"]),
        ("<r><a>1</a></r><r><a>2</a></r>", "//a/text()", ["1"]),
        ("Jan 1 host: <a><b>1</b></a>", "/a/b/text()", []),
        ("\ufeff\n<a><b>1</b></a>", "/a/b/text()", ["1"]),
        (' <?xml version="1.0"?><a>1</a>', "/a/text()", ["1"]),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', "/a/text()", ["é"]),
        ("no xml", "//*", []),
        ("no xml", "count(//a)", ["0.0"]),
        ("no xml", "string(//a)", [""]),
    ],
)
def test_malformed_xml_is_mended(text, expression, expected):
    assert select(text, expression) == expected


@pytest.mark.parametrize(
    "piece", ["<![", "<!x[", "<a k='", "<a ", "<!--", "<", "</a>", '<a k="">', "<b></c>"]
)
def test_a_long_malformed_document_takes_no_time(piece):
    started = time.monotonic()
    select(f"<r><a k=></b>{piece * 50_000}", "//a")
    before_mismatch(f"<r>{piece * 50_000}</x>")
    assert time.monotonic() - started < 2


def test_malformed_xml_is_an_error_where_it_must_not_be_mended():
    with pytest.raises(XmlError, match="Opening and ending tag mismatch"):
        select("<a><b></a>", "/a", options=read_options("strict"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, ParseOptions(recovers=True)),
        ("strict", ParseOptions(recovers=False)),
        ("no_error", ParseOptions(recovers=False)),
        ("strict|recover", ParseOptions(recovers=True)),
        (" No_Blanks , RECOVER,", ParseOptions(recovers=True, keeps_blanks=False)),
        ("", ParseOptions(recovers=False)),
    ],
)
def test_options_without_recover_are_strict(written, expected):
    assert read_options(written) == expected


def test_an_unknown_option_is_refused():
    with pytest.raises(XmlError, match='unsupported parse option: "invalid0"'):
        read_options("strict,invalid0")


def test_blanks_between_elements_are_dropped_on_demand():
    text = "<a> <b>1</b> </a>"
    assert select(text, "/a/text()") == [" ", " "]
    assert select(text, "/a/text()", options=read_options("recover,noblanks")) == []


@pytest.mark.parametrize("expression", ["//a[", "", "a b"])
def test_what_is_no_expression_is_found_before_any_document(expression):
    with pytest.raises(XmlError):
        check_expression(expression)


@pytest.mark.parametrize("expression", ["//q:a", "foo(1)", "//a["])
def test_an_expression_that_cannot_be_evaluated_is_an_error(expression):
    for text in (BOOKS, "no xml"):
        with pytest.raises(XmlError):
            select(text, expression)


@pytest.mark.parametrize("options", [None, "recover,noent,dtdload,dtdattr,huge,xinclude"])
def test_nothing_outside_of_the_text_is_read(tmp_path, options):
    secret, declarations = tmp_path / "secret", tmp_path / "more.dtd"
    secret.write_text("hidden")
    declarations.write_text("<!ENTITY f 'hidden'>")
    for inside in (
        f'<!ENTITY e SYSTEM "file://{secret}">',
        f'<!ENTITY % p SYSTEM "file://{declarations}">%p;',
    ):
        text = f"<!DOCTYPE a [{inside}]><a>x&e;&f;</a>"
        assert "hidden" not in "".join(select(text, "string(/a)", options=read_options(options)))


@pytest.mark.parametrize("options", [None, "recover,noent,huge"])
def test_entities_that_multiply_do_no_harm(options):
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    started = time.monotonic()
    found = select(
        f'<!DOCTYPE a [<!ENTITY e0 "lol">{lines}]><a>&e9;</a>', "string(/a)", options=read_options(options)
    )
    assert sum(map(len, found)) < 2_000_000
    assert time.monotonic() - started < 1
