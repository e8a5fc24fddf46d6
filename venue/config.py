"""Settings: what ``venue.toml`` may say, with every default. ``venue config`` prints them.

Unknown keys and wrong types are refused with the place in the file. Money is in whole dollars here
and nowhere else.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from venue.core.complaints import in_words
from venue.core.names import NAME_MAX, PRINTABLE, account_name_fault
from venue.gateway.settings import COUNT_MAX, SECONDS_MAX, DoorSettings, Range, beyond, door_fault
from venue.sessions import OverrideRow
from venue.store.addresses import file_of

SPEED_MAX = 1_000_000
PORT_MAX = 65_535
DOLLARS_MAX = 100_000_000
RULE_SECONDS_MAX = 600
STEP_MS_MAX = 86_400_000
FEED_SECONDS_MAX = 3_600.0
# Who listens everywhere is found here, too.
HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}

DOLLARS = Range(0, DOLLARS_MAX)
SPEED = Range(1, SPEED_MAX)
PORT = Range(1, PORT_MAX)
FEED_SECONDS = Range(0.001, FEED_SECONDS_MAX)
# Where every number of the settings may be, by section; those of the door are in its own.
RANGES: dict[str, Mapping[str, Range]] = {
    "": {
        "insurance_dollars": DOLLARS,
        "house_dollars": DOLLARS,
        "rule_seconds_max": Range(1, RULE_SECONDS_MAX),
    },
    "store": {
        "checkpoint_commands": Range(1, COUNT_MAX),
        "checkpoint_seconds": Range(1, int(SECONDS_MAX)),
    },
    "listen": {"port": PORT, "admin_port": PORT},
    "clock": {
        "speed": SPEED,
        "then_speed": SPEED,
        "step_ms": Range(1, STEP_MS_MAX),
        "lockstep_bots": Range(1, COUNT_MAX),
    },
    "source.feeds": {"cadence_s": FEED_SECONDS, "silence_s": FEED_SECONDS},
    "accounts": {"deposit_dollars": DOLLARS},
}


class ConfigError(Exception):
    """``venue.toml`` says something that cannot be used; the message says what and where."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The root of settings: frozen, and no key is silently ignored."""


class StoreSettings(Strict, frozen=True, kw_only=True):
    """``journal`` and ``projections`` are addresses. A checkpoint falls due
    after ``checkpoint_commands`` or, where there is anything worth it, ``checkpoint_seconds``
    of the wall's time: after a crash no more than that has to be executed again."""

    journal: str = "sqlite:///var/venue.db"
    projections: str = "sqlite:///var/projections.db"
    checkpoint_commands: int = 200_000
    checkpoint_seconds: int = 30


class ListenSettings(Strict, frozen=True, kw_only=True):
    """Where bots come in, and where health, metrics and operators are served (loopback by default).

    ``certificate`` and ``key`` are PEM files: with them bots come in by TLS only (``wss://``);
    ``admin_certificate`` and ``admin_key`` do the same for the operator's door (``https://``).
    """

    host: str = "127.0.0.1"
    port: int = 8787
    admin_host: str = "127.0.0.1"
    admin_port: int = 8788
    certificate: str = ""
    key: str = ""
    admin_certificate: str = ""
    admin_key: str = ""
    fast: bool = False


# A rule by name or path; or with parameters: {rule = "step", step_e4 = 50}.
RuleSettings = str | dict[str, int | str | bool]


class RulebookSettings(Strict, frozen=True, kw_only=True):
    """A bundle of one's own: a rulebook to begin from, and the rules that replace its own.

    ``rules``: by kind, a name, a path ``my_pkg.rules:MyRule``, or either with parameters,
    ``mark = {rule = "median3_oracle", basis_tau_ns = 300000000000}``. Parameters alone change
    those of the rule that stands there already.
    """

    name: str
    base: str = "venue_default"
    rules: dict[str, RuleSettings] = {}


class MarketSettings(Strict, frozen=True, kw_only=True):
    """One market: a listing that ships (TSLA, NVDA, US100), or a share of another name, under a
    rulebook; ``rules`` replaces single rules of it, as in ``[[rulebooks]]``.

    ``power`` lists a contract on a power of ``underlying``, 100 at its first price, with margin by
    shock: ``{market = "TSLA-P2", underlying = "TSLA", power = "2"}``. Markets of one underlying
    hear the same prints.
    """

    market: str
    rulebook: str = "venue_default"
    rules: dict[str, RuleSettings] = {}
    underlying: str | None = None
    power: str | None = None


class AccountSettings(Strict, frozen=True, kw_only=True):
    """Accounts that a fresh venue opens; the tokens are in ``tokens.json`` beside the journal.

    ``fund`` lets a bot also bring itself money and reset its own account: for those who may make
    money, such as oneself; a contestant has ``trade``.
    """

    name: str
    deposit_dollars: int = 100_000
    scope: Literal["read", "trade", "fund"] = "trade"


class FeedSettings(Strict, frozen=True, kw_only=True):
    """One live source: its address, what it speaks, and its names for our underlyings.

    ``name`` is what its prints are known by. Credentials never stand in the file: ``key_env`` and
    ``secret_env`` name the environment variables that hold them.
    """

    url: str
    name: str = "live"
    dialect: str = "plain"
    symbols: dict[str, str] = {}
    key_env: str | None = None
    secret_env: str | None = None
    cadence_s: float = 5.0
    silence_s: float = 60.0


class RecordedSplit(Strict, frozen=True, kw_only=True):
    """A split that is in a recording's own prices: from ``at`` (of ``replay_zone``) on they are in
    new units. ``market``: of which underlying; without it of all."""

    at: str
    ratio: str
    market: str | None = None


class SourceSettings(Strict, frozen=True, kw_only=True):
    """Where prints come from.

    ``replay``: ``weekend`` (the recording that ships), a file, or ``none``; ``live``: the address
    of a live source in our own dialect; ``feeds``: live sources of any dialect, several together.
    After a recording, and without one, the synthetic source prints. ``replay_splits``: splits at
    which a recording's prices fall, or rise, by themselves. ``replay_adjusted``: they are adjusted
    for dividends, so that nothing falls in them at an ex-date.
    """

    replay: str | None = "weekend"
    replay_market: str | None = None
    replay_zone: str = "America/New_York"
    replay_from: str | None = None
    replay_to: str | None = None
    replay_splits: tuple[RecordedSplit, ...] = ()
    replay_adjusted: bool = False
    live: str | None = None
    feeds: tuple[FeedSettings, ...] = ()

    @property
    def is_live(self) -> bool:
        """Prices come from outside as they come, and from nowhere else."""
        return self.live is not None or bool(self.feeds)


class ClockSettings(Strict, frozen=True, kw_only=True):
    """``accelerated``: the recording at ``speed``, then on at ``then_speed``; ``live``: the wall's
    time; ``lockstep``: time moves ``step_ms`` when all ``lockstep_bots`` are ready."""

    kind: Literal["accelerated", "live", "lockstep"] = "accelerated"
    speed: int = 600
    then_speed: int = 1
    step_ms: int = 1_000
    lockstep_bots: int = 1


class Settings(Strict, frozen=True, kw_only=True):
    """All of ``venue.toml``. ``rule_seconds_max``: for how long a rule of one's own may run."""

    name: str = "venue"
    store: StoreSettings = StoreSettings()
    listen: ListenSettings = ListenSettings()
    door: DoorSettings = DoorSettings()
    source: SourceSettings = SourceSettings()
    clock: ClockSettings = ClockSettings()
    insurance_dollars: int = 250_000
    house: bool = True
    house_dollars: int = 1_000_000
    markets: tuple[MarketSettings, ...] = (
        MarketSettings(market="TSLA"),
        MarketSettings(market="NVDA"),
        MarketSettings(market="US100"),
    )
    rulebooks: tuple[RulebookSettings, ...] = ()
    rule_seconds_max: float = 10.0
    accounts: tuple[AccountSettings, ...] = (
        AccountSettings(name="alice", scope="fund"),  # These are of whoever runs the venue.
        AccountSettings(name="bob", scope="fund"),
    )
    session_overrides: tuple[OverrideRow, ...] = ()


# What trades when nobody else does; ``clients/bots/house.py`` runs them.
HOUSE_ACCOUNTS = (
    "maker-1",
    "maker-2",
    "noise-1",
    "noise-2",
    "noise-3",
    "momentum",
    "carry",
    "gap",
    "leveraged-1",
    "leveraged-2",
)


def load(path: Path | None) -> Settings:
    """Return the settings of a file, or the defaults where there is none."""
    if path is None:
        return Settings()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: expected a readable file, found {error.strerror}") from error
    try:
        return msgspec.toml.decode(data, type=Settings)
    except msgspec.ValidationError as error:
        written = msgspec.toml.decode(data)
        raise ConfigError(f"{path}: {in_words(str(error), Settings, written)}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML, found: {error}") from error


def fault(settings: Settings) -> str | None:
    """Say what in the settings cannot be, or ``None``."""
    return (
        _number_fault(settings)
        or door_fault(settings.door)
        or _name_fault(settings)
        or _listen_fault(settings.listen)
        or _together_fault(settings)
    )


def _number_fault(settings: Settings) -> str | None:
    """Say which number is out of its range."""
    several = {"source.feeds": settings.source.feeds, "accounts": settings.accounts}
    for section, ranges in RANGES.items():
        if section in several:
            for number, each in enumerate(several[section], start=1):
                if wrong := beyond(f"{section} (entry {number}).", each, ranges):
                    return wrong
            continue
        record = getattr(settings, section) if section else settings
        if wrong := beyond(f"{section}." if section else "", record, ranges):
            return wrong
    return None


def _name_fault(settings: Settings) -> str | None:
    """Say what cannot be called as it is, or which name stands there twice."""
    if len(settings.name) > NAME_MAX or not re.search(PRINTABLE, settings.name):
        found = repr(settings.name[:NAME_MAX])
        return f"name: expected 1 to {NAME_MAX} printable characters, found {found}"
    for what, names in (
        ("markets", [each.market for each in settings.markets]),
        ("source.feeds", [each.name for each in settings.source.feeds]),
        ("rulebooks", [each.name for each in settings.rulebooks]),
        ("accounts", [*HOUSE_ACCOUNTS, *(each.name for each in settings.accounts)]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            return f"{what}: {', '.join(twice)} stands there twice"
    for number, account in enumerate(settings.accounts, start=1):
        name = account.name
        if len(name) > NAME_MAX or not re.search(PRINTABLE, name):
            return f"accounts (entry {number}).name: {account_name_fault(name)}"
    return None


def new_account_fault(settings: Settings, known: Collection[str] = ()) -> str | None:
    """Say which account cannot be opened under its name, but for those that are ``known`` already.

    A journal of old may hold an account whose name would be refused today.
    """
    for number, account in enumerate(settings.accounts, start=1):
        wrong = account_name_fault(account.name)
        if wrong is not None and account.name not in known:
            return f"accounts (entry {number}).name: {wrong}"
    return None


def _listen_fault(listen: ListenSettings) -> str | None:
    for certificate, key in (("certificate", "key"), ("admin_certificate", "admin_key")):
        if bool(getattr(listen, certificate)) != bool(getattr(listen, key)):
            return f"listen: expected {certificate} and {key} together, found one of them"
    for name, host in (("host", listen.host), ("admin_host", listen.admin_host)):
        if not host:
            return f"listen.{name}: expected an address such as 127.0.0.1, found ''"
    if listen.port == listen.admin_port and _share(listen.host, listen.admin_host):
        where = ""
        if listen.host != listen.admin_host:
            where = f": {listen.host} and {listen.admin_host} are the same place there"
        return f"listen: bots and operators cannot share port {listen.port}{where}"
    return None


def _share(one: str, other: str) -> bool:
    """Say whether two hosts have an address in common; who listens everywhere has all."""
    named = {"localhost": "127.0.0.1"}
    return one in HERE or other in HERE or named.get(one, one) == named.get(other, other)


def _together_fault(settings: Settings) -> str | None:
    """Say which settings cannot stand beside each other."""
    if settings.source.is_live and settings.clock.kind != "live":
        return "source.live: a live source needs the wall's time: clock.kind = 'live'"
    if not settings.markets:
        return "markets: expected at least one [[markets]], found none"
    return None


def ratio_of(text: str) -> tuple[int, int]:
    """Return the two numbers of a ratio such as ``4:1``.

    >>> ratio_of("1:10")
    (1, 10)
    """
    new, colon, old = text.partition(":")
    if not colon or not new.isdecimal() or not old.isdecimal() or not int(new) or not int(old):
        raise ConfigError(f"expected new units for old ones, such as 4:1 or 1:10, found {text!r}")
    return int(new), int(old)


def bots_url(settings: Settings) -> str:
    """Return where bots of this machine come in."""
    listen = settings.listen
    scheme = "wss" if listen.certificate else "ws"
    return f"{scheme}://{_host(listen.host)}:{listen.port}{settings.door.path}"


def where_bots(settings: Settings) -> str:
    """Return where bots come in, for people: those of other machines, too, if they can."""
    others = ", and at this machine's other addresses" if settings.listen.host in HERE else ""
    return f"{bots_url(settings)}{others}"


def admin_url(settings: Settings) -> str:
    """Return where this machine's operator asks."""
    listen = settings.listen
    scheme = "https" if listen.admin_certificate else "http"
    return f"{scheme}://{_host(listen.admin_host)}:{listen.admin_port}"


def folder_of(settings: Settings) -> Path:
    """Return where seed, tokens, keys and side files of a venue lie: beside its journal."""
    path = file_of(settings.store.journal)
    return Path("var") / f"{settings.name}.d" if path is None else path.with_suffix(".d")


def _host(name: str) -> str:
    """Return a host as an address of this machine names it."""
    name = HERE.get(name, name)
    return f"[{name}]" if ":" in name else name


def as_toml(settings: Settings) -> str:
    """Return settings as the file that would say them."""
    return _toml(msgspec.to_builtins(settings))


def _toml(value: object, prefix: str = "") -> str:
    assert isinstance(value, dict)
    lines: list[str] = []
    tables: list[str] = []
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict) and prefix.count(".") < 1 and item:
            tables.append(f"\n[{name}]\n{_toml(item, name + '.')}")
        elif isinstance(item, list | tuple) and item and isinstance(item[0], dict):
            tables.extend(f"\n[[{name}]]\n{_toml(each, name + '.')}" for each in item)
        elif item is None:
            lines.append(f"# {key} =")
        else:
            lines.append(f"{key} = {_scalar(item)}")
    return "\n".join([*lines, *tables])


def _scalar(item: object) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return msgspec.json.encode(item).decode()
    if isinstance(item, dict):
        inner = ", ".join(f"{key} = {_scalar(each)}" for key, each in item.items())
        return "{ " + inner + " }" if inner else "{}"
    if isinstance(item, list | tuple):
        return "[" + ", ".join(_scalar(each) for each in item) + "]"
    return str(item)
