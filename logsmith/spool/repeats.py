"""Letters that are there already: the same event, refused by the same output, come again after a kill.

A letter is on disk before the queue or the client hears of it; a kill between the two has the event come again. It is not
stored a second time then, and the letter notes when it was refused last: who reads a letter, delivers it and removes it
must not remove one that was refused again meanwhile.
"""

from __future__ import annotations

import sqlite3

from logsmith.spool.letter_rows import READ, letter_of


def is_repeat(connection: sqlite3.Connection, refusal_id: bytes, now_ns: int) -> bool:
    """Return whether an intact letter of the same refusal is there, and note on that one when it came again.

    Damaged ones do not count, so several may have the same id.
    """
    there = connection.execute(f"{READ} WHERE refusal_id = ?", (refusal_id,))
    known = next((one.id for one in map(letter_of, there) if not one.damage), None)
    if known is None:
        return False
    connection.execute(  # never the same as before, whatever the clock says
        "UPDATE letters SET refused_ns = max(refused_ns + 1, ?) WHERE id = ?", (now_ns, known)
    )
    return True


def delete_read(connection: sqlite3.Connection, number: int, refused_ns: int) -> int:
    """Delete a letter unless it was refused again since it was read; returns how many that are."""
    sql = "DELETE FROM letters WHERE id = ? AND coalesce(refused_ns, entered_ns) = ?"
    return connection.execute(sql, (number, refused_ns)).rowcount
