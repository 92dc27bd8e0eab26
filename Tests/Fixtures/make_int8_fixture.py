"""Writes what two of the tiny checkpoints compute with 8-bit matrices, into their folders' `int8.safetensors`.

    HF_HUB_OFFLINE=1 python make_int8_fixture.py          (torch, transformers, safetensors)

PyTorch computes in float32 with numbers rounded beforehand: the rows of every matrix and word table, and each row that
enters a product, to multiples of 1/127 of their greatest. logits.N (T, V) are those of sentence N with its forced target
in `expected.json`.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import MarianMTModel

HERE = Path(__file__).parent


def rounded(rows):
    step = rows.abs().amax(-1, keepdim=True) / 127
    return torch.where(step > 0, (rows / step).round() * step, 0)


def round_matrices(model):
    linear = [m for m in model.modules() if isinstance(m, torch.nn.Linear)]
    tables = [m for m in model.modules() if type(m) is torch.nn.Embedding]
    weights = {m.weight.data_ptr(): m.weight.data for m in linear + tables}
    for weight in weights.values():
        weight.copy_(rounded(weight))
    for m in linear:
        m.register_forward_pre_hook(lambda _, inputs: (rounded(inputs[0]), *inputs[1:]))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    for name in ["marian-base", "marian-untied"]:
        folder = HERE / name
        expected = json.loads((folder / "expected.json").read_text())
        model = MarianMTModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        round_matrices(model)
        logits = {}
        for number, (source, target) in enumerate(zip(expected["sources"], expected["targets"])):
            before = torch.tensor([[model.config.decoder_start_token_id] + target[:-1]])
            logits[f"logits.{number}"] = model(torch.tensor([source]), decoder_input_ids=before).logits[0].contiguous()
        save_file(logits, folder / "int8.safetensors")


main()
