"""Trains the finder of the zone's lines (`ancu/engines/mrz/models/finder.onnx`) on drawn pictures only.

    pip install torch onnx opencv-python-headless
    nice -n 10 python -m benchmarks.mrz.train_finder [--steps 1500] [--seed 1]

For every 4 × 4 pixels it says where the middle of a line of the zone runs (four logits, one for each 2 × 2), which way
the line reads (cosine, sine) and how high its capitals are (logarithm of pixels).
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

from benchmarks.mrz.pages import CaptureLook, PassportPhoto, page

OUT = Path(__file__).parents[2] / "ancu" / "engines" / "mrz" / "models" / "finder.onnx"
SIZE = (480, 640)
BATCH = 10
LOOK = CaptureLook(fill=(0.4, 1.06), clean=0.2, upright=0.35, other_faces=0.15)


def block(i: int, o: int, kernel: int = 3, stride: int = 1, apart: int = 1) -> nn.Sequential:
    """Return layers of a net: a convolution from ``i`` to ``o`` channels with normalisation and activation."""
    conv = nn.Conv2d(i, o, kernel, stride, padding=apart * (kernel // 2), dilation=apart, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(o), nn.ReLU(True))


class Finder(nn.Module):
    """A small pyramid down to 1/32 and back up to 1/4."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = block(1, 12, 5, 2)
        self.quarter = nn.Sequential(block(12, 24, 3, 2), block(24, 24))
        self.eighth = nn.Sequential(block(24, 40, 3, 2), block(40, 40))
        self.sixteenth = nn.Sequential(block(40, 64, 3, 2), block(64, 64), block(64, 64, apart=2))
        self.thirtysecond = nn.Sequential(block(64, 80, 3, 2), block(80, 80), block(80, 80, apart=2))
        self.to16, self.to8, self.to4 = block(80 + 64, 64, 1), block(64 + 40, 40, 3), block(40 + 24, 32, 3)
        self.head = nn.Conv2d(32, 7, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return seven maps at a quarter of the size, from pictures batch × 1 × height × width of 0 to 255."""
        mean = x.mean((2, 3), keepdim=True)
        spread = ((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        a = self.quarter(self.stem((x - mean) / (spread + 4)))
        b = self.eighth(a)
        c = self.sixteenth(b)
        d = self.thirtysecond(c)
        c = self.to16(torch.cat([_twice(d, c), c], 1))
        b = self.to8(torch.cat([_twice(c, b), b], 1))
        return self.head(self.to4(torch.cat([_twice(b, a), a], 1)))


def _twice(small: Tensor, like: Tensor) -> Tensor:
    """Return the net's maps ``small`` enlarged to twice their size, which is that of ``like``."""
    return nn.functional.interpolate(small, scale_factor=2, mode="nearest")


def targets(picture: PassportPhoto, size: tuple[int, int]) -> np.ndarray:
    """Return the maps that the net should give for a picture: where lines are, their direction and height.

    They have a quarter of the picture's size. Four say where lines are, at twice that density; then direction (x, y)
    and height of the line (logarithm). An eighth marks where the latter count.
    """
    h, w = size[0] // 4, size[1] // 4
    fine = np.zeros((size[0] // 2, size[1] // 2), np.uint8)
    out = np.zeros((8, h, w), np.float32)
    for path, cap in zip(picture.lines, picture.caps, strict=True):
        along = path[-1] - path[0]
        along = along / np.linalg.norm(along)
        across = np.array([-along[1], along[0]]) * max(cap * 0.3, 1.2)
        around = np.concatenate([path - across, (path + across)[::-1]])
        cv2.fillPoly(fine, [np.round(around / 2 * 16 - 4).astype(np.int32)], 1, shift=4)
        here = np.zeros((h, w), np.uint8)
        across = across * 1.5
        around = np.concatenate([path - across, (path + across)[::-1]])
        cv2.fillPoly(here, [np.round(around / 4 * 16 - 6).astype(np.int32)], 1, shift=4)
        out[4:, here > 0] = np.array([along[0], along[1], np.log(cap), 1.0])[:, None]
    out[:4] = fine.reshape(h, 2, w, 2).transpose(1, 3, 0, 2).reshape(4, h, w)
    return out


class Pages(IterableDataset):  # type: ignore[type-arg]
    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, 7, worker.id if worker else 0])
        while True:
            picture = page(rng, SIZE, LOOK)
            yield picture.image, targets(picture, SIZE)


def loss_of(out: Tensor, expected: Tensor) -> tuple[Tensor, str]:
    """Return the loss of the maps ``out`` against those expected, and a text with its parts."""
    mask = nn.functional.binary_cross_entropy_with_logits(out[:, :4], expected[:, :4], pos_weight=torch.tensor(2.0))
    share = torch.sigmoid(out[:, :4])
    dice = 1 - (2 * (share * expected[:, :4]).sum() + 1) / (share.sum() + expected[:, :4].sum() + 1)
    here = expected[:, 7:8]
    rest = ((out[:, 4:] - expected[:, 4:7]).abs() * here).sum() / (here.sum() * 3 + 1)
    return mask * 3 + dice + rest * 0.5, f"mask {mask:.4f} dice {dice:.3f} rest {rest:.3f}"


def export(net: Finder, to: Path) -> None:
    """Write the finder net as an ONNX file, which the program loads."""
    net.eval()
    to.parent.mkdir(parents=True, exist_ok=True)
    axes = {"pictures": {0: "n", 2: "h", 3: "w"}, "maps": {0: "n", 2: "a", 3: "b"}}
    torch.onnx.export(
        net.float(), (torch.zeros(1, 1, *SIZE),), str(to), dynamo=False, opset_version=17,
        input_names=["pictures"], output_names=["maps"], dynamic_axes=axes,
    )  # fmt: skip
    net.train()


def main() -> None:
    """Train the finder net, which finds zones in pictures, and write it as an ONNX file."""
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=1500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--state", type=Path, default=Path("/tmp/mrz_finder.pt"))
    arguments = options.parse_args()
    cv2.setNumThreads(1)  # threads from before the fork would leave the worker waiting for ever
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    net = Finder().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, arguments.steps, pct_start=0.15)
    source = iter(DataLoader(Pages(arguments.seed), BATCH, num_workers=1, prefetch_factor=4))
    began = time.time()
    for step in range(1, arguments.steps + 1):
        pictures, expected = next(source)
        with torch.autocast("cpu", torch.bfloat16):
            out = net(pictures[:, None].float().to(memory_format=torch.channels_last))
        loss, losses_text = loss_of(out.float(), expected)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        if step % 20 == 0:
            print(f"{step} {time.time() - began:.0f}s {losses_text}", flush=True)
        if step % 100 == 0 or step == arguments.steps:
            torch.save(net.state_dict(), arguments.state)
            export(net, OUT)


if __name__ == "__main__":
    main()
