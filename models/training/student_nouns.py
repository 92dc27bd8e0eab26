"""Pairs that teach rare nouns: short real pairs in which a noun is replaced by another on both sides.

The nouns come from FreeDict's dictionaries of English and French (Debian's packages dict-freedict-eng-fra and
dict-freedict-fra-eng). Without these packages there are no such pairs."""

import gzip
import random
import re
from pathlib import Path

DICTIONARIES = Path("/usr/share/dictd")
HEAD = re.compile(r"^(?P<word>.+?) /[^/]*/(?: <(?P<grammar>[^>]*)>)?\s*$")
GENDERS = {"n, masc": "m", "n, fem": "f"}
VOWEL = re.compile(r"^[aeiouyéèêâîôûœ]", re.IGNORECASE)
ENGLISH_ARTICLE = re.compile(r"(?<![\w'-])(?P<article>[Aa]n?|[Tt]he|[Mm]y|[Yy]our|[Tt]his|[Tt]hat) (?P<noun>[a-z]+)(?![\w'-])")
FRENCH_ARTICLE = re.compile(
    r"(?<![\w'-])(?P<article>(?:[Uu]n|[Uu]ne|[Ll]e|[Ll]a|[Dd]u|[Mm]on|[Mm]a|[Tt]on|[Tt]a|[Vv]otre|[Cc]ette|[Cc]e) )"
    r"(?P<noun>[a-zéèêàâîôûçœ]+)(?![\w'-])")


def entries(name):
    """{(word, grammar): translations} of a dictionary in the format of the package dict."""
    found, head = {}, None
    with gzip.open(DICTIONARIES / f"{name}.dict.dz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if match := HEAD.match(line):
                head = match["word"], match["grammar"] or ""
                found.setdefault(head, [])
            elif head and line.strip():
                found[head] += [word.strip() for word in re.sub(r"^\d+\. ", "", line.strip()).split(",")]
    return found


def nouns():
    """[(English, French, gender)] of nouns of one word that are each other's first translation.

    French ones with h are left out: spelling does not tell which of them have elided articles."""
    into_english = entries("freedict-fra-eng")
    into_french = {word: translations for (word, _), translations in entries("freedict-eng-fra").items()}
    return [(english[0], french, GENDERS[grammar]) for (french, grammar), english in into_english.items()
            if grammar in GENDERS and english and into_french.get(english[0], [""])[0] == french
            and re.fullmatch(r"[a-z]{3,}", english[0]) and re.fullmatch(r"[a-gi-zéèêàâîôûçœ][a-zéèêàâîôûçœ]{2,}", french)]


def noun_pairs(sources, count=30_000, seed=1):
    """At most `count` pairs, from short everyday pairs in {name: pairs of texts}.

    Both nouns have the same gender, and both or neither begin with a vowel in French, so that no other word changes."""
    if not (DICTIONARIES / "freedict-fra-eng.dict.dz").exists():
        return []
    random_, known = random.Random(seed), nouns()
    translations, groups = {english: (french, gender) for english, french, gender in known}, {}
    for english, french, gender in known:
        groups.setdefault((gender, bool(VOWEL.match(french))), []).append((english, french))
    made = []
    for pair in [pair for name in ("tatoeba", "diabla", "multi30k") for pair in sources[name] if len(pair[0]) < 80]:
        new = with_another_noun(pair, translations, groups, random_)
        if new:
            made.append(new)
    random_.shuffle(made)
    return made[:count]


def with_another_noun(pair, translations, groups, random_):
    """None if no noun stands exactly once on each side, right after an article or a possessive."""
    places = [list(pattern.finditer(side)) for pattern, side in zip((ENGLISH_ARTICLE, FRENCH_ARTICLE), pair)]
    for here in places[0]:
        french, gender = translations.get(here["noun"], ("", ""))
        there = [match for match in places[1] if match["noun"] == french]
        if len(there) != 1 or pair[0].count(here["noun"]) != 1 or pair[1].count(french) != 1:
            continue
        noun, word = random_.choice(groups[gender, bool(VOWEL.match(french))])
        article = here["article"]
        if article in ("a", "an"):
            article = "an" if noun[0] in "aeiou" else "a"
        elif article in ("A", "An"):
            article = "An" if noun[0] in "aeiou" else "A"
        return (pair[0][:here.start()] + article + " " + noun + pair[0][here.end():],
                pair[1][:there[0].start("noun")] + word + pair[1][there[0].end("noun"):])
    return None
