"""Carry out commands: load, decide, write; and again where somebody else was faster.

No plugin runs while a transaction is open, and nothing is written but by the store's one transaction.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from caserisk.commands.cases import OpenCase
from caserisk.commands.command import Changed, Command
from caserisk.commands.unit_of_work import NewId, UnitOfWork
from caserisk.commands.validation import MAX_KEY_LENGTH, InputValidator
from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import Entry, Event
from caserisk.domain.levels import SchemeRecorded
from caserisk.domain.organisation import BoundEdition, PluginBound
from caserisk.domain.policy import Viewer
from caserisk.domain.refusals import Problem, Refused, conflict, not_found, version_conflict
from caserisk.domain.terms import WorkCalendar
from caserisk.ids import id_maker
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import Registry
from caserisk.store.database import Stale
from caserisk.store.store import IdempotentResult, Loaded, Store
from caserisk.working_days import OfficialCalendar

log = logging.getLogger("caserisk.command_runner")

Clock = Callable[[], datetime]
"""Returns the present moment, with its zone."""

# The random pauses between them take 1.3 s on average and 2.6 s at most; then somebody is told to try again.
_MAX_ATTEMPTS = 12


def system_clock() -> datetime:
    """Return the time of this machine, in UTC and whole seconds."""
    # The store keeps whole seconds: with fractions a file just decided would differ from the same one read back.
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """A command that was carried out: what it changed, and the log's position right after."""

    changed: Changed
    position: int


@dataclass(slots=True, kw_only=True)
class CommandRunner:
    """Carries out commands against one store, by the regulations of one registry."""

    store: Store
    registry: Registry
    clock: Clock = system_clock
    calendar: WorkCalendar = field(default_factory=OfficialCalendar)
    # Not by `clock`, which gives whole seconds: ids sort by milliseconds.
    new_id: NewId = field(default_factory=lambda: id_maker(lambda: datetime.now(UTC)))

    async def execute(
        self,
        command: Command,
        *,
        viewer: Viewer | None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> CommandResult:
        """Carry out a command once, whatever else is written meanwhile.

        With an ``idempotency_key`` that the viewer has used for the same input, return the earlier result.

        Raises:
            Refused: it may not, or cannot, be done; nothing was changed.
        """
        _check_texts(command, idempotency_key)
        # The input as a whole: the same key with another input is a conflict, not the earlier result.
        digest = sha256(msgspec.json.encode(command)).hexdigest()
        for attempt in range(_MAX_ATTEMPTS):
            # Asked before each attempt: the same key may have been used by a request that runs beside this one.
            if viewer and idempotency_key is not None:
                earlier = await self._earlier_result(command, viewer, idempotency_key, digest)
                if earlier:
                    return earlier
            try:
                return await self._attempt(command, viewer, expected_version, (idempotency_key, digest))
            except Stale as stale:
                log.info("%s on %s again: %s", command.name, command.target, stale)
                # Those who lost the same race would lose it again if all tried at once.
                await asyncio.sleep(random.uniform(0, 0.01 * 2 ** min(attempt, 5)))  # noqa: S311  # spreads retries
        raise conflict(
            "同一对象正被频繁更改,请稍后重试", "the same object is being changed all the time; please try again"
        )

    async def check(self, office: str, commands: Sequence[OpenCase]) -> list[tuple[Problem, ...]]:
        """Return what stands against opening each of these cases in an office, its number aside; nothing is written.

        Raises:
            Refused: NOT_FOUND, where there is no such office; PLUGIN_FAULT, where its regulation took too long.
        """
        # Loaded once for all rows: a file of cases names the same few officers again and again.
        named = {id for command in commands for id in command.officers}
        loaded = await self.store.load_office(office, named)
        if loaded is None:
            raise not_found("检察院", "office", office[:MAX_KEY_LENGTH], "office")
        return await run_decision(lambda: [self._problems(command, loaded) for command in commands])

    def _problems(self, command: OpenCase, loaded: Loaded) -> tuple[Problem, ...]:
        try:
            self._decide(command, None, loaded)
        except Refused as refusal:
            return refusal.problems
        return ()

    async def _earlier_result(self, command: Command, viewer: Viewer, key: str, digest: str) -> CommandResult | None:
        answered = await self.store.idempotent_result(viewer.officer.id, command.name, key)
        if answered is None:
            return None
        if answered.input_digest != digest:
            zh, en = f"幂等键「{key}」已用于另一输入", f"the idempotency key {key!r} was used with another input"
            raise conflict(zh, en, "idempotency_key")
        return CommandResult(changed=msgspec.convert(answered.result, Changed), position=answered.position)

    async def _attempt(
        self, command: Command, viewer: Viewer | None, expected_version: int | None, idempotency: tuple[str | None, str]
    ) -> CommandResult:
        loaded = await self._load(command, viewer)
        if expected_version is not None and loaded.file:
            # A change that comes after this check is found when the file is written, by its revision.
            _check_version(loaded.file, command.target, expected_version)
        work, changed = await run_decision(lambda: self._decide(command, viewer, loaded))
        if not work.recorded:  # a notice read twice, a deadline settled meanwhile: nothing to write
            return CommandResult(changed=changed, position=await self.store.end_of_log())
        # A scheme is recorded before the first decision that names its levels, in the same transaction.
        known = await self.store.known_schemes(work.schemes) if work.schemes else set()
        result = _idempotent_result(command, viewer, changed, idempotency)
        position = await self.store.write(
            loaded.file,
            [(recorded.entry, recorded.file) for recorded in work.recorded],
            office_entries=[
                *(self._office_entry(work, event) for event in _bindings(work, loaded)),
                *(
                    self._office_entry(work, SchemeRecorded(scheme=scheme))
                    for id, scheme in work.schemes.items()
                    if id not in known
                ),
            ],
            result=result,
        )
        return CommandResult(changed=changed, position=position)

    async def _load(self, command: Command, viewer: Viewer | None) -> Loaded:
        """Load what the decision starts from.

        Raises:
            Refused: NOT_FOUND, also where it is not shown to whoever acts: nobody learns that there is something.
        """
        named = (*command.officers, *((viewer.officer.id,) if viewer else ()))
        if isinstance(command, OpenCase):
            return await self._load_office(command, viewer, named)
        loaded = await self.store.load(command.target, named)
        if loaded is None or loaded.file is None or not _is_shown(loaded, command.target, viewer):
            raise not_found("对象", "object", command.target)
        if command.needs_staff:
            return replace(loaded, roster=await self.store.with_staff(loaded.roster))
        return loaded

    async def _load_office(self, command: OpenCase, viewer: Viewer | None, named: tuple[str, ...]) -> Loaded:
        loaded = await self.store.load_office(command.office, named, number=command.number.strip())
        if loaded is None or (viewer and not viewer.scope.sees_office(loaded.roster.office)):
            raise not_found("检察院", "office", command.office[:MAX_KEY_LENGTH], "office")
        # The unique constraint alone would count as a lost race, and the command would be tried until it gives up.
        if loaded.number_taken:
            number = command.number.strip()
            raise conflict(f"案号「{number}」已存在", f"there is a case {number!r} already", "number")
        return loaded

    def _decide(self, command: Command, viewer: Viewer | None, loaded: Loaded) -> tuple[UnitOfWork, Changed]:
        """Decide, off the event loop: plugins may take their time."""
        at = self.clock()
        work = UnitOfWork(
            roster=loaded.roster,
            regulation=Regulation(
                self.registry,
                loaded.roster.office.code,
                at,
                loaded.options,
                bound={item.plugin for item in loaded.bound},
            ),
            viewer=viewer,
            at=at,
            new_id=self.new_id,
            calendar=self.calendar,
            case_file=loaded.file,
        )
        changed = command.decide(work)
        if command.decides_gates:
            work.decide_gates()
        return work, changed

    def _office_entry(self, work: UnitOfWork, event: Event) -> Entry:
        return Entry(
            id=self.new_id("event"),
            at=work.at,
            office_id=work.roster.office.id,
            case_id=None,
            actor_id=None,
            event=event,
        )


def _bindings(work: UnitOfWork, loaded: Loaded) -> Iterator[PluginBound]:
    """Yield what binds the office to each edition that decides for it, unless it or an office above it is bound."""
    known = {(item.plugin, item.version, item.edition) for item in loaded.bound}
    for layer in work.regulation.layers:
        plugin, edition = layer.plugin, layer.edition
        # The core's baseline has no jurisdiction, and is never gone.
        if edition and plugin.jurisdictions and (plugin.name, plugin.version, edition.name) not in known:
            bound = BoundEdition(
                office_id=work.roster.office.id,
                plugin=plugin.name,
                version=plugin.version,
                edition=edition.name,
                digest=plugin.digest(edition),
            )
            yield PluginBound(bound=bound)


def _is_shown(loaded: Loaded, target: str, viewer: Viewer | None) -> bool:
    """Tell whether whoever acts sees the case, or is an addressee of the notice that is the target."""
    if viewer is None or loaded.file is None:
        return True
    notice = loaded.file.notices.get(target)
    is_addressee = notice is not None and viewer.scope.is_addressee_of(notice)
    return is_addressee or viewer.scope.sees(loaded.file.case, loaded.roster.office)


def _check_texts(command: Command, idempotency_key: str | None) -> None:
    """Refuse texts that no database stores, before anything is loaded by them."""
    validator = InputValidator()
    validator.check_characters(command)
    if idempotency_key is not None:
        validator.check_text(idempotency_key, MAX_KEY_LENGTH, "idempotency_key")
    validator.raise_problems()


def _check_version(file: CaseFile, target: str, expected: int) -> None:
    """Refuse a command whose target has moved on since it was seen.

    Raises:
        Refused: CONFLICT.
    """
    versioned = {file.case.id: file.case.version} | {
        id: state.version
        for states in (file.assessments, file.warnings, file.supervisions)
        for id, state in states.items()
    }
    version = versioned.get(target)
    if version is not None and version != expected:
        raise version_conflict(expected, version)


def _idempotent_result(
    command: Command, viewer: Viewer | None, changed: Changed, idempotency: tuple[str | None, str]
) -> IdempotentResult | None:
    key, digest = idempotency
    if viewer is None or key is None:
        return None
    return IdempotentResult(
        officer_id=viewer.officer.id, command=command.name, key=key, input_digest=digest, result=asdict(changed)
    )


__all__ = ["Clock", "CommandResult", "CommandRunner", "Refused", "system_clock"]
