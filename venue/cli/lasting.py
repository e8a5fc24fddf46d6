"""``venue journal`` and ``venue db``: verify, export, and keep schemas current."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venue.cli.shown import err, existing, out, refuse, refusing, wait_for
from venue.cli.usage import INTERRUPTED
from venue.config import ConfigError
from venue.store.addresses import file_of, sqlite_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from venue.store.code import Ran
    from venue.store.journal import Journal

journal_app = typer.Typer(no_args_is_help=True, help="Verify and export what lasts.")
db_app = typer.Typer(no_args_is_help=True, help="Schemas and projections.")


@journal_app.command("verify")
@refusing
def journal_verify(
    journal: Annotated[str, typer.Argument(help="sqlite:///path or postgresql://...")],
    rows_only: Annotated[bool, typer.Option(help="Do not execute anything again.")] = False,
) -> None:
    """Check every row of a journal, and execute it again to compare what happened.

    Each epoch is executed with the code that it names: this version, and the same files of rules
    of one's own. Ends with 2 where another file lies here; rows are checked all the same.
    """
    from venue.admission import code_version
    from venue.core.listing import MarketSpec
    from venue.core.policies import Rules
    from venue.rules.build import build, changed
    from venue.rules.own_code import own_hash_at
    from venue.store.addresses import without_password
    from venue.store.open import open_journal
    from venue.store.verify import verify

    listed: dict[str, MarketSpec] = {}

    def building(spec: MarketSpec) -> Rules:
        listed[spec.market] = spec
        return build(spec)

    async def work() -> Any:
        opened = await open_journal(existing(journal))
        try:
            rules = None if rows_only else building
            return await verify(opened, rules, code_version=code_version(), own_hash=own_hash_at)
        finally:
            await opened.close()

    found = wait_for(work())
    if not found.groups:
        raise ConfigError(
            f"{without_password(journal)}: expected a journal with commands in it, found one "
            "without any: nothing was ever made durable there, or it is another file that is "
            "meant (a venue's journal is var/venue.db where the settings name no other)"
        )
    out.print(
        f"whole: {found.groups:,} rows, {found.commands:,} commands, {found.executed:,} executed "
        f"again, {found.digests} digests and {found.roots} published roots compared, "
        f"chain {found.chain.hex()[:16]}"
    )
    for version in found.other_versions:
        out.print(f"not executed again: commands of version {version}; use that version")
    said = {path for each in found.epochs for path in each.code.own}
    for spec in listed.values():
        for name in changed(spec):
            if name.partition("/")[2] not in said:  # Else its epoch says which text it ran.
                out.print(
                    f"{name} of market {spec.market} has another source today, and did the same"
                )
    for each in found.epochs:
        for path, sha256 in each.code.own.items():
            out.print(
                f"epoch {each.epoch}, seq {each.first_seq:,} to {each.last_seq:,}, ran {path} of "
                f"SHA-256 {sha256}"
            )
    if not rows_only:
        _refuse_others(found.epochs)


def _refuse_others(epochs: "Sequence[Ran]") -> None:
    """End with 2 where epochs were not executed, because their own rules are not what lies here."""
    said = [
        f"epoch {each.epoch}, seq {each.first_seq:,} to {each.last_seq:,}: expected {path} of "
        f"SHA-256 {expected[:16]}, found {f'one of {found[:16]}' if found else 'none'}"
        for each in epochs
        for path, expected, found in each.others
    ]
    if said:
        refuse(
            f"not executed again: {'; '.join(said)}. Put the file that an epoch ran where the rule "
            "is imported from (beside you, or in a folder of PYTHONPATH), and verify once for each "
            "such file; what stands above was found whole"
        )


@journal_app.command("check-receipt")
@refusing
def journal_check_receipt(
    journal: Annotated[str, typer.Argument(help="sqlite:///path or postgresql://...")],
    receipt: Annotated[Path, typer.Argument(help="A file with the receipt, as it was given.")],
    public_key: Annotated[
        str | None,
        typer.Option(help="The venue's, as you were told; else what signed the journal's roots."),
    ] = None,
) -> None:
    """Check that what a bot was told is acknowledged stands in a journal, unmoved."""
    from venue.store.open import open_journal
    from venue.store.receipts import check_receipt, read_receipt

    said = read_receipt(receipt)

    async def work() -> None:
        opened = await open_journal(existing(journal))
        try:
            await check_receipt(opened, said, public_key=public_key)
        finally:
            await opened.close()

    wait_for(work())
    out.print(f"seq {said.seq} stands where the venue signed that it does")


@journal_app.command("cut")
@refusing
def journal_cut(
    journal: str,
    after: Annotated[int, typer.Option(help="Keep up to here.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this it only says what would be gone.")
    ] = False,
) -> None:
    """Give up everything after a command, when what follows it is damaged."""
    from venue.store.open import open_journal

    if after < 0:
        raise ConfigError(f"--after: expected the seq of a command, or 0, found {after}")

    async def work() -> int:
        opened = await open_journal(existing(journal))
        try:
            if not yes:
                raise ConfigError(await _would_be_gone(opened, after))
            return await opened.cut(after_seq=after)
        finally:
            await opened.close()

    out.print(f"{wait_for(work()):,} commands given up after seq {after}")


async def _would_be_gone(journal: "Journal", after: int) -> str:
    """Say what a cut would give up, also of a journal whose end cannot be read."""
    from venue.store.errors import JournalCorrupt

    gone = f"everything from seq {after + 1:,} on"
    with suppress(JournalCorrupt):
        last = await journal.last()
        end_seq = 0 if last is None else last.last_seq
        if end_seq <= after:
            return f"nothing stands after seq {after:,}: the last command is {end_seq:,}"
        gone = f"{end_seq - after:,} commands, seq {after + 1:,} to {end_seq:,}"
        row = await journal.group_of(after) if after else None
        if row is not None and row.last_seq != after:
            return (
                f"expected the last command of a group to cut after, found seq {after:,} within "
                f"that of {row.first_seq:,} to {row.last_seq:,}"
            )
    return f"expected --yes to give up {gone}, found none: what is cut is gone, so keep a copy"


@journal_app.command("export")
@refusing
def journal_export(
    address: Annotated[
        str, typer.Argument(help="Of the projections; for `standings` of a stopped journal.")
    ],
    table: Annotated[
        str, typer.Argument(help="standings, or markets, orders, trades, fills, ledger, ...")
    ],
    to: Annotated[Path, typer.Argument(help="A .csv or .parquet file.")],
    account: Annotated[int | None, typer.Option(help="Only this account's rows.")] = None,
    market: Annotated[str | None, typer.Option(help="Only this market's rows.")] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Dollars, contracts and UTC, not ticks, lots and ns.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file, if there is one.")
    ] = False,
    contestants: Annotated[
        bool, typer.Option("--contestants", help="Standings without the house's bots.")
    ] = False,
    projections: Annotated[
        str | None, typer.Option(help="For standings, where they are not beside the journal.")
    ] = None,
) -> None:
    """Write history to a file: standings, orders, trades, fills, funding, ledger, ..."""
    if table == STANDINGS:
        if account is not None or market is not None:
            raise ConfigError("standings are of all accounts and markets: ask without one")
        count = wait_for(_standings(existing(address), projections, to, contestants, force))
    elif contestants or projections is not None:
        raise ConfigError(f"--contestants and --projections are for standings, found {table}")
    else:
        count = wait_for(_history(existing(address), table, account, market, to, plain, force))
    out.print(f"{count:,} rows in {to}")


STANDINGS = "standings"


async def _history(
    address: str,
    table: str,
    account: int | None,
    market: str | None,
    to: Path,
    plain: bool,
    force: bool,
) -> int:
    from venue.store.export import export
    from venue.store.open_projections import projections_engine
    from venue.store.queries import Asked

    engine = projections_engine(address)
    try:
        await _check_projections(engine, address)
        asked = Asked(table, account=account, market=market)
        return await export(engine, asked, to, plain=plain, replace=force)
    finally:
        await engine.dispose()


async def _standings(
    journal: str, projections: str | None, to: Path, contestants: bool, force: bool
) -> int:
    """Write the standings of a stopped venue, in plain units whatever is asked."""
    from collections.abc import AsyncIterator

    from venue.config import HOUSE_ACCOUNTS
    from venue.rules.build import build
    from venue.store.export import write_file
    from venue.store.open import open_journal
    from venue.store.open_projections import projections_engine
    from venue.store.tally import COLUMNS, final_results, rows_of

    tables = existing(projections) if projections is not None else _projections_of(journal)
    engine = projections_engine(tables)
    try:
        await _check_projections(engine, tables)
    finally:
        await engine.dispose()
    opened = await open_journal(journal)
    try:
        found = await final_results(opened, build, tables, frozenset(HOUSE_ACCOUNTS))
    finally:
        await opened.close()

    async def batches() -> AsyncIterator[list[Any]]:
        yield rows_of(found, contestants=contestants)

    return await write_file(to, COLUMNS, batches(), replace=force)


def _projections_of(journal: str) -> str:
    """Return where a journal's projections are by default."""
    path = file_of(journal)
    if path is None:
        return journal
    names = [f"{path.stem}-projections.db", "projections.db"]
    if path.name in names:
        raise ConfigError(
            f"{path}: expected a journal for standings (venue.db beside it), found projections"
        )
    for name in names:
        if path.with_name(name).is_file():
            return sqlite_url(path.with_name(name))
    raise ConfigError(
        f"{path}: expected its projections beside it ({' or '.join(names)}), found neither: say "
        "--projections"
    )


@db_app.command("upgrade")
@refusing
def db_upgrade(address: str, tree: Annotated[str, typer.Argument()] = "journal") -> None:
    """Bring a database to the newest schema; no venue may be running on it."""
    from venue.store.migrate import upgrade
    from venue.store.schema import TREES

    if tree not in TREES:
        raise ConfigError(f"expected one of {', '.join(TREES)}, found {tree}")
    before, after = wait_for(upgrade(existing(address), TREES[tree]))
    out.print(f"{tree}: {before or 'nothing'} -> {after}")


@db_app.command("rebuild")
@refusing
def db_rebuild(
    journal: str,
    projections: str,
    force: Annotated[
        bool, typer.Option("--force", help="Replace tables made from another journal.")
    ] = False,
) -> None:
    """Make the projections again from the journal's first command on, in place of what is there.

    Neither may be in use by a running venue.
    """
    from contextlib import AsyncExitStack

    from venue.rules.build import build
    from venue.store.addresses import without_password
    from venue.store.catch_up import check_same_journal, rebuild
    from venue.store.open import open_journal
    from venue.store.open_projections import open_projections

    path, target_path = file_of(journal), file_of(projections)
    if path is not None and target_path is not None and path.resolve() == target_path.resolve():
        raise ConfigError(
            f"{target_path}: expected a file of projections, found the journal itself"
        )

    async def work() -> int:
        async with AsyncExitStack() as stack:
            opened = await open_journal(existing(journal))
            stack.push_async_callback(opened.close)
            target = await open_projections(projections)
            stack.push_async_callback(target.close)
            if not force:
                await check_same_journal(target, opened, "say --force to replace them")
            return await rebuild(target, opened, build)

    try:
        count = wait_for(work())
    except KeyboardInterrupt:
        err.print(
            f"interrupted: if {without_password(projections)} was emptied already, its tables are "
            "on record as unfinished: `venue db rebuild` again, or a start of the venue, makes "
            "them whole",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(INTERRUPTED) from None
    out.print(f"{count:,} commands projected")


async def _check_projections(engine: Any, address: str) -> None:
    """Refuse a database that is something else, a journal for example, or not yet whole."""
    from sqlalchemy import inspect, text

    from venue.store.addresses import without_password
    from venue.store.schema import PROJECTIONS_TREE, check_version
    from venue.store.write_rows import read_goal, read_seq

    tree, name = PROJECTIONS_TREE, without_password(address)
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if tree.marker_table not in tables:
            found = "a journal" if "journal" in tables else "other tables"
            found = found if tables else "an empty database"
            raise ConfigError(
                f"{name}: expected projections (projections.db beside a journal), found {found}"
            )
        version = None
        if tree.version_table in tables:
            version = await connection.scalar(text(f"SELECT version_num FROM {tree.version_table}"))
        check_version(tree, name=name, found=version)
        goal, seq = await read_goal(connection), await read_seq(connection)
    if goal is not None:
        raise ConfigError(
            f"{name}: expected whole tables, found those that are being made, or whose making was "
            f"stopped, at seq {seq:,} of {goal:,}: if nobody is at it, make them again with `venue "
            "db rebuild`, or start the venue"
        )
