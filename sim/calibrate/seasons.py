"""From when on a log can tell a season from growth."""

from __future__ import annotations

# A year and a quarter. Of fewer days too few come back: of 425 with a busy November and December, and no growth, one log in
# four shows growth beyond chance, of 456 one in ten.
COME_BACK_DAYS = 456
