"""One writer at a time: a lock on the index folder that dies with the process that holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import IndexBusy, StoreError

# Long enough for the ingest of an article to end, short enough to be told what is going on.
_WAIT_S = 5.0


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Hold the index folder's lock; one left by a killed process does not count.

    Raises:
        IndexBusy: Another process still writes after a short wait.
        StoreError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "writer.lock", timeout=_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(f"another process is writing to the index in {index}; try again") from error
    except (OSError, NotImplementedError) as error:
        raise StoreError(
            f"the index folder {index} cannot be written ({error}); give write access to it or set "
            "DATELINE_INDEX"
        ) from error
    try:
        yield
    finally:
        lock.release()
