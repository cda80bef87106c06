"""Every sign that is not plain ASCII, with its stand-in.

One table so that no screen can leak a sign that the reader's terminal would show as a box: reports
are laid out with the stand-ins already in place, and `translate` catches what came from the user.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STAND_INS = {
    "·": "|", "±": "+-", "×": "x", "–": "-", "—": "-", "…": "...", "→": "->", "≠": "is not", "≥": ">=",
    "≤": "<=", "✓": "+", "✗": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ",
    "€": "EUR", "£": "GBP", "│": "|", "└": "+", "─": "-", "├": "|", "┤": "|", "●": "o", "┆": ":",
    "█": "#", "░": ".", "╎": "L", "╌": "-", "┼": "+", "◀": "<",
}  # fmt: skip
_BREAK = re.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")
_TABLE = str.maketrans(_STAND_INS)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that reports are drawn with.

    Attributes
    ----------
    above, below, undecided
        The three answers to "is it better?".
    wall, corner, floor
        The frame of a small chart.
    left, bar, right, dot, zero
        An interval drawn on an axis, and the axis's zero.
    full, empty
        The done and the open part of a progress bar.
    limit, best
        A limit on an axis, and the mark of the best of several rows.
    level, cross
        The zero of an axis that goes up, and where it meets that of one that goes along.
    """

    ascii: bool
    above: str = "✓"
    below: str = "✗"
    undecided: str = "?"
    wall: str = "│"
    corner: str = "└"
    floor: str = "─"
    left: str = "├"
    bar: str = "─"
    right: str = "┤"
    dot: str = "●"
    zero: str = "┆"
    ellipsis: str = "…"
    full: str = "█"
    empty: str = "░"
    limit: str = "╎"
    level: str = "╌"
    cross: str = "┼"
    best: str = "◀"

    def swap(self, text: str) -> str:
        """*text* with the stand-ins in place, if these are the ASCII glyphs; done before any layout."""
        return translate(text) if self.ascii else text


UNICODE = Glyphs(ascii=False)
ASCII = Glyphs(
    ascii=True, above="+", below="-", wall="|", corner="+", floor="-", left="|", bar="-", right="|",
    dot="o", zero=":", ellipsis="~", full="#", empty=".", limit="L", level="-", cross="+", best="<",
)  # fmt: skip


def translate(text: str) -> str:
    """*text* in pure ASCII: known signs by their stand-ins, anything else as a question mark.

    Examples
    --------
    >>> translate("café · +3.1% ±0.2 …")
    'caf? | +3.1% +-0.2 ...'
    """
    return text.translate(_TABLE).encode("ascii", "replace").decode("ascii")


def clean(text: object) -> str:
    r"""*text* on one line and without control characters, so that a user's text can't steer the terminal.

    Examples
    --------
    >>> clean("two\n lines \x1b[31mred")
    'two lines ?[31mred'
    """
    line = _BREAK.sub(" ", str(text)).strip()
    return "".join("?" if _steers(sign) else sign for sign in line)


def _steers(sign: str) -> bool:
    code = ord(sign)
    hidden = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000
    return hidden or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
