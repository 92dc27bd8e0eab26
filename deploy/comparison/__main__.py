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
QUICK_SHARE = 0.1


def arguments():
    parser = argparse.ArgumentParser(prog="deploy/compare", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of little text: shows that it works")
    parser.add_argument("--runs", type=int, default=5, help="measurements of each side (5)")
    parser.add_argument("--only", action="append", choices=rows.NAMES, metavar="NAME",
                        help="this row; may be repeated: " + ", ".join(rows.NAMES))
    parser.add_argument("--model", help="a Hugging Face Marian folder, with model.safetensors, instead of the one of OPUS-MT's "
                        "shape")
    parser.add_argument("--text", default=HERE / "sentences.txt", help="other sentences, one a line")
    parser.add_argument("--json", type=pathlib.Path, help="also write everything that was found there")
    parser.add_argument("--readme", action="store_true", help="also write the tables into README.md")
    parser.add_argument("--home", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--dragoman", required=True, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.readme and (given.quick or given.only):
        parser.error("--readme takes a whole run: found --quick or --only beside it")
    return given


def main():
    given = arguments()
    runs, share = (1, QUICK_SHARE) if given.quick else (given.runs, 1)
    engines = Engines(ROOT, given.home, given.dragoman, given.model)
    sections = Sections(engines, Texts(given.text, given.home), runs, share)
    result = {
        "machine": machine.described(given.dragoman), "runs": runs, "quick": given.quick,
        "text": pathlib.Path(given.text).name,
        "speed": {}, "memory": {}, "start": {}, "length": {},
    }
    failed = False
    for kind, row, found in sections.every(given.only or rows.NAMES):
        result[kind][row.name] = {"work": row.work} | found
        failed = failed or "error" in found
        print(row.name, brief(found), file=sys.stderr, flush=True)
    publish(given, result)
    return 1 if failed else 0


def brief(found):
    return found.get("error") or (f"{found['ratio']:.2f}" if "ratio" in found else "measured")


def publish(given, result):
    text = report.markdown(result)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if given.readme:
        report.write_into(ROOT / "README.md", text)


if __name__ == "__main__":
    sys.exit(main())
