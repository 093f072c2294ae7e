"""The sincedb: Logstash's lines, read and written, whole or not at all."""

import pytest

from logsmith.files.discover import Identity
from logsmith.files.sincedb import Record, Sincedb

DAY_S = 86_400
NOW = 1_700_000_000.0
ONE = Identity(123, 8, 1)


def loaded(path, now=NOW):
    sincedb = Sincedb(path, 14 * DAY_S, lambda: now)
    sincedb.load()
    return sincedb


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("123 8 1 42 1699999999.5 /var/log/a.log", Record(42, 1699999999.5, "/var/log/a.log")),
        ("123 8 1 42 1699999999.5 /a path/with  spaces ", Record(42, 1699999999.5, "/a path/with  spaces ")),
        ("123 8 1 42", Record(42, NOW, None)),
        ("123 8 1 42 1699999999", Record(42, 1699999999.0, None)),
        (f"123 8 1 42 {NOW - 14 * DAY_S} /old", None),
        ("123 8 1 soon 1 /a", None),
        ("123 8", None),
        ("", None),
    ],
)
def test_a_line_is_read_as_logstash_writes_it(tmp_path, line, record):
    path = tmp_path / "sincedb"
    path.write_text(f"garbage\n{line}\n")
    assert loaded(path).get(ONE) == record


def test_what_is_saved_is_loaded_again(tmp_path):
    path = tmp_path / "new" / "sincedb"
    sincedb = loaded(path)
    sincedb.put(ONE, 7, "/a\udcff b")
    assert sincedb.is_changed
    sincedb.save()
    assert path.read_bytes() == b"123 8 1 7 1700000000.000000 /a\xff b\n"
    assert loaded(path).get(ONE) == Record(7, NOW, "/a\udcff b")
    assert [one.name for one in path.parent.iterdir()] == ["sincedb"]


def test_what_is_watched_never_expires(tmp_path):
    path = tmp_path / "sincedb"
    path.write_text("123 8 1 42 1699999999 /a\n124 8 1 42 1699999999 /b\n")
    later = Sincedb(path, 14 * DAY_S, iter([NOW, NOW, NOW + 20 * DAY_S]).__next__)
    later.load()
    later.save([ONE])
    assert path.read_text() == f"123 8 1 42 {NOW + 20 * DAY_S:.6f} /a\n"


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "sincedb"
    sincedb = loaded(path)
    sincedb.put(ONE, 1, "/a")
    sincedb.save()
    sincedb.put(ONE, 2, "/a")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        sincedb.save()
    assert loaded(path).get(ONE).offset == 1
    assert sincedb.is_changed
    assert [one.name for one in tmp_path.iterdir()] == ["sincedb"]


def test_a_dropped_record_is_gone(tmp_path):
    sincedb = loaded(tmp_path / "sincedb")
    sincedb.put(ONE, 1, "/a")
    sincedb.drop(ONE)
    sincedb.save()
    assert (tmp_path / "sincedb").read_text() == ""
