"""Real servers and clients as fixtures: fetched once, started side by side when a test asks, stopped at the end.

A machine that lacks a tool leaves out the tests that need it and says so at the end of the run. With CI=true or
LOGSMITH_REQUIRE_INTEROP=1 they fail instead.
"""

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import real_certificates
from real_clients import GoLumber, NodeClient, PyLogBeat
from real_logsmith import LogsmithProcess, Order
from real_parts import PARTS, PartError, fetch, how_to_get, is_required, tail
from real_servers import STARTERS, ObjectStore, RunningServer

HERE = Path(__file__).parent
SEARCH_SERVERS = ("elasticsearch7", "elasticsearch8", "opensearch")
BEATS_CLIENTS = ("golumber", "pylogbeat", "lumberjack_protocol", "lumberjack_client")

FLEET = pytest.StashKey()
PROCESSES = pytest.StashKey()


class Fleet:
    """The servers of this run: each is started in the background as soon as it is known that a test wants it."""

    def __init__(self):
        self._pool = ThreadPoolExecutor(max_workers=len(STARTERS))
        self._running = {}
        self._starts = {}
        self.left_out = {}
        self.died = {}

    def begin(self, name):
        """Begin to start a server, unless that was done or its tools are missing."""
        if name in self._starts or PARTS[name].missing_tools:
            return
        self._running[name] = RunningServer(name)
        self._starts[name] = self._pool.submit(STARTERS[name], name, self._running[name])

    def find(self, name):
        """Return what is known of the server once it answers."""
        self.check(name)
        self.begin(name)
        try:
            return self._starts[name].result()
        except PartError as error:
            pytest.fail(str(error), pytrace=False)

    def fetch(self, name):
        """Return the folder of a client's program."""
        self.check(name)
        try:
            return fetch(PARTS[name])
        except PartError as error:
            pytest.fail(str(error), pytrace=False)

    def check(self, name):
        """Leave the test out, or fail it where nothing may be missing, if the part's tools are not here."""
        missing = PARTS[name].missing_tools
        if not missing:
            return
        reason = f"{PARTS[name].title} needs {', '.join(missing)}"
        if is_required():
            pytest.fail(f"{reason}: install {how_to_get(missing)}", pytrace=False)
        self.left_out[PARTS[name].title] = missing
        pytest.skip(reason)

    def stop(self):
        """Stop all that was started, side by side."""
        self.died = {name: running.log_tail for name, running in self._running.items() if running.has_died}
        for _ in range(
            2
        ):  # what was still being fetched notices the first time, and is cleared away the second
            list(self._pool.map(RunningServer.stop, self._running.values()))
            for start in self._starts.values():
                start.exception()
        self._pool.shutdown()


def pytest_configure(config):
    config.stash[FLEET] = Fleet()


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("interop")


def pytest_collection_finish(session):
    """Start what the chosen tests want, while the tests before them run."""
    if session.config.option.collectonly:
        return
    for item in session.items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        wanted = {
            *getattr(item, "fixturenames", ()),
            *(name for name in parameters.values() if isinstance(name, str)),
        }
        for name in sorted(wanted & STARTERS.keys()):
            session.config.stash[FLEET].begin(name)


def pytest_sessionfinish(session):
    session.config.stash[FLEET].stop()


def pytest_terminal_summary(terminalreporter, config):
    fleet = config.stash[FLEET]
    for name, log in fleet.died.items():
        terminalreporter.section(f"{PARTS[name].title} ended during the run")
        terminalreporter.write_line(log)
    if fleet.left_out:
        parts = ", ".join(fleet.left_out)
        missing = [tool for tools in fleet.left_out.values() for tool in tools]
        terminalreporter.section("interop tests left out")
        terminalreporter.write_line(
            f"Not tested on this machine: {parts}. To test with them, install {how_to_get(missing)}. "
            "They are fetched into ~/.cache/logsmith-tests, or $LOGSMITH_TEST_CACHE, when a test first needs them."
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Show the end of logsmith's log beside a failure."""
    report = yield
    if report.failed:
        for number, process in enumerate(item.stash.get(PROCESSES, ())):
            report.sections.append((f"logsmith log {number}", tail(process.log)))
    return report


@pytest.fixture(scope="session")
def fleet(pytestconfig):
    return pytestconfig.stash[FLEET]


@pytest.fixture(scope="session")
def elasticsearch7(fleet):
    """Elasticsearch 7.10, over HTTP, open to all: a SearchServer."""
    return fleet.find("elasticsearch7")


@pytest.fixture(scope="session")
def elasticsearch8(fleet):
    """Elasticsearch 8.19, over HTTPS, with a user and a password: a SearchServer."""
    return fleet.find("elasticsearch8")


@pytest.fixture(scope="session")
def opensearch(fleet):
    """OpenSearch 2.19, over HTTP, open to all: a SearchServer."""
    return fleet.find("opensearch")


@pytest.fixture(params=SEARCH_SERVERS)
def search_server(request):
    """Each of the three in turn: a SearchServer."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def s3(fleet):
    """A server with S3's API that checks signatures: an ObjectStore. It refuses tags and all but two ACLs."""
    return fleet.find("s3")


@pytest.fixture(scope="session")
def moto_server():
    from moto.server import ThreadedMotoServer  # half a second, which only its users should pay

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def moto_s3(moto_server):
    """An empty S3 in this process that takes what s3proxy refuses, and any key: an ObjectStore."""
    urllib.request.urlopen(f"{moto_server}/moto-api/reset", b"").close()
    return ObjectStore("moto", moto_server, "testing", "testing")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A CA, the certificate of a server on this machine, and clients' certificates: Certificates."""
    return real_certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def golumber_program(fleet):
    return fleet.fetch("golumber") / "golumber"


@pytest.fixture
def golumber(golumber_program):
    """Elastic's own client library, and its server. What a failed test left sending is ended."""
    client = GoLumber(golumber_program)
    yield client
    for sending in client.sendings:
        sending.kill()


@pytest.fixture(scope="session")
def pylogbeat():
    return PyLogBeat()


@pytest.fixture(scope="session")
def lumberjack_protocol(fleet):
    """The client of Lumberjack v1; it cannot do without TLS."""
    return NodeClient(fleet.fetch("node"), "lumberjack-protocol", needs_tls=True)


@pytest.fixture(scope="session")
def lumberjack_client(fleet):
    return NodeClient(fleet.fetch("node"), "lumberjack-client")


@pytest.fixture(params=BEATS_CLIENTS)
def beats_client(request):
    """Each of the four in turn: `send(port, count, identity)` returns how many events were acknowledged."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def logsmith_process(request, tmp_path):
    """A function that starts logsmith with a pipeline's text (-e) or file (-f) and returns a LogsmithProcess.

    It waits until the ports listen. What still runs at the end of the test is stopped and must exit with 0.
    """
    processes = request.node.stash.setdefault(PROCESSES, [])

    def start(pipeline, *words, ports=(), environment=None, path_data=None):
        folder = tmp_path / f"logsmith-{len(processes)}"
        folder.mkdir()
        order = Order(
            pipeline=pipeline,
            words=words,
            ports=tuple(ports),
            environment=environment or {},
            path_data=path_data or folder / "data",
        )
        processes.append(LogsmithProcess(order, folder))
        return processes[-1].start()

    try:
        yield start
        for process in processes:
            if process.is_running:
                process.stop()
    finally:
        for process in processes:
            process.discard()
