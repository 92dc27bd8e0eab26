"""Synthetic pairs that teach copying: real pairs in which a number, a name, a day, a month or a city is replaced by
another on both sides."""

import random
import re
from collections import Counter, defaultdict
from functools import partial

NUMBER = re.compile(r"(?<![\w.,:/-])\d{1,4}(?![\w:/-]|[.,]\d)")
WITHOUT = ("laws-canada", "bible", "php-docs")  # their numbers are references
MEN = """Adam Ahmed Alan Albert Alex Alexander Ali Andrew Anton Arthur Ben Bernard Bruno Carlos Charles Chris Daniel
David Dennis Diego Eric Ernest Felix Frank Fred Gary George Hans Harry Henry Hugo Ibrahim Igor Ivan Jack James Jason
John Joseph Karim Karl Kevin Kenji Leo Lucas Louis Luis Marc Mark Martin Max Michael Mohamed Nathan Nicolas Omar
Oscar Pablo Patrick Paul Peter Philip Pierre Ravi Richard Robert Ryan Sam Samuel Simon Stephen Steve Thomas Tim
Victor Vincent Walter William Youssef""".split()
WOMEN = """Alice Alina Amina Anna Anne Audrey Barbara Camille Carla Carmen Caroline Catherine Charlotte Chloe Clara
Diana Elena Elizabeth Emily Emma Erika Eva Fatima Florence Grace Hannah Helen Ines Irina Isabel Jane Jessica Julia
Julie Karen Kate Laura Leila Lena Linda Lisa Louise Lucy Maria Marta Martine Maya Mei Monica Nadia Natalie Nina Nora
Olga Olivia Patricia Rachel Rosa Sandra Sarah Sofia Sophie Susan Teresa Valerie Vera Victoria Yuki Zoe""".split()
UNELIDED = re.compile(r"(?<!\w)(?:[Dd]e|[Qq]ue|[Jj]e|[Ll]e|[Ll]a) [AEIOUYÉH]\w+")
ELIDED = re.compile(r"(?<!\w)(?:[dD]|[qQ]u)'(?=[^AEIOUYÉHaeiouyéèêàhœ])")
VOWEL = re.compile(r"[AEIOUYÉHaeiouyéèêàhœ]")
NAME = re.compile(r"(?<![\w'’./-])(?:[A-ZÀ-Þ][a-zà-ÿ]{2,}|[A-Z]{2,5})(?![\w'’/-]|\.\w)")
ARTICLE = re.compile(r"\b(?:le|la|les|au|aux|du|des|un|une|ce|cette|ces|son|sa|ses|notre|votre)\s$", re.IGNORECASE)
MAN, WOMAN = "Tom", ("Mary", "Marie")
DAYS = list(zip("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
                "lundi mardi mercredi jeudi vendredi samedi dimanche".split()))
MONTHS = list(zip("January February April June July August September October November December".split(),
                  "janvier février avril juin juillet août septembre octobre novembre décembre".split()))
CITIES = [tuple(name.replace("_", " ").split("=")) if "=" in name else (name.replace("_", " "),) * 2 for name in """
    Boston Paris London=Londres Tokyo New_York Berlin Oslo Stockholm Copenhagen=Copenhague Helsinki Warsaw=Varsovie
    Prague Vienna=Vienne Budapest Bucharest=Bucarest Sofia Athens=Athènes Rome Milan Venice=Venise Naples Turin Madrid
    Barcelona=Barcelone Seville=Séville Lisbon=Lisbonne Porto Dublin Edinburgh=Édimbourg Manchester Glasgow Liverpool
    Bristol Oxford Cambridge Amsterdam Rotterdam Brussels=Bruxelles Antwerp=Anvers Ghent=Gand Geneva=Genève Zurich
    Basel=Bâle Bern=Berne Munich Cologne Hamburg=Hambourg Frankfurt=Francfort Leipzig Dresden=Dresde Moscow=Moscou
    Kyiv=Kiev Istanbul Ankara Cairo Tunis Algiers=Alger Casablanca Rabat Dakar Lagos Nairobi Accra Beirut=Beyrouth
    Jerusalem=Jérusalem Damascus=Damas Baghdad=Bagdad Tehran=Téhéran Dubai=Dubaï Delhi Mumbai Bangkok Hanoi Singapore
    Jakarta Manila=Manille Beijing=Pékin Shanghai Seoul=Séoul Osaka Kyoto Sydney Melbourne Auckland Chicago Seattle
    San_Francisco Los_Angeles Washington Philadelphia=Philadelphie Detroit Dallas Houston Miami Atlanta Denver Toronto
    Montreal=Montréal Vancouver Ottawa Lima Bogotá Santiago Lyon Marseille Bordeaux Toulouse Nantes Lille Rennes Nice
    """.split()]


def made_name(random_):
    """An invented surname, which only its spelling tells."""
    heads = ["Bar", "Bel", "Cor", "Dal", "Fen", "Gor", "Hal", "Kar", "Lam", "Mor", "Nor", "Pel", "Ros", "Sal", "Tor",
             "Van", "Wil", "Zan", "Ack", "Ober", "Mac", "Stein", "Kow", "Nak", "Raj", "Ostr", "Grün", "Peter"]
    middles = ["", "a", "en", "er", "i", "o", "ma", "ti", "le", "ski", "ber"]
    tails = ["ard", "berg", "dez", "ell", "ez", "field", "in", "man", "mann", "mura", "ov", "sen", "son", "ton", "vić",
             "wski", "yama", "by", "ford", "oni"]
    return random_.choice(heads) + random_.choice(middles) + random_.choice(tails)


class Names:
    """Names of many spellings: those that both sides of real pairs share, and new ones with their sequences of letters."""

    REACH = 3  # letters that the next one depends on

    def __init__(self, pairs):
        words = {word for source, _ in pairs for word in re.findall(r"(?<!\w)[a-z]{2,}(?!\w)", source)}
        self.known = sorted({name for pair in pairs for name in shared_names(pair) if name.lower() not in words})
        self.next = defaultdict(list)
        for name in self.known:
            letters = "^" * self.REACH + name + "$"
            for i in range(self.REACH, len(letters)):
                self.next[letters[i - self.REACH:i]].append(letters[i])

    def another(self, random_):
        kind = random_.random()
        if kind < 0.4:
            return random_.choice(self.known)
        if kind < 0.5:
            return "".join(random_.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=random_.randint(2, 5)))
        while True:
            name = "^" * self.REACH
            while not name.endswith("$"):
                name += random_.choice(self.next[name[-self.REACH:]])
            if 4 <= len(name) - self.REACH - 1 <= 14:
                return name[self.REACH:-1]


def shared_names(pair):
    """The names that stand once on each side, not at its start, and without an article in French."""
    found = [Counter(match.group() for match in NAME.finditer(side) if match.start() > 1) for side in pair]
    return [name for name, count in found[0].items() if count == found[1][name] == 1
            and pair[0].count(name) == pair[1].count(name) == 1 and not ARTICLE.search(pair[1][:pair[1].index(name)])]


def with_other_names(names, pair, random_):
    """Replaces the names that both sides share. None if there is none, or if an elided word would no longer be right."""
    shared = shared_names(pair)
    source, target = pair
    for old in shared:
        new = names.another(random_)
        if not keeps_elision(target[:target.index(old)], new):
            return None
        source, target = source.replace(old, new), target.replace(old, new)
    return (source, target) if shared else None


def keeps_elision(before, word):
    """Whether a word can stand behind a French text as regards "de" and "d'"."""
    return not re.search(r"(?:\b(?:de|que|je|le)\s|['’])$", before, re.IGNORECASE) or (
        bool(VOWEL.match(word)) == bool(re.search(r"['’]$", before)))


def other_number(number, random_):
    """A number of the same length. A year stays a year; 0 and 1 stay, because French grammar depends on them."""
    value = int(number)
    if value < 2:
        return number
    if len(number) == 4 and 1000 <= value < 2100:
        return str(random_.randint(1700, 2060))
    if value < 32:
        return str(random_.randint(2, 31))
    return str(random_.randint(10 ** (len(number) - 1), 10 ** len(number) - 1))


def with_other_numbers(pair, random_):
    """None if the sides have no numbers, or different ones."""
    numbers = [NUMBER.findall(side) for side in pair]
    if not numbers[0] or Counter(numbers[0]) != Counter(numbers[1]) or len(set(numbers[0])) != len(numbers[0]):
        return None
    others = {number: other_number(number, random_) for number in numbers[0]}
    return tuple(NUMBER.sub(lambda match: others[match.group()], side) for side in pair)


def with_other_people(pair, random_):
    """Replaces Tom and Mary, who are in a third of Tatoeba's sentences. None if one of them is on one side only, or if
    an elided word before the name would no longer be right."""
    source, target = pair
    man, woman = (random_.choice(names) for names in (MEN, WOMEN))
    if random_.random() < 0.3:
        man, woman = made_name(random_), made_name(random_)
    changed = False
    for old, new in (((MAN, MAN), man), (WOMAN, woman)):
        pattern, other = (re.compile(rf"(?<![\w'-]){name}(?![\w-])") for name in old)
        if len(pattern.findall(source)) != len(other.findall(target)):
            return None
        changed |= bool(pattern.search(source))
        source, target = pattern.sub(new, source), other.sub(new, target)
    broken = any(pattern.search(target) for pattern in (UNELIDED, ELIDED))
    return (source, target) if changed and not broken else None


def with_another(words, pair, random_):
    """Replaces the only one of `words`, pairs of an English and a French word. None if a side has another one or none,
    or if an elided word before it would no longer be right."""
    present = [(i, word) for i, word in enumerate(words) if word[0] in pair[0] or word[1] in pair[1]]
    found = [[(i, match) for i, word in present
              for match in re.finditer(rf"(?<![\w'-]){word[side]}(?![\w-])", pair[side])] for side in (0, 1)]
    if len(found[0]) != 1 or len(found[1]) != 1 or found[0][0][0] != found[1][0][0]:
        return None
    new = random_.choice(words)
    if not keeps_elision(pair[1][:found[1][0][1].start()], new[1]):
        return None
    return tuple(text[:match.start()] + word + text[match.end():]
                 for text, word, ((_, match),) in zip(pair, new, found))


def with_another_day(pair, random_):
    return with_another(DAYS, pair, random_)


def with_another_month(pair, random_):
    return with_another(MONTHS, pair, random_)


def with_another_city(pair, random_):
    return with_another(CITIES, pair, random_)


def copying_pairs(sources, count=30_000, seed=1):
    """At most `count` pairs of each kind, and twice as many with names of all sorts, from {name: pairs of texts}.

    A pair with a day, a month or a city is used several times, because there are few."""
    random_ = random.Random(seed)
    plain = [pair for name in sorted(sources) if name not in WITHOUT for pair in sources[name] if len(pair[0]) < 200]
    few = ((with_another_day, 14), (with_another_month, 8), (with_another_city, 5))
    kinds = ((with_other_numbers, plain, count), (with_other_people, sources["tatoeba"], count),
             (partial(with_other_names, Names(plain)), plain * 2, 2 * count),
             *((kind, plain * times, count) for kind, times in few))
    chosen = []
    for replaced, pairs, most in kinds:
        made = [new for pair in pairs if (new := replaced(pair, random_))]
        random_.shuffle(made)
        chosen += made[:most]
    return chosen
