#!/usr/bin/env python3
"""Collects text in many languages out of unpacked Debian packages and Python wheels.

    gather_languages.py UNPACKED CORPUS

UNPACKED holds packages (dpkg -x) and wheels (unzip), each in a folder of its own; models/languages.md
lists them. CORPUS gets SOURCE/LANGUAGE.txt, a sentence or message a line, and words/LANGUAGE.txt with a word and
its frequency a line. train_languages.py reads them.
"""

import argparse
import ast
import gzip
import html
import json
import random
import re
import struct
import unicodedata
import zipfile
from pathlib import Path

LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv mr nb nl pl pt ro ru sk sl sr sv sw ta "
    "te th tr uk ur vi zh-Hans zh-Hant"
).split()
NAMES = {
    "en-us": "en", "es-es": "es", "nb-no": "nb", "no": "nb", "sv-se": "sv", "hi-in": "hi", "pt-pt": "pt",
    "pt-br": "pt", "bn-in": "bn", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "zh-hans": "zh-Hans",
    "zh-hant": "zh-Hant", "sr-ec": "sr", "sr-cyrl": "sr", "c": "en",
}
# Languages written in other letters than Latin; a line of theirs that is mostly Latin was not translated.
LATIN = set("ca cs da de en es et fi fr hr hu id it lt lv nb nl pl pt ro sk sl sv sw tr vi".split())
MOST_LINES = 25_000


def language(name):
    """The code that a file or folder name stands for, or None."""
    name = name.replace("_", "-").lower()
    name = NAMES.get(name, name)
    return name if name in LANGUAGES else None


def cleaned(text):
    """A message without its marks: tags, placeholders, shortcuts, addresses."""
    text = html.unescape(re.sub(r"<[^>]*>|\{\{[^}]*\}\}|\[\[|\]\]|'{2,}", " ", text))
    text = re.sub(r"\{[^}]*\}|%\(?\w*\)?[-\d.]*[a-zA-Z]|%\d|\$\w+|\\[nt]|https?:\S+|\S+@\S+|[_&~](?=\w)", " ", text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def belongs(text, code):
    """Whether a line is long enough and in the letters of its language."""
    letters = [c for c in text if c.isalpha() or unicodedata.category(c)[0] == "M"]
    if len(text) < (8 if code[:2] in ("zh", "ja", "ko", "th") else 20) or len(letters) < len(text) * 0.6:
        return False
    latin = sum(c < "\u0250" for c in letters) > len(letters) / 2
    return latin == (code in LATIN)


def mo_messages(data):
    """The translations in a .mo file (GNU gettext's format) that differ from their originals."""
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack(order + "3I", data[8:20])
    for i in range(count):
        length, at = struct.unpack(order + "2I", data[originals + 8 * i:originals + 8 * i + 8])
        original = data[at:at + length]
        length, at = struct.unpack(order + "2I", data[translations + 8 * i:translations + 8 * i + 8])
        if original and data[at:at + length] != original:
            for text in data[at:at + length].split(b"\0"):
                yield text.decode("utf-8", "ignore")


def po_messages(text):
    """The translations in a .po file."""
    for quoted in re.findall(r'^msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\s*)+)', text, re.M):
        yield "".join(ast.literal_eval(line) for line in quoted.split("\n") if line.startswith('"'))


def paragraphs(text):
    """The paragraphs, items and cells of an HTML or Mallard page."""
    text = re.sub(r"(?s)<(script|style|pre|code|screen|cmd|head)\b.*?</\1>", " ", text)
    for block in re.split(r"(?i)</?(?:p|div|li|td|th|h\d|title|dd|dt|table|tr|ul|ol|page|section|item|desc)\b[^>]*>", text):
        yield block


def archive_messages(path):
    """The messages in a Firefox language pack: Fluent, properties and DTD files."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".ftl", ".properties", ".dtd")):
                text = archive.read(name).decode("utf-8", "ignore")
                text = re.sub(r'<!ENTITY \S+ "([^"]*)">', r"x=\1", text)
                for message in re.findall(r"^(?:\s*[\w.-]+\s*=|\s{4,})\s*(.+)$", text, re.M):
                    yield message


def frequencies(path):
    """Words and their frequencies from wordfreq's cBpack: lists of words, each a hundredth of ln 10 / 10 rarer."""
    import msgpack
    bins = msgpack.unpackb(gzip.open(path).read(), raw=False)
    for step, words in enumerate(bins[1:]):
        for word in words:
            yield word, 10 ** (-step / 100)


def texts(root):
    """(source, language, text) for everything below root that is known."""
    for path in sorted(root.rglob("*")):
        name, parts = path.name, path.parts
        if not path.is_file():
            continue
        if name.endswith(".xpi"):
            yield "firefox", re.sub(r"langpack-|@.*", "", name), archive_messages(path)
        elif name == "locales.zip":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if member.endswith("messages.mo"):
                        yield "calibre", member.split("/")[0], mo_messages(archive.read(member))
        elif name.endswith(".mo") and "LC_MESSAGES" in parts:
            source = "wesnoth" if "wesnoth" in str(path) else "libreoffice"
            yield source, parts[parts.index("LC_MESSAGES") - 1], mo_messages(path.read_bytes())
        elif name.endswith(".po") and "django" in parts:
            yield "django", parts[parts.index("LC_MESSAGES") - 1], po_messages(path.read_text("utf-8"))
        elif name.endswith(".json") and "i18n" in parts:
            messages = json.loads(path.read_text("utf-8"))
            yield "mediawiki", path.stem, [m for m in messages.values() if isinstance(m, str)]
        elif "libreoffice" in parts and "help" in parts and name.endswith(".html"):
            yield "libreoffice-help", parts[parts.index("help") + 1], paragraphs(path.read_text("utf-8", "ignore"))
        elif "gnome-help" in parts and name.endswith(".page"):
            yield "gnome", parts[parts.index("gnome-help") - 1], paragraphs(path.read_text("utf-8"))
        elif "installation-guide-amd64" in parts and name.endswith(".html"):
            yield "installation", path.parent.name, paragraphs(path.read_text("utf-8", "ignore"))
        elif "skycultures" in parts and name.endswith(".utf8"):
            yield "stellarium", name.split(".")[1], paragraphs(path.read_text("utf-8", "ignore"))
        elif name.startswith("GlobalVoices."):
            yield "globalvoices", name.split(".")[-1], path.read_text("utf-8").splitlines()


def traditional(root):
    """What turns a simplified Chinese word into a traditional one, by OpenCC's tables."""
    def table(name):
        rows = [line.split("\t") for path in root.rglob(name) for line in path.read_text("utf-8").splitlines()]
        return {row[0]: row[1].split()[0] for row in rows if len(row) == 2}
    phrases, characters = table("STPhrases.txt"), table("STCharacters.txt")
    return lambda word: phrases.get(word) or "".join(characters.get(c, c) for c in word)


def words(root, target):
    """words/LANGUAGE.txt from wordfreq's lists; what is called Serbo-Croatian there is Croatian here, and its Chinese is
    simplified throughout."""
    (target / "words").mkdir(parents=True, exist_ok=True)
    for path in sorted(root.rglob("wordfreq/data/small_*.msgpack.gz")):
        code = path.name[6:].split(".")[0]
        code = language({"sh": "hr", "zh": "zh-Hans"}.get(code, code))
        if code:
            rows = list(frequencies(path))
            write_words(target, code, rows)
            if code == "zh-Hans":
                convert = traditional(root)
                write_words(target, "zh-Hant", [(convert(word), share) for word, share in rows])


def write_words(target, code, rows):
    lines = [f"{word}\t{share:.3e}" for word, share in rows]
    (target / "words" / f"{code}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("unpacked", type=Path)
    arguments.add_argument("corpus", type=Path)
    given = arguments.parse_args()
    found = {}
    for source, name, messages in texts(given.unpacked):
        code = language(name)
        if code:
            kept = found.setdefault((source, code), set())
            kept.update(line for line in map(cleaned, messages) if belongs(line, code))
    for (source, code), lines in sorted(found.items()):
        lines = lines if code == "en" else lines - found.get((source, "en"), set())
        lines = sorted(lines)
        random.Random(0).shuffle(lines)
        (given.corpus / source).mkdir(parents=True, exist_ok=True)
        (given.corpus / source / f"{code}.txt").write_text("\n".join(lines[:MOST_LINES]) + "\n", "utf-8")
    words(given.unpacked, given.corpus)


if __name__ == "__main__":
    main()
