"""The composition root: builds the parts and joins them. Read this second.

journal -> recovered engine -> sequencer; the agenda feeds it prints, closes and opens; the door
feeds it bots' commands; projections, metrics and the live view listen to what is durable.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog

from venue import __version__
from venue.admission import check_outage, check_same_markets, code_version, other_rules, put_back
from venue.agenda import Agenda
from venue.checkpoints import Checkpoints
from venue.clock import AcceleratedClock, Clock, Leg, SteppedClock, WallClock
from venue.collecting import Collecting
from venue.compiled import core_form
from venue.config import HOUSE_ACCOUNTS, Settings, bots_url, folder_of, where_bots
from venue.core.digest import dump
from venue.core.units import E4, NS_PER_MS, NS_PER_SECOND
from venue.faults import Faults, StoppedWithoutJournal, VenueStopped
from venue.gateway.server import Door, DoorServer, serve_door
from venue.gateway.settings import DoorSettings
from venue.gateway.venue_port import VenuePort
from venue.hearing import hear
from venue.held_rules import HeldRules
from venue.history import Kept, NoticeHistory
from venue.house import start_house, stop_house
from venue.keys import Keys
from venue.leftovers import Leftovers, way_out
from venue.listings import listing
from venue.lockstep import LockStep
from venue.opening import Run, genesis, operator_key, resumption, same_run, secret_seed
from venue.projector import Begin, Projector, lock_path, writing
from venue.proofs import Proofs, signer
from venue.receipts import Prover, Receipts
from venue.recovering import Recovering, bring_back
from venue.rules.build import build
from venue.rules.own_code import own_rules
from venue.screen import Screen
from venue.sequencer import Sequencer
from venue.sessions import overrides_of
from venue.sources import (
    Plan,
    as_listed,
    calendars_of,
    live_sources,
    plan,
    print_stream,
    session_stream,
)
from venue.stopping import end_beside, start_beside, stop_on_signals
from venue.store.addresses import file_of
from venue.store.errors import JournalDiverged, JournalUnavailable, RulesMissing, StoreError
from venue.store.journal import Journal
from venue.store.open import open_journal
from venue.store.open_projections import open_projections
from venue.store.projections import Projections
from venue.store.recover import Recovered, enter_epoch
from venue.taken import taken_by_child
from venue.tls import admin_tls, bots_tls
from venue.watching import watch_door, watch_projections
from venue.web.admin import Operator
from venue.web.metrics import Metrics
from venue.web.proofs import ProofPages
from venue.web.server import Pages, serve_pages

log = structlog.get_logger()

FOREVER_SECONDS = 1e6
# A commit's thread asks the busy loop for the interpreter several times: at Python's 5 ms each,
# one commit would take 20.
SWITCH_SECONDS = 0.0005
# How long a stop waits for a journal that is gone.
STOP_SECONDS = 10.0
# Connections are numbered from the second of the start on, so that no number comes twice.
CONNECTIONS_BITS = 20


class Venue:
    """One life of a venue: ``open``, ``run`` until stopped, ``close``."""

    journal: Journal
    keys: Keys
    clock: Clock
    sequencer: Sequencer
    door: Door
    history: NoticeHistory
    checkpoints: Checkpoints
    proofs: Proofs
    receipts: Receipts
    collecting: Collecting
    projector: Projector
    _plan: Plan

    def __init__(
        self,
        settings: Settings,
        *,
        accept_outage: bool = False,
        say: Callable[[str], None] = lambda line: None,
        held: HeldRules | None = None,
    ) -> None:
        self.settings = settings
        self._held = held
        self._say = say
        self.accept_outage = accept_outage
        self.specs = [listing(each, settings.rulebooks) for each in settings.markets]
        self.live = live_sources(settings.source, self.specs)
        self.metrics = Metrics()
        self.faults = Faults(self.folder)
        # Why the journal could not be written when the venue was closed; ``None``: it could.
        self.gone_at_close: str | None = None

    # Opening.

    async def open(self) -> None:
        """Recover what was durable, or open a fresh venue; nothing is served yet."""
        leftovers = Leftovers(self.settings)
        self._make_folders()
        self.collecting = Collecting()
        try:
            self.journal = await open_journal(self.settings.store.journal)
        except BaseException:
            leftovers.clear_folder()
            raise
        try:
            await self._open()
        except BaseException:
            leftovers.clear()
            await self.journal.close()
            raise

    async def _open(self) -> None:
        settings = self.settings
        self.keys = Keys(self.journal)
        with writing(lock_path(self.folder)):
            projections = await open_projections(settings.store.projections)
            try:
                recovered, kept, is_fresh, begin = await self._recover(projections)
            finally:
                await projections.close()
        self.projector = Projector(settings.store.projections, self.folder)
        state = recovered.engine.state
        self._join(recovered, kept, is_fresh)
        await self.projector.start(begin)
        self.sequencer.on_group(self.projector.hear)
        await self.keys.ensure(
            settings, self.sequencer.engine.state.names, self.folder / "tokens.json"
        )
        log.info(
            "recovered" if not is_fresh else "fresh",
            seq=state.seq,
            commands=recovered.commands,
            checkpoint=recovered.from_checkpoint_seq,
            core=core_form(),
        )

    async def _recover(self, projections: Projections) -> tuple[Recovered, Kept, bool, Begin]:
        """Bring the engine back, the last notices, and the tables: all from one execution.

        Return them, whether the venue is fresh, and what the tables' follower begins with.
        """
        settings = self.settings
        kept = Kept(settings.door.notices_kept)
        recovering = Recovering(self._say)
        others = other_rules(await self.journal.epochs())
        try:
            recovered, alongside = await bring_back(self.journal, kept, projections, recovering)
        except (JournalDiverged, RulesMissing) as error:
            if not others:
                raise
            raise StoreError(f"{error}. {put_back(others)}") from error
        state = recovered.engine.state
        is_fresh = state.seq == 0
        asked = Run(settings.source, settings.clock.kind, time.time_ns())
        begun = same_run(
            self.folder / "run.json", asked, is_fresh=is_fresh, way_out=way_out(settings, state)
        )
        self._plan = plan(
            settings.source,
            as_listed(self.specs, state),
            seed=secret_seed(self.folder / "seed"),
            now_ns=begun.anchor_ns,
            is_fresh=is_fresh,
        )
        self.clock = self._make_clock(is_fresh, state.now_ns)
        listed = (market.spec for market in state.markets.values())
        entered = await enter_epoch(
            self.journal,
            recovered,
            code_version=code_version(own_rules([*self.specs, *listed])),
            clock=self.clock.kind,
            speed_e4=self.clock.speed_e4,
            created_ns=time.time_ns(),
            beside=kept.feed.saved_counts(),
        )
        if not is_fresh:
            check_same_markets(self.specs, state)
            for each in others:
                log.warning(
                    "a rule of one's own has changed: a new epoch begins",
                    rule=each.path,
                    sha256=each.here[:16],
                    was=each.ran[:16],
                    epoch=entered.epoch,
                )
            check_outage(self.clock, state.now_ns, is_accepted=self.accept_outage)
        await alongside.finish(
            self.journal, build, told=partial(recovering.told, "making tables for reading")
        )
        progress = projections.progress
        begin = Begin(progress.seq, progress.origin_ns, dump(state))
        return recovered, kept, is_fresh, begin

    @property
    def folder(self) -> Path:
        """Where seed, tokens and side files of this venue lie: beside its journal."""
        return folder_of(self.settings)

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for address in (self.settings.store.journal, self.settings.store.projections):
            if (path := file_of(address)) is not None:
                path.parent.mkdir(parents=True, exist_ok=True)

    def _make_clock(self, is_fresh: bool, durable_ns: int) -> Clock:
        settings = self.settings.clock
        start_ns = self._plan.span.start_ns if is_fresh else durable_ns
        if settings.kind == "live":
            return WallClock()
        if settings.kind == "lockstep":
            return SteppedClock(start_ns)
        until_ns = self._plan.span.recorded_until_ns
        last = Leg(settings.then_speed * E4, None)
        if until_ns is None:
            return AcceleratedClock(start_ns, (Leg(settings.speed * E4, None),))
        return AcceleratedClock(start_ns, (Leg(settings.speed * E4, until_ns), last))

    def _join(self, recovered: Recovered, kept: Kept, is_fresh: bool) -> None:
        state = recovered.engine.state
        now_ns = self.clock.now_ns()
        overrides = overrides_of(self.settings.session_overrides)
        calendars = calendars_of(self.specs)
        from_ns = self._plan.span.start_ns if is_fresh else state.now_ns + 1
        agenda = Agenda(
            [
                *session_stream(
                    calendars, state, from_ns=state.now_ns, now_ns=now_ns, overrides=overrides
                ),
                *print_stream(self._plan.feeds, from_ns),
            ]
        )
        self.sequencer = Sequencer(
            recovered.engine,
            self.journal,
            self.clock,
            chain=recovered.chain,
            agenda=agenda,
            gone=JournalUnavailable,
            on_trouble=_tell_trouble,
            on_assertion=self.faults.keep_command,
        )
        self.sequencer.on_executed(self.metrics.listen)
        signed_by = signer(self.folder / "signing-key")
        self.proofs = Proofs(self.journal, self.sequencer, signed_by)
        self.receipts = Receipts(self.journal, signed_by)
        self.history = NoticeHistory(self.journal, build)
        port, door_settings = self._port()
        self.door = Door(
            venue=port,
            authenticate=self.keys.authenticate,
            settings=door_settings,
            # Bound once: to ask which loop runs costs a call of the system each time.
            call_soon=asyncio.get_running_loop().call_soon,
            version=__version__,
            history=self.history.ask,
            proofs=Prover(self.proofs, self.receipts),
            first_connection=time.time_ns() // NS_PER_SECOND << CONNECTIONS_BITS,
            trouble=lambda: self.sequencer.paused,
            name=self.settings.name,
            house=frozenset(HOUSE_ACCOUNTS),
        )
        self.checkpoints = Checkpoints(
            self.journal,
            self.sequencer,
            every_commands=self.settings.store.checkpoint_commands,
            every_seconds=self.settings.store.checkpoint_seconds,
            beside=self.door.services.account_feed.saved_counts,
            take=taken_by_child,
        )
        self.door.prime(state, kept.feed.saved_counts())
        if isinstance(port, LockStep):
            port.tell_all = self.door.beat
        self.door.services.streams.ring.add(kept.notices[-self.settings.door.notices_kept :])
        if is_fresh:
            at_ns, first = now_ns, list(genesis(self.settings, self.specs))
        else:
            at_ns, first = state.now_ns, resumption(self.settings, self.specs, state, now_ns)
        for command in first:
            self.sequencer.execute_at(command, at_ns)

    def _port(self) -> tuple[VenuePort, DoorSettings]:
        """Return what the door talks to: the sequencer, or what keeps its bots in step."""
        settings = self.settings
        if not isinstance(self.clock, SteppedClock):
            return self.sequencer, settings.door
        lockstep = LockStep(
            self.sequencer,
            self.clock,
            bots=settings.clock.lockstep_bots,
            step_ns=settings.clock.step_ms * NS_PER_MS,
            until_ns=self._plan.span.recorded_until_ns,
        )
        # The step says when channels speak, not the wall.
        return lockstep, msgspec.structs.replace(settings.door, conflation_s=FOREVER_SECONDS)

    # Running.

    async def run(self, *, screen: bool, ready: Callable[["Venue"], None] | None = None) -> None:
        """Serve until stopped by a signal or by a fault of our own."""
        settings = self.settings
        sequencer = self.sequencer
        url = bots_url(settings)
        where = f"bots: {where_bots(settings)}  tokens: {self.folder / 'tokens.json'}"
        view = Screen(
            title=settings.name,
            speed=sequencer.speed,
            where=where,
            trouble=lambda: sequencer.paused,
        )
        if screen:
            sequencer.on_durable(view.listen)
        sequencer.start()
        stopped = stop_on_signals(sequencer)
        server, pages = await self._listen()
        await sequencer.drain()
        self.proofs.publish()
        self.collecting.begin()
        sequencer.on_executed(self.collecting.listen)
        sys.setswitchinterval(SWITCH_SECONDS)
        if ready is not None:
            ready(self)
        house = None
        if settings.house:
            if settings.listen.certificate:  # Which is for another name than loopback's.
                url = f"ws://127.0.0.1:{await server.listen_plainly()}{settings.door.path}"
            house = await start_house(self.folder, url)
        tasks = start_beside(self._tasks(view if screen else None), stopped)
        try:
            await stopped
        except Exception as error:
            self.faults.keep(error, sequencer.durable_seq)
            raise VenueStopped(str(error)) from error
        finally:
            await end_beside(tasks)
            if house is not None:
                await stop_house(house)
            await server.close()
            await pages.cleanup()

    def _tasks(self, view: Screen | None) -> list[Coroutine[Any, Any, None]]:
        """Return what runs beside the door until the venue stops."""
        tasks = [
            self.checkpoints.run(),
            self.checkpoints.keep(),
            self.proofs.run(),
            self.receipts.run(),
            self.history.run(),
        ]
        if view is not None:
            tasks.append(view.show(self.sequencer.ask))
        tasks.extend(hear(source, self.clock, self.sequencer.submit) for source in self.live)
        return tasks

    async def _listen(self) -> tuple[DoorServer, Any]:
        """Open the bots' door and the operator's."""
        listen = self.settings.listen
        watch_door(self.metrics, self.door)
        watch_projections(self.metrics, self.projector)
        server = await serve_door(
            self.door, host=listen.host, port=listen.port, tls=bots_tls(listen)
        )
        operator = Operator(
            key=operator_key(self.folder / "admin-key"),
            submit=self.sequencer.submit,
            ask=self.sequencer.ask,
            keys=self.keys,
            cut_off=self.door.revoke,
            counted=self.projector.counted,
            house=frozenset(HOUSE_ACCOUNTS),
        )
        pages = Pages(
            ask=self.sequencer.ask,
            trouble=lambda: self.sequencer.paused,
            metrics=self.metrics,
            operator=operator,
            proofs=ProofPages(self.proofs, self.receipts),
        )
        tls = admin_tls(listen)
        held = self._held
        return server, await serve_pages(
            pages,
            host=listen.admin_host,
            port=listen.admin_port,
            tls=tls,
            # By TLS nobody is answered while a rule holds the venue up.
            at=held.answer_for if held is not None and tls is None else lambda listening: None,
        )

    async def close(self) -> None:
        """Make durable what was executed, keep a checkpoint, and let go of everything.

        A journal that is gone is waited for only so long: what is not durable was never
        acknowledged.
        """
        if self.sequencer.paused is not None:
            log.warning(
                f"stopping: waits up to {STOP_SECONDS:.0f} s for the journal",
                why=self.sequencer.paused,
            )
        try:
            await asyncio.wait_for(self.sequencer.stop(), STOP_SECONDS)
        except TimeoutError:
            self.sequencer.abandon()
            self.gone_at_close = self.sequencer.paused
            log.error("the journal is still gone: what it did not take was never acknowledged")
        stopped = self.sequencer.stopped
        broken = stopped is not None and stopped.done() and stopped.exception() is not None
        # Never started, nothing is durable: a checkpoint may not be ahead of the journal.
        if stopped is not None and not broken and self.sequencer.paused is None:
            try:
                await self.checkpoints.save()
            except JournalUnavailable as error:  # The next start has more to execute again.
                self.gone_at_close = str(error)
                log.error("no checkpoint at the end", why=str(error))
        await self.projector.stop()
        await self.journal.close()


def _tell_trouble(why: str | None) -> None:
    if why is None:
        log.info("journal is back")
    else:
        log.error("journal is gone: nothing is acknowledged until it is back", why=why)


async def serve(
    settings: Settings,
    *,
    screen: bool,
    accept_outage: bool = False,
    ready: Callable[[Venue], None] | None = None,
    say: Callable[[str], None] = lambda line: None,
    held: HeldRules | None = None,
) -> None:
    """Open a venue, run it until it is stopped, and close it; ``say`` hears a slow recovery.

    Raise ``VenueStopped`` or, where a stop could not write, ``StoppedWithoutJournal``.
    """
    venue = Venue(settings, accept_outage=accept_outage, say=say, held=held)
    if held is not None:
        held.keep_in(venue.folder / "held.txt")
    await venue.open()
    try:
        await venue.run(screen=screen, ready=ready)
    finally:
        await venue.close()
    if venue.gone_at_close is not None:
        raise StoppedWithoutJournal(venue.gone_at_close)
