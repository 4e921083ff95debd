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
    """Load a neural net by its name, to run on the processor; cached."""
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
    """Load the finder and the reader net now rather than at their first use."""
    for name in ("finder", "reader"):
        _session(name)


def find_maps(pictures: Array) -> Array:
    """Run the finder net on grey pictures; return seven maps for each, a quarter of its width and height.

    `benchmarks.mrz.train_finder` describes the maps.
    """
    output: Array = _session("finder").run(None, {"pictures": pictures})[0]
    return output


def read_columns(strips: Array) -> Array:
    """Run the reader net on strips of lines; return logits for each column: characters and blank.

    `benchmarks.mrz.train_reader` describes them.
    """
    output: Array = _session("reader").run(None, {"strips": strips})[0]
    return output
