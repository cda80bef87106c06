"""Where real logs lie, which are not part of the repository: in FORESHOW_DATA, else in shared/data beside it."""

import os
from pathlib import Path

DATA = Path(os.environ.get("FORESHOW_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
