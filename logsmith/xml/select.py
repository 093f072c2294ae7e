"""What XPath expressions select in a document, as Nokogiri writes it on the JVM.

libxml2 reads the document, mending what is not well-formed unless that is to be an error. Nothing outside of the text is
ever read: no external entity, no document type, nothing from the network. libxml2's own limits hold, of depth, of the
length of a text and of what entities may grow to.

An element is written with its attributes in the order of their names, since Java's DOM keeps them so; of one that is
given twice the last counts. A text that is cut by CDATA sections or references to entities is its first piece, which
stands for the whole in Java's XPath. References to entities that no document type declares stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from lxml import etree

from logsmith.event.ruby import ruby_number
from logsmith.xml.errors import XmlError
from logsmith.xml.interrupted import before_mismatch, start_of

Node = Any  # an element of lxml's, which has no types

CACHED_EXPRESSIONS = 256
SELECTION_ERRORS = (etree.LxmlError, ValueError, TypeError)

# Those of libxml2's parser; what would read more than the text, or lift a limit, is taken and not followed
OPTIONS = frozenset(
    {
        "STRICT",
        "RECOVER",
        "NOERROR",
        "NOWARNING",
        "PEDANTIC",
        "NOBLANKS",
        "NSCLEAN",
        "NOCDATA",
        "COMPACT",
        "SAX1",
        "OLD10",
    }
    | {
        "NOENT",
        "DTDLOAD",
        "DTDATTR",
        "DTDVALID",
        "XINCLUDE",
        "NOXINCNODE",
        "NONET",
        "NODICT",
        "NOBASEFIX",
        "HUGE",
    }
)
_XML_DECLARATION = re.compile(r"\A(?:<\?xml\s.*?\?>)?", re.DOTALL)
# Entities may be declared elsewhere then, in what is never read: no mistake, after which libxml2 would drop each &amp;
_ELSEWHERE = '<!DOCTYPE any SYSTEM "elsewhere">'
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(<[^\s/>!?]+)((?:\s[^\s=>]+=(?:\"[^\"]*\"|'[^']*'))+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s([^\s=>]+)=(\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How a document is read for XPath."""

    recovers: bool = True
    keeps_blanks: bool = True


def read_options(written: str | None) -> ParseOptions:
    """Return the options that a text such as `strict,no_blanks` names; raises XmlError for one that does not exist."""
    if written is None:
        return ParseOptions()
    names = [name for name in re.split(r"[,|]", written) if name.strip()]
    for name in names:
        if _constant(name) not in OPTIONS:
            raise XmlError(f'unsupported parse option: "{name}"')
    chosen = {_constant(name) for name in names}
    return ParseOptions("RECOVER" in chosen, "NOBLANKS" not in chosen)


def _constant(name: str) -> str:
    return name.strip().replace("_", "").upper()


def check_expression(expression: str) -> None:
    """Raise XmlError if a text is no XPath expression."""
    try:
        _compiled(expression, ())
    except SELECTION_ERRORS as error:
        raise XmlError(f"{error}: {expression!r}") from None


class Selector:
    """A document that was read; it selects."""

    def __init__(self, text: str, options: ParseOptions, *, removes_namespaces: bool = False) -> None:
        """Read a text; raises XmlError if it is malformed and that is not to be mended."""
        start = start_of(text) if options.recovers else 0
        root, is_mismatched = (None, False) if start is None else _read(text[start:], options)
        if is_mismatched:
            root, _ = _read(before_mismatch(text[start:]), options)
        self._is_empty = root is None  # functions are evaluated all the same
        self._root: Node = etree.Element("nothing") if root is None else root
        self._has_cdata = "<![CDATA[" in text
        if removes_namespaces:
            _remove_namespaces(self._root)

    def select(self, expression: str, namespaces: Mapping[str, str]) -> list[str]:
        """Return what an expression selects, as texts; without namespaces, those of the root are known.

        The default one of the root has the prefix `xmlns`. Raises XmlError if the expression cannot be evaluated.
        """
        known = namespaces or {prefix or "xmlns": uri for prefix, uri in self._root.nsmap.items()}
        try:
            found = _compiled(expression, tuple(known.items()))(self._root)
        except SELECTION_ERRORS as error:
            raise XmlError(f"{error}: {expression!r}") from None
        if isinstance(found, list):
            return [] if self._is_empty else list(self._texts(found))
        if isinstance(found, bool):
            return ["true"] if found else []  # Logstash: false is nothing
        return [ruby_number(found) if isinstance(found, float) else str(found)]

    def _texts(self, nodes: list[Node]) -> Iterator[str]:
        for kind, group in groupby(nodes, key=_kind):
            if kind == "attribute":
                yield from _attribute_texts(list(group))
            elif kind == "text":
                yield from self._text_nodes(group)
            elif kind == "element":
                yield from (_element_text(one) for one in group if one.tag is not etree.Entity)
            else:
                yield from (uri for _prefix, uri in group)

    def _text_nodes(self, nodes: Iterator[Node]) -> Iterator[str]:
        firsts = (node for node in nodes if not _goes_on_after_entity(node))
        for (parent, is_tail), group in groupby(firsts, key=lambda node: (node.getparent(), node.is_tail)):
            pieces = [str(node) for node in group]
            if not self._has_cdata:
                yield "".join(pieces).translate(_ESCAPES)
            elif _begins_with_cdata(parent, is_tail=is_tail):
                yield f"<![CDATA[{pieces[0]}]]>"
            else:
                yield pieces[0].translate(_ESCAPES)


def _read(text: str, options: ParseOptions) -> tuple[Node | None, bool]:
    """Return the root of a document, None if there is none, and whether an end tag does not match its start tag."""
    parser = etree.XMLParser(
        recover=options.recovers,
        remove_blank_text=not options.keeps_blanks,
        encoding="utf-8",
        strip_cdata=False,
        resolve_entities="internal" if "<!ENTITY" in text else False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    if options.recovers and "&" in text and "<!DOCTYPE" not in text:
        text = _XML_DECLARATION.sub(rf"\g<0>{_ELSEWHERE}", text, count=1)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if not options.recovers:
            raise XmlError(str(error)) from None
        root = None
    return root, any(one.type == etree.ErrorTypes.ERR_TAG_NAME_MISMATCH for one in parser.error_log)


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def _compiled(expression: str, namespaces: tuple[tuple[str, str], ...]) -> Any:  # Any: lxml has no types
    return etree.XPath(expression, namespaces=dict(namespaces), regexp=False)


def _kind(node: Node) -> str:
    if isinstance(node, str):
        return "attribute" if node.is_attribute else "text"  # type: ignore[attr-defined]  # a text of lxml's own
    return "namespace" if isinstance(node, tuple) else "element"


def _remove_namespaces(root: Node) -> None:
    for element in root.iter("*"):
        element.tag = _local(element.tag)
        for name, value in element.attrib.items():
            if _local(name) != name:
                del element.attrib[name]
                element.attrib[_local(name)] = value
    etree.cleanup_namespaces(root)


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def _attribute_texts(attributes: list[Node]) -> Iterator[str]:
    for _parent, group in groupby(attributes, key=lambda one: one.getparent()):
        by_name = {_whole_name(one): str(one) for one in group}
        yield from (by_name[name] for name in sorted(by_name))


def _whole_name(attribute: Node) -> str:
    uri, _, name = attribute.attrname.rpartition("}")
    prefixes = {known: prefix for prefix, known in attribute.getparent().nsmap.items() if prefix}
    return f"{prefixes.get(uri[1:], 'xml')}:{name}" if uri else name


def _element_text(element: Node) -> str:
    written: str = etree.tostring(element, encoding="unicode", with_tail=False)
    parent = element.getparent()
    inherited = {} if parent is None else parent.nsmap
    dropped = {
        f"xmlns:{prefix}" if prefix else "xmlns"
        for prefix, uri in element.nsmap.items()
        if inherited.get(prefix) == uri
    }

    def ordered(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        attributes = sorted(dict(_ATTRIBUTE.findall(found[2])).items())
        return found[1] + "".join(
            f" {name}={value}" for name, value in attributes if found.start() or name not in dropped
        )

    return _TAG.sub(ordered, written)


def _goes_on_after_entity(node: Node) -> bool:
    """Return whether a text follows a reference to an entity before which there is text, too."""
    before = node.getparent()
    if not node.is_tail or before.tag is not etree.Entity:
        return False
    while before is not None and before.tag is etree.Entity:
        parent, before = before.getparent(), before.getprevious()
        if before is not None and before.tail:
            return True
    return before is None and bool(parent.text)


def _begins_with_cdata(parent: Node, *, is_tail: bool) -> bool:
    written: str = etree.tostring(parent, encoding="unicode")
    start = written.find(">") + 1  # in attributes > is a reference
    if is_tail:
        start = len(etree.tostring(parent, encoding="unicode", with_tail=False))
    return written.startswith("<![CDATA[", start)
