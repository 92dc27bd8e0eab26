"""Writes the PyTorch fixtures: python make_pytorch_fixtures.py, in this folder.

tiny/        a Hugging Face Marian folder with pytorch_model.bin and, as reference, model.safetensors
sharded/     the same state in two files with an index
mixed.bin    every element type, tied tensors, a view with an offset, a parameter, scalars and an empty tensor
legacy.bin   the format from before PyTorch 1.6
deflated.bin mixed.bin with deflated members
strided.bin  a transposed tensor
deflated.npz numpy.savez_compressed, fortran.npz an array in column-major order
"""
import json
import os
import zipfile

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import MarianConfig, MarianMTModel

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(7)

config = MarianConfig(
    vocab_size=24, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
    decoder_attention_heads=2, encoder_ffn_dim=12, decoder_ffn_dim=12, max_position_embeddings=16,
    activation_function="swish", scale_embedding=True, pad_token_id=23, eos_token_id=0,
    decoder_start_token_id=23, forced_eos_token_id=0)
model = MarianMTModel(config).eval()
state = model.state_dict()
os.makedirs("tiny", exist_ok=True)
config.save_pretrained("tiny")
with open("tiny/config.json") as file:
    text = json.load(file)
text.pop("transformers_version", None)
with open("tiny/config.json", "w") as file:
    json.dump(text, file, indent=2, sort_keys=True)
    file.write("\n")
torch.save(state, "tiny/pytorch_model.bin")
save_file({name: tensor.clone().contiguous() for name, tensor in state.items()}, "tiny/model.safetensors")

names = sorted(state)
os.makedirs("sharded", exist_ok=True)
halves = {"pytorch_model-00001-of-00002.bin": names[::2], "pytorch_model-00002-of-00002.bin": names[1::2]}
for shard, members in halves.items():
    torch.save({name: state[name].clone() for name in members}, f"sharded/{shard}")
with open("sharded/pytorch_model.bin.index.json", "w") as file:
    weight_map = {name: shard for shard, members in halves.items() for name in members}
    json.dump({"metadata": {}, "weight_map": weight_map}, file, indent=1, sort_keys=True)
    file.write("\n")

base = torch.arange(12, dtype=torch.float32)
mixed = {
    "float64": torch.tensor([0.5, -1.25], dtype=torch.float64),
    "float32": base[:6].reshape(2, 3),
    "tied": base[:6].reshape(2, 3),
    "view": base[6:].reshape(3, 2),
    "float16": torch.tensor([1.5, -2.0], dtype=torch.float16),
    "bfloat16": torch.tensor([1.5, -2.0, 3.0], dtype=torch.bfloat16),
    "int64": torch.tensor([[1, -2]]),
    "int32": torch.tensor([3], dtype=torch.int32),
    "int16": torch.tensor([-4], dtype=torch.int16),
    "int8": torch.tensor([-5], dtype=torch.int8),
    "uint8": torch.tensor([6], dtype=torch.uint8),
    "bool": torch.tensor([True, False]),
    "scalar": torch.tensor(2.5),
    "empty": torch.zeros(0, 4),
    "one row": torch.arange(5, dtype=torch.float32).reshape(5, 1).t(),
    "parameter": torch.nn.Parameter(torch.tensor([7.0])),
}
torch.save(mixed, "mixed.bin")
with zipfile.ZipFile("mixed.bin") as stored, zipfile.ZipFile("deflated.bin", "w", zipfile.ZIP_DEFLATED) as deflated:
    for member in stored.infolist():
        deflated.writestr(zipfile.ZipInfo(member.filename), stored.read(member), zipfile.ZIP_DEFLATED)
torch.save({"strided": torch.arange(6, dtype=torch.float32).reshape(2, 3).t()}, "strided.bin")
torch.save({"a": torch.ones(2)}, "legacy.bin", _use_new_zipfile_serialization=False)

values = np.arange(6, dtype=np.float32).reshape(2, 3)
np.savez_compressed("deflated.npz", values=values)
np.savez("fortran.npz", values=np.asfortranarray(values))
