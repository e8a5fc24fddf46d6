"""The operators' door of a running venue, as a person at a terminal comes to it."""

import json
import ssl
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from venue.cli.shown import settings_of
from venue.config import ConfigError, admin_url, folder_of
from venue.plain import plain

AdminOption = Annotated[
    str | None, typer.Option("--admin", help="The venue's admin address, if not the settings'.")
]
KeyOption = Annotated[
    Path | None, typer.Option("--key", help="The operator's key file, if not the settings'.")
]
KEY_MAX = 100
KEYS_SHOWN_MAX = 5
HEALTH_SECONDS = 3
NOT_TLS = "WRONG_VERSION_NUMBER"  # What OpenSSL says of an answer that is no TLS.
JSON = "application/json"


class OperatorsDoor(NamedTuple):
    """Where a venue's operator asks, with which key, and whose certificate is trusted there."""

    address: str
    key: Path
    certificate: str
    patience_s: float = 10.0

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask a running venue something as its operator."""
        from urllib.error import HTTPError, URLError
        from urllib.request import Request, urlopen

        if not self.address.startswith(("http://", "https://")):
            raise ConfigError(
                "expected the operator's door as http://HOST:PORT or https://HOST:PORT, found "
                f"{self.address}"
            )
        trouble = self._trouble()
        if trouble is not None:  # Nothing that is asked now would be answered.
            raise ConfigError(f"the venue at {self.address} acknowledges nothing now: {trouble}")
        request = Request(
            self.address.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self._secret()}", "Content-Type": JSON},
        )
        try:
            with urlopen(request, timeout=self.patience_s, context=self._tls()) as answer:
                return json.load(answer)
        except HTTPError as error:
            said = plain(error.read().decode(errors="replace").strip()) or str(error)
            if error.code == HTTPStatus.NOT_FOUND and said.startswith("expected /"):
                said += "; is this the operator's door (`listen.admin_port`), not the bots'?"
            raise ConfigError(said) from error
        except TimeoutError as error:
            # Whether it was done is not known: it waits there for the journal.
            left = "" if method == "GET" else "; what was asked may be done when it goes on"
            raise ConfigError(f"{self._why_silent()}{left}") from error
        except URLError as error:
            why = self._other_scheme(error.reason) or error.reason
            raise ConfigError(f"no venue answers at {self.address}: {why}") from error
        except (HTTPException, ConnectionError) as error:  # Something is there, but no such door.
            why = self._other_scheme(error) or error
            raise ConfigError(f"no venue answers at {self.address}: {why}") from error

    def account_of(self, account: str) -> int:
        """Return the number of an account that was given by its number or its name."""
        if account.removeprefix("-").isdecimal():  # The vault's is below zero.
            return int(account)
        for row in self.ask("GET", "/accounts"):
            if row["name"] == account:
                return int(row["account"])
        raise ConfigError(
            f"expected an account's number or its name, found {account!r}; `venue account list` "
            "shows both"
        )

    def _why_silent(self) -> str:
        """Say why a venue that is there does not answer: its own words, if it has any."""
        health = self.address.rstrip("/") + "/healthz"
        why = self._trouble(even_slow=True) or (
            f"expected an answer within {self.patience_s:g} s, found none; see {health}"
        )
        return f"the venue at {self.address} acknowledges nothing now: {why}"

    def _trouble(self, *, even_slow: bool = False) -> str | None:
        """Return what ``/healthz`` says to be wrong; ``None``: nothing, or nobody is there.

        A venue that is only slow may answer yet.
        """
        from urllib.error import HTTPError
        from urllib.request import urlopen

        try:
            health = self.address.rstrip("/") + "/healthz"
            urlopen(health, timeout=HEALTH_SECONDS, context=self._tls()).close()
        except HTTPError as error:  # 503, with the reason.
            with suppress(ValueError, LookupError, TypeError):
                said = json.load(error)
                return plain(said["why"]) if even_slow or not said.get("slow") else None
        except (HTTPException, OSError):
            pass
        return None

    def _other_scheme(self, error: object) -> str:
        """Say what to try where the door seems to speak the other scheme, or is not trusted."""
        is_plain = self.address.startswith("http:")
        if is_plain and isinstance(error, HTTPException | ConnectionResetError):
            other = f"https{self.address.removeprefix('http')}"
            return (
                "the connection ended without an answer (is the venue stopping? or, if TLS is "
                f"spoken there, try {other})"
            )
        if not is_plain and isinstance(error, ssl.SSLError) and error.reason == NOT_TLS:
            return f"no TLS is spoken there, try http{self.address.removeprefix('https')}"
        if isinstance(error, ssl.SSLCertVerificationError) and not self.certificate:
            return (
                f"its certificate is not trusted here ({error.verify_message}); one that the "
                "venue's settings name as `admin_certificate` is, with `-c FILE` of those settings"
            )
        return ""

    def _secret(self) -> str:
        try:
            secret = self.key.read_text().strip()
        except OSError as error:
            raise ConfigError(
                f"{self.key}: expected the operator's key file of a running venue, found "
                f"{error.strerror}{self._others()}"
            ) from error
        if not secret.isascii() or not secret.isprintable() or len(secret) > KEY_MAX:
            raise ConfigError(f"{self.key}: expected the operator's key file, found something else")
        return secret

    def _others(self) -> str:
        """Name the keys of other venues nearby: one of another journal has another folder."""
        places = {self.key.parent.parent, Path()}
        nearby = sorted({each for place in places for each in place.glob("*.d/admin-key")})
        if not nearby:
            return ""
        said = ", ".join(f"--key {each}" for each in nearby[:KEYS_SHOWN_MAX])
        return f"; here are those of other journals: {said}"

    def _tls(self) -> ssl.SSLContext | None:
        """Trust the certificate that the settings name, beside those of the machine."""
        if not self.address.startswith("https:"):
            return None
        context = ssl.create_default_context()
        if self.certificate:
            context.load_verify_locations(self.certificate)
        return context


def operators_door(config: Path | None, admin: str | None, key: Path | None) -> OperatorsDoor:
    """Return the door of the venue that the settings describe; options win over them."""
    settings = settings_of(config)
    listen = settings.listen
    return OperatorsDoor(
        admin or admin_url(settings),
        key or folder_of(settings) / "admin-key",
        listen.admin_certificate,
    )
