"""The file of networks is read again when it has changed, and only then."""

import os
import time

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters import cidr
from logsmith.plugins.filters.cidr import Cidr
from logsmith.plugins.setting import Duration


@pytest.fixture
def networks(tmp_path):
    path = tmp_path / "networks"
    path.write_text("10.0.0.0/8\n")
    return path


def made(path, **settings):
    one = Cidr(Context(), {"address": ["1.2.3.4"], "network_path": str(path), **settings})
    assert list(one.prepare()) == []
    return one


def test_a_changed_file_counts_when_it_is_looked_at(networks, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr(cidr.time, "monotonic", lambda: now[0])
    one = made(networks, refresh_interval=Duration(5))
    networks.write_text("1.2.3.0/24\n")
    os.utime(networks, (1, 1))
    assert one.filter(Event({})) is False
    now[0] += 5
    assert one.filter(Event({})) is True


def test_an_unchanged_file_is_not_read(networks, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr(cidr.time, "monotonic", lambda: now[0])
    one = made(networks)
    known = one._networks
    now[0] += 5
    one.filter(Event({}))
    assert one._networks is known


def test_a_file_that_is_not_there_any_more_leaves_what_was_read(networks, monkeypatch):
    now = [time.monotonic()]
    monkeypatch.setattr(cidr.time, "monotonic", lambda: now[0])
    one = made(networks, address=["10.1.2.3"])
    networks.unlink()
    now[0] += 5
    assert one.filter(Event({})) is True
