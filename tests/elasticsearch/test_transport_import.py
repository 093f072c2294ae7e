"""What the connection to a cluster imports, and what it leaves alone."""

import subprocess
import sys

import pytest

from logsmith.elasticsearch.transport import UNUSED, absent

IMPORTS = "import sys, logsmith.elasticsearch.connection; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def test_a_connection_imports_the_transport_alone():
    done = subprocess.run([sys.executable, "-c", IMPORTS], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert {"elastic_transport", "urllib3"} <= loaded
    assert not loaded & {"elasticsearch", *UNUSED}


def test_a_library_is_absent_for_as_long_as_it_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / "seldom_used.py").write_text("there = True")
    monkeypatch.syspath_prepend(tmp_path)
    with absent(("seldom_used",)), pytest.raises(ModuleNotFoundError):
        import seldom_used
    import seldom_used

    assert seldom_used.there
    with absent(("seldom_used",)):  # what is loaded already stays
        assert sys.modules["seldom_used"] is seldom_used
    assert sys.modules.pop("seldom_used") is seldom_used


def test_it_is_there_again_after_an_error():
    with pytest.raises(KeyError), absent(("nothing_of_this_name",)):
        raise KeyError
    assert "nothing_of_this_name" not in sys.modules
