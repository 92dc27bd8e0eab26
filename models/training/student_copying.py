"""Synthetic pairs that teach copying: real pairs in which a number or a name is replaced by another on both sides."""

import random
import re
from collections import Counter

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
MAN, WOMAN = "Tom", ("Mary", "Marie")


def made_name(random_):
    """An invented surname, which only its spelling tells."""
    heads = ["Bar", "Bel", "Cor", "Dal", "Fen", "Gor", "Hal", "Kar", "Lam", "Mor", "Nor", "Pel", "Ros", "Sal", "Tor",
             "Van", "Wil", "Zan", "Ack", "Ober", "Mac", "Stein", "Kow", "Nak", "Raj", "Ostr", "Grün", "Peter"]
    middles = ["", "a", "en", "er", "i", "o", "ma", "ti", "le", "ski", "ber"]
    tails = ["ard", "berg", "dez", "ell", "ez", "field", "in", "man", "mann", "mura", "ov", "sen", "son", "ton", "vić",
             "wski", "yama", "by", "ford", "oni"]
    return random_.choice(heads) + random_.choice(middles) + random_.choice(tails)


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


def copying_pairs(sources, count=30_000, seed=1):
    """At most `count` pairs with other numbers and as many with other people, from {name: pairs of texts}."""
    random_ = random.Random(seed)
    plain = [pair for name in sorted(sources) if name not in WITHOUT for pair in sources[name] if len(pair[0]) < 200]
    kinds = (with_other_numbers, plain), (with_other_people, sources["tatoeba"])
    chosen = []
    for replaced, pairs in kinds:
        made = [new for pair in pairs if (new := replaced(pair, random_))]
        random_.shuffle(made)
        chosen += made[:count]
    return chosen
