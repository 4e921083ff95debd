"""The two small neural nets, loaded once per process and run on the CPU."""

import os
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Array = NDArray[np.float32]


@cache
def _session(name: str) -> Any:
    """Load a net by its name for the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("ANCU_MRZ_THREADS", "2"))
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena never gives back what one large picture took, and waiting threads must not spin beside the web server.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # keeps a plan for each size of picture, and no two are of one size
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = resources.files(__package__).joinpath("models", f"{name}.onnx").read_bytes()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def load() -> None:
    """Load both nets now rather than at their first use."""
    for name in ("finder", "reader"):
        _session(name)


def find_maps(pictures: Array) -> Array:
    """Run the finder net: seven maps at a quarter of the size, as `benchmarks.mrz.train_finder` describes."""
    output: Array = _session("finder").run(None, {"pictures": pictures})[0]
    return output


def read_columns(strips: Array) -> Array:
    """Run the reader net: logits of each column of each strip, as `benchmarks.mrz.train_reader` describes."""
    output: Array = _session("reader").run(None, {"strips": strips})[0]
    return output
