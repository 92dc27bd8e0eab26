"""The start of a student's run: from a teacher's weights, a published model, or a saved state."""

import random
import shutil
import subprocess

import torch

import marian_file
import student_data
import student_vocabulary as vocabulary
from student import Student, take
from student_copying import copying_pairs
from student_corpus import read_sources
from student_nouns import noun_pairs
from student_start import new_table

PIECES = 16_000  # of the new vocabulary
VOCABULARY_LINES, SAMPLES = 300_000, 6_000
STATE = dict(step=0, seconds=0.0, seen=0, mixture={})
TABLES = ("encoder_Wemb", "decoder_Wemb", "decoder_ff_logit_out_b")


def pieces(folder):
    return tuple(vocabulary.processor(vocabulary.read_model(folder / f"{side}.spm")) for side in ("source", "target"))


def empty(folder, dropout=0.0):
    return Student(*(side.vocab_size() for side in pieces(folder)), dropout)


def begin(options):
    """(model, state) of the run in the folder options.out. Makes its vocabularies and encoded text if missing."""
    out = options.out
    if (out / "state.pt").exists():
        return empty(out), restored(options, out)
    if options.cool_down:
        for name in ("source.spm", "target.spm", "encoded.npz"):
            shutil.copy(options.cool_down / name, out / name)
        return empty(out), restored(options, options.cool_down)
    sources = read_sources(options.data)
    sources["copying"], sources["nouns"] = copying_pairs(sources), noun_pairs(sources)
    if options.into_english:
        sources = {name: [pair[::-1] for pair in pairs] for name, pairs in sources.items()}
    if options.published:
        for name in ("source.spm", "target.spm"):
            shutil.copy(options.published / name, out / name)
        model = published(options.published)
    else:
        model = transferred(options, sources)
    if not (out / "encoded.npz").exists():
        student_data.encode(sources, *pieces(out), out / "encoded.npz")
    return model, dict(STATE)


def restored(options, folder):
    state = torch.load(folder / "state.pt")
    options.into_english = state.get("into_english", False)
    return state


def set_tables(model, source, target, bias):
    with torch.no_grad():
        for parameter, value in zip((model.source.weight, model.target.weight, model.bias), (source, target, bias)):
            parameter.copy_(torch.as_tensor(value).reshape(parameter.shape))


def published(folder):
    weights, _ = marian_file.read(next(folder.glob("model*.bin")))
    model = empty(folder)
    take(model, weights)
    set_tables(model, *(weights[name] for name in TABLES))
    return model


def transferred(options, sources):
    """A model from the weights of options.teacher, with its vocabularies in options.out."""
    weights, _ = marian_file.read(next(options.teacher.glob("model*.bin")))
    whole = vocabulary.read_model(next(options.teacher.glob("*.spm")))
    if not (options.out / "target.spm").exists():
        make_vocabularies(sources, whole, options)
    old, sides = vocabulary.processor(whole), pieces(options.out)
    english, french = sides[::-1] if options.into_english else sides
    known = {old.id_to_piece(i): i for i in range(old.vocab_size())}
    table, bias = (torch.tensor(weights[name]) for name in ("Wemb", "decoder_ff_logit_out_b"))
    bias = bias.reshape(-1)
    model = empty(options.out)
    take(model, weights)
    texts = sample(sources)
    in_english, in_french = texts[::-1] if options.into_english else texts
    others = translated(in_english, options)
    rows = [pair for pair in zip(old.encode(others), french.encode(in_french))
            if all(0 < len(side) < 70 for side in pair)]
    start, start_bias = new_table(rows, table, bias, list(known), id_pieces(french))
    same = [known[piece] for piece in id_pieces(english)]
    if options.into_english:
        set_tables(model, start, table[same], bias[same])
    else:
        set_tables(model, table[same], start, start_bias)
    return model


def id_pieces(side):
    return [side.id_to_piece(i) for i in range(side.vocab_size())]


def make_vocabularies(sources, whole, options):
    source, target = ([pair[side] for pairs in sources.values() for pair in pairs] for side in (0, 1))
    english, french = (target, source) if options.into_english else (source, target)
    random.Random(1).shuffle(french)
    made = [vocabulary.pruned(whole, english), vocabulary.trained(french[:VOCABULARY_LINES], PIECES, whole)]
    for name, model in zip(("target", "source") if options.into_english else ("source", "target"), made):
        (options.out / f"{name}.spm").write_bytes(model.SerializeToString())


def sample(sources):
    """[source texts, target texts] of some short pairs of each source."""
    chosen = []
    for name in sorted(sources):
        pairs = [pair for pair in sources[name] if 3 <= len(pair[0].split()) <= 32 and len(pair[1].split()) <= 40]
        random.Random(name).shuffle(pairs)
        chosen += pairs[:SAMPLES]
    return [list(side) for side in zip(*chosen)]


def translated(english, options):
    """Translations to the teacher's other language, made with the program dragoman."""
    command = [str(options.dragoman), "translate", "--model", str(options.bridge or options.teacher)]
    result = subprocess.run(command, input="\n".join(english) + "\n", capture_output=True, text=True, check=True)
    return result.stdout.splitlines()
