"""Marian Transformers of `transformers`, with the interface of the other families."""

from dataclasses import dataclass

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, MarianConfig, MarianMTModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from dropout import dropout

ATTENTION = "attention_in_float32"


def attention_in_float32(module, query, key, value, mask, **options):
    """The rest runs in bfloat16, where the processor has the instructions; attention's backward pass is slow there."""
    with torch.autocast("cpu", enabled=False):
        return sdpa_attention_forward(module, query.float(), key.float(), value.float(), mask, **options)


nn.functional.dropout = dropout  # `transformers` calls it by this name
AttentionInterface.register(ATTENTION, attention_in_float32)
AttentionMaskInterface.register(ATTENTION, sdpa_mask)


@dataclass
class Memory:
    outputs: torch.Tensor  # (B, S, D)
    mask: torch.Tensor  # (B, S)

    def repeated(self, times):
        return Memory(self.outputs.repeat_interleave(times, dim=0), self.mask.repeat_interleave(times, dim=0))


class Transformer(nn.Module):
    def __init__(self, config, dropout=0.0):
        super().__init__()
        self.marian = MarianMTModel(MarianConfig(
            attn_implementation=ATTENTION, dropout=dropout, init_std=0.02, bos_token_id=None,
            scale_embedding=True, forced_eos_token_id=config["eos_token_id"], **config))
        self.shared = self.marian.model.shared
        self.pad = config["pad_token_id"]
        with torch.no_grad():
            self.shared.weight[self.pad] = 0

    def encode(self, source):
        """source (B, S)"""
        mask = source != self.pad
        return Memory(self.marian.model.encoder(source, attention_mask=mask.long()).last_hidden_state, mask)

    def decode(self, memory, tokens):
        """tokens (B, T), the first of them the start. Returns states (B, T, D); attention is not asked for here."""
        return self.marian.model.decoder(
            input_ids=tokens, encoder_hidden_states=memory.outputs, encoder_attention_mask=memory.mask.long(),
            use_cache=False).last_hidden_state, None

    def output_weights(self):
        return self.shared.weight, self.marian.final_logits_bias[0]
