"""A file system of one's own for a test, that nobody else on the machine sees.

It is mounted in a mount namespace, which a sleeping process holds open, and goes with it. A small
one in memory needs a system that lets anybody have such a namespace; one on a file needs root.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

UNMOUNT_SECONDS_MAX = 30.0


class OwnDisk:
    """Mounted at ``at``. ``inside`` is the prefix of a command that shall see it."""

    def __init__(self, at: Path, mount: str, *, as_root: bool = False) -> None:
        """``mount`` is a command of the shell that mounts it at ``$1``.

        Where it fails the test is skipped, with its words.
        """
        at.mkdir()
        self.at = at
        if shutil.which("unshare") is None or shutil.which("nsenter") is None:
            pytest.skip("needs unshare and nsenter")
        if as_root and os.geteuid() != 0:
            pytest.skip("only root may mount a file")
        script = f"{mount} && echo mounted && exec sleep 3600"
        self._holder = subprocess.Popen(
            ["unshare", "-m" if as_root else "-rm", "sh", "-c", script, "sh", str(at)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stderr is not None
        if self._holder.stdout.readline() != "mounted\n":
            pytest.skip(f"nothing can be mounted here: {self._holder.stderr.read().strip()[:200]}")
        user = () if as_root else ("-U", "--preserve-credentials")
        self.inside = ("nsenter", "-t", str(self._holder.pid), "-m", *user)

    def seen(self, path: Path) -> Path:
        """Return where a path on this disk is seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root{path}")

    def run(self, *command: str) -> None:
        """Run a command that sees it."""
        subprocess.run([*self.inside, *command], check=True, capture_output=True, timeout=60)

    def unmount(self) -> None:
        """Unmount it; the children of a killed process may hold it for a moment."""
        until = time.monotonic() + UNMOUNT_SECONDS_MAX
        while True:
            try:
                self.run("umount", str(self.at))
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def close(self) -> None:
        """Let it go; what was on it is gone."""
        self._holder.kill()
        self._holder.communicate()
