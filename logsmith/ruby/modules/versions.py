"""The constants that say which Ruby and which Logstash this room behaves as, and those that name fields of events."""

from __future__ import annotations

from logsmith.ruby.classes import CONSTANTS
from logsmith.ruby.objects import String

_TEXTS = {
    "RUBY_VERSION": "3.4.5", "RUBY_ENGINE": "jruby", "RUBY_ENGINE_VERSION": "10.0.5.0", "RUBY_PLATFORM": "java",
    "JRUBY_VERSION": "10.0.5.0", "LOGSTASH_VERSION": "9.5.2",
    "LogStash::Event::METADATA": "@metadata", "LogStash::Event::METADATA_BRACKETS": "[@metadata]",
    "LogStash::Event::TIMESTAMP": "@timestamp", "LogStash::Event::VERSION": "@version",
    "LogStash::Event::VERSION_ONE": "1", "LogStash::Event::TIMESTAMP_FAILURE_TAG": "_timestampparsefailure",
    "LogStash::Event::TIMESTAMP_FAILURE_FIELD": "_@timestamp",
}  # fmt: skip
CONSTANTS.update({name: String(text, is_frozen=True) for name, text in _TEXTS.items()})
CONSTANTS["RUBY_PATCHLEVEL"] = 0
