"""Files that could do harm, read under limits in a process of its own, which may die alone."""

import logging
import pickle
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import Event, Timer

from retrieval.articles.files.formats import JSON_READERS, READERS, SMALL_BYTES
from retrieval.articles.raw import RawArticle, Skipped
from retrieval.errors import ArticleError

Read = list[RawArticle | Skipped]

# A book of 1,000 pages has a few megabytes and takes two minutes.
_MAX_S, _MAX_S_PER_MB = 30.0, 30.0
_MAX_MEMORY_BYTES = 4_000_000_000  # of addresses, of which the libraries alone take a quarter
# What is packed can grow a thousand times; of the other forms only size makes a danger.
_PACKED = {".pdf", ".docx"}
_PLAIN = {".txt"}
_GRACE_S = 5


class ApartReader:
    """Reads article files: small text here, what is packed or large in another process.

    The process is started at the first file that needs it, and again after one that killed it.
    """

    def __init__(
        self,
        *,
        text_key: str | None = None,
        is_strangers: bool = False,
        max_s: float = _MAX_S,
        max_memory_bytes: int = _MAX_MEMORY_BYTES,
    ) -> None:
        """Start nothing yet.

        Args:
            text_key: What objects of JSON call the text, where it is none of the usual names.
            is_strangers: Nobody has looked at the files: none is read here, however small.
            max_s: How long a small file may take; large ones have more time.
            max_memory_bytes: How much memory the other process may have.
        """
        self._text_key, self._is_strangers = text_key, is_strangers
        self._max_s, self._max_memory_bytes = max_s, max_memory_bytes
        self._process: Popen[bytes] | None = None

    def read(
        self, ending: str, data: bytes, source: str, folder: str
    ) -> Iterable[RawArticle | Skipped]:
        """Give the articles of one file.

        Raises:
            ArticleError: The file cannot be used, or not within the limits of time and memory.
        """
        if ending in JSON_READERS and not self._is_strangers:
            return JSON_READERS[ending](data, source, folder, self._text_key)
        is_harmless = ending in _PLAIN or (ending not in _PACKED and len(data) < SMALL_BYTES)
        if is_harmless and not self._is_strangers:
            return READERS[ending](data, source, folder)
        max_s = self._max_s + _MAX_S_PER_MB * len(data) / 1e6
        return self._read_apart(max_s, ending, data, source, folder)

    def _read_apart(self, max_s: float, *request: object) -> Read:
        process = self._opened()
        is_late = Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = Timer(max_s, end)
        timer.start()
        try:
            found = _asked(process, (int(max_s) + _GRACE_S, *request))
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.close()
            raise ArticleError(
                f"not read within {max_s:.0f} seconds; is it an article?"
                if is_late.is_set()
                else "reading it ended its process; it is broken, or made to harm"
            ) from error
        finally:
            timer.cancel()
        if isinstance(found, ArticleError):
            raise found
        return found

    def _opened(self) -> Popen[bytes]:
        # Not of multiprocessing, which runs the caller's script a second time.
        if self._process is None:
            call = f"from {__name__} import serve; serve({self._max_memory_bytes})"
            code = f"import sys; sys.path[:] = {sys.path!r}; {call}"
            command = [sys.executable, "-c", code]
            self._process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603  our own code
        return self._process

    def close(self) -> None:
        """End the other process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError):  # of what could not be sent any more
                process.communicate()

    def __enter__(self) -> "ApartReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _asked(process: Popen[bytes], request: tuple[object, ...]) -> Read | ArticleError:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    pickle.dump(request, process.stdin)
    process.stdin.flush()
    found: Read | ArticleError = pickle.load(process.stdout)  # noqa: S301  of our own process
    return found


def serve(max_memory_bytes: int) -> None:
    """Read what comes on standard input until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the process that asks
    logging.disable()
    _limit_memory(max_memory_bytes)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    with suppress(EOFError, OSError):
        while True:
            max_s, *request = pickle.load(requests)  # noqa: S301  of our own process
            if hasattr(signal, "alarm"):
                signal.alarm(max_s)  # should nobody be left to end it
            pickle.dump(_read(*request), answers)
            answers.flush()


def _limit_memory(max_bytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system can
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))


def _read(ending: str, data: bytes, source: str, folder: str) -> Read | ArticleError:
    try:
        return list(READERS[ending](data, source, folder))
    except ArticleError as error:
        return error
    except MemoryError:
        return ArticleError("reading it takes more memory than is allowed; it may be made to harm")
    except RecursionError:
        return ArticleError("nested too deeply to be an article")
