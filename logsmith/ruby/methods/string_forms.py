"""How one function becomes two methods: `upcase` returns a new String, `upcase!` changes it and says nil if nothing did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from logsmith.ruby.dispatch import Table
from logsmith.ruby.objects import String


def add_edits(table: Table, names: str, edit: Callable[..., str]) -> None:
    """Add `name` and `name!` of a function that takes the String, and arguments, and returns the new text."""

    def edited(box: String, *args: Any, **keywords: Any) -> String:
        return box.like(edit(box, *args, **keywords))

    def change(box: String, *args: Any, **keywords: Any) -> String | None:
        box.change(box.text)  # a frozen one refuses, even where nothing would change
        text = edit(box, *args, **keywords)
        return None if text == box.text else box.change(text)

    for name in names.split():
        table.method(name, like=edit)(edited)
        table.method(f"{name}!", like=edit)(change)
