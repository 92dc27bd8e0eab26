"""One measurement of CTranslate2 in a process of its own; prints one JSON object. Tokenization is not timed."""

import argparse
import json
import time

import ctranslate2
import sentencepiece


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="converted folder")
    parser.add_argument("--tokenizer", required=True, help="folder with source.spm and target.spm")
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--beam", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--length", type=int, help="target tokens to force")
    return parser.parse_args()


def translate(translator, sentences, batch, options):
    """Batches of one are calls of one; else the engine sorts by length and shares among its workers itself."""
    if batch > 1:
        return translator.translate_batch(sentences, max_batch_size=batch, **options)
    return [translator.translate_batch([sentence], **options)[0] for sentence in sentences]


def main():
    given = arguments()
    source = sentencepiece.SentencePieceProcessor(f"{given.tokenizer}/source.spm")
    target = sentencepiece.SentencePieceProcessor(f"{given.tokenizer}/target.spm")
    with open(given.input, encoding="utf-8") as file:
        lines = file.read().splitlines()
    sentences = [source.encode(line, out_type=str) + ["</s>"] for line in lines]
    translator = ctranslate2.Translator(
        given.model, device="cpu", inter_threads=given.workers, intra_threads=1)
    options = {"beam_size": given.beam}
    if given.length:
        options |= {"min_decoding_length": given.length, "max_decoding_length": given.length}
    translate(translator, sentences[: 4 * given.workers], given.batch, options)

    start = time.perf_counter()
    results = translate(translator, sentences, given.batch, options)
    seconds = time.perf_counter() - start

    best = [result.hypotheses[0] for result in results]
    with open(given.output, "w", encoding="utf-8") as file:
        file.writelines(target.decode(tokens) + "\n" for tokens in best)
    print(json.dumps({
        "seconds": seconds, "sentences": len(sentences), "sourceTokens": sum(map(len, sentences)),
        "targetTokens": sum(map(len, best)),
    }))


if __name__ == "__main__":
    main()
