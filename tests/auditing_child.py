"""An audit in a process of its own that can be killed, forked from one that has loaded everything: it starts at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["auditing_child", "dronectl.cli.auditing", "dronectl.cli.app", "dronectl.reports.audit"])


def _run(arguments: Sequence[str]) -> None:
    os.setsid()
    os.environ["LC_ALL"] = "C"
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    from dronectl.cli import main

    os._exit(main(list(arguments)))


class Audit:
    """`dronectl audit` with some arguments, under way."""

    def __init__(self, arguments: Sequence[object]) -> None:
        self.process: Any = FORKS.Process(target=_run, args=([str(one) for one in arguments],))
        self.process.start()

    def ended(self, seconds: float = 0.0) -> bool:
        """True where it ends within some seconds."""
        self.process.join(seconds)
        return self.process.exitcode is not None

    def kill(self) -> None:
        """With all of its workers, at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it leads no group yet
            self.process.kill()
        self.process.join()
