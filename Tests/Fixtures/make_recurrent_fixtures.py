"""Writes tiny recurrent checkpoints with random weights, and what PyTorch's `nn.RNN`, `nn.GRU`, `nn.LSTM` make of them.

    python make_recurrent_fixtures.py          (torch, safetensors)

Beside `expected.json` (ids) each folder has `expected.safetensors`, one tensor a sentence, without padding:

    encoder.N (S, K)   initial_hidden.N (L, H)   initial_cell.N (L, H)   hidden.N (T, L, H)
    logits.N (T, V) for the forced target   cross_attention.N (1, 1, T, S)
"""

import torch
from torch import nn

from sequence_fixtures import make

CELLS = dict(rnn=nn.RNN, gru=nn.GRU, lstm=nn.LSTM)
VOCABULARY = 24


def main():
    narrow = dict(bidirectional=False, encoder_hidden_size=12, bridge="none")
    apart = dict(share_encoder_decoder_embeddings=False, tie_word_embeddings=False, decoder_vocab_size=20,
                 pad_token_id=19, decoder_start_token_id=18)
    write("rnn", cell="rnn")
    write("gru", cell="gru", layers=1, readout_size=0, **narrow, **apart)
    write("lstm", cell="lstm", readout_size=0, **narrow, **apart)
    write("lstm-bridge", cell="lstm", readout_size=7, tie_word_embeddings=False)
    write("rnn-general", cell="rnn", attention=dict(kind="general", input_feeding=False))
    write("gru-dot", cell="gru", encoder_hidden_size=6, attention=dict(kind="dot", input_feeding=True))
    write("gru-additive", cell="gru", attention=dict(kind="additive", size=9, input_feeding=False))
    write("lstm-general", cell="lstm", readout_size=11, attention=dict(kind="general", input_feeding=True), **apart)
    write("lstm-additive", cell="lstm", layers=1, attention=dict(kind="additive", size=10, input_feeding=False))


def write(name, **changes):
    config = dict(
        model_type="dragoman-recurrent", layers=2, bidirectional=True, embedding_size=10, encoder_hidden_size=8,
        decoder_hidden_size=12, bridge="linear", attention=dict(kind="none", input_feeding=False), readout_size=10,
        vocab_size=VOCABULARY, share_encoder_decoder_embeddings=True, tie_word_embeddings=True,
        pad_token_id=VOCABULARY - 1, eos_token_id=0, decoder_start_token_id=VOCABULARY - 1) | changes
    make(f"recurrent-{name}", Recurrent, config, tensors_of)


def tensors_of(model, source, trace):
    outputs, first = model.encode(torch.tensor(source))
    named = dict(encoder=outputs, initial_hidden=first[0],
                 hidden=torch.stack([state[0][0] for _, _, state in trace]))
    return named | (dict(initial_cell=first[1]) if len(first) == 2 else {})


class Recurrent(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config, self.kind = config, config["attention"]["kind"]
        width, hidden, layers = config["embedding_size"], config["decoder_hidden_size"], config["layers"]
        keys = config["encoder_hidden_size"] * (2 if config["bidirectional"] else 1)
        context = 0 if self.kind == "none" else keys
        self.readout_size = config["readout_size"] or hidden
        self.feeding = config["attention"]["input_feeding"]
        fed = keys if self.kind == "additive" else self.readout_size if self.feeding else 0
        cell, target_size = CELLS[config["cell"]], config.get("decoder_vocab_size", config["vocab_size"])
        self.encoder, self.decoder = nn.Module(), nn.Module()
        if config["share_encoder_decoder_embeddings"]:
            self.shared = nn.Embedding(config["vocab_size"], width)
        else:
            self.encoder.embedding = nn.Embedding(config["vocab_size"], width)
            self.decoder.embedding = nn.Embedding(target_size, width)
        self.encoder.rnn = cell(width, config["encoder_hidden_size"], layers, bidirectional=config["bidirectional"])
        self.decoder.rnn = cell(width + fed, hidden, layers)
        if config["bridge"] == "linear":
            self.bridge = nn.Module()
            for part in ("hidden", "cell") if config["cell"] == "lstm" else ("hidden",):
                setattr(self.bridge, part, nn.ModuleList(nn.Linear(keys, hidden) for _ in range(layers)))
        self.make_attention(keys, hidden)
        if config["readout_size"]:
            self.readout = nn.Linear(hidden + context, config["readout_size"])
        self.output = nn.Module()
        if not config["tie_word_embeddings"]:
            self.output.weight = nn.Parameter(torch.empty(target_size, self.readout_size))
        self.output.bias = nn.Parameter(torch.empty(target_size))

    def make_attention(self, keys, hidden):
        self.attention = nn.Module()
        if self.kind == "general":
            self.attention.key = nn.Linear(keys, hidden, bias=False)
        if self.kind == "additive":
            size = self.config["attention"]["size"]
            self.attention.query = nn.Linear(hidden, size, bias=False)
            self.attention.key = nn.Linear(keys, size)
            self.attention.score = nn.Linear(size, 1, bias=False)

    def table(self, side):
        return self.shared if self.config["share_encoder_decoder_embeddings"] else getattr(self, side).embedding

    def encode(self, source):
        """source (S,). Returns the outputs (S, K) and the decoder's first state, (h,) or (h, c), each (L, H)."""
        outputs, final = self.encoder.rnn(self.table("encoder")(source))
        final = final if isinstance(final, tuple) else (final,)
        ways = 2 if self.config["bidirectional"] else 1
        final = [state.unflatten(0, (-1, ways)).flatten(1) for state in final]  # (L, K): forwards, then backwards
        if self.config["bridge"] == "none":
            return outputs, tuple(final)
        first = torch.stack([layer(x) for layer, x in zip(self.bridge.hidden, final[0])]).tanh()
        if len(final) == 1:
            return outputs, (first,)
        return outputs, (first, torch.stack([layer(x) for layer, x in zip(self.bridge.cell, final[1])]))

    def start(self, memory):
        return memory[1], memory[0].new_zeros(self.readout_size)

    def step(self, token, state, memory):
        (outputs, _), (hidden, fed) = memory, state
        parts, weights = [self.table("decoder").weight[token]], None
        if self.kind == "additive":
            weights, context = self.look(hidden[0][-1], outputs)
            parts.append(context)
        elif self.feeding:
            parts.append(fed)
        single = len(hidden) == 1
        top, new = self.decoder.rnn(torch.cat(parts)[None], hidden[0] if single else hidden)
        new = (new,) if single else new
        if self.kind in ("dot", "general"):
            weights, context = self.look(top[0], outputs)
        read = top[0] if weights is None else torch.cat([top[0], context])
        if self.config["readout_size"]:
            read = torch.tanh(self.readout(read))
        table = self.table("decoder").weight if self.config["tie_word_embeddings"] else self.output.weight
        attention = None if weights is None else weights[None]  # (1, S)
        return table @ read + self.output.bias, attention, (new, read)

    def look(self, query, outputs):
        """query (H,), outputs (S, K). Returns the weights (S,) and the context (K,)."""
        if self.kind == "additive":
            scores = self.attention.score(torch.tanh(self.attention.query(query) + self.attention.key(outputs)))[:, 0]
        else:
            scores = (outputs if self.kind == "dot" else self.attention.key(outputs)) @ query
        weights = scores.softmax(dim=0)
        return weights, weights @ outputs


if __name__ == "__main__":
    main()
