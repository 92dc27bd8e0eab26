"""Writes influence.json: small encoders of PyTorch in float64, their outputs, and how these change with the first input.

    make_influence_fixture.py influence.json

`jacobian` is by autograd: of the output at every position, with respect to the first input. The Transformer's parameters
carry the names of transformers' MarianEncoderLayer. Needs torch.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

LENGTH, WIDTH, HIDDEN, LAYERS, KERNEL = 6, 4, 3, 2, 3
HEADS, FEED_FORWARD, DIMENSION = 2, 12, 8


def recurrent(kind, bidirectional):
    module = kind(WIDTH, HIDDEN, num_layers=LAYERS, bidirectional=bidirectional).double()
    return module, lambda x: module(x)[0], module.state_dict(), WIDTH


def transformer():
    layer = nn.TransformerEncoderLayer(DIMENSION, HEADS, FEED_FORWARD, dropout=0.0)
    module = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False).double()
    for parameter in module.parameters():  # so that norms and biases are no ones and zeros
        nn.init.uniform_(parameter, -0.8, 0.8)
    names = {}
    for index, layer in enumerate(module.layers):
        prefix = f"layers.{index}."
        for kind in ("weight", "bias"):
            joint = getattr(layer.self_attn, f"in_proj_{kind}")
            for name, part in zip(("q_proj", "k_proj", "v_proj"), joint.chunk(3)):
                names[f"{prefix}self_attn.{name}.{kind}"] = part
            for name, part in [
                ("self_attn.out_proj", layer.self_attn.out_proj), ("self_attn_layer_norm", layer.norm1),
                ("fc1", layer.linear1), ("fc2", layer.linear2), ("final_layer_norm", layer.norm2),
            ]:
                names[f"{prefix}{name}.{kind}"] = getattr(part, kind)
    return module, module, names, DIMENSION


class Convolutional(nn.Module):
    """Gehring et al. 2017, without weight normalisation; HIDDEN channels."""

    def __init__(self):
        super().__init__()
        self.project_in = nn.Linear(WIDTH, HIDDEN)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(HIDDEN, 2 * HIDDEN, KERNEL, padding=KERNEL // 2) for _ in range(LAYERS))
        self.project_out = nn.Linear(HIDDEN, WIDTH)

    def forward(self, inputs):  # (T, 1, E)
        x = self.project_in(inputs).permute(1, 2, 0)  # (1, C, T)
        for convolution in self.convolutions:
            x = (nn.functional.glu(convolution(x), dim=1) + x) * 0.5 ** 0.5
        return self.project_out(x.permute(2, 0, 1))


def convolutional():
    module = Convolutional().double()
    return module, module, module.state_dict(), WIDTH


def case(name, made):
    module, encode, parameters, width = made
    module.eval()
    inputs = torch.randn(LENGTH, width, dtype=torch.float64)

    def outputs(first):
        return encode(torch.cat([first[None], inputs[1:]])[:, None])[:, 0]

    jacobian = torch.autograd.functional.jacobian(outputs, inputs[0])  # (T, K, D)
    return dict(
        name=name, inputs=inputs.tolist(), outputs=outputs(inputs[0]).tolist(), jacobian=jacobian.tolist(),
        norms=jacobian.flatten(1).norm(dim=1).tolist(),
        parameters={name: value.flatten().tolist() for name, value in parameters.items()})


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    cases = [
        case(f"{kind.__name__.lower()}{' both ways' if both else ''}", recurrent(kind, both))
        for kind in (nn.RNN, nn.GRU, nn.LSTM) for both in (False, True)
    ] + [case("transformer", transformer()), case("convolutional", convolutional())]
    result = dict(
        width=WIDTH, hidden=HIDDEN, layers=LAYERS, kernel=KERNEL, dimension=DIMENSION, heads=HEADS,
        feedForward=FEED_FORWARD, cases=cases)
    Path(sys.argv[1]).write_text(json.dumps(result) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
