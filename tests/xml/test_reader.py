"""What counts as well-formed, and what a document may not do."""

import time

import pytest

from logsmith.xml import Shape, XmlError, read_document, to_value
from logsmith.xml.reader import MAX_DEPTH
from logsmith.xml.references import MAX_EXPANDED_BYTES, MAX_EXPANSIONS, MAX_NESTING

PLAIN = Shape(force_array=False)


def value_of(text):
    return to_value(read_document(text), PLAIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(' <?xml version="1.0"?><r><a>1</a></r>', {"a": "1"}, id="blank before the declaration"),
        pytest.param("\ufeff<r><a>1</a></r>", {"a": "1"}, id="byte order mark"),
        pytest.param("<!-- c --><?p?><r>1</r>\n<!-- d -->", "1", id="comments and instructions around"),
        pytest.param("<r a='1'b=\"2\"/>", {"a": "1", "b": "2"}, id="no blank between attributes"),
        pytest.param("<r a='x\n&#10;&quot;'>é > 0</r >", {"a": 'x\n\n"', "content": "é > 0"}, id="references"),
        pytest.param("<r>&nbsp;&lt;&#xe9;&amp;lt;</r>", "&nbsp;<é&lt;", id="an entity that is not declared"),
        pytest.param("<r>a\r\nb\rc</r>", "a\nb\nc", id="line ends"),
        pytest.param("<r>a<!-- b -->c<?d e?><![CDATA[<&amp;]]></r>", "ac<&amp;", id="text in pieces"),
        pytest.param("<r>a\x01\nb</r>", "a\x01\nb", id="one line without a forbidden character is enough"),
        pytest.param("<?xml version = '1' standalone='no' ?><?xml-s x?><r>1</r>", "1", id="a declaration and an instruction"),
        pytest.param('<?xml version="1.0" encoding="ISO-8859-1"?><r>é</r>', "Ã©", id="charset of the declaration"),
        pytest.param('<r><a xmlns:q="u"></a><b q:k="1"/></r>', {"a": {"xmlns:q": "u"}, "b": {"q:k": "1"}}, id="prefixes outlive their element"),
        pytest.param('<!DOCTYPE r [<!ENTITY e "v&lt;&f;"><!ENTITY f \'w\'>]><r>&e;</r>', "v<w", id="entities"),
        pytest.param('<!DOCTYPE r PUBLIC "-//x" "y" [<!-- c --><!ELEMENT r (#PCDATA)> <!ATTLIST r k CDATA "d"><!NOTATION n SYSTEM "s"><!ENTITY % p "q">%p;]> <r>1</r>', "1", id="document type"),
    ],
)  # fmt: skip
def test_reads_what_rexml_reads(text, expected):
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a><b></a>", "expected </b>, got </a>"),
        ("<a>", "<a> has no end tag"),
        ("<a></a><b></b>", "a second root element: <b>"),
        ("<a/></a>", "expected no end tag, got </a>"),
        ("x<a/>", "text outside of the root element: 'x'"),
        ("<!-- a -->", "there is no element"),
        ("<a>x & y</a>", "an & that begins no reference"),
        ("<a>&#0;</a>", "a reference to no character: &#0;"),
        ("<a>&#99999999999;</a>", "a reference to no character: &#99999999999;"),
        ("<a b='<'/>", "a < in the value of an attribute"),
        ("<a>\x01</a>", "a character that XML forbids"),
        ("<a b='1' b='2'/>", "the attribute 'b' is given twice"),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
            "the attribute 'b' is given twice in one namespace",
        ),
        ("<p:a/>", "the prefix 'p' has no namespace"),
        ("<a p:b='1'/>", "the prefix 'p' has no namespace"),
        ("<a xmlns:xmlns='u'/>", "the prefixes xml and xmlns cannot be declared anew"),
        ("<a b=1/>", "expected an attribute, got 'b=1/>'"),
        ("<a><!-- b -- c --></a>", "a comment with -- in it"),
        ("<a><!ELEMENT b></a>", "expected a comment or a CDATA section, got '<!ELEMENT b></a>'"),
        ("<![CDATA[a]]><a/>", "a CDATA section, or an unknown declaration, before the root element"),
        ("<a><?xml version='1.0'?></a>", "the XML declaration is not at the start"),
        ("<?xml version='1.0' encoding='utf8'?><a/>", "there is no charset 'utf8'"),
        ("<?xml version='1.0' encoding='ascii'?><a>é</a>", "the text is not of the charset 'ascii'"),
        ("<?xml encoding='UTF-8'?><a/>", 'expected an XML declaration, got "<?xml encoding=\'UTF-"'),
        ("<?xml version='1' x='2'?><a/>", "expected an XML declaration, got \"<?xml version='1' x=\""),
        (
            "<?xml version='1' standalone='1'?><a/>",
            "expected an XML declaration, got \"<?xml version='1' st\"",
        ),
        ("<?xml?><a/>", "expected an XML declaration, got '<?xml?><a/>'"),
        ("<!DOCTYPE a [<!ENTITY e 'b & c'>]><a/>", "expected an entity, got \"<!ENTITY e 'b & c'>]\""),
    ],
)
def test_refuses_what_rexml_refuses(text, reason):
    with pytest.raises(XmlError) as caught:
        value_of(text)
    assert str(caught.value) == reason


def test_an_entity_at_an_address_stays_as_it_is_written(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    assert value_of(f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><a>&e;</a>') == "&e;"


def test_entities_that_multiply_are_refused_at_once():
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    started = time.monotonic()
    with pytest.raises(XmlError, match="references grow to more than 10240 bytes"):
        value_of(f'<!DOCTYPE a [<!ENTITY e0 "lol">{lines}]><a>&e9;</a>')
    assert time.monotonic() - started < 1


def test_an_entity_in_itself_is_refused():
    with pytest.raises(XmlError, match=f"entities are nested more than {MAX_NESTING} deep"):
        value_of('<!DOCTYPE a [<!ENTITY e "&e;">]><a>&e;</a>')


def test_so_many_entities_are_expanded_and_no_more():
    text = '<!DOCTYPE a [<!ENTITY e "">]><a>x{}</a>'
    assert value_of(text.format("&e;" * MAX_EXPANSIONS)) == "x"
    with pytest.raises(XmlError, match=f"more than {MAX_EXPANSIONS} entities are expanded"):
        value_of(text.format("&e;" * (MAX_EXPANSIONS + 1)))


def test_references_may_grow_to_a_limit_in_each_text():
    assert value_of(f"<a>{'&lt;' * MAX_EXPANDED_BYTES}</a>") == "<" * MAX_EXPANDED_BYTES
    with pytest.raises(XmlError, match="references grow to more"):
        value_of(f"<a>{'&lt;' * (MAX_EXPANDED_BYTES + 1)}</a>")


def test_elements_are_nested_to_a_limit():
    assert value_of("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH) is None
    with pytest.raises(XmlError, match="nested more than"):
        value_of("<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    "text",
    [
        "<a" + " " * 100_000,
        "<?p" + " " * 100_000,
        "<!DOCTYPE a" + " " * 100_000,
        "<" * 100_000,
        "<a>" + "&" * 100_000,
        "<a>" + "&amp" * 50_000,
        "<a>" + "".join(f'<b xmlns:p{n}="u">' + "</b>" for n in range(5_000)),
        "<!DOCTYPE a [<!ENTITY e '" + "&a;" * 50_000,
    ],
)
def test_hostile_texts_are_refused_soon(text):
    started = time.monotonic()
    with pytest.raises(XmlError):
        value_of(text)
    assert time.monotonic() - started < 1
