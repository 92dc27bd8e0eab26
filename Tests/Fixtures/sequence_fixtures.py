"""What the fixtures of the model families have in common: sentences, forced targets, a greedy search, files.

A family is a module with `encode(source (S,)) -> memory`, `start(memory) -> state` and
`step(token, state, memory) -> (logits (V,), attention (layers, S) or None, state)`, for one sentence, without padding.
"""

import copy
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

HERE = Path(__file__).parent
EOS, TOKENS, STEPS = 0, 16, 10  # ids 2 … TOKENS + 1 occur in sources; STEPS target tokens at most


def make(name, family, config, tensors_of, gain=2.0):
    """Writes the folder `name`. `tensors_of(model, source, trace)` names the tensors to keep of one sentence, where
    trace is [(logits, attention, state)] of the steps of its forced target. `gain` is the size of the random weights.
    """
    torch.set_num_threads(1)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    sources = random_sources()
    model, seed = next(filter(None, (attempt(family, config, sources, gain, seed) for seed in range(5000))))
    greedy = [search(model, config, source) for source in sources]
    targets = [row[::-1][1:][:length] + [EOS] for row, length in zip(greedy, (7, 3, 9, 5))]
    tensors = {}
    for n, (source, target) in enumerate(zip(sources, targets)):
        trace = forced(model, config, source, target)
        named = {"logits": torch.stack([logits for logits, _, _ in trace])}
        if trace[0][1] is not None:
            named["cross_attention"] = torch.stack([a for _, a, _ in trace], dim=1)[:, None]  # (L, 1, T, S)
        named |= tensors_of(model, source, trace)
        tensors |= {f"{key}.{n}": tensor.contiguous().clone() for key, tensor in named.items()}
    save_file(tensors, folder / "expected.safetensors")
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    write(folder / "config.json", config)
    write(folder / "generation_config.json", dict(
        eos_token_id=EOS, forced_eos_token_id=EOS, pad_token_id=config["pad_token_id"], num_beams=1,
        decoder_start_token_id=config["decoder_start_token_id"], bad_words_ids=[[config["pad_token_id"]]],
        max_length=STEPS + 1))
    write(folder / "expected.json", dict(sources=sources, targets=targets, greedy=greedy, seed=seed))
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(name, "seed", seed, "greedy lengths", [len(row) for row in greedy], size, "bytes")


def write(file, value):
    file.write_text(json.dumps(value, indent=1) + "\n")


def random_sources():
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(2, 2 + TOKENS, (length,), generator=generator).tolist() + [EOS] for length in (6, 2, 11, 4)]


def attempt(family, config, sources, gain, seed):
    """The model of a seed, or None where its searches would make a poor test: too alike, or hanging on rounding."""
    torch.manual_seed(seed)
    model = family(config).eval()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.normal_(0, scale(name, tensor, gain))
    greedy = [search(model, config, source) for source in sources]
    lengths = [len(row) for row in greedy]
    varied = len(set(lengths)) >= 3 and max(lengths) == STEPS and min(lengths) > 1
    rich = sum(len(set(row)) for row in greedy) >= 0.6 * sum(lengths) and len({row[0] for row in greedy}) > 1
    if not (varied and rich):
        return None
    exact = copy.deepcopy(model).double()
    return (model, seed) if [search(exact, config, source) for source in sources] == greedy else None


def scale(name, tensor, gain):
    if "embedding" in name or "shared" in name or "position" in name:
        return 0.8
    if name == "output.weight":
        return 1.5
    return 0.5 if tensor.ndim == 1 else gain / tensor[0].numel() ** 0.5


@torch.no_grad()
def search(model, config, source):
    """The likeliest token at each step, never <pad>; the last that may come is forced to be the end."""
    memory = model.encode(torch.tensor(source))
    state, token, row = model.start(memory), config["decoder_start_token_id"], []
    while token != EOS:
        logits, _, state = model.step(token, state, memory)
        logits[config["pad_token_id"]] = -torch.inf
        token = EOS if len(row) == STEPS - 1 else int(logits.argmax())
        row.append(token)
    return row


@torch.no_grad()
def forced(model, config, source, target):
    memory = model.encode(torch.tensor(source))
    state, trace = model.start(memory), []
    for token in [config["decoder_start_token_id"]] + target[:-1]:
        logits, attention, state = model.step(token, state, memory)
        trace.append((logits, attention, state))
    return trace
