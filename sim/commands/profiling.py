"""What `run --profile` does: starts the clock, and says where the time went when everything else has been said."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.commands.output import Output
    from sim.scenario.schema import Scenario
    from sim.study.timings import Timings


class Profiling:
    """One run's profile, if it was asked for; else nothing happens.

    Attributes
    ----------
    timings
        Takes what is measured; None where nobody asked.
    """

    def __init__(self, *, asked: bool) -> None:
        began_ns = perf_counter_ns()
        self.timings: Timings | None = None
        self._store_ns = 0
        if asked:
            from sim.study.timings import Timings

            self.timings = Timings(began_ns)

    @contextmanager
    def storing(self) -> Iterator[None]:
        """The run is stored in here."""
        began_ns = perf_counter_ns()
        try:
            yield
        finally:
            self._store_ns = perf_counter_ns() - began_ns

    def show(self, scenario: Scenario, output: Output) -> None:
        """Print the profile below the screen, or to standard error where standard output belongs to a file's bytes."""
        if self.timings is None:
            return
        from reports.console import open_console
        from reports.timings import print_profile, verdict

        taken = "-" in (output.json_file, output.csv_file)
        console = open_console(sys.stderr if taken else sys.stdout, width=output.width, ascii_only=output.ascii_only or None)
        profile = self.timings.profile(scenario, self._store_ns)
        if output.quiet:
            console.say(verdict(profile))
        else:
            print_profile(profile, console)
