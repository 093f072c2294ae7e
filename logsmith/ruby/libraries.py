"""What may be required, and what is refused by name."""

from typing import NoReturn

from logsmith.ruby.exceptions import fault

_NAMES = (
    "json date time digest digest/md5 digest/sha1 digest/sha2 openssl base64 cgi cgi/util cgi/escape uri set securerandom "
    "bigdecimal bigdecimal/util ipaddr zlib csv socket logger english English logstash/event logstash/timestamp "
    "logstash/json logstash/util erb strscan stringio timeout pp monitor thread enumerator rational etc "
    "logstash/namespace logstash/environment rubygems tzinfo-data ostruct benchmark prime singleton forwardable delegate "
    "observer shellwords matrix yaml tempfile pathname fileutils securerandom optparse weakref tsort"
)
LIBRARIES = frozenset(_NAMES.split())
_ELSEWHERE = (
    "abbrev bundler coverage drb fiber fiddle find gem io irb java js jruby mkmf net nkf objspace open3 open-uri pstore psych "
    "pty racc rbconfig rdoc readline reline resolv rexml rinda ripper rss rubygems syslog test tmpdir un unicode_normalize "
    "win32ole webrick logstash logstash-core lib jar concurrent concurrent-ruby nokogiri xmlsimple manticore faraday sequel "
    "elasticsearch murmurhash3 i18n rufus-scheduler stud insist sinatra rack puma addressable jls-grok grok public_suffix aws "
    "aws-sdk aws-sdk-core aws-sdk-s3 tzinfo fugit http rest-client httparty redis mysql2 pg jdbc geoip maxmind user_agent_parser"
)
ELSEWHERE = frozenset(
    _ELSEWHERE.split()
)  # what Ruby and Logstash have, or may well have, and this room has not
_NO_EVAL = "code in texts is not run"
_NO_SHELL = "programs are not started by a filter's code"
_NO_STOP = "a filter's code cannot stop the server"
_NO_FILES = "files cannot be read or written by a filter's code"
_NO_USE = "a filter's code has no use for it"
REFUSED_METHODS = {
    "eval": _NO_EVAL, "instance_eval": _NO_EVAL, "class_eval": _NO_EVAL, "module_eval": _NO_EVAL,
    "system": _NO_SHELL, "exec": _NO_SHELL, "spawn": _NO_SHELL, "fork": _NO_SHELL, "popen": _NO_SHELL,
    "exit": _NO_STOP, "exit!": _NO_STOP, "abort": _NO_STOP, "at_exit": _NO_STOP, "trap": _NO_STOP,
    "open": _NO_FILES, "gets": _NO_FILES, "readlines": _NO_FILES, "readline": _NO_FILES,
    "autoload": "require what you need", "java_import": "there is no Java here", "java": "there is no Java here",
    "callcc": "write a loop", "set_trace_func": _NO_USE, "caller": _NO_USE, "srand": _NO_USE,
    "sleep": "it would hold up every event",
}  # fmt: skip


def no_library(name: str) -> NoReturn:
    """Raise what `require` raises for a library that nobody has."""
    raise fault("LoadError", f"cannot load such file -- {name}")
