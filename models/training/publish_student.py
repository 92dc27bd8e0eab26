"""Writes the averaged weights of a student's run as a model folder in Marian's layout.

    publish_student.py RUN FOLDER

The folder has model.bin with 8-bit matrices, both vocabularies, and decoder.yml with settings for decoding. The card
and the licence are written by hand.
"""

import argparse
import shutil
from pathlib import Path

import torch

import marian_file
import student_begin
from student import DECODERS, ENCODERS, HEADS, INNER, WIDTH, give
from student_data import LONGEST
from student_update import average_of

SETTINGS = f"""type: transformer
dim-emb: {WIDTH}
dim-vocabs:
  - {{sources}}
  - {{targets}}
enc-depth: {ENCODERS}
dec-depth: {DECODERS}
transformer-heads: {HEADS}
transformer-dim-ffn: {INNER}
transformer-ffn-depth: 2
transformer-ffn-activation: relu
transformer-preprocess: ""
transformer-postprocess: dan
transformer-postprocess-emb: d
transformer-postprocess-top: ""
transformer-decoder-autoreg: rnn
dec-cell: ssru
layer-normalization: false
transformer-no-projection: false
transformer-tied-layers:
  []
transformer-guided-alignment-layer: last
transformer-train-position-embeddings: false
tied-embeddings: true
tied-embeddings-all: false
tied-embeddings-src: false
output-omit-bias: false
lemma-dim-emb: 0
version: v1.9.56
"""
DECODING = f"""models:
  - model.bin
vocabs:
  - source.spm
  - target.spm
beam-size: 4
normalize: 1.0
word-penalty: 0
max-length-factor: 2.5
max-length-break: {LONGEST}
"""


def publish(run, folder):
    model = student_begin.empty(run)
    model.load_state_dict(average_of(torch.load(run / "state.pt")["average"], model))
    folder.mkdir(parents=True, exist_ok=True)
    sizes = dict(sources=len(model.source.weight), targets=len(model.target.weight))
    marian_file.write(folder / "model.bin", give(model), SETTINGS.format(**sizes))
    for name in ("source.spm", "target.spm"):
        shutil.copy(run / name, folder / name)
    (folder / "decoder.yml").write_text(DECODING)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    publish(options.run, options.folder)


if __name__ == "__main__":
    main()
