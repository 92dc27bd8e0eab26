"""The seven models of the zoo: their shapes and how each is trained. All read one vocabulary, and their table of
embeddings, of the same width in all, serves source, target and output."""

from dataclasses import dataclass

from convolutional import ConvolutionalModel
from recurrent import RecurrentModel
from transformer import Transformer

VOCABULARY = 6000
WIDTH = 128
EOS, PAD = 0, VOCABULARY - 1
COMMON = dict(vocab_size=VOCABULARY, eos_token_id=EOS, pad_token_id=PAD, decoder_start_token_id=PAD)
TIED = dict(share_encoder_decoder_embeddings=True, tie_word_embeddings=True)
NO_ATTENTION = dict(kind="none", input_feeding=False)


@dataclass
class Family:
    title: str
    shape: str  # prose for the card
    make: type
    config: dict
    epochs: int
    dropout: float = 0.2
    matrix_rate: float = 5e-3
    other_rate: float = 1e-2
    limits: str = ""


def recurrent(cell, attention=NO_ATTENTION):
    return COMMON | TIED | dict(
        model_type="dragoman-recurrent", cell=cell, embedding_size=WIDTH, layers=1,
        encoder_hidden_size=256, decoder_hidden_size=256, bidirectional=True, bridge="linear",
        attention=attention, readout_size=WIDTH)


CONVOLUTIONAL = COMMON | TIED | dict(
    model_type="dragoman-convolutional", embedding_size=WIDTH, channels=192, encoder_layers=4, decoder_layers=4,
    kernel_size=3, max_position_embeddings=256)

TRANSFORMER = COMMON | dict(
    d_model=WIDTH, encoder_layers=4, decoder_layers=4, encoder_attention_heads=4, decoder_attention_heads=4,
    encoder_ffn_dim=256, decoder_ffn_dim=256, activation_function="relu", max_position_embeddings=512)

LUONG = dict(kind="general", input_feeding=True)
BAHDANAU = dict(kind="additive", size=256, input_feeding=False)

ENCODER = "A bidirectional encoder of one layer, 256 units a direction, and a decoder of one layer of 256"
BOTTLENECK = "Nothing but the encoder's last state reaches the decoder."
FORGETS = "Everything the decoder knows of the sentence came through its first state, and it shows in long sentences."

FAMILIES = {
    "en-de-rnn": Family(
        "plain RNN without attention", f"{ENCODER}, with plain tanh cells. {BOTTLENECK}", RecurrentModel,
        recurrent("rnn"), 10, dropout=0.15, matrix_rate=2e-3, limits=FORGETS),
    "en-de-gru": Family(
        "GRU without attention", f"{ENCODER}. {BOTTLENECK}", RecurrentModel, recurrent("gru"), 10, dropout=0.15,
        limits=FORGETS),
    "en-de-lstm": Family(
        "LSTM without attention", f"{ENCODER}. {BOTTLENECK}", RecurrentModel, recurrent("lstm"), 10, dropout=0.15,
        limits=FORGETS),
    "en-de-lstm-bahdanau": Family(
        "LSTM with Bahdanau's attention", f"{ENCODER}, with additive attention before each step.",
        RecurrentModel, recurrent("lstm", BAHDANAU), 12),
    "en-de-lstm-luong": Family(
        "LSTM with Luong's attention", f"{ENCODER}, with multiplicative attention (general) and input feeding.",
        RecurrentModel, recurrent("lstm", LUONG), 12),
    "en-de-convs2s": Family(
        "convolutional sequence-to-sequence", "4 encoder and 4 decoder layers of 192 channels, kernels 3 wide, gated "
        "linear units, attention in every decoder layer (Gehring et al. 2017).", ConvolutionalModel, CONVOLUTIONAL, 12,
        dropout=0.15, matrix_rate=3e-3, other_rate=5e-3,
        limits="It has learned the positions of sentences up to some 50 tokens."),
    "en-de-transformer": Family(
        "Transformer", "4 encoder and 4 decoder layers, d 128, feed-forward 256, 4 heads, ReLU, post-norm, sinusoidal "
        "positions, in the Hugging Face Marian layout.", Transformer, TRANSFORMER, 18, dropout=0.15, matrix_rate=4e-3,
        other_rate=5e-3),
}
