"""Trains the reader of lines (`ancu/engines/mrz/models/reader.onnx`) on drawn strips only, from where it stands.

    pip install torch onnx opencv-python-headless
    nice -n 19 python -m benchmarks.mrz.pool --seed 1 --chunks 60 --to /tmp/mrz_pool &
    nice -n 19 python -m benchmarks.mrz.train_reader --pool /tmp/mrz_pool --minutes 40 --start FILE [--state FILE]

`--start` is a saved state or an ONNX file, whose weights are taken back into the net; without it, it begins anew (then
with `--rate 4e-3`). What is exported is the mean of the last few hundred steps' weights, every `--every` steps, so that
any moment's net can be tried.

The net is told, for each column of four pixels, which character stands there or that none does. That is learnt much
faster than an alignment of its own would be (CTC), and the drawn strips know it. The net takes nearly all of a step's
time, so it sees windows of half a strip: twice as many kinds of paper, light and print for the same work.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.mrz.drawing import ZONE
from benchmarks.mrz.strips import BLANK, HEIGHT, STRIDE, WIDTH

OUT = Path(__file__).parents[2] / "ancu" / "engines" / "mrz" / "models" / "reader.onnx"
WINDOW = 368
"""Pixels of a strip that the net sees at once while it learns."""


def block(i: int, o: int, kernel: int, stride: tuple[int, int]) -> nn.Sequential:
    """Return layers of a net: a convolution from ``i`` to ``o`` channels with normalisation and activation."""
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
        """Return logits, batch × columns × classes, from strips batch × 1 × HEIGHT × width of 0 to 255."""
        mean = x.mean((2, 3), keepdim=True)
        spread = ((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        return self.body((x - mean) / (spread + 2)).squeeze(2).transpose(1, 2)


class Pool:
    """The strips that `benchmarks.mrz.pool` has drawn so far; the first chunk is kept for measuring."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self.chunks: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.held = ""

    def refresh(self) -> None:
        """Load the files of strips that were written to the pool's folder since the last call."""
        for path in sorted(self.folder.glob("*.npz"), key=lambda path: path.stat().st_mtime):
            if path.name not in self.chunks and not path.name.endswith(".part.npz"):
                with np.load(path) as chunk:
                    self.chunks[path.name] = (chunk["strips"], chunk["labels"])
                self.held = self.held or path.name

    def measure(self) -> tuple[Tensor, Tensor]:
        """Return the strips and labels that training never uses, to measure how well the net reads."""
        strips, labels = self.chunks[self.held]
        return torch.from_numpy(strips[:400])[:, None], torch.from_numpy(labels[:400]).long()

    def windows(self, count: int) -> tuple[Tensor, Tensor]:
        """Return ``count`` random pieces of strips for training, and the labels of their columns."""
        names = [name for name in self.chunks if name != self.held]
        strips_read = np.empty((count, HEIGHT, WINDOW), np.uint8)
        labels_of = np.empty((count, WINDOW // STRIDE), np.uint8)
        for i in range(count):
            strips, labels = self.chunks[names[int(self.rng.integers(len(names)))]]
            j = int(self.rng.integers(len(strips)))
            printed = np.nonzero(labels[j] != BLANK)[0]
            middle = int(self.rng.choice(printed)) if len(printed) else 0
            start = min(max(0, middle - int(self.rng.integers(WINDOW // STRIDE))), (WIDTH - WINDOW) // STRIDE)
            strips_read[i] = strips[j][:, start * STRIDE : start * STRIDE + WINDOW]
            labels_of[i] = labels[j][start : start + WINDOW // STRIDE]
        return torch.from_numpy(strips_read)[:, None].float(), torch.from_numpy(labels_of).long()


def roughened(x: Tensor) -> Tensor:
    """Return the strips with random grain added, so that a repeated strip looks different in training."""
    grain = torch.randn_like(x) * (torch.rand(len(x), 1, 1, 1) - 0.6).clamp(0) * 12
    return (x + grain).clamp(0, 255)


def started(net: Reader, path: Path, pool: Pool) -> None:
    """Load into the net the weights of a saved state, or of an exported net (.onnx).

    In an exported net each normalisation is merged into its convolution; it is restored with mean and spread measured
    on the pool's strips.
    """
    if path.suffix != ".onnx":
        net.load_state_dict(torch.load(path))
        return
    import onnx

    graph = onnx.load(str(path)).graph
    weights = {each.name: torch.from_numpy(onnx.numpy_helper.to_array(each).copy()) for each in graph.initializer}
    convs = [(weights[n.input[1]], weights[n.input[2]]) for n in graph.node if n.op_type == "Conv"]
    x = pool.windows(200)[0]
    mean = x.mean((2, 3), keepdim=True)
    x = (x - mean) / (((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt() + 2)
    net.eval()
    with torch.no_grad():
        for layer in net.body:
            if isinstance(layer, nn.Sequential):
                weight, bias = convs.pop(0)
                layer[0].weight.copy_(weight)
                out = layer[0](x)
                layer[1].running_mean.copy_(out.mean((0, 2, 3)))
                layer[1].running_var.copy_(out.var((0, 2, 3)))
                layer[1].weight.copy_((layer[1].running_var + layer[1].eps).sqrt())
                layer[1].bias.copy_(bias + layer[1].running_mean)
            elif isinstance(layer, nn.Conv2d):
                weight, bias = convs.pop(0)
                layer.weight.copy_(weight)
                layer.bias.copy_(bias)
            x = layer(x)
    net.train()


def measured(net: Reader, inputs: Tensor, labels: Tensor) -> str:
    """Return as text how well the net reads labelled strips: shares of right columns and of right strips."""
    net.eval()
    with torch.no_grad():
        best = torch.cat([net(part.float()).argmax(2) for part in inputs.split(50)])
    net.train()
    same = best == labels
    exact = [_text(a) == _text(b) for a, b in zip(best.tolist(), labels.tolist(), strict=True)]
    return f"columns {same.float().mean():.4f} strips {np.mean(exact):.3f}"


def _text(columns: list[int]) -> list[int]:
    """Return the characters that a line's columns of classes spell: repeated classes once, without blanks."""
    return [c for c, before in zip(columns, [BLANK, *columns], strict=False) if c not in (BLANK, before)]


def pace(done: float) -> float:
    """Return the learning rate, as a share of its peak, at this share of the training: a rise, then a cosine."""
    return done / 0.15 + 0.04 if done < 0.14 else 0.5 + 0.5 * math.cos(math.pi * (done - 0.14) / 0.86)


def export(net: Reader, to: Path) -> None:
    """Write the reader net as an ONNX file, which the program loads."""
    net.eval()
    to.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        copy.deepcopy(net).float(), (torch.zeros(1, 1, HEIGHT, WIDTH),), str(to), dynamo=False, opset_version=17,
        input_names=["strips"], output_names=["logits"],
        dynamic_axes={"strips": {0: "n", 3: "w"}, "logits": {0: "n", 1: "c"}},
    )  # fmt: skip
    net.train()


def main() -> None:
    """Train the reader net, which reads the characters of a strip, and write it as an ONNX file."""
    options = argparse.ArgumentParser()
    options.add_argument("--pool", type=Path, default=Path("/tmp/mrz_pool"))
    options.add_argument("--minutes", type=float, default=40, help="of processor time, however long that takes")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--batch", type=int, default=96)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--every", type=int, default=100)
    options.add_argument("--start", type=Path, help="go on from this state or exported net")
    options.add_argument("--out", type=Path, default=OUT)
    options.add_argument("--state", type=Path, default=Path("/tmp/mrz_reader.pt"))
    arguments = options.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    pool = Pool(arguments.pool, arguments.seed)
    while len(pool.chunks) < 2:
        pool.refresh()
        time.sleep(1)
    net = Reader().to(memory_format=torch.channels_last)
    if arguments.start:
        started(net, arguments.start, pool)
    trained(net, pool, arguments)


def trained(net: Reader, pool: Pool, arguments: argparse.Namespace) -> None:
    """Train the net on the pool for the given minutes; save the averaged weights and export them as ONNX.

    It prints progress; the averaged weights are saved repeatedly.
    """
    mean = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    optimizer = torch.optim.AdamW(net.parameters(), arguments.rate, weight_decay=1e-2)
    inputs, labels = pool.measure()
    print("at first", measured(mean.module, inputs, labels), flush=True)
    began, step, done, losses = time.process_time(), 0, 0.0, []
    while done < 1:
        if step % 50 == 0:
            pool.refresh()
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * pace(done)
        strips_read, expected = pool.windows(arguments.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(roughened(strips_read).to(memory_format=torch.channels_last))
        loss = nn.functional.cross_entropy(logits.float().flatten(0, 1), expected.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        mean.update_parameters(net)
        losses.append(loss.item())
        step, done = step + 1, (time.process_time() - began) / (60 * arguments.minutes)
        if step % arguments.every == 0 or done >= 1:
            progress = f"loss {np.mean(losses[-arguments.every :]):.4f} {measured(mean.module, inputs, labels)}"
            print(f"{step} {time.process_time() - began:.0f}s of {len(pool.chunks)} chunks {progress}", flush=True)
            torch.save(mean.module.state_dict(), arguments.state)
            export(mean.module, arguments.out)


if __name__ == "__main__":
    main()
