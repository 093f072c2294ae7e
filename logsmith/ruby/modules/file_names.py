"""File's functions of names, which touch no file."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass
from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.objects import String

FILE = class_methods_of("File")


def _last_part(path: str) -> str:
    stripped = path.rstrip("/")
    return stripped.rpartition("/")[2] if stripped else path[:1]


def _extension(path: str) -> str:
    name = _last_part(path)
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" if dot and stem.strip(".") else ""


@FILE.method("basename")
def basename(_class: RubyClass, path: Any, ending: Any = None) -> String:
    name = _last_part(to_text(path))
    wanted = "" if ending is None else to_text(ending)
    if wanted == ".*":
        wanted = _extension(name)
    has_ending = wanted and name.endswith(wanted) and name != wanted
    return String(name[: -len(wanted)] if has_ending else name)


@FILE.method("dirname")
def dirname(_class: RubyClass, path: Any) -> String:
    text = to_text(path)
    stripped = text.rstrip("/")
    if not stripped:
        return String("/" if text else ".")
    parent, slash, _ = stripped.rpartition("/")
    return String(parent.rstrip("/") or "/" if slash else ".")


@FILE.method("extname")
def extname(_class: RubyClass, path: Any) -> String:
    return String(_extension(to_text(path)))


@FILE.method("join")
def join(_class: RubyClass, *parts: Any) -> String:
    texts = [to_text(one) for part in parts for one in (part if isinstance(part, list) else [part])]
    joined = texts[0] if texts else ""
    for text in texts[1:]:
        joined = f"{joined.rstrip('/')}/{text.lstrip('/')}"
    return String(joined)


@FILE.method("split")
def split(ruby_class: RubyClass, path: Any) -> list[String]:
    return [dirname(ruby_class, path), basename(ruby_class, path)]
