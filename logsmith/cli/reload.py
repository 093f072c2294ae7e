"""Reload: what is asked for is read and checked while the old runs on; only what passed takes the old one's place.

Each look compares every pipeline's text and settings, and the pattern files and scripts it read, with what runs; those files
are looked at every few seconds even if nobody asks. A changed pipeline is compiled, its new sockets are bound, and everything
that can be refused is refused then: it stays as it is, and the others are reloaded. Then the supervisor swaps workers. Pipelines
that send to a changed one, or get events from it, share its processes, so they are swapped with it, with the counters they have.
"""

from __future__ import annotations

import gc
import sys
import time
import traceback
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from logsmith.cli.pipelines import (
    NO_PIPELINE,
    Asked,
    Prepared,
    check_addresses,
    compile_one,
    missing_inputs,
    read_texts,
    report,
)
from logsmith.cli.roster import preload
from logsmith.cli.secrets import Secrets
from logsmith.config.diagnostics import as_json
from logsmith.log import Logger
from logsmith.runtime import StartError
from logsmith.runtime.cursors import cursor_names
from logsmith.runtime.stats import ReloadRequest
from logsmith.runtime.supervisor import Swap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from logsmith.cli.roster import Roster
    from logsmith.compiler import CompiledPipeline
    from logsmith.config.diagnostics import Diagnostic
    from logsmith.config.settings import Settings
    from logsmith.net.stamps import Stamp
    from logsmith.plugins.addresses import Addresses
    from logsmith.runtime.deal import Part

FILES_EVERY_S = 3.0
SAME_AGAIN_S = 30.0  # what failed is tried again unchanged after this: a file that was missing may be there

NOT_RELOADABLE = "Cannot reload pipeline, because the {which} pipeline is not reloadable"

log = Logger("logstash.agent")


@dataclass(slots=True)
class Failure:
    """Why a pipeline, or with no id the whole reload, is refused."""

    reason: str
    diagnostics: Sequence[Diagnostic] = ()


@dataclass(slots=True)
class Plan:
    """What a reload changes: pipelines that come or are replaced, those that go, and those that only get other workers."""

    changed: dict[str, Prepared] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)  # of the changed ones: there was none of that name
    gone: set[str] = field(default_factory=set)
    drawn_along: set[str] = field(default_factory=set)
    failures: dict[str, Failure] = field(default_factory=dict)
    mishap: str | None = None  # what kept it from starting when the old one was stopped already


class Reloader:
    """Looks for changes when it is told to or regularly, and turns them into swaps."""

    def __init__(
        self,
        settings: Settings,
        roster: Roster,
        addresses: Addresses,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """`meanwhile` is called now and then while pipelines are compiled: what must not wait for them."""
        self._meanwhile = meanwhile
        self._settings, self._roster, self._addresses = settings, roster, addresses
        self._is_automatic: bool = settings["config.reload.automatic"]
        self._interval_s = max(0.1, settings["config.reload.interval"])
        self._next_look = time.monotonic() + self._interval_s
        self._next_file_look = time.monotonic() + FILES_EVERY_S
        self._tried: dict[
            str, Mapping[str, Stamp | None]
        ] = {}  # of pipelines: their files when they last had changed
        self._requests: list[ReloadRequest] = []
        self._failed: dict[str, tuple[Prepared, float]] = {}  # and when it may be tried again unchanged
        self._secrets = Secrets(settings)
        self._refused = "", 0.0  # why nothing could be reloaded, and when it may be said again

    @property
    def keeps_running(self) -> bool:
        """Whether to go on without any pipeline: the file may be mended."""
        return self._is_automatic

    def request(self) -> ReloadRequest:
        """Ask for a look as soon as no reload is under way."""
        self._requests.append(ReloadRequest())
        return self._requests[-1]

    def enter_worker(self, parts: Sequence[Part]) -> None:
        """Close the sockets of pipelines that this worker does not run."""
        self._roster.listeners.keep_only(one for part in parts for one in part.inputs)

    def note_failed(self, failed: Iterable[Prepared]) -> None:
        """Take note of pipelines that could not be started."""
        for one in failed:
            self._failed[one.id] = replace(one, compilation=None, stamps={}), time.monotonic() + SAME_AGAIN_S

    def next_swap(self, now: float) -> Swap | None:
        """Look for changes if it is time to; return what is to be swapped, if anything is."""
        looks_at_all = bool(self._requests) or (self._is_automatic and now >= self._next_look)
        stale = [] if looks_at_all else self._stale(now)
        if not looks_at_all and not stale:
            return None
        requests, self._requests = self._requests, []
        try:
            plan = self._plan_anew(stale) if stale else self._plan(now, is_asked=bool(requests))
        except Exception as error:  # noqa: BLE001  around plugins: whatever they raise, what runs must run on
            log.error("reload failed", traceback=traceback.format_exc())
            plan = Plan(failures={"": Failure(f"{type(error).__name__}: {error}")})
        for name, failure in plan.failures.items():
            self._note_failure(name, failure)
        stops = frozenset({*plan.changed, *plan.gone, *plan.drawn_along} & set(self._roster.running))
        done = partial(self._done, plan, requests)
        if not plan.changed and not stops:
            done(None)
            if requests and not plan.failures:
                log.info("nothing has changed; all pipelines run on")
            return None
        for one in plan.changed.values():
            report((*one.diagnostics, *missing_inputs(one)), self._settings, sys.stderr)  # warnings
        actions = len(plan.changed) + len(plan.gone)
        log.info("Converging pipelines state", actions_count=actions)
        for name in sorted(plan.changed.keys() & self._roster.running.keys()):
            log.info("Reloading pipeline", **{"pipeline.id": name})
        return Swap(stops, partial(self._begin, plan, stops), done, drains=self._drained(plan))

    def _drained(self, plan: Plan) -> frozenset[str]:
        """Return the pipelines with outputs that nobody would read their queue for any more."""
        cursors = {name: {*cursor_names(_plugins(one).outputs)} for name, one in plan.changed.items()}
        return frozenset(
            name
            for name in {*plan.changed, *plan.gone} & self._roster.running.keys()
            if not cursors.get(name, set()) >= {*cursor_names(_plugins(self._roster.running[name]).outputs)}
        )

    # planning

    def _stale(self, now: float) -> list[Prepared]:
        """Return the pipelines of which a file that plugins read has changed: pattern files, scripts."""
        if now < self._next_file_look:
            return []
        self._next_file_look = now + FILES_EVERY_S
        found = []
        for name, one in self._roster.running.items():
            stamps = one.stamps_now() if one.stamps else one.stamps
            if stamps not in (one.stamps, self._tried.get(name)):
                self._tried[name] = stamps
                found.append(one)
        return found

    def _plan_anew(self, stale: Sequence[Prepared]) -> Plan:
        """Compile pipelines as they run: what else has changed is for who asks for it."""
        plan = Plan()
        for one in stale:
            self._try(plan, replace(one, compilation=None, diagnostics=[]), one)
        self._settle(plan)
        return plan

    def _plan(self, now: float, *, is_asked: bool) -> Plan:
        self._next_look = now + self._interval_s
        plan = Plan()
        asked = self._read(now, is_asked=is_asked)
        if isinstance(asked, Failure):
            if is_asked or self._refused[0] != asked.reason or now >= self._refused[1]:
                plan.failures[""], self._refused = asked, (asked.reason, now + SAME_AGAIN_S)
            return plan
        self._refused = "", 0.0
        running = self._roster.running
        for one in asked.pipelines:
            old = running.get(one.id)
            if old is not None and old.is_still(one):
                self._failed.pop(one.id, None)
            elif is_asked or self._is_due(one, now):
                self._try(plan, one, old)
        plan.gone = running.keys() - {one.id for one in asked.pipelines}
        self._settle(plan)
        plan.new = plan.changed.keys() - running.keys()
        self.note_failed(one for one in asked.pipelines if one.id in plan.failures)
        return plan

    def _read(self, now: float, *, is_asked: bool) -> Asked | Failure:
        """Read what is asked for now: the keystore, the list of pipelines, and their texts."""
        self._secrets.look(now, is_asked=is_asked)
        if self._secrets.wrong:
            return Failure(self._secrets.wrong[0].message, self._secrets.wrong)
        asked = read_texts(self._secrets.settings)
        if asked is None:
            return Failure(NO_PIPELINE)
        wrong = [one for one in asked.diagnostics if one.is_error]
        return Failure(wrong[0].message, wrong) if wrong else asked

    def _is_due(self, one: Prepared, now: float) -> bool:
        failed = self._failed.get(one.id)
        return failed is None or now >= failed[1] or not failed[0].is_still(one)

    def _try(self, plan: Plan, one: Prepared, old: Prepared | None) -> None:
        """Compile a pipeline and see whether it may take the place of the one that runs."""
        if old is not None and not _is_reloadable(old):
            plan.failures[one.id] = Failure(NOT_RELOADABLE.format(which="existing"))
            return
        compiled = compile_one(one, self._addresses, self._meanwhile)
        if not compiled.is_usable:
            plan.failures[one.id] = _failure_of(compiled)
            return
        if old is not None and not _is_reloadable(compiled):
            plan.failures[one.id] = Failure(NOT_RELOADABLE.format(which="new"))
            return
        self._meanwhile()
        preload(compiled)
        self._meanwhile()
        plan.changed[one.id] = compiled

    def _settle(self, plan: Plan) -> None:
        """Take out what does not go together with the rest, until all of it does; what is left has its sockets."""
        while (found := self._next_conflicts(plan)) is not None:
            for name, failure in found.items():
                plan.failures[name] = failure
                plan.changed.pop(name, None)
                plan.gone.discard(name)

    def _next_conflicts(self, plan: Plan) -> Mapping[str, Failure] | None:
        running = self._roster.running
        stay = {name: one for name, one in running.items() if name not in {*plan.gone, *plan.changed}}
        asked = stay | plan.changed  # in this order: of two that want an address, the one that runs has it
        for name in sorted({*plan.changed, *plan.gone}):
            fixed = [other for other in _linked(running, asked, {name}) if not _is_reloadable(asked[other])]
            if fixed:
                reason = (
                    f"{NOT_RELOADABLE.format(which='existing')}: pipeline {fixed[0]}, which is linked to it"
                )
                return {name: Failure(reason)}
        checked = {one.id: one for one in check_addresses([*asked.values()]) if one.id in plan.changed}
        wrong = {name: _failure_of(one) for name, one in checked.items() if not one.is_usable}
        if wrong:
            return wrong
        plan.changed = checked
        plan.drawn_along = _linked(running, asked, {*plan.changed, *plan.gone})
        return self._reserve(plan)

    def _reserve(self, plan: Plan) -> Mapping[str, Failure] | None:
        listeners = self._roster.listeners
        claims = listeners.claims({*plan.changed, *plan.gone})
        failures: dict[str, Failure] = {}
        for name, one in plan.changed.items():
            try:
                listeners.reserve(name, _plugins(one).inputs, claims)
            except StartError as error:
                failures[name] = Failure(str(error))
        listeners.close_unused(claims)  # what was bound for one that failed; what runs is never closed here
        return failures or None

    # carrying out

    def _begin(self, plan: Plan, stops: frozenset[str]) -> Sequence[Sequence[Part]]:
        """Nobody runs these pipelines now: let the old ones go, and the new ones in."""
        roster = self._roster
        entering = [*plan.changed.values(), *(roster.running[name] for name in sorted(plan.drawn_along))]
        roster.leave(stops, for_good=plan.gone)
        try:
            hands = roster.enter(entering, plan.changed)
        except Exception as error:  # noqa: BLE001  there is no way back, but the next look tries again
            log.error("reloaded pipelines cannot be started", traceback=traceback.format_exc())
            hands, plan.mishap = [], f"{type(error).__name__}: {error}"
            for one in entering:
                roster.running.pop(one.id, None)
        roster.listeners.close_unused()
        gc.unfreeze()  # what was frozen for the last fork is garbage now, and nothing else would find it
        gc.collect()
        return hands

    def _done(self, plan: Plan, requests: Sequence[ReloadRequest], reason: str | None) -> None:
        node, reason = self._roster.node, plan.mishap or reason
        results: dict[str, Any] = {}  # Any: JSON
        for name in plan.changed:
            self._failed.pop(name, None)
            if reason is not None:
                self._note_failure(name, Failure(reason))
                results[name] = {"result": "failure", "message": reason}
                continue
            results[name] = {"result": "success"}
            if name not in plan.new:
                node.reloads.succeed()
                node.pipelines[name].reloads.succeed()
        results |= {name: {"result": "deleted"} for name in plan.gone}
        results |= {name: _told(failure) for name, failure in plan.failures.items() if name}
        outcome = {"acknowledged": not plan.failures and reason is None, "pipelines": results}
        if "" in plan.failures:
            outcome["error"] = _told(plan.failures[""])
        for one in requests:
            one.outcome = outcome

    def _note_failure(self, name: str, failure: Failure) -> None:
        node = self._roster.node
        report(failure.diagnostics, self._settings, sys.stderr)
        node.reloads.fail(failure.reason)
        if not name:
            log.error("pipelines are not reloaded", reason=failure.reason)
            return
        is_new = name not in self._roster.running
        action = f"PipelineAction::{'Create' if is_new else 'Reload'}<{name}>"
        log.error("Failed to execute action", action=action, reason=failure.reason)
        if name in node.pipelines:
            node.pipelines[name].reloads.fail(failure.reason)


def _failure_of(one: Prepared) -> Failure:
    """Return why a pipeline is not usable: the first error, in words, and all that is wrong with it."""
    first = next(found for found in one.diagnostics if found.is_error)
    return Failure(f"{first.place}: {first.message}", one.diagnostics)


def _told(failure: Failure) -> dict[str, Any]:  # Any: JSON
    diagnostics = [as_json(one) for one in failure.diagnostics]
    return {"result": "failure", "message": failure.reason, "diagnostics": diagnostics}


def _is_reloadable(one: Prepared) -> bool:
    made = _plugins(one)
    plugins = (*made.inputs, *made.filters, *made.outputs)
    return bool(one.settings["pipeline.reloadable"]) and all(plugin.is_reloadable for plugin in plugins)


def _plugins(one: Prepared) -> CompiledPipeline:
    assert one.pipeline is not None  # noqa: S101  what runs, or passed the check, has one
    return one.pipeline


def _linked(old: Mapping[str, Prepared], new: Mapping[str, Prepared], changed: set[str]) -> set[str]:
    """Return the pipelines that are linked to changed ones, directly or not, as they were or as they will be."""
    links = [pair for pipelines in (old, new) for pair in _links(pipelines)]
    reached = set(changed)
    while more := {name for pair in links if reached & pair for name in pair} - reached:
        reached |= more
    return (reached - changed) & old.keys() & new.keys()


def _links(pipelines: Mapping[str, Prepared]) -> Iterable[set[str]]:
    at: dict[str, str] = {}
    for name, one in pipelines.items():
        for plugin in one.pipeline.inputs if one.pipeline else ():
            address = plugin.receives_at()
            if address is not None:
                at[address] = name
    for name, one in pipelines.items():
        for output in one.pipeline.outputs if one.pipeline else ():
            yield from ({name, at[address]} for address in output.sends_to() if address in at)
