"""Writes tiny convolutional checkpoints (Gehring et al. 2017) with random weights, and what PyTorch makes of them.

    python make_convolutional_fixtures.py          (torch, safetensors)

Beside `expected.json` (ids) each folder has `expected.safetensors`, one tensor a sentence, without padding:

    encoder.N (S, E), the keys of attention   values.N (S, E)
    logits.N (T, V) for the forced target   cross_attention.N (L, 1, T, S)
"""

import torch
from torch import nn
from torch.nn.functional import glu, pad

from sequence_fixtures import make

VOCABULARY = 24
HALF = 0.5 ** 0.5


def main():
    write("tied")
    write("untied", kernel_size=5, encoder_layers=1, decoder_layers=3, share_encoder_decoder_embeddings=False,
          tie_word_embeddings=False, decoder_vocab_size=20, pad_token_id=19, decoder_start_token_id=18)


def write(name, **changes):
    config = dict(
        model_type="dragoman-convolutional", embedding_size=10, channels=12, encoder_layers=2, decoder_layers=2,
        kernel_size=3, max_position_embeddings=32, vocab_size=VOCABULARY, share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True, pad_token_id=VOCABULARY - 1, eos_token_id=0,
        decoder_start_token_id=VOCABULARY - 1) | changes
    make(f"convolutional-{name}", Convolutional, config, tensors_of, gain=0.9)


def tensors_of(model, source, trace):
    keys, values = model.encode(torch.tensor(source))
    return dict(encoder=keys, values=values)


class Side(nn.Module):
    def __init__(self, config, layers):
        super().__init__()
        width, channels = config["embedding_size"], config["channels"]
        self.position = nn.Embedding(config["max_position_embeddings"], width)
        self.project_in = nn.Linear(width, channels)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(channels, 2 * channels, config["kernel_size"]) for _ in range(layers))
        self.project_out = nn.Linear(channels, width)


class Convolutional(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        width, channels = config["embedding_size"], config["channels"]
        target_size = config.get("decoder_vocab_size", config["vocab_size"])
        self.encoder = Side(config, config["encoder_layers"])
        self.decoder = Side(config, config["decoder_layers"])
        self.decoder.attention = nn.ModuleList(nn.ModuleDict(dict(
            query=nn.Linear(channels, width), out=nn.Linear(width, channels))) for _ in range(config["decoder_layers"]))
        if config["share_encoder_decoder_embeddings"]:
            self.shared = nn.Embedding(config["vocab_size"], width)
        else:
            self.encoder.embedding = nn.Embedding(config["vocab_size"], width)
            self.decoder.embedding = nn.Embedding(target_size, width)
        self.output = nn.Module()
        if not config["tie_word_embeddings"]:
            self.output.weight = nn.Parameter(torch.empty(target_size, width))
        self.output.bias = nn.Parameter(torch.empty(target_size))

    def table(self, side):
        return self.shared if self.config["share_encoder_decoder_embeddings"] else getattr(self, side).embedding

    def embed(self, name, tokens):
        return self.table(name)(tokens) + getattr(self, name).position.weight[:len(tokens)]

    def encode(self, source):
        """source (S,). Returns keys and values, (S, E)."""
        embedded = self.embed("encoder", source)
        x = self.encoder.project_in(embedded)
        for convolution in self.encoder.convolutions:
            edge = self.config["kernel_size"] // 2
            x = (glu(convolution(pad(x.T, (edge, edge))), dim=0).T + x) * HALF
        keys = self.encoder.project_out(x)
        return keys, (keys + embedded) * HALF

    def start(self, memory):
        return []

    def step(self, token, state, memory):
        """The state is all tokens before this one: everything is computed again at each step."""
        state = state + [token]
        embedded = self.embed("decoder", torch.tensor(state))
        x, attention = self.decoder.project_in(embedded), []
        for convolution, look in zip(self.decoder.convolutions, self.decoder.attention):
            y = glu(convolution(pad(x.T, (self.config["kernel_size"] - 1, 0))), dim=0).T
            query = (look["query"](y) + embedded) * HALF
            weights = (query @ memory[0].T).softmax(dim=1)
            context = weights @ memory[1] * len(memory[1]) ** 0.5
            x = ((look["out"](context) + y) * HALF + x) * HALF
            attention.append(weights[-1])
        output = self.decoder.project_out(x[-1])
        table = self.table("decoder").weight if self.config["tie_word_embeddings"] else self.output.weight
        return table @ output + self.output.bias, torch.stack(attention), state


if __name__ == "__main__":
    main()
