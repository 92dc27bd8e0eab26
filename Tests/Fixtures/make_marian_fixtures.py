"""Writes tiny Marian checkpoints with hardly trained weights, and what `transformers` computes with them.

    python make_marian_fixtures.py          (torch, transformers, safetensors, sentencepiece)

Each folder holds a checkpoint as it would be published, `expected.json` (ids, scores, texts) and
`expected.safetensors` (states, logits, attention; one tensor a sentence, without padding):

    encoder.N (S, D)   logits.N (T, V) for the forced target   encoder_attention.N (L, H, S, S)
    decoder_attention.N (L, H, T, T)   cross_attention.N (L, H, T, S)

`transformers`' Marian is always post-norm. Where a checkpoint is pre-norm its layers are replaced by MBart's, which
differ in just that; the norms behind embeddings and last layer are attached where MBart has them.

The row of the pad token is not zero in any of them, though it is in most published checkpoints.

Seeds are tried in order until the searches are worth testing: hypotheses of different lengths, some of them cut at the
greatest length, and the same in float64, so that no decision hangs on rounding.
"""

import copy
import json
import math
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer
from transformers.models.mbart.modeling_mbart import MBartDecoderLayer, MBartEncoderLayer

HERE = Path(__file__).parent
MAX_NEW_TOKENS = 10
TOKENS = 30
BEAM = 4

ENGLISH = """A dog runs in the snow. A man is playing a guitar. Two children play in the park. The woman reads a book.
A cat sleeps on the chair. The boy eats an apple. They are walking to the old town. She sees a red car on the street.
Where is the dog? The man and the woman are in the house. A girl jumps over the water."""
FRENCH = """Un chien court dans la neige. Un homme joue de la guitare. Deux enfants jouent dans le parc. La femme lit un
livre. Un chat dort sur la chaise. Le garçon mange une pomme. Ils marchent vers la vieille ville. Elle voit une voiture
rouge dans la rue. Où est le chien ? L'homme et la femme sont dans la maison. Une fille saute par-dessus l'eau."""
TEXTS = ["A dog runs in the snow.", "The woman reads.", "The cat eats a red apple in the garden.", "Tea?"]

BASE = dict(
    d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
    encoder_ffn_dim=48, decoder_ffn_dim=48, activation_function="swish", max_position_embeddings=64,
    scale_embedding=True, vocab_size=120, decoder_vocab_size=120, pad_token_id=119, decoder_start_token_id=119,
    eos_token_id=0, forced_eos_token_id=None, attn_implementation="eager",
    normalize_before=False, normalize_embedding=False, add_final_layer_norm=False, static_position_embeddings=True,
    share_encoder_decoder_embeddings=True, tie_word_embeddings=True)
GENERATION = dict(
    max_length=MAX_NEW_TOKENS + 1, num_beams=BEAM, eos_token_id=0, forced_eos_token_id=0, pad_token_id=119,
    decoder_start_token_id=119, bad_words_ids=[[119]])


def main():
    torch.set_num_threads(1)
    make("marian-base", {}, dict(renormalize_logits=True, max_length=25), tokenizer=True)
    make("marian-prenorm-gelu", dict(activation_function="gelu", normalize_before=True, add_final_layer_norm=True),
         dict(length_penalty=0.6), dtype=torch.float16)
    make("marian-untied", dict(
        activation_function="relu", share_encoder_decoder_embeddings=False, tie_word_embeddings=False,
        decoder_vocab_size=96, pad_token_id=90, decoder_start_token_id=7, encoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=8, encoder_ffn_dim=80, decoder_ffn_dim=40),
         dict(early_stopping=True, pad_token_id=90, decoder_start_token_id=7, bad_words_ids=[[90]]), shards=2)
    make("marian-learned-positions", dict(
        d_model=40, activation_function="gelu_new", static_position_embeddings=False, scale_embedding=False,
        normalize_embedding=True), dict(forced_eos_token_id=None, max_length=9), dtype=torch.bfloat16)


def make(name, changes, generation, dtype=torch.float32, shards=1, tokenizer=False):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    settings = BASE | changes
    options = GENERATION | generation
    texts = None
    if tokenizer:
        size = write_tokenizer(folder)
        pad = size - 1
        ids = dict(pad_token_id=pad, decoder_start_token_id=pad)
        settings |= dict(vocab_size=size, decoder_vocab_size=size) | ids
        options |= ids | dict(bad_words_ids=[[pad]])
        texts = MarianTokenizer.from_pretrained(folder)
    config = MarianConfig(**settings)
    sources = [texts(text)["input_ids"] for text in TEXTS] if texts else random_sources(config)
    model, seed = next(filter(None, (attempt(config, options, dtype, sources, seed, texts) for seed in range(100))))
    expected, tensors = expectations(model, options, sources)
    expected["seed"] = seed
    if texts:
        decode = lambda rows: [texts.decode(row, skip_special_tokens=True) for row in rows]
        expected["texts"] = dict(
            source=TEXTS, greedy=decode(expected["greedy"]), beam=decode([h[0] for h in expected["beam"]]))
    write(folder, model, settings, options, dtype, shards)
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
    save_file(tensors, folder / "expected.safetensors")
    print(name, "seed", seed, "greedy lengths", [len(row) for row in expected["greedy"]],
          "beam lengths", [[len(h) for h in row] for row in expected["beam"]])


def write_tokenizer(folder):
    """Two SentencePiece models and the vocabulary that joins them; returns the vocabulary's size."""
    pieces = []
    for file, text in (("source", ENGLISH), ("target", FRENCH)):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences(text)), vocab_size=64,
            model_prefix=str(folder / file), model_type="unigram", normalization_rule_name="identity", num_threads=1,
            minloglevel=2)
        (folder / f"{file}.vocab").unlink()
        (folder / f"{file}.model").rename(folder / f"{file}.spm")
        processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{file}.spm"))
        pieces += [processor.id_to_piece(i) for i in range(3, processor.get_piece_size())]
    vocabulary = ["</s>", "<unk>", *dict.fromkeys(pieces), "<pad>"]
    (folder / "vocab.json").write_text(
        json.dumps({piece: i for i, piece in enumerate(vocabulary)}, ensure_ascii=False, indent=0) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="MarianTokenizer", source_lang="en", target_lang="fr", model_max_length=64,
        separate_vocabs=False), indent=2) + "\n")
    return len(vocabulary)


def random_sources(config):
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(2, 2 + TOKENS, (length,), generator=generator).tolist() + [0] for length in (6, 2, 11, 4)]


def attempt(config, options, dtype, sources, seed, tokenizer):
    """The model of a seed, or None where its searches would make a poor test."""
    model = build(config, dtype, seed, tokenizer)
    greedy, beam = search(model, options, sources)
    lengths = [len(row) for row in greedy]
    varied = len(set(lengths)) >= 3 and max(lengths) == options["max_length"] - 1 and min(lengths) > 1
    different = sum(hypotheses[0] != row for hypotheses, row in zip(beam["ids"], greedy)) >= 1
    distinct = all(len(set(row)) * 5 > len(row) for row in greedy)
    if not (varied and different and distinct):
        return None
    exact_greedy, exact_beam = search(copy.deepcopy(model).double(), options, sources)
    same = exact_greedy == greedy and exact_beam["ids"] == beam["ids"]
    gaps = [a - b for row in beam["scores"] for a, b in zip(row, row[1:])]
    return (model, seed) if same and min(gaps) > 2e-4 else None


def build(config, dtype, seed, tokenizer=None):
    torch.manual_seed(seed)
    model = MarianMTModel(config).eval()
    for name in ("encoder", "decoder"):
        dress(getattr(model.model, name), config, MBartEncoderLayer if name == "encoder" else MBartDecoderLayer)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            randomise(name, tensor, config)
    train(model, english_and_french(tokenizer) if tokenizer else made_up_language())
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if keep(name, config):
                tensor.copy_(tensor.to(dtype).float())
    return model.eval()


def train(model, batches):
    """A little, as random weights alone repeat one token."""
    config = model.config
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=5e-3)
    for sources, targets in batches:
        ids, mask = padded(sources, config.pad_token_id)
        inputs, _ = padded([[config.decoder_start_token_id] + row[:-1] for row in targets], config.pad_token_id)
        labels, _ = padded(targets, -100)
        logits = model(input_ids=ids, attention_mask=mask, decoder_input_ids=inputs).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def made_up_language():
    """Batches where each token is replaced by another one, every fifth said twice and every seventh left out."""
    generator = torch.Generator().manual_seed(2)
    other = torch.randperm(TOKENS, generator=generator).tolist()
    for _ in range(1000):
        lengths = torch.randint(1, 9, (24,), generator=generator).tolist()
        sources = [torch.randint(2, 2 + TOKENS, (n,), generator=generator).tolist() for n in lengths]
        yield [source + [0] for source in sources], [
            [2 + other[x - 2] for x in source if x % 7 for _ in range(1 + (x % 5 == 0))] + [0] for source in sources]


def sentences(text):
    return text.replace("\n", " ").replace("? ", "?\n").replace(". ", ".\n").split("\n")


def english_and_french(tokenizer):
    """The same few sentences again and again."""
    pairs = tokenizer(sentences(ENGLISH), text_target=sentences(FRENCH))
    for _ in range(250):
        yield pairs["input_ids"], pairs["labels"]


def dress(stack, config, layer_class):
    """Gives one half of the model its layers and outer norms, as the configuration says."""
    if config.normalize_before:
        for index, old in enumerate(stack.layers):
            layer = layer_class(config, index) if layer_class is MBartDecoderLayer else layer_class(config)
            layer.self_attn = old.self_attn  # the same class but for its name, by which attention is recorded
            if hasattr(old, "encoder_attn"):
                layer.encoder_attn = old.encoder_attn
            stack.layers[index] = layer.eval()
    if config.normalize_embedding:
        stack.layernorm_embedding = torch.nn.LayerNorm(config.d_model)
        stack.layers[0].register_forward_pre_hook(NormFirst(stack.layernorm_embedding))
    if config.add_final_layer_norm:
        stack.layer_norm = torch.nn.LayerNorm(config.d_model)
        stack.layers[-1].register_forward_hook(NormLast(stack.layer_norm))


class NormFirst:
    def __init__(self, norm):
        self.norm = norm

    def __call__(self, layer, arguments):
        return (self.norm(arguments[0]), *arguments[1:])


class NormLast:
    def __init__(self, norm):
        self.norm = norm

    def __call__(self, layer, arguments, output):
        return self.norm(output)


def randomise(name, tensor, config):
    if "embed_positions" in name:
        if not config.static_position_embeddings:
            tensor.normal_(0, 0.5)
    elif "norm" in name:
        tensor.normal_(1 if name.endswith("weight") else 0, 0.2)
    elif name == "final_logits_bias":
        tensor.normal_(0, 0.5)
    elif "embed" in name or "shared" in name or "lm_head" in name:
        tensor.normal_(0, 0.3 if config.scale_embedding else 0.6)
    elif name.endswith("bias"):
        tensor.normal_(0, 0.2)
    else:
        tensor.normal_(0, 1.6 / math.sqrt(tensor.shape[-1]))


def padded(rows, pad):
    longest = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask


def search(model, options, sources):
    ids, mask = padded(sources, model.config.pad_token_id)
    common = dict(input_ids=ids, attention_mask=mask, return_dict_in_generate=True, output_scores=True)
    with torch.no_grad():
        greedy = model.generate(**common, generation_config=GenerationConfig(**(options | dict(num_beams=1))))
        beam = model.generate(**common, generation_config=GenerationConfig(**options, num_return_sequences=BEAM))
    cut = lambda rows: [until_end(row[1:], options) for row in rows.tolist()]
    hypotheses, scores = cut(beam.sequences), beam.sequences_scores.tolist()
    groups = range(0, len(hypotheses), BEAM)
    return cut(greedy.sequences), dict(
        ids=[hypotheses[i:i + BEAM] for i in groups], scores=[scores[i:i + BEAM] for i in groups])


def until_end(row, options):
    """Without what follows the end of sentence; padding is no word here, as it is forbidden."""
    row = [token for token in row if token != options["pad_token_id"]]
    return row[:row.index(0) + 1] if 0 in row else row


def expectations(model, options, sources):
    greedy, beam = search(model, options, sources)
    targets = [row[::-1][1:][:length] + [0] for row, length in zip(greedy, (7, 3, 9, 5))]
    ids, mask = padded(sources, model.config.pad_token_id)
    decoder_ids, _ = padded(
        [[model.config.decoder_start_token_id] + row[:-1] for row in targets], model.config.pad_token_id)
    with torch.no_grad():
        out = model(input_ids=ids, attention_mask=mask, decoder_input_ids=decoder_ids, output_attentions=True)
    tensors = {}
    for n, (source, target) in enumerate(zip(sources, targets)):
        s, t = len(source), len(target)
        stack = lambda layers, rows, columns: torch.stack([layer[n, :, :rows, :columns] for layer in layers])
        tensors[f"encoder.{n}"] = out.encoder_last_hidden_state[n, :s]
        tensors[f"logits.{n}"] = out.logits[n, :t]
        tensors[f"encoder_attention.{n}"] = stack(out.encoder_attentions, s, s)
        tensors[f"decoder_attention.{n}"] = stack(out.decoder_attentions, t, t)
        tensors[f"cross_attention.{n}"] = stack(out.cross_attentions, t, s)
    expected = dict(
        sources=sources, targets=targets, greedy=greedy, beam=beam["ids"], beamScores=beam["scores"])
    return expected, {name: tensor.float().contiguous() for name, tensor in tensors.items()}


def write(folder, model, settings, options, dtype, shards):
    config = {key: value for key, value in settings.items() if key != "attn_implementation"}
    (folder / "config.json").write_text(json.dumps(
        dict(model_type="marian", architectures=["MarianMTModel"], is_encoder_decoder=True) | config, indent=2,
        sort_keys=True) + "\n")
    (folder / "generation_config.json").write_text(json.dumps(options, indent=2, sort_keys=True) + "\n")
    tensors = {name: tensor.to(dtype).contiguous() for name, tensor in model.state_dict().items()
               if keep(name, model.config)}
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names, weight_map = sorted(tensors), {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        mine = names[shard::shards]
        save_file({name: tensors[name] for name in mine}, folder / file, metadata={"format": "pt"})
        weight_map |= {name: file for name in mine}
    index = dict(metadata=dict(total_size=sum(t.nbytes for t in tensors.values())), weight_map=weight_map)
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")


def keep(name, config):
    """As `save_pretrained` does: tied tables once, computed positions not at all."""
    if "embed_positions" in name:
        return not config.static_position_embeddings
    if name == "lm_head.weight":
        return not config.tie_word_embeddings
    return not (config.share_encoder_decoder_embeddings and "embed_tokens" in name)


if __name__ == "__main__":
    main()
