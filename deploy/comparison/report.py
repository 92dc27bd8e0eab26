"""The comparison as tables of Markdown, for the terminal and for README.md."""

import rows

PEER_NAMES = {"ctranslate2": "CTranslate2", "fxtranslate": "fxtranslate"}
START_MARK, END_MARK = "<!-- deploy/compare -->", "<!-- /deploy/compare -->"
MEBIBYTE = 1 << 20


def markdown(result):
    parts = [headline(result), speed(result), costs(result), lengths(result)]
    return "\n\n".join(part for part in parts if part)


def headline(result):
    machine = result["machine"]
    versions = machine["versions"]
    runs = "one run" if result["runs"] == 1 else f"medians of {result['runs']} runs"
    sets = ", ".join(machine["instructionSets"][:1]) or "no vector instructions known"
    return (
        f"{machine['date']}, {processor(machine)}, {machine['cores']} cores, {sets}; {machine['system']}; "
        f"CTranslate2 {versions['ctranslate2']}, fxtranslate {versions['fxtranslate']}, Python {versions['python']}. "
        f"Engines in turn, {runs}, a process each; one thread on one core but where the row says two.")


def processor(machine):
    family = f" (family {machine['family']}, model {machine['model']})" if machine["family"] else ""
    return machine["processor"] + family


def table(heads, lines):
    rule = ["---"] * len(heads)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [heads, rule, *lines])


def speed(result):
    lines = [
        [row.work, *speed_cells(row, result["speed"][row.name])] for row in rows.SPEED if row.name in result["speed"]]
    return table(["work", "dragoman", "peer", "ratio", "spread"], lines) if lines else ""


def speed_cells(row, found):
    peer = PEER_NAMES[row.peer]
    if "error" in found:
        return ["failed", peer, failure(found), ""]
    return [
        f"{figure(found['dragoman'])} {found['unit']}", f"{peer}: {figure(found['peer'])}",
        ratio(found), spread(found)]


def costs(result):
    lines = []
    for use in rows.MEMORY:
        found = result["memory"].get(use.name, {})
        for when, name in (("working", "resident memory at work"), ("peak", "most resident memory")):
            if "error" not in found and when in found:
                lines.append([f"{name}: {use.work}", *cost_cells(found[when], found, 1 / MEBIBYTE, "MiB")])
        if "error" in found:
            lines.append([f"resident memory: {use.work}", "failed", "", failure(found), ""])
    for use in rows.START:
        found = result["start"].get(use.name, {})
        work = f"start to first translation: {use.work}"
        if "error" in found:
            lines.append([work, "failed", "", failure(found), ""])
        elif found:
            lines.append([work, *cost_cells(found, found, 1, "s")])
    heads = ["cost", "dragoman", "CTranslate2 (Python and its modules alone)", "ratio", "spread"]
    return table(heads, lines) if lines else ""


def cost_cells(found, row, scale, unit):
    def amount(value):
        return f"{value * scale:.3f} {unit}" if unit == "s" else f"{value * scale:.0f} {unit}"

    return [
        amount(found["dragoman"]), f"{amount(found['peer'])} ({amount(row['python'])})", ratio(found), spread(found)]


def lengths(result):
    lines = []
    for growth in rows.GROWTH:
        found = result["length"].get(growth.name, {})
        if "error" in found:
            lines.append([growth.precision, failure(found), *[""] * 6])
        lines += length_lines(growth, found.get("lengths", []))
    heads = ["", "source tokens", "alone, ms", "growth", "in 32, ms", "growth", "arithmetic's growth"]
    return table(heads, lines) if lines else ""


def length_lines(growth, entries):
    lines = []
    for last, entry in zip([None, *entries], entries):
        cells = [growth.precision, str(entry["sourceTokens"])]
        for batch in rows.GROWTH_SENTENCES:
            name = f"batch{batch}"
            cells += [f"{entry[name]:.2f}", grown(last, entry, name)]
        lines.append([*cells, grown(last, entry, "multiplications")])
    return lines


def grown(last, entry, name):
    return f"{entry[name] / last[name]:.2f}" if last else ""


def figure(value):
    return f"{value:,.0f}"


def ratio(found):
    return f"{found['ratio']:.2f}"


def spread(found):
    return f"{found['least']:.2f}–{found['greatest']:.2f}"


def failure(found):
    return found["error"].replace("|", "/")


def write_into(path, text):
    """Replaces what stands between the two marks."""
    whole = path.read_text(encoding="utf-8")
    before, start, rest = whole.partition(START_MARK)
    _, end, after = rest.partition(END_MARK)
    if not start or not end:
        raise ValueError(f"{path}: found no {START_MARK} … {END_MARK}, expected both")
    path.write_text(f"{before}{START_MARK}\n{text}\n{END_MARK}{after}", encoding="utf-8")
