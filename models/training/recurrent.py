"""Recurrent encoder-decoders: plain (tanh), GRU and LSTM cells, without attention, with additive attention (Bahdanau et
al. 2015) or with multiplicative (Luong et al. 2015). The weights carry the names and the gate order of `nn.RNN`,
`nn.GRU` and `nn.LSTM`. Shapes: B rows, S source, T target positions, E embedding, H hidden, K encoder's output."""

from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn.functional import linear

from dropout import dropout

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
CLASSES = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


def weights(rnn, layer, suffix=""):
    return [getattr(rnn, f"{name}_l{layer}{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]


def advance(cell, inputs, state, weight_hh, bias_hh):
    """One step. inputs (B, gates H) is W_ih x + b_ih; state is (h,) or, of an LSTM, (h, c), each (B, H)."""
    hidden = linear(state[0], weight_hh, bias_hh).float()
    if cell == "rnn":
        return (torch.tanh(inputs + hidden),)
    if cell == "lstm":
        i, f, g, o = (inputs + hidden).chunk(4, dim=1)
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return (torch.sigmoid(o) * torch.tanh(c), c)
    (ir, iz, i), (hr, hz, h) = inputs.chunk(3, dim=1), hidden.chunk(3, dim=1)
    r, z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
    n = torch.tanh(i + r * h)
    return (n + z * (state[0] - n),)


def run(cell, x, mask, rnn, layer, suffix=""):
    """A whole direction. x (B, S, in), mask (B, S) true where real. Returns ((B, S, H), last real state)."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights(rnn, layer, suffix)
    inputs = linear(x, weight_ih, bias_ih).float().unbind(dim=1)
    zeros = x.new_zeros(x.shape[0], weight_hh.shape[1], dtype=torch.float32)
    state = (zeros, zeros) if cell == "lstm" else (zeros,)
    steps = range(len(inputs))
    outputs = [None] * len(inputs)
    for t in reversed(steps) if suffix else steps:
        real = mask[:, t, None]
        new = advance(cell, inputs[t], state, weight_hh, bias_hh)
        state = tuple(torch.where(real, a, b) for a, b in zip(new, state))
        outputs[t] = state[0]
    return torch.stack(outputs, dim=1) * mask[:, :, None], state


def narrowed(x):
    """x in the type that products run in: here once, not again at every step."""
    return x.to(torch.get_autocast_dtype("cpu")) if torch.is_autocast_enabled("cpu") else x


@dataclass
class Memory:
    """What the decoder takes from the encoder."""
    outputs: torch.Tensor  # (B, S, K), zero where padded
    mask: torch.Tensor  # (B, S)
    states: list  # a decoder layer: (h,) or (h, c), each (B, H)

    def repeated(self, times):
        """Each row `times` times, for a beam."""
        def repeat(x):
            return x.repeat_interleave(times, dim=0)
        return Memory(repeat(self.outputs), repeat(self.mask), [tuple(map(repeat, s)) for s in self.states])


class RecurrentModel(nn.Module):
    def __init__(self, config, dropout=0.0):
        super().__init__()
        self.config, self.dropout = config, dropout
        self.cell = config["cell"]
        self.gates = GATES[self.cell]
        self.pad = config["pad_token_id"]
        self.attention_kind = config["attention"]["kind"]
        self.feeding = config["attention"]["input_feeding"]
        width, hidden = config["embedding_size"], config["decoder_hidden_size"]
        directions = 2 if config["bidirectional"] else 1
        keys = config["encoder_hidden_size"] * directions
        context = 0 if self.attention_kind == "none" else keys
        fed = context if self.attention_kind == "additive" else config["readout_size"] if self.feeding else 0
        make = CLASSES[self.cell]
        self.shared = nn.Embedding(config["vocab_size"], width)
        self.encoder = nn.ModuleDict(dict(rnn=make(
            width, config["encoder_hidden_size"], config["layers"], bidirectional=directions == 2)))
        self.decoder = nn.ModuleDict(dict(rnn=make(width + fed, hidden, config["layers"])))
        names = ["hidden", "cell"] if self.cell == "lstm" else ["hidden"]
        self.bridge = nn.ModuleDict({name: nn.ModuleList(
            nn.Linear(keys, hidden) for _ in range(config["layers"])) for name in names})
        self.attention = self.make_attention(keys, hidden, config["attention"].get("size"))
        self.readout = nn.Linear(hidden + context, config["readout_size"])
        self.output = nn.ParameterDict(dict(bias=torch.zeros(config["vocab_size"])))
        self.initialise()

    def make_attention(self, keys, hidden, size):
        if self.attention_kind == "general":
            return nn.ModuleDict(dict(key=nn.Linear(keys, hidden, bias=False)))
        if self.attention_kind == "additive":
            return nn.ModuleDict(dict(query=nn.Linear(hidden, size, bias=False), key=nn.Linear(keys, size),
                                      score=nn.Linear(size, 1, bias=False)))
        return nn.ModuleDict()

    @torch.no_grad()
    def initialise(self):
        nn.init.normal_(self.shared.weight, std=0.1)
        self.shared.weight[self.pad] = 0
        for rnn in (self.encoder["rnn"], self.decoder["rnn"]):
            for name, value in rnn.named_parameters():
                if "weight_hh" in name:
                    for gate in value.chunk(self.gates):
                        nn.init.orthogonal_(gate)
                elif "weight_ih" in name:
                    for gate in value.chunk(self.gates):
                        nn.init.xavier_uniform_(gate)
                else:
                    value.zero_()
                if self.cell == "lstm" and "bias_ih" in name:
                    value.chunk(4)[1].fill_(1)  # remember at first (Gers et al. 2000)

    def dropped(self, x):
        return dropout(x, self.dropout, self.training)

    def embed(self, tokens):
        return self.dropped(self.shared(tokens))

    def encode(self, source):
        """source (B, S)"""
        mask = source != self.pad
        x, finals = self.embed(source), []
        rnn = self.encoder["rnn"]
        suffixes = ["", "_reverse"] if self.config["bidirectional"] else [""]
        for layer in range(self.config["layers"]):
            if layer > 0:
                x = self.dropped(x)
            ways = [run(self.cell, x, mask, rnn, layer, suffix) for suffix in suffixes]
            x = torch.cat([outputs for outputs, _ in ways], dim=2)
            finals.append(tuple(torch.cat(parts, dim=1) for parts in zip(*(state for _, state in ways))))
        return Memory(self.dropped(x), mask, self.initial(finals))

    def initial(self, finals):
        """The decoder's first states from the encoder's last, layer by layer: here is the bottleneck."""
        states = []
        for layer, final in enumerate(finals):
            h = torch.tanh(self.bridge["hidden"][layer](self.dropped(final[0])).float())
            rest = tuple(self.bridge["cell"][layer](self.dropped(c)).float() for c in final[1:])
            states.append((h, *rest))
        return states

    def attend(self, keys, memory, query):
        """keys (B, S, A), query (B, H). Returns the weights (B, S) and the context (B, K)."""
        if self.attention_kind == "additive":
            mixed = torch.tanh(keys + self.attention["query"](query)[:, None])
            scores = self.attention["score"](mixed)[:, :, 0]
        else:
            scores = torch.bmm(keys, query[:, :, None].to(keys.dtype))[:, :, 0]
        probabilities = scores.float().masked_fill(~memory.mask, -torch.inf).softmax(dim=1)
        return probabilities, torch.bmm(probabilities[:, None].to(keys.dtype), memory.outputs)[:, 0]

    def decode(self, memory, tokens):
        """tokens (B, T), the first of them the start. Returns readouts (B, T, R) and attention (B, T, S) or None."""
        embedded = self.embed(tokens)
        rnn, width = self.decoder["rnn"], embedded.shape[2]
        first = weights(rnn, 0)
        inputs = linear(embedded, first[0][:, :width], first[2]).float().unbind(dim=1)  # T times (B, gates H)
        fed_weight = narrowed(first[0][:, width:])
        memory = replace(memory, outputs=narrowed(memory.outputs))
        keys = self.attention["key"](memory.outputs) if "key" in self.attention else memory.outputs
        states, readouts, attentions = list(memory.states), [], []
        fed = inputs[0].new_zeros(tokens.shape[0], fed_weight.shape[1])
        for t in range(tokens.shape[1]):
            context = None
            if self.attention_kind == "additive":
                probabilities, context = self.attend(keys, memory, states[-1][0])
                fed = context
            x = inputs[t] + linear(fed, fed_weight).float() if fed_weight.shape[1] else inputs[t]
            top = self.advance_layers(x, states)
            if self.attention_kind in ("dot", "general"):
                probabilities, context = self.attend(keys, memory, top)
            parts = [top] if context is None else [top, context.float()]
            readout = torch.tanh(self.readout(self.dropped(torch.cat(parts, dim=1))).float())
            if self.feeding:
                fed = readout
            readouts.append(readout)
            if context is not None:
                attentions.append(probabilities)
        return self.dropped(torch.stack(readouts, dim=1)), torch.stack(attentions, dim=1) if attentions else None

    def advance_layers(self, x, states):
        """x (B, gates H) is the first layer's W_ih x + b_ih. Returns the last layer's h (B, H)."""
        rnn = self.decoder["rnn"]
        for layer in range(len(states)):
            weight_ih, weight_hh, bias_ih, bias_hh = weights(rnn, layer)
            if layer > 0:
                x = linear(self.dropped(states[layer - 1][0]), weight_ih, bias_ih).float()
            states[layer] = advance(self.cell, x, states[layer], weight_hh, bias_hh)
        return states[-1][0]

    def output_weights(self):
        return self.shared.weight, self.output["bias"]
