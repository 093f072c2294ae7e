"""A document to a tree, with REXML's idea of what is well-formed.

Logstash stores what Ruby's REXML reads, which is not what other parsers read: blanks before the declaration are fine,
so are entities that nobody declared and attributes without blanks between them; a prefix without its namespace, an
attribute given twice and a lone `&` are not. Nothing outside of the text is ever read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from logsmith.event.charset import find_charset
from logsmith.xml.errors import XmlError
from logsmith.xml.references import NAME, REFERENCE, Entities, check_text, with_plain_line_ends

MAX_DEPTH = 256  # of elements in elements, libxml2's limit too

UNKNOWN_CHARSETS = frozenset({"UTF8", "UTF_8", "LATIN1", "LATIN-1", "ISO_8859-1"})  # to Ruby, not to Python

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

_S = r"[ \t\r\n\f\v]"
_NCNAME = r"[^\W\d][\w.\-]*"
_QNAME = rf"(?:({_NCNAME}):)?({_NCNAME})"
_TAG = re.compile(rf"<({_QNAME}){_S}*")
_ATTRIBUTE = re.compile(rf"({_QNAME}){_S}*={_S}*(?:\"([^\"]*)\"|'([^']*)'){_S}*")
_END_TAG = re.compile(rf"</({_QNAME}){_S}*>")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_INSTRUCTION = re.compile(rf"<\?([A-Za-z0-9_:][A-Za-z0-9_:.\-]*)(?:{_S}(.*?))?\?>", re.DOTALL)
_is_xml_declaration = re.compile(rf"<\?xml(?:{_S}|\?>)").match
_BLANK = re.compile(rf"{_S}*")
_is_charset = re.compile(r"[A-Za-z][A-Za-z0-9._:\-]*").fullmatch

_LITERAL = r"(?:\"[^\"]*\"|'[^']*')"
_XML_DECLARATION = re.compile(
    rf"<\?xml{_S}+version{_S}*={_S}*{_LITERAL}(?:{_S}+encoding{_S}*={_S}*(?P<encoding>{_LITERAL}))?"
    rf"(?:{_S}+standalone{_S}*={_S}*(?:\"(?:yes|no)\"|'(?:yes|no)'))?{_S}*\?>"
)
_PUBLIC = r"(?:\"[ \r\na-zA-Z0-9\-()+,./:=?;!*@$_%#']*\"|'[ \r\na-zA-Z0-9\-()+,./:=?;!*@$_%#]*')"
_EXTERNAL = rf"(?:SYSTEM{_S}+{_LITERAL}|PUBLIC{_S}+{_PUBLIC}{_S}+{_LITERAL})"
_DOCTYPE = re.compile(rf"<!DOCTYPE{_S}+{NAME}(?:{_S}*{_EXTERNAL})?{_S}*([\[>])")
_ENTITY = re.compile(
    rf"<!ENTITY{_S}+(?P<is_parameter>%{_S}+)?(?P<name>{NAME}){_S}+"
    rf"(?:(?P<text>\"(?:[^%&\"]|{REFERENCE})*\"|'(?:[^%&']|{REFERENCE})*')|{_EXTERNAL}(?:{_S}+NDATA{_S}+{NAME})?){_S}*>"
)
_VALUE = rf"(?:\"(?:[^<&\"]|{REFERENCE})*\"|'(?:[^<&']|{REFERENCE})*')"
_TYPE = rf"(?:CDATA|ID|IDREFS?|ENTITY|ENTITIES|NMTOKENS?|(?:NOTATION{_S}+)?\({_S}*[\w:.\-]+(?:{_S}*\|{_S}*[\w:.\-]+)*{_S}*\))"
_DEFINITION = rf"{_S}+{NAME}{_S}+{_TYPE}{_S}+(?:#REQUIRED|#IMPLIED|(?:#FIXED{_S}+)?{_VALUE})"
_DECLARATION = re.compile(
    rf"<!(?:ELEMENT[^>]*|ATTLIST{_S}+{NAME}(?:{_DEFINITION})*{_S}*"
    rf"|NOTATION{_S}+{NAME}{_S}+(?:{_EXTERNAL}|PUBLIC{_S}+{_PUBLIC}){_S}*)>|%[^;]*;"
)
_DOCTYPE_END = re.compile(rf"\]{_S}*>")

Attributes = dict[tuple[str | None, str], str]  # as they are written, by prefix and name


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text as it is written, with its references; a CDATA section has none."""

    written: str
    is_cdata: bool = False


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, attributes by their whole names, and what is in it by kind."""

    name: str
    attributes: dict[str, str]
    elements: list[Element] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read whole: its root, and what its references mean."""

    root: Element
    entities: Entities


def read_document(text: str) -> Document:
    """Return the document that a text holds; raises XmlError if it is not well-formed."""
    return _Reader(text.removeprefix("\ufeff")).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._stage: Literal["prolog", "doctype read", "content"] = "prolog"
        self._root: Element | None = None
        self._open: list[tuple[str, Element]] = []
        self._namespaces = {"xml": XML_NAMESPACE}
        self._entities = Entities()

    def read(self) -> Document:
        readers = {"/": self._read_end_tag, "!": self._read_declaration, "?": self._read_instruction}
        while self._at < len(self._text):
            if self._text[self._at] != "<":
                self._read_text()
            else:
                readers.get(self._text[self._at + 1 : self._at + 2], self._read_start_tag)()
        if self._open:
            raise XmlError(f"<{self._open[-1][0]}> has no end tag")
        if self._root is None:
            raise XmlError("there is no element")
        return Document(self._root, self._entities)

    def _take(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise XmlError(f"expected {what}, got {self._text[self._at : self._at + 20]!r}")
        self._at = found.end()
        return found

    def _read_text(self) -> None:
        end = self._text.find("<", self._at)
        text = with_plain_line_ends(self._text[self._at : end if end >= 0 else len(self._text)])
        self._at = end if end >= 0 else len(self._text)
        if self._open:
            check_text(text)
            self._open[-1][1].texts.append(Text(text))
        elif not _BLANK.fullmatch(text):
            raise XmlError(f"text outside of the root element: {text[:20]!r}")

    def _read_start_tag(self) -> None:
        found = self._take(_TAG, "an element")
        self._stage = "content"
        whole_name, prefix, name = found.groups()
        declared: dict[str, str] = {}
        element = Element(name, {})
        if prefix is not None or self._text[self._at : self._at + 1] != ">":
            written = self._read_attributes()
            declared = _declared_namespaces(written)
            self._check_prefixes(prefix, written, declared)
            element.attributes = self._expanded(written)
        if self._open:
            self._open[-1][1].elements.append(element)
        elif self._root is None:
            self._root = element
        else:
            raise XmlError(f"a second root element: <{whole_name}>")
        if self._text.startswith("/>", self._at):
            self._at += 2
            return
        self._at += 1
        if len(self._open) == MAX_DEPTH:
            raise XmlError(f"elements are nested more than {MAX_DEPTH} deep")
        self._open.append((whole_name, element))
        self._namespaces.update(declared)  # REXML: known from here on, after the element's end too

    def _expanded(self, written: Attributes) -> dict[str, str]:
        attributes = {}
        for (prefix, name), text in written.items():
            check_text(text)
            attributes[name if prefix is None else f"{prefix}:{name}"] = self._entities.expand(text)
        return attributes

    def _read_attributes(self) -> Attributes:
        """Return the attributes as they are written, by prefix and name, up to the end of the tag."""
        attributes: Attributes = {}
        while not self._text.startswith((">", "/>"), self._at):
            whole_name, prefix, name, double, single = self._take(_ATTRIBUTE, "an attribute").groups()
            if (prefix, name) in attributes:
                raise XmlError(f"the attribute {whole_name!r} is given twice")
            attributes[prefix, name] = with_plain_line_ends(single if double is None else double)
        return attributes

    def _check_prefixes(self, prefix: str | None, attributes: Attributes, declared: dict[str, str]) -> None:
        if prefix is not None:
            self._namespace(prefix, declared)
        seen = set()
        for attribute_prefix, name in attributes:
            if attribute_prefix is None or attribute_prefix == "xmlns":
                continue
            expanded = self._namespace(attribute_prefix, declared), name
            if expanded in seen:
                raise XmlError(f"the attribute {name!r} is given twice in one namespace")
            seen.add(expanded)

    def _namespace(self, prefix: str, declared: dict[str, str]) -> str:
        uri = declared.get(prefix, self._namespaces.get(prefix))
        if uri is None:
            raise XmlError(f"the prefix {prefix!r} has no namespace")
        return uri

    def _read_end_tag(self) -> None:
        if self._open and self._text.startswith(f"</{self._open[-1][0]}>", self._at):
            self._at += len(self._open.pop()[0]) + 3
            return
        found = self._take(_END_TAG, "an end tag")
        if not self._open or found[1] != self._open[-1][0]:
            expected = f"</{self._open[-1][0]}>" if self._open else "no end tag"
            raise XmlError(f"expected {expected}, got </{found[1]}>")
        self._open.pop()

    def _read_declaration(self) -> None:
        if self._text.startswith("<!--", self._at):
            self._read_comment()
        elif self._text.startswith("<!DOCTYPE", self._at) and self._stage == "prolog":
            self._read_doctype()
        elif self._stage == "prolog":
            raise XmlError("a CDATA section, or an unknown declaration, before the root element")
        else:
            text = with_plain_line_ends(self._take(_CDATA, "a comment or a CDATA section")[1])
            if self._open:
                self._open[-1][1].texts.append(Text(text, is_cdata=True))

    def _read_comment(self) -> None:
        text = self._take(_COMMENT, "the end of a comment")[1]
        if "--" in text or text.endswith("-"):
            raise XmlError("a comment with -- in it")

    def _read_instruction(self) -> None:
        if _is_xml_declaration(self._text, self._at) is None:
            self._take(_INSTRUCTION, "a processing instruction")
            return
        if self._stage != "prolog":
            raise XmlError("the XML declaration is not at the start")
        encoding = self._take(_XML_DECLARATION, "an XML declaration")["encoding"]
        if encoding is not None:
            self._decode_rest(encoding[1:-1])

    def _decode_rest(self, encoding: str) -> None:
        """Read on in the charset that the declaration names, as REXML does: the text's bytes are UTF-8 all the same."""
        if encoding.upper() in ("UTF-8", "UTF-16"):
            return
        if not _is_charset(encoding) or encoding.upper() in UNKNOWN_CHARSETS:
            raise XmlError(f"there is no charset {encoding!r}")
        try:
            rest = self._text[self._at :].encode("utf-8", "surrogatepass")
            self._text, self._at = rest.decode(find_charset(encoding)), 0
        except (LookupError, UnicodeError):
            raise XmlError(f"the text is not of the charset {encoding!r}") from None

    def _read_doctype(self) -> None:
        found = self._take(_DOCTYPE, "a document type")
        self._stage = "doctype read"
        if found[1] == ">":
            return
        while True:
            self._take(_BLANK, "a blank")
            if self._text.startswith("<!--", self._at):
                self._read_comment()
            elif self._text.startswith("<!ENTITY", self._at):
                self._read_entity()
            elif _DOCTYPE_END.match(self._text, self._at):
                self._take(_DOCTYPE_END, "the end of the document type")
                return
            else:
                self._take(_DECLARATION, "a declaration of the document type")

    def _read_entity(self) -> None:
        found = self._take(_ENTITY, "an entity")
        text = found["text"]
        if not found["is_parameter"]:
            self._entities.declared[found["name"]] = text if text is None else text[1:-1]


def _declared_namespaces(attributes: Attributes) -> dict[str, str]:
    declared = {name: uri for (prefix, name), uri in attributes.items() if prefix == "xmlns"}
    if "xmlns" in declared or declared.get("xml", XML_NAMESPACE) != XML_NAMESPACE:
        raise XmlError("the prefixes xml and xmlns cannot be declared anew")
    return declared
