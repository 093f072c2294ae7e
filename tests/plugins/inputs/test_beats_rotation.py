"""Certificates that change on disk while the Beats input runs."""

import shutil

import pytest
import trio

from logsmith.net import rotation
from logsmith.net.certplan import Wish, make_certificates
from logsmith.plugins.build import BuildError
from tests.beats.serving import make_beats, read_answers, serving
from tests.lumberjack.lumberjack_cases import HI, ack, c, j, w
from tests.plugins.inputs.test_beats_tls import client, tls

WINDOW = w(1) + c(j(1, HI))


@pytest.fixture
def folder(tmp_path):
    """A folder with a CA, a server's certificate and one for the client filebeat."""
    make_certificates(Wish(folder=tmp_path / "old", names=("localhost", "127.0.0.1")))
    make_certificates(Wish(folder=tmp_path / "new", names=("localhost", "127.0.0.1")))
    return tmp_path


@pytest.fixture(autouse=True)
def _look_often(monkeypatch):
    monkeypatch.setattr(rotation, "LOOK_EVERY_S", 0.01)


async def connect(served, context):
    transport = await served.connect()
    stream = trio.SSLStream(transport, context, server_hostname="localhost", https_compatible=True)
    try:
        await stream.do_handshake()
    except trio.BrokenResourceError:
        await transport.aclose()
        raise
    return stream


async def ask(stream):
    await stream.send_all(WINDOW)
    return await read_answers(stream, 1)


async def wait_rotated(served):
    with trio.fail_after(10):
        while not any("TLS files have changed" in line for line, _ in served.log.lines):  # noqa: ASYNC110  the log is all there is
            await trio.sleep(0.005)


async def test_a_new_handshake_meets_the_new_certificates_while_an_old_connection_goes_on(folder):
    old, new = folder / "old", folder / "new"
    async with serving(**tls(old)) as served:
        before = await connect(served, client(old, old))
        assert await ask(before) == ack(1)
        trusted, shown = client(old, old), client(new, new)
        staging = shutil.copytree(new, folder / "staging")
        old.rename(folder / "gone")
        staging.rename(old)
        await wait_rotated(served)
        after = await connect(served, shown)
        assert await ask(after) == ack(1)
        assert await ask(before) == ack(1)
        with pytest.raises(trio.BrokenResourceError):
            await connect(served, trusted)
        for stream in (before, after):
            await trio.aclose_forcefully(stream)


def test_names_the_revocation_list_that_is_wrong(folder):
    (folder / "list.crl").write_text("nothing")
    with pytest.raises(BuildError) as refused:
        make_beats(tls(folder / "old", ssl_crl_path=[str(folder / "list.crl")]))
    assert "revocation list" in str(refused.value)
    assert "ssl_crl_path" in str([problem.setting for problem in refused.value.problems])
