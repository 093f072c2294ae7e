"""The lines that workloads are made of, by kind, and the events in which Filebeat wraps them; the same for each run."""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.visitors import addresses, agents, choose

START = 1_760_000_000  # seconds since 1970 of the first event
PER_SECOND = 50  # events of one second of the log
PATHS = ("/", "/index.html", "/api/v1/orders/{n}", "/static/js/app.{n}.js", "/search?q={n}&page=2", "/login")
CODES = (200, 200, 200, 200, 200, 304, 404, 500, 301, 201)
METHODS = ("GET", "GET", "GET", "GET", "POST", "HEAD")
SERVICES = ("orders", "billing", "search", "login", "gateway", "mailer", "images", "reports")
LEVELS = ("INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
LOG = {"file": {"path": "/var/log/nginx/access.log", "inode": "918273", "device_id": "64769"}}
AROUND = {
    "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.14.1"},
    "input": {"type": "filestream"},
    "agent": {
        "id": "4f6f2b0e-9f0c-4a52-9c39-6b1a1e3d7a11",
        "name": "web-07",
        "type": "filebeat",
        "version": "8.14.1",
        "ephemeral_id": "0d5ac0c5-6c2f-4c3e-93a5-2f0d6c52c0de",
    },
    "ecs": {"version": "8.0.0"},
    "host": {
        "name": "web-07",
        "hostname": "web-07",
        "architecture": "x86_64",
        "id": "5f1c0a9e7c0b4b7d9d2b6f3e8a1c2d3e",
        "containerized": False,
        "ip": ["192.0.2.17", "2001:db8::17"],
        "mac": ["02-42-AC-11-00-02"],
        "os": {
            "platform": "debian",
            "version": "12 (bookworm)",
            "family": "debian",
            "kernel": "6.1.0-21-amd64",
        },
    },
    "fields": {"env": "prod", "source": "nginx"},
    "tags": ["web"],
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log, and the fields that its shipper adds."""

    text: str
    fields: dict[str, Any] = field(default_factory=dict)  # Any: JSON


def combined(number: int, dice: random.Random) -> Line:
    """Return a line of an access log in the combined format."""
    (address,), (agent,) = choose(addresses(), 1, dice), choose(agents(), 1, dice)
    path = dice.choice(PATHS).format(n=number)
    when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(_second(number)))
    request = f"{dice.choice(METHODS)} {path} HTTP/1.1"
    answer = f"{dice.choice(CODES)} {dice.randint(100, 90_000)}"
    return Line(
        f'{address} - - [{when}] "{request}" {answer} "https://www.example.com/start?id={number}" "{agent}"'
    )


def miss(number: int, dice: random.Random) -> Line:
    """Return a line that is in no combined format: of an error log, or a combined one that ends too early, in turns."""
    line = combined(number, dice).text
    if number % 2:
        return Line(line[: line.rindex('" "') - dice.randint(1, 20)])
    when = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(_second(number)))
    path = f"/usr/share/nginx/html/{number}.ico"
    client = f"client: {line.partition(' ')[0]}, server: www.example.com"
    rest = f'{client}, request: "GET /{number}.ico HTTP/1.1", host: "www.example.com"'
    return Line(
        f'{when} [error] 31#31: *{number} open() "{path}" failed (2: No such file or directory), {rest}'
    )


def json_line(number: int, dice: random.Random) -> Line:
    """Return a line that an application writes as JSON."""
    record = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_second(number))),
        "level": dice.choice(LEVELS),
        "logger": "com.example.orders.OrderController",
        "thread": f"http-nio-8080-exec-{dice.randint(1, 32)}",
        "msg": f"order {number} stored",
        "took_ms": dice.randint(1, 900),
        "ratio": round(dice.random(), 4),
        "is_retry": dice.random() < 0.1,
        "user": {"id": f"u{dice.randint(1, 9_999)}", "roles": ["customer", "beta"]},
        "request": {
            "path": dice.choice(PATHS).format(n=number),
            "status": dice.choice(CODES),
            "client": choose(addresses(), 1, dice)[0],
        },
    }
    return Line(json.dumps(record, separators=(",", ":")))


def pairs(number: int, dice: random.Random) -> Line:
    """Return a line with a head of fixed form and pairs of keys and values behind it."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_second(number)))
    head = f"{when} web-{dice.randint(1, 20):02d} {dice.choice(SERVICES)}[{dice.randint(300, 30_000)}]: {dice.choice(LEVELS)}"
    request = f"method={dice.choice(METHODS)} path={dice.choice(PATHS).format(n=number)} status={dice.choice(CODES)}"
    client = f"client={choose(addresses(), 1, dice)[0]} user=u{dice.randint(1, 9_999)}"
    return Line(
        f'{head} {request} took_ms={dice.randint(1, 900)} {client} msg="order {number} stored" attempt=1'
    )


def formats(number: int, dice: random.Random) -> Line:
    """Return a line in one of ten formats, in turns."""
    return Line(FORMATS[number % len(FORMATS)](number, dice))


def services(number: int, dice: random.Random) -> Line:
    """Return a line of one of eight services, each with its own format; the shipper says which service it is."""
    name = SERVICES[number % len(SERVICES)]
    text = SERVICE_LINES[name](number, dice)
    return Line(text, {"service": {"name": name, "version": f"2.{dice.randint(0, 9)}.{dice.randint(0, 30)}"}})


def _nginx_error(number: int, dice: random.Random) -> str:
    when = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(_second(number)))
    client = choose(addresses(), 1, dice)[0]
    told = f"upstream timed out (110: Connection timed out) while reading upstream, client: {client}, server: www.example.com"
    return f"{when} [{dice.choice(('error', 'warn', 'crit'))}] 31#31: *{number} {told}"


def _sshd(number: int, dice: random.Random) -> str:
    client, port = choose(addresses(), 1, dice)[0], dice.randint(1_024, 65_000)
    user = dice.choice(("root", "admin", "deploy", f"u{number % 977}"))
    outcome = dice.choice(("Failed password", "Accepted publickey"))
    return f"{_syslog(number)} web-07 sshd[{dice.randint(300, 30_000)}]: {outcome} for {user} from {client} port {port} ssh2"


def _log4j(number: int, dice: random.Random) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(_second(number)))
    head = f"{when},{number % 1000:03d} {dice.choice(LEVELS)} [http-nio-8080-exec-{dice.randint(1, 32)}]"
    answer = f"answered in {dice.randint(1, 900)} ms with {dice.randint(0, 50)} hits"
    return f"{head} com.example.search.Index - query {number} {answer}"


def _postgres(number: int, dice: random.Random) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(_second(number)))
    query = f"SELECT id, total FROM orders WHERE customer = {number} ORDER BY id LIMIT {dice.randint(1, 100)}"
    took = f"{dice.random() * 900:.3f}"
    return f"{when}.{number % 1000:03d} UTC [{dice.randint(300, 30_000)}] app@shop LOG:  duration: {took} ms  statement: {query}"


def _firewall(number: int, dice: random.Random) -> str:
    client = next(one for one in choose(addresses(), 20, dice) if ":" not in one)
    around = (
        f"IN=eth0 OUT= MAC=02:42:ac:11:00:02 SRC={client} DST=192.0.2.17 LEN={dice.randint(40, 1_500)} TTL=52"
    )
    ports = f"PROTO=TCP SPT={dice.randint(1_024, 65_000)} DPT={dice.choice((22, 23, 445, 3389))}"
    return f"{_syslog(number)} web-07 kernel: [{number}.{number % 1000:06d}] DROP {around} {ports} WINDOW=1024 SYN"


def _redis(number: int, dice: random.Random) -> str:
    when = time.strftime("%d %b %Y %H:%M:%S", time.gmtime(_second(number)))
    return f"1:M {when}.{number % 1000:03d} * {dice.randint(1, 9_999)} changes in 60 seconds. Saving... request {number}"


def _balancer(number: int, dice: random.Random) -> str:
    when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(_second(number)))
    client = next(one for one in choose(addresses(), 20, dice) if ":" not in one)
    took = f"0.0000{dice.randint(10, 99)} 0.{dice.randint(100, 999)} 0.0000{dice.randint(10, 99)}"
    code, size = dice.choice(CODES), dice.randint(100, 90_000)
    request = f"GET https://www.example.com:443{dice.choice(PATHS).format(n=number)} HTTP/1.1"
    head = f"{when}.{number % 1000:06d}Z balancer-1 {client}:4711 192.0.2.17:80"
    return f'{head} {took} {code} {code} 0 {size} "{request}"'


def _postfix(number: int, dice: random.Random) -> str:
    queue_id, status = f"{number:X}A", dice.choice(("sent", "sent", "deferred", "bounced"))
    to = f"to=<u{number % 977}@example.com>, relay=mx.example.com[192.0.2.25]:25"
    fate = f"delay={dice.random() * 9:.2f}, dsn=2.0.0, status={status} (250 ok)"
    return f"{_syslog(number)} web-07 postfix/smtp[4711]: {queue_id}: {to}, {fate}"


def _cron(number: int, dice: random.Random) -> str:
    return f"{_syslog(number)} web-07 CRON[{dice.randint(300, 30_000)}]: (root) CMD (/usr/local/bin/report --day {number % 365})"


def _syslog(number: int) -> str:
    return time.strftime("%b %e %H:%M:%S", time.gmtime(_second(number)))


def _second(number: int) -> int:
    return START + number // PER_SECOND


FORMATS: tuple[Callable[[int, random.Random], str], ...] = (
    lambda number, dice: combined(number, dice).text,
    _nginx_error,
    _sshd,
    _log4j,
    _postgres,
    _firewall,
    _redis,
    _balancer,
    _postfix,
    _cron,
)
SERVICE_LINES: dict[str, Callable[[int, random.Random], str]] = {
    "orders": lambda number, dice: json_line(number, dice).text,
    "billing": lambda number, dice: pairs(number, dice).text,
    "search": _log4j,
    "login": _sshd,
    "gateway": lambda number, dice: combined(number, dice).text,
    "mailer": _postfix,
    "images": _balancer,
    "reports": _postgres,
}
KINDS: dict[str, Callable[[int, random.Random], Line]] = {
    "combined": combined,
    "miss": miss,
    "json": json_line,
    "pairs": pairs,
    "formats": formats,
    "services": services,
}


def lines(kind: str, first: int, count: int) -> Iterator[Line]:
    """Return so many lines of a kind, numbered from `first`."""
    dice = random.Random(first)
    write = KINDS[kind]
    for number in range(first, first + count):
        yield write(number, dice)


def event(number: int, line: Line) -> bytes:
    """Return one event of about 1 kB as Filebeat writes it, with the line in `message`."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(_second(number)))
    members = {
        "@timestamp": f"{stamp}.{number % PER_SECOND * 1000 // PER_SECOND:03d}Z",
        "n": number,
        "message": line.text,
        **AROUND,
        "log": {"offset": number * 250, **LOG},
        **line.fields,
    }
    return json.dumps(members, separators=(",", ":")).encode()
