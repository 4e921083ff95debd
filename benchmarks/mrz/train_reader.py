"""Trains the reader of lines (`ancu/engines/mrz/models/reader.onnx`) on drawn strips only; 25 minutes of one core.

    pip install torch onnx opencv-python-headless
    nice -n 10 python -m benchmarks.mrz.train_reader --steps 2000 --seed 1
    nice -n 10 python -m benchmarks.mrz.train_reader --steps 1200 --until 300 --seed 2 --rate 2e-3 \
      --start /tmp/mrz_reader.pt --state /tmp/mrz_reader2.pt
    nice -n 10 python -m benchmarks.mrz.train_reader --steps 300 --seed 3 --rate 1.5e-3 \
      --start /tmp/mrz_reader2.pt --state /tmp/mrz_reader3.pt

The net is told, for each column of four pixels, which character stands there or that none does. That is learnt much
faster than an alignment of its own would be (CTC), and the drawn strips know it. Seeds are fixed; the weights differ in
the last digits between processors, the figures do not.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from benchmarks.mrz.drawing import ZONE
from benchmarks.mrz.strips import BLANK, HEIGHT, WIDTH, strip

OUT = Path(__file__).parents[2] / "ancu" / "engines" / "mrz" / "models" / "reader.onnx"
BATCH = 48


def block(i: int, o: int, kernel: int, stride: tuple[int, int]) -> nn.Sequential:
    conv = nn.Conv2d(i, o, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(o), nn.ReLU(True))


class Reader(nn.Module):
    """Half a million weights: the height halved thrice, the width twice, then a row that looks at its neighbours."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            block(1, 24, 5, (2, 2)),
            block(24, 48, 3, (2, 2)),
            block(48, 64, 3, (1, 1)),
            block(64, 64, 3, (1, 1)),
            block(64, 96, 3, (2, 1)),
            block(96, 96, 3, (1, 1)),
            nn.Conv2d(96, 128, (4, 3), padding=(0, 1)),
            nn.ReLU(True),
            nn.Conv2d(128, 128, (1, 3), padding=(0, 2), dilation=(1, 2)),
            nn.ReLU(True),
            nn.Conv2d(128, 128, (1, 3), padding=(0, 1)),
            nn.ReLU(True),
            nn.Dropout(0.1),
            nn.Conv2d(128, len(ZONE) + 1, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Strips, batch × 1 × HEIGHT × width of 0 to 255, to logits, batch × columns × classes."""
        mean = x.mean((2, 3), keepdim=True)
        spread = ((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        return self.body((x - mean) / (spread + 2)).squeeze(2).transpose(1, 2)


class Strips(IterableDataset):  # type: ignore[type-arg]
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        while True:
            yield strip(rng)


def measured(net: Reader, inputs: Tensor, labels: Tensor) -> str:
    """Share of columns right, and of strips whose every character is."""
    net.eval()
    with torch.no_grad():
        best = torch.cat([net(part.float()).argmax(2) for part in inputs.split(50)])
    net.train()
    same = best == labels
    exact = [_text(a) == _text(b) for a, b in zip(best.tolist(), labels.tolist(), strict=True)]
    return f"columns {same.float().mean():.4f} strips {np.mean(exact):.3f}"


def _text(columns: list[int]) -> list[int]:
    return [c for c, before in zip(columns, [BLANK, *columns], strict=False) if c not in (BLANK, before)]


def export(net: Reader, to: Path) -> None:
    net.eval()
    to.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        net.float(), (torch.zeros(1, 1, HEIGHT, WIDTH),), str(to), dynamo=False, opset_version=17,
        input_names=["strips"], output_names=["logits"],
        dynamic_axes={"strips": {0: "n", 3: "w"}, "logits": {0: "n", 1: "c"}},
    )  # fmt: skip
    net.train()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rate", type=float, default=4e-3)
    options.add_argument("--until", type=int, help="stop at this step, though the rate was planned for all")
    options.add_argument("--start", type=Path, help="go on from this state")
    options.add_argument("--out", type=Path, default=OUT)
    options.add_argument("--state", type=Path, default=Path("/tmp/mrz_reader.pt"))
    given = options.parse_args()
    cv2.setNumThreads(1)  # threads from before the fork would leave the worker waiting for ever
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    net = Reader().to(memory_format=torch.channels_last)
    if given.start:
        net.load_state_dict(torch.load(given.start))
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, given.rate, given.steps, pct_start=0.15)
    rng = np.random.default_rng([given.seed, 999])
    held = [strip(rng) for _ in range(300)]
    inputs = torch.from_numpy(np.stack([h[0] for h in held]))[:, None]
    labels = torch.from_numpy(np.stack([h[1] for h in held])).long()
    source = iter(DataLoader(Strips(given.seed), BATCH, num_workers=1, prefetch_factor=8))
    began = time.time()
    for step in range(1, (given.until or given.steps) + 1):
        strips, wanted = next(source)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(strips[:, None].float().to(memory_format=torch.channels_last))
        loss = nn.functional.cross_entropy(logits.float().flatten(0, 1), wanted.long().flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            told = measured(net, inputs, labels) if step % 300 == 0 else ""
            print(f"{step} {time.time() - began:.0f}s loss {loss:.4f} {told}", flush=True)
            if told:
                torch.save(net.state_dict(), given.state)
                export(net, given.out)
    print(measured(net, inputs, labels))
    export(net, given.out)


if __name__ == "__main__":
    main()
