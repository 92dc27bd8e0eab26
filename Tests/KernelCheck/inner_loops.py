#!/usr/bin/env python3
"""Counts the instructions of inner loops in a disassembly of `inner_loops.c`.

    aarch64-linux-gnu-objdump -d inner_loops.o | Tests/KernelCheck/inner_loops.py

Prints the instructions per 64 multiply-adds of the loop that does most of them, for each function, and what they are.
The exit status is 1 if a function is missing, or needs more than the kernels are built for.
"""

import collections
import re
import sys

# Multiply-adds of one instruction.
MULTIPLY_ADDS = {"sdot": 16, "usmmla": 32, "smull": 8, "smull2": 8, "smlal": 8, "smlal2": 8, "fmla": 4}
# The most instructions per 64 multiply-adds.
MOST = {"portable": 18, "dotprod": 6, "i8mm": 4, "float32": 22}
ROWS = {"portable": [2], "dotprod": [4, 5, 6], "i8mm": [4, 5, 6], "float32": [4, 5, 6]}

FUNCTION = re.compile(r"[0-9a-f]+ <(\w+)>:")
INSTRUCTION = re.compile(r"\s*([0-9a-f]+):\s+(?:[0-9a-f]{8}\s+)?([a-z][\w.]*)\s*(.*)")
TARGET = re.compile(r"\b([0-9a-f]+) <")


def functions(lines):
    """Yields each function's name and its instructions: address, mnemonic, operands."""
    name, body = None, []
    for line in lines:
        if found := FUNCTION.match(line):
            if name:
                yield name, body
            name, body = found[1], []
        elif found := INSTRUCTION.match(line):
            body.append((int(found[1], 16), found[2], found[3]))
    if name:
        yield name, body


def is_branch(mnemonic):
    return mnemonic == "b" or mnemonic.startswith("b.") or mnemonic in ("cbz", "cbnz", "tbz", "tbnz")


def loops(body):
    """Yields the mnemonics of each loop that has no branch except its last instruction."""
    place = {address: i for i, (address, _, _) in enumerate(body)}
    for end, (address, mnemonic, operands) in enumerate(body):
        target = TARGET.search(operands)
        if not is_branch(mnemonic) or not target:
            continue
        start = place.get(int(target[1], 16))
        if start is None or start > end:
            continue
        mnemonics = [mnemonic for _, mnemonic, _ in body[start : end + 1]]
        if not any(is_branch(mnemonic) for mnemonic in mnemonics[:-1]):
            yield mnemonics


def multiply_adds(mnemonics):
    return sum(MULTIPLY_ADDS.get(mnemonic, 0) for mnemonic in mnemonics)


def main():
    found = {name: max(loops(body), key=multiply_adds, default=[]) for name, body in functions(sys.stdin)}
    failed = False
    print(f"{'kernel':10}{'rows':>5}{'instructions':>14}{'multiply-adds':>15}{'per 64':>8}{'most':>6}  instructions")
    for kernel, numbers in ROWS.items():
        for rows in numbers:
            mnemonics = found.get(f"{kernel}_{rows}", [])
            products = multiply_adds(mnemonics)
            each = 64 * len(mnemonics) / products if products else float("inf")
            failed |= not each <= MOST[kernel]
            counts = collections.Counter(mnemonics).most_common()
            print(
                f"{kernel:10}{rows:5}{len(mnemonics):14}{products:15}{each:8.2f}{MOST[kernel]:6}  "
                + " ".join(f"{count} {mnemonic}" for mnemonic, count in counts)
            )
    if failed:
        print("inner_loops.py: found more instructions than the most, or no loop", file=sys.stderr)
    sys.exit(failed)


main()
