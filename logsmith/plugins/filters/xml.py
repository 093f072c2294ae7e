"""Read XML into nested fields, or what XPath expressions select in it."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef, Value
from logsmith.event.ruby import RUBY_BLANKS
from logsmith.plugins import REQUIRED, Example, Filter, Problem, setting
from logsmith.xml import Shape, XmlError, read_document, to_value
from logsmith.xml.select import Selector, check_expression, read_options

FAILURE = "_xmlparsefailure"


class Xml(Filter):
    source: FieldRef = setting(REQUIRED, "The field that holds the XML, or an array of one text.")
    target: str | None = setting(
        None, "The field that gets the document; needed unless `store_xml` is false."
    )
    store_xml: bool = setting(True, "Put the whole document under the target.")
    xpath: dict[str, str] = setting(
        {},
        "XPath expressions and the fields that get what they select, as texts; a field stays as it is if that is nothing.",
    )
    force_array: bool = setting(
        True, "Put each element into an array, and what an expression selects; otherwise only several."
    )
    force_content: bool = setting(False, "Put text under `content` in elements without attributes too.")
    suppress_empty: bool = setting(True, "Leave out empty elements; otherwise they become empty objects.")
    namespaces: dict[str, str] = setting(
        {},
        "The prefixes that expressions use; without any, those of the root element, its default one as `xmlns`.",
    )
    remove_namespaces: bool = setting(False, "Take all namespaces away before expressions are looked for.")
    parse_options: str | None = setting(
        None,
        "Options of the parser that reads for XPath, such as `strict`, by commas or bars; without `recover` among them, "
        "malformed XML is a failure.",
    )

    examples = (
        Example(
            "makes attributes and elements keys, and each element an array",
            config='source => "message" target => "doc" remove_field => ["message"]',
            given={"message": '<order id="7"><item>nut</item><item unit="kg">2</item><note/></order>'},
            expect=[{"doc": {"id": "7", "item": ["nut", {"unit": "kg", "content": "2"}], "note": [None]}}],
        ),
        Example(
            "makes arrays only of what repeats",
            config='source => "message" target => "doc" force_array => false remove_field => ["message"]',
            given={"message": "<order><item>nut</item><item>bolt</item><to><name>Ann</name></to></order>"},
            expect=[{"doc": {"item": ["nut", "bolt"], "to": {"name": "Ann"}}}],
        ),
        Example(
            "selects by XPath: values, elements as they are written, and what functions give",
            config="""source => "message" store_xml => false remove_field => ["message"]
                xpath => { "//item/text()" => "items" "//item[2]" => "second" "count(//item)" => "count" }""",
            given={"message": "<order><item>nut</item><item>bolt</item></order>"},
            expect=[{"items": ["nut", "bolt"], "second": ["<item>bolt</item>"], "count": ["2.0"]}],
        ),
        Example(
            "selects in spite of namespaces",
            config="""source => "message" store_xml => false remove_namespaces => true force_array => false
                xpath => { "/Envelope/Body/Get/@id" => "id" } remove_field => ["message"]""",
            given={"message": '<s:Envelope xmlns:s="urn:s"><s:Body><Get id="7"/></s:Body></s:Envelope>'},
            expect=[{"id": "7"}],
        ),
        Example(
            "tags an event whose XML is malformed",
            config='source => "message" target => "doc" add_tag => ["parsed"]',
            given={"message": "<a><b></a>"},
            expect=[{"message": "<a><b></a>", "tags": ["_xmlparsefailure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._shape = Shape(self.force_array, self.force_content, self.suppress_empty)
        self._paths: list[tuple[str, FieldRef]] = []
        self._target: FieldRef | None = None
        if self.store_xml and not self.target:
            message = "When the 'store_xml' configuration option is true, 'target' must also be set"
            yield Problem(message, "target", "set target, or write store_xml => false", "missing-setting")
        try:
            self._options = read_options(self.parse_options)
        except XmlError as error:
            yield Problem(str(error), "parse_options")
        try:
            self._target = FieldRef.parse(self.target) if self.target and self.store_xml else None
        except EventError as error:
            yield Problem(str(error), "target")
        for path, name in self.xpath.items():
            try:
                self._paths.append((path, FieldRef.parse(name)))
                check_expression(path)
            except EventError as error:
                yield Problem(str(error), "xpath", inside=(path,))
            except XmlError as error:
                hint = f"every event will be tagged {FAILURE}, as Logstash tags it"
                message = f"no XPath expression: {error}"
                yield Problem(message, "xpath", hint, severity="warning", inside=(path,))

    def filter(self, event: Event) -> bool:
        value = event.get(self.source)
        if value is None or value is False:
            return False
        text = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(text, str):
            return self._fail(event, "expected a text, or an array of one")
        if not text.strip(RUBY_BLANKS):
            return False
        try:
            is_found = self._select(event, text)
            if self._target is None:
                return is_found
            event.set(self._target, self._read(text))
        except (XmlError, EventError, RecursionError) as error:
            return self._fail(event, str(error))
        return True

    def _fail(self, event: Event, reason: str) -> bool:
        self.metrics.count("failures")
        self.log.debug("XML not read", field=self.source.text, reason=reason)
        event.tag(FAILURE)
        return False

    def _select(self, event: Event, text: str) -> bool:
        if not self._paths and self._options.recovers:
            return False  # nothing is looked for, and nothing can be wrong
        selector = Selector(text, self._options, removes_namespaces=self.remove_namespaces)
        is_found = False
        for path, ref in self._paths:
            found: list[Value] = [*selector.select(path, self.namespaces)]
            if found:
                event.set(ref, found if self.force_array or len(found) > 1 else found[0])
                is_found = True
        return is_found

    def _read(self, text: str) -> Value:
        # Logstash takes a text without a tag for the name of a file, and reads that
        if ">" not in text.partition("<")[2]:
            raise XmlError("there is no tag")
        return to_value(read_document(text), self._shape)
