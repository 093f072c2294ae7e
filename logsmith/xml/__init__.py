"""XML as Logstash's xml filter sees it: a document as nested maps, and what XPath expressions select in it."""

from logsmith.xml.errors import XmlError
from logsmith.xml.maps import Shape, to_value
from logsmith.xml.reader import read_document

__all__ = ["Shape", "XmlError", "read_document", "to_value"]
