"""The model files that come with the package: found, checked against their sha256, opened."""

import hashlib
import json
import os
import platform
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODELS = Path(__file__).parent / "files"
READER_WEIGHTS = "reader.bin"
# Without these, int8 kernels are slower than fp32, or saturate (AVX2's multiply-add of bytes).
_INT8_FLAGS = frozenset({"avx512_vnni", "avx_vnni"})
_CPUINFO = Path("/proc/cpuinfo")
# Matrices in int8 behind DequantizeLinear are made fp32 once, when the model is loaded.
_EXPAND = "session.disable_quant_qdq"


def read_weights(name: str) -> bytes:
    """Give the bytes of a shipped model file, after its sha256 was compared.

    Raises:
        ModelError: The file is missing or is not the one that was shipped.
    """
    expected = weights_sha256(name)
    try:
        data = (MODELS / name).read_bytes()
    except OSError as error:
        raise _missing(name) from error
    if hashlib.sha256(data).hexdigest() != expected:
        raise ModelError(f"the model file {name} is damaged; install Dateline again")
    return data


def has_int8_kernels(cpuinfo: Path = _CPUINFO) -> bool:
    """Tell whether this processor multiplies bytes faster than it multiplies floats.

    Where nothing can be known (no `/proc/cpuinfo`), only 64-bit Arm counts as able to.
    """
    if platform.machine().lower() in {"arm64", "aarch64"}:
        return True
    try:
        return not _INT8_FLAGS.isdisjoint(cpuinfo.read_text("ascii", "replace").split())
    except OSError:
        return False


def reader_graph() -> str:
    """Give the file of the reader's graph that is fastest here; both share `READER_WEIGHTS`."""
    return "reader_int8.onnx" if has_int8_kernels() else "reader_fp32.onnx"


def weights_sha256(name: str) -> str:
    """Give the sha256 that a shipped model file must have, without reading the file."""
    try:
        return str(json.loads((MODELS / "models.json").read_text("utf-8"))[name]["sha256"])
    except (OSError, KeyError, ValueError) as error:
        raise _missing(name) from error


def thread_a_core() -> ThreadPoolExecutor:
    """Give threads to keep, one a core: each new one may take a heap of its own, for good."""
    return ThreadPoolExecutor(_cores())


def _cores() -> int:
    """Count the cores that this process may use; not every system can tell."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def open_session(name: str, *, beside: str | None = None) -> "InferenceSession":
    """Open a shipped ONNX model on the CPU: a thread a run, memory given back between runs.

    `beside` is the file with its weights, where they are not in the graph.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # The arena keeps the largest batch ever seen; without it, memory follows the work.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.add_session_config_entry(_EXPAND, "1")
    graph = read_weights(name)
    if beside is None:
        return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    read_weights(beside)
    return InferenceSession(str(MODELS / name), options, providers=["CPUExecutionProvider"])


def import_libraries() -> None:
    """Import now all that opening a model imports.

    A thread that opens models beside one that imports must import nothing itself: numpy is in
    knots, and Python gives one of two threads that enter it from two ends a half of it.
    """
    import numpy  # noqa: F401
    import onnxruntime  # noqa: F401
    import tokenizers  # noqa: F401


def open_reader() -> "InferenceSession":
    """Open the reader, by the graph that is fastest here."""
    return open_session(reader_graph(), beside=READER_WEIGHTS)


def load_tokenizer() -> "Tokenizer":
    """Give the tokenizer that embedder and reader share; offsets are code points."""
    return _tokenizer_of(MODELS)


@cache
def _tokenizer_of(models: Path) -> "Tokenizer":  # noqa: ARG001  of other files it is another
    from tokenizers import Tokenizer

    # No other thread runs meanwhile, not even one that imports: once is enough.
    return Tokenizer.from_str(read_weights("tokenizer.json").decode("utf-8"))


def _missing(name: str) -> ModelError:
    return ModelError(f"the model file {name} is missing; install Dateline again")
