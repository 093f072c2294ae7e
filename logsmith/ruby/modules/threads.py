"""What programs use of threads though one runs all of their code: Thread.current, Mutex, Monitor, Queue, GC."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import to_array, to_int
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import truthy
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s


class Mutex:
    """A lock that nobody else wants; a monitor is one that may be taken again."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class Monitor(Mutex):
    """A lock of which its holder takes further ones."""

    __slots__ = ()


class Current:
    """The thread that runs; `places` are its variables."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: dict[str, Any] = {}


class Queue:
    """Values in a row; who waits for one that nobody can bring raises."""

    __slots__ = ("is_closed", "limit", "values")

    def __init__(self, values: list[Any], limit: int | None = None) -> None:
        self.values, self.limit, self.is_closed = deque(values), limit, False


class Condition:
    """A condition variable: nobody else can signal it."""

    __slots__ = ()


class SizedQueue(Queue):
    """A queue that takes so many values."""

    __slots__ = ()


define("Thread", "Object", python=Current)
for _name, _python, _parent in (
    ("Mutex", Mutex, "Object"),
    ("Queue", Queue, "Object"),
    ("SizedQueue", SizedQueue, "Queue"),
    ("ConditionVariable", Condition, "Object"),
):
    CONSTANTS[_name] = define(
        f"Thread::{_name}", "Thread::Queue" if _parent == "Queue" else _parent, python=_python
    )
define("Monitor", "Object", python=Monitor)
define("MonitorMixin", is_module=True)
_THREAD = Current()
THREAD = methods_of("Thread")
MUTEX, MONITOR, QUEUE = methods_of("Thread::Mutex"), methods_of("Monitor"), methods_of("Thread::Queue")
class_methods_of("Thread").add("current main", lambda _class: _THREAD)
class_methods_of("Thread").add("pass", lambda _class: None)
class_methods_of("Thread::Mutex").add("new", lambda _class: Mutex())
class_methods_of("Monitor").add("new", lambda _class: Monitor())
class_methods_of("Thread::ConditionVariable").add("new", lambda _class: Condition())
methods_of("Thread::ConditionVariable").add("signal broadcast", lambda condition: condition)

THREAD.add("[] thread_variable_get", lambda thread, name: thread.places.get(to_s(name)))
THREAD.add("key? thread_variable?", lambda thread, name: to_s(name) in thread.places)
THREAD.add("alive?", lambda _thread: True)
THREAD.add("name", lambda _thread: None)
THREAD.add("status", lambda _thread: String("run"))
THREAD.add("priority", lambda _thread: 0)


@THREAD.method("[]=", "thread_variable_set")
def put_place(thread: Current, name: Any, value: Any) -> Any:
    thread.places[to_s(name)] = value
    return value


@THREAD.method("name=", "priority=", "abort_on_exception=", "report_on_exception=")
def name_thread(_thread: Current, value: Any) -> Any:
    return value


def lock(mutex: Mutex) -> Mutex:
    """Take the lock; raises ThreadError of a mutex that is taken, for which nobody could wait."""
    if mutex.count and type(mutex) is Mutex:
        raise fault("ThreadError", "deadlock; recursive locking")
    mutex.count += 1
    return mutex


def unlock(mutex: Mutex) -> Mutex:
    """Give the lock back; raises ThreadError where it is not taken."""
    if not mutex.count:
        raise fault("ThreadError", "Mutex is not locked")
    mutex.count -= 1
    return mutex


def try_lock(mutex: Mutex) -> bool:
    """Take the lock, if it is free."""
    if mutex.count and type(mutex) is Mutex:
        return False
    mutex.count += 1
    return True


def synchronize(mutex: Mutex, *, block: Callable[[], Any]) -> Any:
    """Call the block with the lock taken."""
    lock(mutex)
    try:
        return block()
    finally:
        mutex.count = max(mutex.count - 1, 0)


for _table, _names in ((MUTEX, ""), (MONITOR, "enter mon_enter")):
    _table.add(_names or "lock", lock)
    _table.add("exit mon_exit" if _names else "unlock", unlock)
    _table.add("try_enter mon_try_enter" if _names else "try_lock", try_lock)
    _table.add("synchronize mon_synchronize" if _names else "synchronize", synchronize)
    _table.add("mon_locked? mon_owned?" if _names else "locked? owned?", lambda mutex: mutex.count > 0)


@methods_of("MonitorMixin").method("synchronize", "mon_synchronize")
def synchronize_own(_object: Any, *, block: Callable[[], Any]) -> Any:
    return block()


@class_methods_of("Thread::Queue").method("new")
def new_queue(_class: Any, values: Any = None) -> Queue:
    return Queue([] if values is None else to_array(values))


@class_methods_of("Thread::SizedQueue").method("new")
def new_sized_queue(_class: Any, limit: Any) -> SizedQueue:
    size = to_int(limit)
    if size <= 0:
        raise fault("ArgumentError", "queue size must be positive")
    return SizedQueue([], size)


@QUEUE.method("<<", "push", "enq")
def push(queue: Queue, value: Any, non_block: Any = None, **_options: Any) -> Queue:
    """Add a value; raises of a queue that is closed or full."""
    if queue.is_closed:
        raise fault("ClosedQueueError", "queue closed")
    if queue.limit is not None and len(queue.values) >= queue.limit:
        raise fault("ThreadError", "queue full" if truthy(non_block) else _NOBODY)
    queue.values.append(value)
    return queue


_NOBODY = "No live threads left. Deadlock?"


@QUEUE.method("pop", "shift", "deq")
def pop(queue: Queue, non_block: Any = None, *, timeout: Any = None) -> Any:
    """Take the first value; raises ThreadError of an empty queue, which nobody could fill meanwhile."""
    if queue.values:
        return queue.values.popleft()
    if truthy(non_block):
        raise fault("ThreadError", "queue empty")
    if queue.is_closed or timeout is not None:
        return None
    raise fault("ThreadError", _NOBODY)


QUEUE.add("size length", lambda queue: len(queue.values))
QUEUE.add("empty?", lambda queue: not queue.values)
QUEUE.add("closed?", lambda queue: queue.is_closed)
QUEUE.add("num_waiting", lambda _queue: 0)
QUEUE.add("max", lambda queue: queue.limit)


@QUEUE.method("clear")
def clear(queue: Queue) -> Queue:
    queue.values.clear()
    return queue


@QUEUE.method("close")
def close(queue: Queue) -> Queue:
    queue.is_closed = True
    return queue


class_methods_of("GC").add("start", lambda _module, **_options: None)
class_methods_of("ObjectSpace").add("garbage_collect", lambda _module, **_options: None)
class_methods_of("GC").add("count", lambda _module: 0)
