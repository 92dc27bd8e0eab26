"""The comparison as tables of Markdown, for the terminal and for this folder's README.md."""

import opus_shape
import rows

PEER_NAMES = {rows.CT2: "CTranslate2", rows.FX: "fxtranslate"}
START_MARK, END_MARK = "<!-- deploy/compare -->", "<!-- /deploy/compare -->"
MEBIBYTE = 1 << 20

EXPLANATION = (
    "Tokenization is not timed. Ratio: our median to the peer's; spread: the least and the greatest of paired runs; "
    f'alike: equal translations. If a row does not say "own lengths", {opus_shape.LONGEST} target tokens are forced.')
LENGTHS = (
    f"The cost of longer sources, {opus_shape.LONGEST} target tokens each: milliseconds per sentence, alone and in "
    "batches of 32, each with its ratio to the line before. The arithmetic is every product that a translation needs.")


def markdown(result):
    tables = [speed(result["speed"]), costs(result["memory"], result["start"]), lengths(result["length"])]
    return "\n\n".join([headline(result), *(table for table in tables if table)])


def headline(result):
    machine = result["machine"]
    versions = machine["versions"]
    sets = machine["instructionSets"][0] if machine["instructionSets"] else "no vector instructions known"
    if result["instructionSet"]:
        sets = f"{sets}, of which dragoman and CTranslate2 use {result['instructionSet']} for products"
    runs = "one run each" if result["runs"] == 1 else f"medians of {result['runs']} runs"
    return (
        f"{machine['date']}, {processor(machine)}, {machine['cores']} cores, {sets}; {machine['system']}; "
        f"CTranslate2 {versions['ctranslate2']}, fxtranslate {versions['fxtranslate']}. Engines in turn, {runs}, "
        f"one thread on one core unless the row says two. {EXPLANATION}")


def processor(machine):
    family = f" (family {machine['family']}, model {machine['model']})" if machine["family"] else ""
    return machine["processor"] + family


def table(heads, lines):
    """A table, or nothing without lines; short lines are filled up."""
    if not lines:
        return ""
    filled = [cells + [""] * (len(heads) - len(cells)) for cells in lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads), *filled])


def speed(found):
    lines = [[found[row.name]["work"], *speed_cells(row, found[row.name])] for row in rows.SPEED if row.name in found]
    return table(["work", "dragoman", "peer", "ratio", "spread", "alike"], lines)


def speed_cells(row, found):
    if "error" in found:
        return [failure(found)]
    return [
        f"{found['dragoman']:,.0f} {row.unit}", f"{PEER_NAMES[row.peer]}: {found['peer']:,.0f}", *ratio(found),
        "" if row.length else f"{found['same']:.0%}",
    ]


def costs(memory, start):
    lines = []
    for use in rows.MEMORY:
        if use.name in memory:
            lines += memory_lines(memory[use.name])
    for use in rows.START:
        if use.name in start:
            lines.append([f"start to first translation: {start[use.name]['work']}", *start_cells(start[use.name])])
    return table(["cost", "dragoman", "CTranslate2", "of it Python and its modules", "ratio", "spread"], lines)


def memory_lines(found):
    if "error" in found:
        return [[f"memory: {found['work']}", failure(found)]]
    python = f"{found['python'] / MEBIBYTE:.0f} MiB"
    lines = []
    for when, name in (("working", "memory at work"), ("peak", "most memory")):
        amounts = [f"{found[when][side] / MEBIBYTE:.0f} MiB" for side in ("dragoman", "peer")]
        lines.append([f"{name}: {found['work']}", *amounts, python, *ratio(found[when])])
    return lines


def start_cells(found):
    if "error" in found:
        return [failure(found)]
    return [*(f"{found[side]:.3f} s" for side in ("dragoman", "peer", "python")), *ratio(found)]


def lengths(found):
    lines = []
    for growth in rows.GROWTH:
        if growth.name in found:
            lines += length_lines(growth, found[growth.name])
    heads = ["numbers", "source tokens", "alone", "times", "in 32", "times", "arithmetic, times"]
    return f"{LENGTHS}\n\n{table(heads, lines)}" if lines else ""


def length_lines(growth, found):
    if "error" in found:
        return [[growth.precision, failure(found)]]
    entries, lines = found["lengths"], []
    for before, entry in zip([None, *entries[:-1]], entries, strict=True):
        cells = [growth.precision, str(entry["sourceTokens"])]
        for batch in rows.GROWTH_SENTENCES:
            cells += [f"{entry[f'batch{batch}']:.2f}", times(before, entry, f"batch{batch}")]
        lines.append([*cells, times(before, entry, "multiplications")])
    return lines


def times(before, entry, name):
    return f"{entry[name] / before[name]:.2f}" if before else ""


def ratio(found):
    return [f"{found['ratio']:.2f}", f"{found['least']:.2f} to {found['greatest']:.2f}"]


def failure(found):
    return "failed: " + found["error"].replace("|", "/").replace("\n", " ")


def write_into(path, text):
    """Replaces what stands between the two marks."""
    whole = path.read_text(encoding="utf-8")
    before, start, rest = whole.partition(START_MARK)
    _, end, after = rest.partition(END_MARK)
    if not start or not end:
        raise ValueError(f"{path}: found no {START_MARK} … {END_MARK}, expected both")
    path.write_text(f"{before}{START_MARK}\n{text}\n{END_MARK}{after}", encoding="utf-8")
