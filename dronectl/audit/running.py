"""Many flights over many workers: batches in a fixed order, kept as they come, taken up again where a run was stopped.

The pool is a `concurrent.futures.Executor`: processes of this machine, or a Dask cluster. What comes out does not depend on
which, nor on how often it was stopped.
"""

from __future__ import annotations

import gc
import json
import pickle
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from dronectl._version import __version__
from dronectl.audit import store
from dronectl.audit.flight import Auditor, Row, Setting, broken
from dronectl.errors import MissingExtra, UsageError
from dronectl.heights.raster import files_below
from dronectl.records import dataclass

BATCH = 32  # logs; so many are done again after a kill, at most
AHEAD = 3  # batches a worker that wait or are worked on
MANIFEST = "manifest.json"
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Where the work is done."""

    name: str = "local"
    """`local` or `dask`."""
    workers: int = 1
    scheduler: str = ""
    """The address of a Dask scheduler; empty for a cluster of this machine's own."""


HERE = "127.0.0.1:0"  # where a cluster of our own tells of itself: to this machine alone, on any port that is free


def run(
    logs: Sequence[str], setting: Setting, folder: Path, engine: Engine, *, resume: bool, told: Told | None = None
) -> list[Path]:
    """Audit every log; the batches of results in their order. `told` hears how many logs of how many are done.

    Raises `UsageError` where `folder` holds the results of another audit.
    """
    packed = pickle.dumps(setting, protocol=pickle.HIGHEST_PROTOCOL)
    _begin(folder, logs, setting, resume=resume)
    parts = [folder / "parts" / f"{number:06d}.parquet" for number in range(-(-len(logs) // BATCH))]
    left = [k for k, part in enumerate(parts) if not store.whole(part)]
    done = len(logs) - sum(len(_batch(logs, k)) for k in left)
    if told is not None:
        told(done, len(logs))
    while left:
        lost: list[int] = []
        with _pool(engine, packed) as pool:
            for number, rows in _worked(pool, logs, left, engine, lost):
                store.write(parts[number], rows)
                done += len(_batch(logs, number))
                if told is not None:
                    told(done, len(logs))
        for number in lost:  # a worker died over one of these: which log it was is found one at a time
            store.write(parts[number], _one_by_one(_batch(logs, number), packed))
            done += len(_batch(logs, number))
        left = [k for k in left if not store.whole(parts[k])]
    return parts


def _batch(logs: Sequence[str], number: int) -> Sequence[str]:
    return logs[number * BATCH : (number + 1) * BATCH]


def digest_of(logs: Sequence[str], setting: Setting) -> str:
    """What two runs must share for one to go on where the other stopped."""
    told = [
        __version__, [_state(path) for path in logs], [_state(path) for path in _rasters(setting)],
        [[file.dataset.path, file.dataset.sha256] for file in setting.files],
        [[card.path, card.sha256] for card in setting.plans], [[p.path, p.sha256] for p in setting.permits],
        [[book.path, book.sha256] for book in setting.logbooks], [[p.path, p.sha256] for p in setting.house.packs],
        list(setting.house.crew.files), [list(layer.files) for layer in setting.house.layers.values()],
        repr(setting.options), repr(sorted(setting.models.items())), str(setting.alt_datum),
    ]  # fmt: skip
    return sha256(json.dumps(told, default=str).encode()).hexdigest()


def _state(path: str) -> list[str | int]:
    found = Path(path).stat()
    return [path, found.st_size, found.st_mtime_ns]


def _rasters(setting: Setting) -> list[str]:
    """The files of terrain, surface and geoid that flights are held against."""
    given = setting.models
    paths = [*given.get("terrain", ()), *given.get("surface", ()), *([given["geoid"]] if given.get("geoid") else [])]
    return [file for path in paths for file in files_below(path)]


def _begin(folder: Path, logs: Sequence[str], setting: Setting, *, resume: bool) -> None:
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    manifest, mine = folder / MANIFEST, digest_of(logs, setting)
    had = json.loads(manifest.read_text("utf-8")).get("digest") if manifest.is_file() else None
    if resume and had is not None and had != mine:
        raise UsageError(f"{folder} holds an audit of other files or other settings: start anew without --resume")
    if not resume and had is not None:
        for part in (folder / "parts").glob("*.parquet"):
            part.unlink()
    for stray in (folder / "parts").glob("*.tmp"):
        stray.unlink()
    near = manifest.with_suffix(".tmp")
    near.write_text(json.dumps({"digest": mine, "logs": len(logs), "version": __version__}) + "\n", "utf-8")
    near.replace(manifest)


def _worked(
    pool: Executor, logs: Sequence[str], left: Sequence[int], engine: Engine, lost: list[int]
) -> Iterator[tuple[int, list[Row]]]:
    """The rows of every batch, as they come; never more of them under way than the workers need.

    Where a worker dies its batches are `lost`, and those that nobody began are left for another pool.
    """
    waiting, numbers, pool_breaks = iter(left), dict[Future[list[Row]], int](), _breaks(engine)
    for number in waiting:
        numbers[pool.submit(_audit, list(_batch(logs, number)))] = number
        if len(numbers) >= AHEAD * engine.workers:
            break
    while numbers:
        ended, _ = wait(numbers, return_when=FIRST_COMPLETED)
        for future in ended:
            number = numbers.pop(future)
            try:
                yield number, future.result()
            except pool_breaks:
                lost.append(number)
                continue
            following = None if lost else next(waiting, None)
            if following is not None:
                numbers[pool.submit(_audit, list(_batch(logs, following)))] = following


def _breaks(engine: Engine) -> tuple[type[Exception], ...]:
    """What a pool says where the work killed its workers."""
    if engine.name != "dask":
        return (BrokenProcessPool,)
    from distributed.scheduler import KilledWorker

    return BrokenProcessPool, KilledWorker


def _one_by_one(paths: Sequence[str], packed: bytes) -> list[Row]:
    """A batch in which a worker died: each log in a worker of its own, so that the one that kills it is told."""
    made: list[Row] = []
    for path in paths:
        with _processes(1, packed) as alone:
            try:
                made.extend(alone.submit(_audit, [path]).result())
            except BrokenProcessPool:
                made.append(broken(path, "its reader was killed: the file may be made to do harm, or too large"))
    return made


_READY: dict[str, Auditor] = {}


def _prepare(packed: bytes) -> None:
    """Make a worker ready: once for each setting."""
    key = sha256(packed).hexdigest()
    if key not in _READY:
        _READY.clear()
        _READY[key] = Auditor(pickle.loads(packed))  # noqa: S301 - it comes from our own process
        gc.enable()  # a command switches it off, and this may go on for hours
        gc.collect()
        gc.freeze()  # the zones stay: to look through them for garbage again and again costs a sixth of the time


def _audit(paths: list[str]) -> list[Row]:
    (auditor,) = _READY.values()
    return auditor.audit(paths)


@contextmanager
def _pool(engine: Engine, packed: bytes) -> Iterator[Executor]:
    if engine.name == "dask":
        with _cluster(engine, packed) as pool:
            yield pool
        return
    if engine.workers <= 1:
        _prepare(packed)
        yield _Here()
        return
    with _processes(engine.workers, packed) as pool:
        yield pool


def _processes(workers: int, packed: bytes) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare, initargs=(packed,))


class _Here(Executor):
    """Work done at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def _cluster(engine: Engine, packed: bytes) -> Iterator[Executor]:
    """A Dask cluster as a pool: the setting is sent to each worker once, also to one that joins later."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise MissingExtra("--engine dask", "cluster") from None
    from dronectl.audit.cluster import Ready

    folder = mkdtemp(prefix="dronectl-dask-")
    local = None
    try:
        if not engine.scheduler:
            local = LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=engine.workers, threads_per_worker=1, dashboard_address=HERE, local_directory=folder,
                scheduler_kwargs={"dashboard": False},
            )  # fmt: skip
        with Client(local or engine.scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.register_plugin(Ready(packed))
            yield client.get_executor(pure=False, retries=3)
    finally:
        if local is not None:
            local.close()
        shutil.rmtree(folder, ignore_errors=True)
