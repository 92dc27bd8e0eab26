"""Makes repetition.json: translations of `marian-base` by Hugging Face transformers under rules about repetition.

    python3 Tests/Fixtures/make_repetition_fixture.py

Versions used: transformers 5.24.0, torch 2.15.0.
"""

import json
import random
from pathlib import Path

import torch
from transformers import MarianMTModel

HERE = Path(__file__).parent
CASES = 200

random.seed(24)
model = MarianMTModel.from_pretrained(HERE / "marian-base").eval()
cases = []
for number in range(CASES):
    source = [random.randrange(3, 97) for _ in range(random.randrange(1, 12))] + [0]
    case = {
        "source": source,
        "beam": 1 if number % 2 == 0 else 4,
        "penalty": random.choice([1.0, 1.05, 1.2, 1.5, 2.0, 5.0]),
        "run": random.choice([0, 0, 1, 2, 3, 4]),
    }
    with torch.no_grad():
        ids = model.generate(
            torch.tensor([source]), num_beams=case["beam"], repetition_penalty=case["penalty"],
            no_repeat_ngram_size=case["run"], max_length=25, do_sample=False)[0].tolist()
    ids = ids[1:]
    case["target"] = ids[: ids.index(0) + 1] if 0 in ids else ids
    cases.append(case)
(HERE / "repetition.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
