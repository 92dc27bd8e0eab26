"""Writes bleu.json: what sacreBLEU makes of some lines, for the tests of BLEU.

    make_bleu_fixture.py bleu.json

Needs sacrebleu 2.6.0. The lines were written for this purpose.
"""

import json
import sys
from pathlib import Path

import sacrebleu
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

LINES = [
    "Ein Hund läuft im Schnee.", "Zwei Männer (einer mit Hut) reden.", "a..b, c,,d ...", "1.000,5 kg kosten 3,50€.",
    "Er sagte: „Nein“ – und ging.", "don't, won't; can't!", "5-jähriges Kind, 10-12 Jahre - etwa", "x-\ny\nz",
    "&quot;A &amp; B&quot; &lt;b&gt; &amp;lt;", "<skipped> end", "  white \u00a0 space\u3000here \u001c \t ", "", ".", "é.é,é",
    "e\u0301 \u00e9", "$5 + 3% = #8 @home [x] {y} ~z ^w `q` _u \\ / |", "3.", ".5", "-5 5-", "A.B.C. 1.2.3 1,a,2",
    "emoji 🐕.🐕 ok", "trailing -\n",
]
CORPORA = {
    "alike": (["Ein Hund läuft im Schnee.", "Zwei Männer reden."], ["Ein Hund läuft im Schnee.", "Zwei Männer reden."]),
    "near": (
        ["Ein brauner Hund läuft durch den Schnee.", "Zwei Männer reden miteinander auf der Straße.",
         "Eine Frau in einem roten Kleid tanzt."],
        ["Ein brauner Hund rennt durch den tiefen Schnee.", "Zwei Männer unterhalten sich auf der Straße.",
         "Eine Frau in rotem Kleid tanzt auf einer Bühne."]),
    "no four words in a row": (["ein Hund der läuft schnell"], ["ein Hund, der schnell läuft"]),
    "no two words in a row": (["Hund ein Schnee im läuft"], ["ein Hund läuft im Schnee"]),
    "no word": (["ja ja ja ja ja"], ["nein nein nein nein"]),
    "nothing": ([""], ["ein Hund"]),
    "three words": (["ein Hund läuft"], ["ein Hund läuft"]),
    "too long": (["der der der der der der der Hund läuft im Schnee"], ["der Hund läuft im Schnee"]),
    "composed and not": (["caf\u00e9 au lait bitte"], ["cafe\u0301 au lait bitte"]),
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    metric = sacrebleu.BLEU()
    tokenizer = Tokenizer13a()
    corpora = [
        dict(name=name, hypotheses=hypotheses, references=references,
             score=metric.corpus_score(hypotheses, [references]).score)
        for name, (hypotheses, references) in CORPORA.items()
    ]
    tokens = [dict(line=line, tokens=tokenizer(line.rstrip()).split()) for line in LINES]
    result = dict(signature=str(metric.get_signature()), tokens=tokens, corpora=corpora)
    Path(sys.argv[1]).write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
