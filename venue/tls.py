"""TLS of the doors: a certificate and its key, from files that the settings name."""

import ssl
from pathlib import Path

from venue.config import ConfigError, ListenSettings


def tls_of(certificate: str, key: str) -> ssl.SSLContext | None:
    """Return the context of a door, TLS 1.2 or newer; ``None`` where no certificate is named."""
    if not certificate:
        return None
    for path in (Path(certificate), Path(key)):
        if not path.is_file():
            raise ConfigError(f"listen: expected a PEM file at {path}, found none")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # A key that asks for a pass phrase would stop the start at a prompt: it gets none.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(
            f"listen: expected a certificate in {certificate} and its key, without a pass phrase, "
            f"in {key}; found files that do not go together ({_why(error)})"
        ) from error
    return context


def bots_tls(listen: ListenSettings) -> ssl.SSLContext | None:
    """Return the context of the bots' door."""
    return tls_of(listen.certificate, listen.key)


def admin_tls(listen: ListenSettings) -> ssl.SSLContext | None:
    """Return the context of the operator's door."""
    return tls_of(listen.admin_certificate, listen.admin_key)


def _why(error: OSError) -> str:
    reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
    return str(reason).replace("_", " ").lower()
