"""The shortest program that translates one sentence with CTranslate2: first_ctranslate2.py MODEL TOKENIZER STEPS"""

import sys

import ctranslate2
import sentencepiece

model, tokenizer, steps = sys.argv[1:]
translator = ctranslate2.Translator(model, device="cpu")
source = sentencepiece.SentencePieceProcessor(f"{tokenizer}/source.spm")
target = sentencepiece.SentencePieceProcessor(f"{tokenizer}/target.spm")
tokens = source.encode(sys.stdin.readline().strip(), out_type=str) + ["</s>"]
result = translator.translate_batch([tokens], beam_size=1, max_decoding_length=int(steps))[0]
print(target.decode(result.hypotheses[0]), flush=True)
