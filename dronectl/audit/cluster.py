"""What a Dask worker keeps between batches: the setting of the audit, made ready."""

from __future__ import annotations

from typing import Any

from distributed import WorkerPlugin


class Ready(WorkerPlugin):
    """Makes every worker ready that is there, or joins later."""

    name = "dronectl-audit"
    idempotent = False

    def __init__(self, packed: bytes) -> None:
        self.packed = packed

    def setup(self, worker: Any) -> None:
        from dronectl.audit.running import _prepare

        _prepare(self.packed)
