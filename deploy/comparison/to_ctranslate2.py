"""Converts a Hugging Face Marian folder for CTranslate2 through its own model specification.

CTranslate2's converter needs PyTorch and Transformers (gigabytes) only to read the files; the model written here is
the one that it writes.
"""

import math
import pathlib
import sys

import numpy
from ctranslate2.converters import utils
from ctranslate2.converters.converter import Converter
from ctranslate2.specs import common_spec, transformer_spec

from checkpoint import read_json, read_tensors, read_words

ACTIVATIONS = {
    "relu": common_spec.Activation.RELU, "swish": common_spec.Activation.SWISH, "gelu": common_spec.Activation.GELU,
}


def convert(folder, precision, made):
    """Writes the folder that CTranslate2 loads if it is missing or older than the model or this program."""
    model = pathlib.Path(made) / "model.bin"
    needed = (pathlib.Path(folder) / "model.safetensors", pathlib.Path(__file__))
    if not model.exists() or model.stat().st_mtime < max(path.stat().st_mtime for path in needed):
        MarianFolderConverter(folder).convert(made, quantization=precision, force=True)


class MarianFolderConverter(Converter):
    def __init__(self, folder):
        self.folder = folder

    def _load(self):
        return Marian(self.folder).specification()


class Marian:
    def __init__(self, folder):
        self.settings = read_json(folder, "config.json")
        self.tensors = read_tensors(folder)
        self.words = read_words(folder)

    def specification(self):
        spec = transformer_spec.TransformerSpec.from_config(
            (self.settings["encoder_layers"], self.settings["decoder_layers"]),
            self.settings["encoder_attention_heads"],
            pre_norm=False,
            activation=ACTIVATIONS[self.settings["activation_function"]],
        )
        self.set_side(spec.encoder, spec.encoder.embeddings[0], "encoder")
        self.set_side(spec.decoder, spec.decoder.embeddings, "decoder")
        self.set_output(spec.decoder)
        self.set_words(spec)
        return spec

    def set_side(self, spec, embeddings, side):
        width = self.settings["d_model"]
        spec.scale_embeddings = math.sqrt(width) if self.settings["scale_embedding"] else 1.0
        spec.position_encodings.encodings = positions(self.settings["max_position_embeddings"], width)
        embeddings.weight = self.table()
        for number, layer in enumerate(spec.layer):
            prefix = f"model.{side}.layers.{number}"
            self.set_attention(layer.self_attention, f"{prefix}.self_attn", [["q", "k", "v"]])
            if side == "decoder":
                self.set_attention(layer.attention, f"{prefix}.encoder_attn", [["q"], ["k", "v"]])
            self.set_linear(layer.ffn.linear_0, f"{prefix}.fc1")
            self.set_linear(layer.ffn.linear_1, f"{prefix}.fc2")
            self.set_norm(layer.ffn.layer_norm, f"{prefix}.final_layer_norm")

    def set_attention(self, spec, prefix, groups):
        """Each group of projections is one product."""
        for linear, group in zip(spec.linear, groups):
            parts = [common_spec.LinearSpec() for _ in group]
            for part, name in zip(parts, group):
                self.set_linear(part, f"{prefix}.{name}_proj")
            utils.fuse_linear(linear, parts)
        self.set_linear(spec.linear[-1], f"{prefix}.out_proj")
        self.set_norm(spec.layer_norm, f"{prefix}_layer_norm")

    def set_linear(self, spec, name):
        spec.weight = self.tensors[f"{name}.weight"]
        spec.bias = self.tensors[f"{name}.bias"]

    def set_norm(self, spec, name):
        spec.gamma = self.tensors[f"{name}.weight"]
        spec.beta = self.tensors[f"{name}.bias"]

    def set_output(self, spec):
        """Decoding starts from zeros, so the padding's row, the last, is not needed."""
        spec.start_from_zero_embedding = True
        spec.projection.weight = self.table()
        bias = self.tensors.get("final_logits_bias")
        if bias is not None and bias.any():
            spec.projection.bias = bias.reshape(-1)[:-1]

    def set_words(self, spec):
        spec.register_source_vocabulary(self.words[:-1])
        spec.register_target_vocabulary(self.words[:-1])
        spec.config.eos_token = spec.config.decoder_start_token = "</s>"
        spec.config.unk_token = "<unk>"

    def table(self):
        if self.words[-1] != "<pad>":
            raise ValueError(f"vocab.json: the last word is {self.words[-1]}, expected <pad>")
        return self.tensors["model.shared.weight"][:-1]


def positions(count, width):
    """Sines in the first half, cosines in the second, as Marian has them. (count, width)"""
    exponents = 2 * (numpy.arange(width) // 2) / width
    angles = numpy.arange(count)[:, None] / numpy.power(10000, exponents)
    return numpy.concatenate([numpy.sin(angles[:, 0::2]), numpy.cos(angles[:, 1::2])], axis=1).astype(numpy.float32)


if __name__ == "__main__":
    convert(*sys.argv[1:])
