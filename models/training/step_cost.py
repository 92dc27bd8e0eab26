"""Measures what a training step costs by the length of the sentences: an LSTM beside a Transformer encoder.

    step_cost.py [--lengths 10 50 100 200 500 1000] [--rows 32] [--readme models/zoo/README.md]

Both are the encoders of `dragoman-bench architectures`: one LSTM layer of 512 units, and 6 Transformer layers of width
512 with 8 heads and feed-forward 2,048. One thread, float32, random weights and inputs. For each length:

- milliseconds of a forward pass without gradients, and of a training step (forward, backward);
- megabytes that are alive at most during a forward pass without gradients, weights not counted;
- megabytes that training keeps from the forward for the backward pass, each tensor once, weights not counted.

Needs PyTorch.
"""

import argparse
import statistics
import time
import weakref

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

WIDTH, HEADS, FEED_FORWARD, LAYERS = 512, 8, 2048, 6
MEGABYTE = 1 << 20
SECONDS = 20  # for the steps of one length, at least one


class Alive(TorchDispatchMode):
    """Counts the bytes of the storages that are made while it is active and not yet freed, except those of `own`."""

    def __init__(self, own):
        super().__init__()
        self.known, self.bytes, self.peak = dict.fromkeys(own), 0, 0

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        result = function(*arguments, **(keywords or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self.count(tensor.untyped_storage())
        return result

    def count(self, storage):
        key = storage._cdata
        if key in self.known:
            return
        size = storage.nbytes()
        self.known[key] = weakref.finalize(storage, self.free, key, size)
        self.bytes += size
        self.peak = max(self.peak, self.bytes)

    def free(self, key, size):
        self.known.pop(key, None)
        self.bytes -= size


class Lstm(nn.Module):
    """One layer that marches position after position, as recurrence has to. (B, T, D) to (B, T, D)."""

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(WIDTH, WIDTH, batch_first=True)

    def forward(self, x):
        return self.cell(x)[0]


class Transformer(nn.Module):
    """Post-norm layers with attention over all positions, softmax written out. (B, T, D) to (B, T, D)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, FEED_FORWARD), nn.Linear(FEED_FORWARD, WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = self.projection(x).view(b, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)  # (B, H, T, D / H)
        weights = torch.softmax(q @ k.transpose(2, 3) * (WIDTH // HEADS) ** -0.5, dim=-1)  # (B, H, T, T)
        x = self.norms[0](x + self.out((weights @ v).transpose(1, 2).reshape(b, t, WIDTH)))
        return self.norms[1](x + self.narrow(torch.relu(self.wide(x))))


def median_milliseconds(call):
    times = []
    began = time.perf_counter()
    while not times or time.perf_counter() - began < SECONDS:
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def storages(model, x):
    return {tensor.untyped_storage()._cdata for tensor in [x, *model.parameters()]}


def kept_bytes(model, x):
    """Bytes of the storages that the forward pass saves for the backward pass, weights and input not counted."""
    own, kept = storages(model, x), {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = model(x)  # keeps all storages alive, so that no address is used twice
    return sum(kept.values()), output


def costs(model, rows, length):
    """Forward ms, step ms, forward MB, kept MB."""
    x = torch.randn(rows, length, WIDTH)

    def forward():
        with torch.no_grad():
            model(x)

    def step():
        model.zero_grad(set_to_none=True)
        model(x).square().mean().backward()

    with torch.no_grad(), Alive(storages(model, x)) as alive:
        model(x)
    kept, output = kept_bytes(model, x)
    del output
    return median_milliseconds(forward), median_milliseconds(step), alive.peak / MEGABYTE, kept / MEGABYTE


def table(rows, lengths):
    lines = [
        "| tokens | LSTM: forward, ms | step, ms | forward, MB | kept, MB "
        "| Transformer: forward, ms | step, ms | forward, MB | kept, MB |",
        "| --- " * 9 + "|",
    ]
    models = [Lstm(), Transformer()]
    for length in lengths:
        cells = [f"{figure:,.0f}" for model in models for figure in costs(model, rows, length)]
        lines.append(f"| {length:,} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", type=int, nargs="+", default=[10, 50, 100, 200, 500, 1000])
    parser.add_argument("--rows", type=int, default=32, help="sentences side by side")
    parser.add_argument("--readme", help="page whose part between the marks `bench training` is replaced")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    result = table(options.rows, options.lengths)
    if options.readme:
        with open(options.readme, encoding="utf-8") as file:
            page = file.read()
        before, rest = page.split("<!-- bench training -->", 1)
        after = rest.split("<!-- /bench training -->", 1)[1]
        note = f"{options.rows} sentences of one length, medians, one thread, float32, PyTorch {torch.__version__}."
        text = f"{before}<!-- bench training -->\n{note}\n\n{result}\n<!-- /bench training -->{after}"
        with open(options.readme, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
