"""Where compiled kernels are kept: in the user's cache folder, under a name that follows their source.

A kernel that calls another is compiled into one piece with it, and numba's own check looks at one
file only: it would go on with old code after the other has changed. It would also need a writable
site-packages.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def choose_place() -> None:
    """Tell numba where to keep what it compiles, unless NUMBA_CACHE_DIR says so already."""
    from numba.core import config

    if config.CACHE_DIR:
        return
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for base in (home, Path(tempfile.gettempdir()) / f"foreshow-{os.getuid() if hasattr(os, 'getuid') else 'user'}"):
        place = base / "foreshow" / f"kernels-{fingerprint()}"
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            config.CACHE_DIR = str(place)
            return


def fingerprint() -> str:
    """A short hash of the kernels' source.

    Examples
    --------
    >>> len(fingerprint())
    12
    """
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
