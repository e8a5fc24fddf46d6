"""Files with secrets are for their owner alone, also where they stood there before."""

from pathlib import Path

from venue.opening import operator_key, write_private


def test_a_file_that_was_open_to_all_is_closed_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("old")
    path.chmod(0o644)

    write_private(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_operators_key_has_256_bits_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "admin-key"

    key = operator_key(path)

    assert len(key) >= 43, "256 bits in base 64"
    assert operator_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
