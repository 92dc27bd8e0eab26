"""Compares dragoman with the engines people use today, on this machine; deploy/compare starts it."""

import argparse
import json
import pathlib
import sys

import machine
import report
import rows
from engines import Engines
from sections import Sections
from texts import Texts

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
SENTENCES = HERE / "sentences.txt"
# Of the sentences that a row has otherwise.
QUICK_SHARE = 0.1
# Load of a machine that does something else besides.
BUSY = 1.0


def arguments():
    parser = argparse.ArgumentParser(prog="deploy/compare", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of little text: shows that it works")
    parser.add_argument("--runs", type=int, default=5, help="measurements of each side (5)")
    parser.add_argument("--only", action="append", choices=rows.NAMES, metavar="NAME",
                        help="this row; may be repeated: " + ", ".join(rows.NAMES))
    parser.add_argument("--model", help="a Hugging Face Marian folder with safetensors instead of OPUS-MT's shape")
    parser.add_argument("--instruction-set", choices=["avx2", "avx-vnni"],
                        help="hold dragoman and CTranslate2 to this set: the figures of processors that have no more")
    parser.add_argument("--text", type=pathlib.Path, default=SENTENCES, help="other sentences, one per line")
    parser.add_argument("--json", type=pathlib.Path, help="also write everything that was found there")
    parser.add_argument("--readme", action="store_true", help="also write the tables into deploy/comparison/README.md")
    parser.add_argument("--home", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--dragoman", required=True, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.runs = 1 if given.quick else given.runs
    special = given.quick or given.only or given.model or given.instruction_set or given.text != SENTENCES
    if given.readme and special:
        parser.error("--readme: found --quick, --only, --model, --instruction-set or --text beside it, "
                     "expected a whole run as it is")
    if given.runs < 1:
        parser.error(f"--runs: found {given.runs}, expected 1 or more")
    return given


def main():
    given = arguments()
    try:
        texts = Texts(given.text, given.home)
    except (OSError, ValueError) as error:
        sys.exit(f"deploy/compare: {error}")
    engines = Engines(ROOT, given.home, given.dragoman, given.model, given.instruction_set)
    sections = Sections(engines, texts, given.runs, QUICK_SHARE if given.quick else 1)
    model = pathlib.Path(given.model).name if given.model else rows.OPUS
    result = {
        "machine": machine.described(given.dragoman), "instructionSet": given.instruction_set, "runs": given.runs, "quick": given.quick, "model": model,
        "text": given.text.name,
        "speed": {}, "memory": {}, "start": {}, "length": {},
    }
    warn_of_load(result["machine"]["loadBefore"])
    failed = False
    for kind, row, found in sections.every(given.only or rows.NAMES):
        result[kind][row.name] = {"work": row.work.replace(rows.OPUS, model)} | found
        failed = failed or "error" in found
        print(row.name, brief(found), file=sys.stderr, flush=True)
    publish(given, result)
    return 1 if failed else 0


def warn_of_load(load):
    if load > BUSY:
        print(f"The machine does other work (load {load:.1f}): the figures will say little.", file=sys.stderr)


def brief(found):
    return found.get("error") or (f"{found['ratio']:.2f}" if "ratio" in found else "measured")


def publish(given, result):
    text = report.markdown(result)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.readme:
        report.write_into(ROOT / "deploy" / "comparison" / "README.md", text)


if __name__ == "__main__":
    sys.exit(main())
