"""Convolutional sequence-to-sequence (Gehring et al. 2017): gated linear units, residual connections, learned position
embeddings, attention in every decoder layer. No weight normalisation: Muon keeps the weights in bounds.
Shapes: B rows, S source, T target positions, E embedding, C channels, W kernel width."""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import glu, linear, pad

from dropout import dropout

HALF = math.sqrt(0.5)  # keeps the variance of a sum of two


@dataclass
class Memory:
    keys: torch.Tensor  # (B, S, E)
    values: torch.Tensor  # (B, S, E)
    mask: torch.Tensor  # (B, S)

    def repeated(self, times):
        return Memory(*(x.repeat_interleave(times, dim=0) for x in (self.keys, self.values, self.mask)))


def convolve(convolution, x, left, right):
    """x (B, T, C) → (B, T, 2 C): nn.Conv1d as a product with the W neighbours side by side, much faster to train."""
    length, width = x.shape[1], convolution.kernel_size[0]
    wide = pad(x, (0, 0, left, right))
    neighbours = torch.cat([wide[:, k:k + length] for k in range(width)], dim=2)  # (B, T, W C)
    weight = convolution.weight.permute(0, 2, 1).flatten(1)  # (2 C, W C)
    return linear(neighbours, weight, convolution.bias)


class Side(nn.Module):
    """What encoder and decoder have alike."""

    def __init__(self, config, layers):
        super().__init__()
        width, channels = config["embedding_size"], config["channels"]
        self.position = nn.Embedding(config["max_position_embeddings"], width)
        self.project_in = nn.Linear(width, channels)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(channels, 2 * channels, config["kernel_size"]) for _ in range(layers))
        self.project_out = nn.Linear(channels, width)
        nn.init.normal_(self.position.weight, std=0.1)
        for layer in self.convolutions:
            nn.init.normal_(layer.weight, std=math.sqrt(3.0 / (config["kernel_size"] * channels)))
            nn.init.zeros_(layer.bias)


class DecoderAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.query = nn.Linear(config["channels"], config["embedding_size"])
        self.out = nn.Linear(config["embedding_size"], config["channels"])

    def forward(self, x, embedded, memory):
        """x (B, T, C), embedded (B, T, E). Returns (B, T, C) and the weights (B, T, S)."""
        query = (self.query(x) + embedded) * HALF
        scores = torch.bmm(query.float(), memory.keys.float().mT).masked_fill(~memory.mask[:, None], -torch.inf)
        weights = scores.softmax(dim=2)
        length = memory.mask.sum(dim=1)[:, None, None].float()
        context = torch.bmm(weights, memory.values.float()) * length.sqrt()  # the mean of S values has 1/S the variance
        return (self.out(context) + x) * HALF, weights


class ConvolutionalModel(nn.Module):
    def __init__(self, config, dropout=0.0):
        super().__init__()
        self.config, self.dropout, self.pad = config, dropout, config["pad_token_id"]
        self.shared = nn.Embedding(config["vocab_size"], config["embedding_size"])
        self.encoder = Side(config, config["encoder_layers"])
        self.decoder = Side(config, config["decoder_layers"])
        self.decoder.attention = nn.ModuleList(DecoderAttention(config) for _ in range(config["decoder_layers"]))
        self.output = nn.ParameterDict(dict(bias=torch.zeros(config["vocab_size"])))
        nn.init.normal_(self.shared.weight, std=0.1)
        with torch.no_grad():
            self.shared.weight[self.pad] = 0

    def dropped(self, x):
        return dropout(x, self.dropout, self.training)

    def embed(self, side, tokens):
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        return self.dropped(self.shared(tokens) + side.position(positions))

    def encode(self, source):
        """source (B, S)"""
        mask = source != self.pad
        real = mask[:, :, None]
        embedded = self.embed(self.encoder, source)
        x = self.encoder.project_in(embedded) * real
        width = self.config["kernel_size"]
        for convolution in self.encoder.convolutions:
            y = glu(convolve(convolution, self.dropped(x), width // 2, width // 2), dim=2)
            x = (y + x) * HALF * real
        keys = self.encoder.project_out(x)
        return Memory(keys, (keys + embedded) * HALF, mask)

    def decode(self, memory, tokens):
        """tokens (B, T), the first of them the start. Returns (B, T, E) and attention (B, layers, T, S)."""
        embedded = self.embed(self.decoder, tokens)
        x, attentions = self.decoder.project_in(embedded), []
        for convolution, attention in zip(self.decoder.convolutions, self.decoder.attention):
            y = glu(convolve(convolution, self.dropped(x), self.config["kernel_size"] - 1, 0), dim=2)
            y, weights = attention(y, embedded, memory)
            x = (y + x) * HALF
            attentions.append(weights)
        return self.dropped(self.decoder.project_out(x)), torch.stack(attentions, dim=1)

    def output_weights(self):
        return self.shared.weight, self.output["bias"]
