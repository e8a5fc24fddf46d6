"""A disk that fails when it is told to, under a real process: no write and no sync gets through.

A small library stands between SQLite and the system (``LD_PRELOAD``). While a file says so, each
write to a database and each sync fails with that number of error. So a failure comes and goes under
open files, which a read-only mount cannot do: the system refuses that while one is open.
"""

import errno
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(void) {
    const char *path = getenv("FAILING_DISK");
    char said[8] = {0};
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0) return 0;
    if (read(file, said, 7) < 1) said[0] = '0';
    close(file);
    errno = atoi(said);
    return errno;
}
#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))
ssize_t pwrite64(int file, const void *data, size_t count, off64_t at) {
    return fails() ? -1
        : NEXT(ssize_t (*)(int, const void *, size_t, off64_t), "pwrite64")(file, data, count, at);
}
ssize_t pwrite(int file, const void *data, size_t count, off_t at) {
    return fails() ? -1
        : NEXT(ssize_t (*)(int, const void *, size_t, off_t), "pwrite")(file, data, count, at);
}
int fdatasync(int file) { return fails() ? -1 : NEXT(int (*)(int), "fdatasync")(file); }
int fsync(int file) { return fails() ? -1 : NEXT(int (*)(int), "fsync")(file); }
"""


class FailingDisk:
    """Where it stands whether the disk fails, and what a process needs to feel it."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("no C compiler: the library that fails writes cannot be made")
        source, library = folder / "failing.c", folder / "failing.so"
        source.write_text(SOURCE)
        words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
        made = subprocess.run(words, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"the library that fails writes cannot be made: {made.stderr[:200]}")
        self._says = folder / "failing"
        self.environment = {"LD_PRELOAD": str(library), "FAILING_DISK": str(self._says)}

    def fail(self, number: int) -> None:
        """Let everything fail from now on, with an error of the system."""
        assert number in errno.errorcode
        whole = self._says.with_suffix(".new")
        whole.write_text(str(number))
        whole.rename(self._says)

    def work(self) -> None:
        """Let everything be written from now on."""
        self._says.unlink()
