"""The shape of XmlSimple."""

import pytest

from logsmith.xml import Shape, read_document, to_value

ARRAYS, SINGLE = Shape(), Shape(force_array=False)
EMPTY = Shape(force_array=False, suppress_empty=False)
CONTENT = Shape(force_array=False, force_content=True)


@pytest.mark.parametrize(
    ("text", "shape", "expected"),
    [
        ("<r><a>1</a><b k='v'>2</b></r>", ARRAYS, {"a": ["1"], "b": [{"k": "v", "content": "2"}]}),
        ("<r><a>1</a><a>2</a><b>3</b></r>", SINGLE, {"a": ["1", "2"], "b": "3"}),
        ("<r>text</r>", ARRAYS, "text"),
        ("<r>text</r>", CONTENT, {"content": "text"}),
        ("<r><a>1</a><b k='v'/></r>", CONTENT, {"a": {"content": "1"}, "b": {"k": "v"}}),
        ("<r/>", ARRAYS, None),
        ("<r/>", EMPTY, {}),
        ("<r> </r>", ARRAYS, {}),
        ("<r k='v'> </r>", ARRAYS, {"k": "v", "content": " "}),
        ("<r><a/><b> </b><c>1</c></r>", SINGLE, {"c": "1"}),
        ("<r><a/><b> </b><c>1</c></r>", EMPTY, {"a": {}, "b": {}, "c": "1"}),
        ("<r k='v'><a/><b> </b></r>", SINGLE, {"k": "v", "a": None, "b": {}}),
        ("<r k='v'><k>w</k></r>", SINGLE, {"k": ["v", "w"]}),
        ("<r content='v'>w</r>", ARRAYS, {"content": ["v", "w"]}),
        ("<r>one &amp; <a>2</a> three</r>", ARRAYS, {"a": ["2"], "content": ["one &amp; ", " three"]}),
        ("<r>one <a>2</a></r>", ARRAYS, {"a": ["2"], "content": "one "}),
        ("<r>\n  <a>2</a>\n</r>", ARRAYS, {"a": ["2"]}),
        ("<r><![CDATA[<x>]]><a>2</a></r>", SINGLE, {"a": "2", "content": "<x>"}),
        ("<r xmlns='d' xmlns:p='u'><p:a p:k='1'/></r>", SINGLE, {"xmlns": "d", "xmlns:p": "u", "a": {"p:k": "1"}}),
        ("<r><a><anon>1</anon><anon>2</anon></a></r>", SINGLE, {"a": [["1", "2"]]}),
        ("<r><anon>1</anon><b>2</b></r>", ARRAYS, {"anon": ["1"], "b": ["2"]}),
    ],
)  # fmt: skip
def test_a_document_takes_the_shape_of_xmlsimple(text, shape, expected):
    assert to_value(read_document(text), shape) == expected
