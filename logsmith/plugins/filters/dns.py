"""Look host names and addresses up: names become addresses, addresses become names.

Files of hosts go before name servers. Of events that wait for the same name at the same time one asks, the others
share its answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import dns.exception
import dns.name
import trio
from dns.asyncbackend import get_backend
from dns.asyncresolver import Resolver
from dns.resolver import NoAnswer, NoResolverConfiguration
from dns.reversename import from_address

from logsmith.event import Event, FieldRef, Value
from logsmith.plugins import NOT_NEGATIVE, Example, Filter, PluginError, Problem, setting

SYSTEM_HOSTS = Path("/etc/hosts")
SERVER_KEYS = ("address", "search", "ndots")
MOST_DOMAINS = 6
BACKEND = get_backend("trio")

V = TypeVar("V")
Question = tuple[str, bool]  # a text, and whether it is an address whose name is asked for


class NoAnswerError(PluginError):
    """A name or an address is not known."""


class SlowAnswerError(PluginError):
    """No name server answered in time, however often it was asked."""


class Dns(Filter):
    resolve: list[FieldRef] = setting([], "The fields with host names to turn into addresses.")
    reverse: list[FieldRef] = setting([], "The fields with addresses to turn into names, after `resolve`.")
    action: Literal["append", "replace"] = setting(
        "append", "Whether the answer is added to the field, which becomes an array, or takes its place."
    )
    nameserver: list[str] | dict[str, Value] | None = setting(
        None,
        "The name servers: addresses, or a hash of `address`, `search` and `ndots`; by default those of the system.",
    )
    hostsfile: list[str] = setting([], "Files such as `/etc/hosts`, which is read after them.")
    timeout: float = setting(0.5, "How many seconds each name server is given for an answer.")
    max_retries: int = setting(
        2, "How often a question without an answer in time is asked again.", within=NOT_NEGATIVE
    )
    tag_on_timeout: list[str] = setting(
        ["_dnstimeout"], "The tags of an event for which there was no answer in time."
    )
    warn_on_timeout: bool = setting(False, "Log such an event as a warning.")
    hit_cache_size: int = setting(0, "The most answers that are remembered; 0 for none.", within=NOT_NEGATIVE)
    hit_cache_ttl: float = setting(60, "How many seconds an answer is remembered.")
    failed_cache_size: int = setting(
        0, "The most questions without an answer that are remembered; 0 for none.", within=NOT_NEGATIVE
    )
    failed_cache_ttl: float = setting(5, "How many seconds such a question is not asked again.")

    examples = (
        Example(
            "leaves an address to resolve as it is",
            config='resolve => ["host"] action => "replace" add_tag => ["resolved"]',
            given={"host": "192.0.2.1"},
            expect=[{"host": "192.0.2.1", "tags": ["resolved"]}],
        ),
        Example(
            "adds what it finds, here in the system's file of hosts",
            config='reverse => ["client"]',
            given={"client": "127.0.0.1"},
            expect=[{"client": ["127.0.0.1", "localhost"]}],
        ),
        Example(
            "leaves alone what is no address, and arrays of more than one",
            config='reverse => ["client"] add_tag => ["reversed"]',
            given={"client": "10.0.0.300"},
            expect=[{"client": "10.0.0.300"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        if not self.resolve and not self.reverse:
            yield Problem(
                "dns looks nothing up", None, "name fields in resolve or reverse", "unused", "warning"
            )
        for name in ("timeout", "hit_cache_ttl", "failed_cache_ttl"):
            if getattr(self, name) <= 0:
                yield Problem("expected more than 0", name)
        self._hosts: dict[Question, str] = {}
        for path in (*map(Path, self.hostsfile), SYSTEM_HOSTS):
            try:
                self._read_hosts(path.read_text("utf-8", "replace"))
            except OSError as error:
                if path != SYSTEM_HOSTS:
                    yield Problem(f"cannot read {str(path)!r}: {error.strerror}", "hostsfile")
        try:
            self._resolver = self._make_resolver()
        except ValueError as error:
            yield Problem(str(error), "nameserver")
        self._found: _Remembered[str] = _Remembered(self.hit_cache_size, self.hit_cache_ttl)
        self._failed: _Remembered[bool] = _Remembered(self.failed_cache_size, self.failed_cache_ttl)
        self._asked: dict[Question, _Asked] = {}

    def _read_hosts(self, text: str) -> None:
        for line in text.splitlines():
            address, *names = line.partition("#")[0].split() or [""]
            if not names:
                continue
            self._hosts.setdefault((address, True), names[0])
            for name in names:
                self._hosts.setdefault((name.lower(), False), address)

    def _make_resolver(self) -> Resolver:
        """Return what asks name servers; raises ValueError where the setting `nameserver` is wrong."""
        resolver = Resolver(configure=False)
        if self.nameserver is None:
            try:
                resolver = Resolver()
            except NoResolverConfiguration:
                pass  # files of hosts are all there is
        else:
            given = self.nameserver if isinstance(self.nameserver, dict) else {"address": self.nameserver}
            _configure(resolver, given)
        resolver.timeout = self.timeout
        resolver.lifetime = self.timeout * max(len(resolver.nameservers), 1)
        return resolver

    async def filter(self, event: Event) -> bool:
        questions = [(ref, False) for ref in self.resolve] + [(ref, True) for ref in self.reverse]
        try:
            for ref, is_reverse in questions:
                await self._look_up(event, ref, is_reverse=is_reverse)
        except NoAnswerError as error:
            self.log.debug("nothing found", reason=str(error))
            return False
        except SlowAnswerError as error:
            self.metrics.count("timeouts")
            (self.log.warning if self.warn_on_timeout else self.log.debug)(
                "no answer in time", reason=str(error)
            )
            for tag in self.tag_on_timeout:
                event.tag(tag)
            return False
        return True

    async def _look_up(self, event: Event, ref: FieldRef, *, is_reverse: bool) -> None:
        value = event.get(ref)
        if value is None:
            self.log.debug("field to look up is missing", field=ref.text)
            return
        items = value if isinstance(value, list) else [value]
        text = items[0] if len(items) == 1 else None
        if not isinstance(text, str) or not text:
            raise NoAnswerError(f"the field {ref.text} holds no single text")
        answer = await self._answer((text, is_reverse))
        if self.action == "append":
            event.set(ref, [text, answer])
        else:
            event.set(ref, [answer] if isinstance(value, list) else answer)

    async def _answer(self, question: Question) -> str:
        """Return what is known, or what the one that asks first is told; raises NoAnswerError and SlowAnswerError."""
        known = self._local(question) or self._found.get(question)
        if known is not None:
            return known
        if self._failed.get(question):
            raise NoAnswerError(f"{question[0]!r} had no answer a moment ago")
        asked = self._asked.get(question)
        if asked is None:
            return await self._ask_for_all(question)
        await asked.done.wait()
        if asked.answer is None and asked.error is None:
            return await self._answer(question)  # the one that asked was cancelled
        if asked.error is not None:
            raise type(asked.error)(str(asked.error))
        return asked.answer or ""

    def _local(self, question: Question) -> str | None:
        text, is_reverse = question
        if is_reverse and not _is_address(text):
            raise NoAnswerError(f"{text!r} is no address")
        if not is_reverse and _is_address(text):
            return text
        return self._hosts.get((text.lower(), is_reverse))

    async def _ask_for_all(self, question: Question) -> str:
        asked = self._asked[question] = _Asked()
        try:
            asked.answer = await self._ask_again(question)
        except (NoAnswerError, SlowAnswerError) as error:
            asked.error = error
            self._failed.put(question, True)
            raise
        finally:
            del self._asked[question]
            asked.done.set()
        self._found.put(question, asked.answer)
        return asked.answer

    async def _ask_again(self, question: Question) -> str:
        """Ask, and ask again while no name server answers in time."""
        for _ in range(self.max_retries + 1):
            try:
                return await self._ask(question)
            except dns.exception.Timeout:
                continue
            except (dns.exception.DNSException, UnicodeError) as error:
                raise NoAnswerError(f"{question[0]!r}: {error}") from None
        raise SlowAnswerError(f"{question[0]!r}: asked {self.max_retries + 1} times")

    async def _ask(self, question: Question) -> str:
        text, is_reverse = question
        if is_reverse:
            answer = await self._resolver.resolve(from_address(text), "PTR", backend=BACKEND)
            return str(answer[0].target.to_unicode(omit_final_dot=True))
        try:
            answer = await self._resolver.resolve(text, "A", search=True, backend=BACKEND)
        except NoAnswer:
            answer = await self._resolver.resolve(text, "AAAA", search=True, backend=BACKEND)
        return str(answer[0].to_text())


@dataclass(slots=True)
class _Asked:
    """A question on its way: `done` is set when there is an answer or an error, or nobody waits for either."""

    done: trio.Event = field(default_factory=trio.Event)
    answer: str | None = None
    error: PluginError | None = None


class _Remembered(Generic[V]):
    """Values by question: so many, for so long, the one that was not asked for longest going first."""

    def __init__(self, size: int, ttl_s: float) -> None:
        self._size, self._ttl_s = size, ttl_s
        self._entries: OrderedDict[Question, tuple[float, V]] = OrderedDict()

    def get(self, question: Question) -> V | None:
        found = self._entries.get(question)
        if found is None:
            return None
        until, value = found
        if until <= trio.current_time():
            del self._entries[question]
            return None
        self._entries.move_to_end(question)
        return value

    def put(self, question: Question, value: V) -> None:
        if self._size <= 0:
            return
        self._entries[question] = trio.current_time() + self._ttl_s, value
        self._entries.move_to_end(question)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


def _configure(resolver: Resolver, given: Mapping[str, Any]) -> None:  # Any: what a user wrote
    unknown = given.keys() - set(SERVER_KEYS)
    if unknown:
        raise ValueError(f"expected {', '.join(SERVER_KEYS)}, got {', '.join(sorted(unknown))}")
    addresses, domains = _texts(given.get("address")), _texts(given.get("search"))
    if not addresses:
        raise ValueError("the address of a name server is missing")
    for address in addresses:
        ip_address(address)
    if len(domains) > MOST_DOMAINS:
        raise ValueError(f"expected at most {MOST_DOMAINS} search domains, got {len(domains)}")
    resolver.nameservers = [*addresses]
    resolver.search = [dns.name.from_text(domain) for domain in domains]
    resolver.ndots = int(str(given.get("ndots", 1)))


def _texts(value: Any) -> list[str]:  # Any: what a user wrote
    return [] if value is None else [str(item) for item in (value if isinstance(value, list) else [value])]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
