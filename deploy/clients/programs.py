"""The programs whose requests `replay.py` sends, by wire: what each sends and reads, from its published source."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass
class Ask:
    """One request, and what its program reads from the answer.

    `reads` has the wanted values by their place in the answer: `0.language` is the member of the first element. A value
    can be a function that tells whether it is right, and a text that ends in `…` is a beginning. `keeps` names values
    for later steps, which write them as `$name`.
    """

    method: str
    path: str
    json: object = None
    form: object = None
    multipart: object = None
    raw: bytes = None
    headers: dict = field(default_factory=dict)
    keyed: bool = False
    status: int = 200
    reads: dict = field(default_factory=dict)
    keeps: dict = field(default_factory=dict)
    until: tuple = ()


@dataclass
class Program:
    """Programs that send the same requests on one wire.

    `impossible` is the reason why a translation server cannot do what they ask; then the steps are how they are refused.
    """

    names: str
    wire: str
    steps: list
    impossible: str = ""

DOG, CHIEN = "A dog runs in the snow.", "Un chien court dans la neige."
MEN, HOMMES = "Two men are talking.", "Deux hommes parlent."
RUNS, COURT = "A dog runs.", "Un chien court."
DEEPL = {"Authorization": "DeepL-Auth-Key $key"}
BEARER = {"Authorization": "Bearer $key"}
EMPTY = ("", "")


def holds(*parts):
    """A check that a text has all these parts."""

    def check(found):
        return isinstance(found, str) and all(part in found for part in parts)

    check.__doc__ = "a text with " + " and ".join(parts)
    return check


def lacks(*parts):
    """A check that a text has none of these parts."""

    def check(found):
        return isinstance(found, str) and bool(found) and not any(part in found for part in parts)

    check.__doc__ = "a text without " + " or ".join(parts)
    return check


def lines(count):
    """A check that a text has as many lines."""

    def check(found):
        return isinstance(found, str) and len(found.splitlines()) == count and all(found.splitlines())

    check.__doc__ = f"{count} lines"
    return check


def any_text(found):
    """a text that is not empty"""
    return isinstance(found, str) and found != ""


def number(found):
    """a number"""
    return isinstance(found, (int, float)) and not isinstance(found, bool)


def array(found):
    """an array"""
    return isinstance(found, list)


def one(found):
    """an array of one"""
    return isinstance(found, list) and len(found) == 1


def full(found):
    """an array that is not empty"""
    return isinstance(found, list) and found != []


def has_code(code):
    """A check that an array has the language of a code."""

    def check(found):
        return isinstance(found, list) and code in [
            it.get("code") or it.get("language") or it.get("lang") for it in found]

    check.__doc__ = f"an array with the language {code}"
    return check


def libre(**fields):
    return {"q": DOG, "source": "en", "target": "fr"} | fields


LANGUAGES = Ask("GET", "/languages", reads={"0.code": "en", "0.name": "English", "0.targets": ["fr"]})

LIBRETRANSLATE = [
    Program("Mastodon", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "/translate", json={
            "q": [
                '<p><span class="h-card" translate="no"><a href="https://a.example/@ann" class="u-url mention">@<span>ann'
                '</span></a></span> A dog runs in the snow.<br />Two men are talking.</p>',
                "A dog runs in the snow.\nTwo men are talking.", "A dog runs in the snow. &lt;3 &amp;&amp;", "",
            ], "source": "en", "target": "fr", "format": "html", "api_key": ""}, reads={
            "translatedText.0": '<p><span class="h-card" translate="no"><a href="https://a.example/@ann" class="u-url men'
            'tion">@<span>ann</span></a></span> Un chien court dans la neige.<br />Deux hommes parlent.</p>',
            "translatedText.1": f"{CHIEN}\n{HOMMES}", "translatedText.2": holds(CHIEN, "&lt;3", "&amp;&amp;"),
            "translatedText.3": ""}),
        Ask("POST", "/translate", json={
            "q": [f"<p>{DOG}</p>", MEN], "source": "auto", "target": "fr", "format": "html", "api_key": ""}, reads={
            "translatedText": [f"<p>{CHIEN}</p>", HOMMES], "detectedLanguage.0.language": "en",
            "detectedLanguage.1.language": "en"}),
    ]),
    Program("Nextcloud integration (jefs42/libretranslate)", "LibreTranslate", [
        Ask("GET", "/frontend/settings", reads={"charLimit": number, "language.source.code": any_text}),
        Ask("GET", "/languages", multipart=[], reads={"": has_code("en")}),
        Ask("POST", "/detect?" + urlencode({"q": DOG, "api_key": ""}), multipart=[],
            reads={"0.language": "en", "0.confidence": number}, keeps={"found": "0.language"}),
        Ask("POST", "/translate", multipart=[
            ("q", f"{DOG}\n{MEN}\n\n{RUNS}"), ("format", "html"), ("source", "$found"), ("target", "fr"),
            ("api_key", "")], reads={"translatedText": f"{CHIEN}\n{HOMMES}\n\n{COURT}"}),
        Ask("POST", "/translate", multipart=[
            ("q", "Tom & Jerry"), ("format", "html"), ("source", "en"), ("target", "fr"), ("api_key", "")],
            reads={"translatedText": lacks("&amp;")}),
        Ask("POST", "/translate", multipart=[
            ("q", DOG), ("format", "html"), ("source", "en"), ("target", "xx"), ("api_key", "")], status=400,
            reads={"error": holds("xx is not supported")}),
    ]),
    Program("Weblate; LTEngine's clients", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "/translate", json=libre(api_key="", q=[DOG, MEN]), reads={"translatedText": [CHIEN, HOMMES]}),
        Ask("POST", "/translate", json=libre(api_key="", q=[DOG], source="en_US", target="fr-CA"),
            reads={"translatedText": [CHIEN]}),
    ]),
    Program("Discourse translator", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "/detect", form={"q": "hello", "api_key": ""}, reads={"0.language": any_text},
            keeps={"found": "0.language"}),
        Ask("POST", "/translate", form={
            "q": "hello", "source": "$found", "target": "fr", "format": "html", "api_key": ""},
            reads={"translatedText": any_text}),
        Ask("POST", "/detect", form={"q": DOG, "api_key": ""}, reads={"0.language": "en"}),
        Ask("POST", "/translate", form=libre(q=f"<p>{DOG}</p>", format="html", api_key=""),
            reads={"translatedText": f"<p>{CHIEN}</p>"}),
    ]),
    Program("Akkoma", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "/translate", json=libre(q=f"<p>{DOG}</p>", source="auto", format="html", api_key=None),
            reads={"translatedText": f"<p>{CHIEN}</p>", "detectedLanguage.language": "en"}),
    ]),
    Program("Sharkey; Misskey's forks", "LibreTranslate", [
        Ask("POST", "/translate", json=libre(source="auto", format="text", api_key=""),
            reads={"translatedText": CHIEN, "detectedLanguage.language": "en"}),
        Ask("POST", "/translate", json=libre(q="12:30", source="auto", format="text", api_key=""),
            reads={"translatedText": "12:30", "detectedLanguage.language": any_text}),
        Ask("POST", "/translate", json=libre(q="🐶", source="auto", format="text", api_key=""),
            reads={"translatedText": "🐶", "detectedLanguage.language": any_text}),
    ]),
    Program("TWP (Traduzir páginas web)", "LibreTranslate", [
        Ask("POST", "/translate", form=libre(source="auto", format="text", api_key="$key"), keyed=True,
            reads={"translatedText": CHIEN, "detectedLanguage.language": "en"}),
    ]),
    Program("Dialect (GNOME)", "LibreTranslate", [
        Ask("GET", "/spec", reads={"info.title": "LibreTranslate"}),
        Ask("GET", "/frontend/settings", reads={
            "suggestions": False, "apiKeys": False, "keyRequired": False, "charLimit": number}),
        LANGUAGES,
        Ask("POST", "/translate", json={"q": DOG, "source": "auto", "target": "fr"},
            reads={"translatedText": CHIEN, "detectedLanguage.language": "en"}),
        Ask("GET", "/frontend/settings", keyed=True, reads={"apiKeys": True, "keyRequired": True}),
        Ask("POST", "/detect", form={"q": "hello", "api_key": "$key"}, keyed=True, reads={"0.language": any_text}),
        Ask("POST", "/detect", form={"q": "hello", "api_key": "a-wrong-key"}, keyed=True, status=403,
            reads={"error": holds("Invalid API key")}),
        Ask("POST", "/translate", json={"q": DOG, "source": "xx", "target": "fr"}, status=400,
            reads={"error": holds("is not supported")}),
        Ask("POST", "/translate", json={"q": "a" * 200_001, "source": "en", "target": "fr"}, status=413,
            reads={"error": holds("exceeds text limit")}),
    ]),
    Program("Crow Translate; QOnlineTranslator", "LibreTranslate", [
        Ask("POST", "/detect", raw=b"&q=Hello%20world", headers={"Content-Type": "application/x-www-form-urlencoded"},
            reads={"0.language": any_text}, keeps={"found": "0.language"}),
        Ask("POST", "/translate", form=[EMPTY, ("q", "Hello world"), ("source", "$found"), ("target", "fr"),
                                        ("api_key", "")], reads={"translatedText": any_text}),
        Ask("POST", "/detect", form=[EMPTY, ("q", DOG)], reads={"0.language": "en"}),
        Ask("POST", "/translate", form=[EMPTY, ("q", DOG), ("source", "en"), ("target", "fr"), ("api_key", "")],
            reads={"translatedText": CHIEN}),
    ]),
    Program("Obsidian Translate; LibreTranslate for Obsidian; FluentRead", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "/detect", json={"q": DOG}, reads={"0.language": "en", "0.confidence": number}),
        Ask("POST", "/translate", json=libre(source="auto"), reads={
            "translatedText": CHIEN, "detectedLanguage.language": "en"}),
        Ask("POST", "/translate", json=libre(q="See [the dog](https://example.com/docs) in the snow."), reads={
            "translatedText": holds("[", "](https://example.com/docs)")}),
    ]),
    Program("Zotero PDF Translate", "LibreTranslate", [
        Ask("POST", "/translate", json=libre(format="text"), reads={"translatedText": CHIEN}),
        Ask("POST", "//translate", json=libre(format="text", api_key="$key"), keyed=True,
            reads={"translatedText": CHIEN}),
        Ask("POST", "/translate", json=libre(target="xx", format="text"), status=400, reads={"error": any_text}),
    ]),
    Program("Subtitle Edit", "LibreTranslate", [
        Ask("POST", "/translate", json=libre(q="A dog runs in the snow.<br />Two men are talking."),
            reads={"translatedText": f"{CHIEN}<br />{HOMMES}"}),
    ]),
    Program("Lingarr (Bazarr)", "LibreTranslate", [
        LANGUAGES,
        Ask("POST", "//translate", json=libre(format="text", api_key=None), reads={"translatedText": CHIEN}),
    ]),
    Program("SearXNG", "LibreTranslate", [
        Ask("POST", "/translate", json=libre(alternatives=3), reads={
            "translatedText": CHIEN, "alternatives": full}),
    ]),
    Program("wagtail-localize; Strapi plugin-translate", "LibreTranslate", [
        Ask("POST", "//translate", json=libre(q=[f"<p>{DOG}</p>", MEN], format="html"),
            reads={"translatedText": [f"<p>{CHIEN}</p>", HOMMES]}),
    ]),
    Program(
        "Jigasi; LiveCaptions-Translator; Ferdium; RSSBox; franciscop/translate; Linguist; libretranslate-ts; "
        "libretranslate-java; LibreTranslate.Net; libretranslate-rs; R's libretranslate; noesya (Ruby)",
        "LibreTranslate", [
            LANGUAGES,
            Ask("POST", "/translate", json=libre(), reads={"translatedText": CHIEN}),
            Ask("POST", "/translate", form=libre(api_key=""), reads={"translatedText": CHIEN}),
            Ask("POST", "/detect", json={"q": DOG}, reads={"0.language": "en"}),
            Ask("POST", "/translate", json=libre(target="en"), reads={"translatedText": DOG}),
        ]),
    Program("SnakeSel/libretranslate (Go)", "LibreTranslate", [
        Ask("POST", "/detect", form={"q": RUNS}, reads={"": one, "0.language": "en"}),
        Ask("POST", "/translate", form=libre(api_key=""), reads={"translatedText": CHIEN}),
    ]),
    Program("aiolibretranslate", "LibreTranslate", [
        Ask("POST", "/languages", json={}, reads={"": has_code("en")}),
        Ask("POST", "/detect", json={"q": DOG, "api_key": ""}, reads={"0.language": "en"}),
        Ask("POST", "/translate", json=libre(api_key=""), reads={"translatedText": CHIEN}),
    ]),
    Program("i18n-ally", "LibreTranslate", [
        Ask("POST", "/translate", json=libre(format="html", target="fr-FR", api_key=""),
            reads={"translatedText": CHIEN}),
        Ask("POST", "/translate", json=libre(q="Tom & Jerry < 3", format="html", target="fr", api_key=""),
            reads={"translatedText": lacks("&amp;", "&lt;")}),
    ]),
    Program("deep-translator; libretranslatepy", "LibreTranslate", [
        Ask("POST", "/translate?" + urlencode(libre(source="auto", format="text")), reads={"translatedText": CHIEN}),
        Ask("POST", "/detect", form={"q": DOG}, reads={"0.language": "en"}),
        Ask("POST", "/translate", form=libre(), reads={"translatedText": CHIEN}),
        LANGUAGES,
    ]),
]


def deepl(*, form=None, json=None, path="/v2/translate", reads=None, headers=DEEPL, method="POST", status=200):
    return Ask(method, path, json=json, form=form, headers=headers, keyed=True, status=status,
               reads={"translations.0.text": CHIEN, "translations.0.detected_source_language": "EN"}
               if reads is None else reads)


def text(**fields):
    return {"text": DOG, "source_lang": "EN", "target_lang": "FR"} | fields


TARGETS = {"": has_code("FR"), "0.name": any_text, "0.supports_formality": False}
USAGE = {"character_count": number, "character_limit": number}

DEEPLS_OWN = [
    Program("deepl-python", "DeepL", [
        deepl(json=text(text=[DOG, MEN]), reads={
            "translations.0.text": CHIEN, "translations.1.text": HOMMES,
            "translations.0.detected_source_language": "EN"}),
        deepl(method="GET", path="/v2/languages", json={"type": "target"}, reads=TARGETS),
        deepl(method="GET", path="/v2/usage", reads=USAGE),
        deepl(json=text(formality="more"), status=400, reads={"message": holds("formality")}),
        deepl(json=text(), headers={"Authorization": "DeepL-Auth-Key a-wrong-key"}, status=403,
              reads={"message": any_text}),
    ]),
    Program("deepl-node", "DeepL", [
        deepl(form=text()),
        deepl(method="GET", path="/v2/languages?type=target", reads=TARGETS),
        deepl(method="GET", path="/v2/languages?type=source", reads={"": has_code("EN")}),
        deepl(method="GET", path="/v2/usage", reads=USAGE),
    ]),
    Program("deepl-php", "DeepL", [
        deepl(json=text(text=[DOG])),
        deepl(method="GET", path="/v2/languages?type=target", reads=TARGETS),
        deepl(method="GET", path="/v3/languages?resource=translate_text", reads={
            "": has_code("fr"), "0.usable_as_source": True, "0.usable_as_target": False}),
        deepl(method="GET", path="/v3/languages/resources", reads={"0.name": "translate_text"}),
        deepl(method="GET", path="/v2/usage", reads=USAGE),
    ]),
    Program("deepl-rb", "DeepL", [
        deepl(json=text(text=[DOG], target_lang="fr")),
        deepl(method="GET", path="/v2/languages", json={"type": "target"}, reads=TARGETS),
        deepl(method="GET", path="/v2/usage", json={}, reads=USAGE),
    ]),
    Program("deepl-java", "DeepL", [
        deepl(form=text()),
        deepl(path="/v2/languages", form={"type": "target"}, reads=TARGETS),
        deepl(path="/v2/languages", form={}, reads={"": has_code("EN")}),
        deepl(path="/v2/usage", form={}, reads=USAGE),
    ]),
    Program("deepl-dotnet", "DeepL", [
        deepl(form=[("text", DOG), ("text", MEN), ("source_lang", "EN"), ("target_lang", "FR")], reads={
            "translations.0.text": CHIEN, "translations.1.text": HOMMES}),
        deepl(method="GET", path="/v2/languages?type=target", reads=TARGETS),
        deepl(method="GET", path="/v2/usage", reads=USAGE),
    ]),
    Program("DeepL's clients: glossaries v2", "DeepL", [
        Ask("GET", "/v2/glossary-language-pairs", headers=DEEPL, keyed=True,
            reads={"supported_languages": full}),
        Ask("POST", "/v2/glossaries", headers=DEEPL, keyed=True, status=201, json={
            "name": "pets", "source_lang": "EN", "target_lang": "FR", "entries": "dog\tcanidé",
            "entries_format": "tsv"}, reads={"entry_count": 1, "ready": True}, keeps={"glossary": "glossary_id"}),
        deepl(json=text(text=[DOG], glossary_id="$glossary"), reads={"translations.0.text": holds("canidé")}),
        Ask("GET", "/v2/glossaries/$glossary/entries", headers=DEEPL | {"Accept": "text/tab-separated-values"},
            keyed=True, reads={"": "dog\tcanidé…"}),
        Ask("DELETE", "/v2/glossaries/$glossary", headers=DEEPL, keyed=True, status=204),
        Ask("GET", "/v2/glossaries/$glossary", headers=DEEPL, keyed=True, status=404, reads={"message": any_text}),
    ]),
    Program("DeepL's clients: glossaries v3", "DeepL", [
        Ask("POST", "/v3/glossaries", headers=DEEPL, keyed=True, status=201, json={
            "name": "pets", "dictionaries": [{
                "source_lang": "EN", "target_lang": "FR", "entries": "dog,canidé", "entries_format": "csv"}]},
            reads={"dictionaries.0.entry_count": 1}, keeps={"glossary": "glossary_id"}),
        Ask("GET", "/v3/glossaries", headers=DEEPL, keyed=True, reads={"glossaries": full}),
        Ask("GET", "/v3/glossaries/$glossary/entries?source_lang=EN&target_lang=FR", headers=DEEPL, keyed=True,
            reads={"dictionaries.0.entries": "dog\tcanidé…"}),
        Ask("DELETE", "/v3/glossaries/$glossary", headers=DEEPL, keyed=True, status=204),
    ]),
    Program("DeepL's clients: documents", "DeepL", [
        Ask("POST", "/v2/document", headers=DEEPL, keyed=True, multipart=[
            ("target_lang", "FR"), ("source_lang", "EN"), ("file", ("dog.txt", f"{DOG}\n"))],
            keeps={"id": "document_id", "secret": "document_key"}),
        Ask("POST", "/v2/document/$id", headers=DEEPL, keyed=True, form={"document_key": "$secret"},
            until=("status", "done"), reads={"document_id": any_text, "billed_characters": len(DOG) + 1}),
        Ask("POST", "/v2/document/$id/result", headers=DEEPL, keyed=True, form={"document_key": "$secret"},
            reads={"": f"{CHIEN}\n"}),
        Ask("POST", "/v2/document/$id", keyed=True, form={"document_key": "$secret"}, status=403),
    ]),
    Program("DeepL's clients: rephrasing, style rules, translation memories", "DeepL", [
        Ask("POST", "/v2/write/rephrase", headers=DEEPL, keyed=True, json={"text": [DOG]}, status=404,
            reads={"message": any_text}),
        Ask("GET", "/v3/style_rules", headers=DEEPL, keyed=True, status=404, reads={"message": any_text}),
        Ask("GET", "/v3/translation_memories", headers=DEEPL, keyed=True, status=404, reads={"message": any_text}),
    ], impossible="no translation model rephrases or has rules of style"),
]

DEEPLS_WIRE = [
    Program("Weblate", "DeepL", [
        deepl(method="GET", path="/v2/glossary-language-pairs", reads={"supported_languages": full}),
        deepl(method="GET", path="/v2/languages?type=target", reads=TARGETS),
        deepl(json=text(text=['A dog <x id="5"></x> runs in the snow.'], formality="default", tag_handling="xml",
                        ignore_tags=["x"]), reads={"translations.0.text": holds('<x id="5"></x>', "chien")}),
    ]),
    Program("Mastodon; Akkoma", "DeepL", [
        deepl(method="GET", path="/v2/languages?type=target", reads=TARGETS),
        deepl(form=[("text", f"<p>{DOG}</p>"), ("text", MEN), ("source_lang", "EN"), ("target_lang", "fr"),
                    ("tag_handling", "html")], reads={
            "translations.0.text": f"<p>{CHIEN}</p>", "translations.1.text": HOMMES,
            "translations.0.detected_source_language": "EN"}),
    ]),
    Program("i18n-tasks (Rails)", "DeepL", [
        deepl(json=text(text=["A dog <i18n>%{place}</i18n> runs."], tag_handling="xml", html_escape=True),
              reads={"translations.0.text": holds("<i18n>%{place}</i18n>", "chien")}),
    ]),
    Program("Subtitle Edit", "DeepL", [
        deepl(form={"text": DOG, "target_lang": "FR", "source_lang": "EN"}),
        deepl(form={"text": f"{DOG}\n{MEN}", "target_lang": "FR", "source_lang": "EN", "formality": "default"},
              reads={"translations.0.text": f"{CHIEN}\n{HOMMES}"}),
    ]),
    Program("kiss-translator; Strapi; Zotero; LiveCaptions-Translator; Tolgee; TWP", "DeepL", [
        deepl(json=text(text=[DOG])),
        deepl(form=text()),
        deepl(json={"text": [DOG], "target_lang": "FR"}),
    ]),
    Program("Obsidian Translate", "DeepL", [
        deepl(path="/v2/translate?" + urlencode(text())),
        deepl(path="/v2/languages", form={"type": "target"}, reads=TARGETS),
        deepl(path="/v2/usage", form={}, reads=USAGE),
    ]),
    Program("SearXNG; Misskey to 2025; i18n-ally; franciscop/translate", "DeepL", [
        deepl(form=text(auth_key="$key"), headers={}),
        deepl(method="GET", path="/v2/usage?auth_key=$key", headers={}, reads=USAGE),
    ]),
    Program("deep-translator", "DeepL", [
        deepl(method="GET", path="/v2/translate?auth_key=$key&" + urlencode(text()), headers={}),
    ]),
]

PAIR = {"text": DOG, "source_lang": "EN", "target_lang": "FR"}


def deeplx(fields=None, path="/translate", **options):
    return Ask("POST", path, json=fields, status=options.pop("status", 200), reads=options.pop("reads", {
        "code": 200, "id": number, "data": CHIEN, "alternatives": array, "source_lang": "EN", "target_lang": "FR",
        "method": any_text}), **options)


DEEPLX = [
    Program("Zotero PDF Translate; pot; STranslate; LunaTranslator; FluentRead", "DeepLX", [
        deeplx(PAIR), deeplx(PAIR | {"source_lang": "auto"}), deeplx(PAIR, path="/v1/translate")]),
    Program("kiss-translator", "DeepLX", [deeplx(PAIR, headers=BEARER, keyed=True)]),
    Program("PDFMathTranslate; RSS-Translator", "DeepLX", [
        deeplx({"source_lang": "en", "target_lang": "fr", "text": DOG})]),
    Program("bilingual_book_maker", "DeepLX", [
        deeplx(raw=b'{"text": "A dog runs in the snow.", "source_lang": "EN", "target_lang": "FR"}')]),
    Program("Bob (bob-plugin-deeplx)", "DeepLX", [
        deeplx(PAIR | {"source_lang": "AUTO"}, path="/translate?token=$key", keyed=True),
        deeplx(PAIR | {"target_lang": "XX"}, status=400, reads={"code": 400, "message": any_text})]),
    Program("Sharkey; Iceshrimp", "DeepLX", [deeplx(form={"text": DOG, "target_lang": "FR"})]),
    Program("Calibre Ebook-Translator; SmartSub; MemoAI; TeroSubtitler; Translumo; hcfy", "DeepLX", [
        deeplx(PAIR | {"source_lang": "EN"}, path="/translate?token=any"), deeplx({"text": DOG, "target_lang": "FR"})]),
    Program("Immersive Translate", "DeepLX", [
        deeplx(PAIR | {"text": f"<b0>{DOG}</b0>", "tag_handling": "html"}, reads={"data": f"<b0>{CHIEN}</b0>"})]),
    Program("Subtitle Edit (its DeepLX is DeepL's own call)", "DeepLX", [
        Ask("POST", "/v2/translate", form={"text": DOG, "target_lang": "FR", "source_lang": "EN"},
            reads={"translations.0.text": CHIEN})]),
]

OTHERS = [
    Program("Zotero PDF Translate; STranslate; MTranCode", "MTranServer", [
        Ask("GET", "/version", reads={"version": any_text}),
        Ask("POST", "/translate", json={"from": "en", "to": "fr", "text": DOG, "html": False},
            headers={"Authorization": "$key"}, keyed=True, reads={"result": CHIEN}),
        Ask("POST", "/translate", json={"from": "auto", "to": "fr", "text": DOG}, reads={"result": CHIEN}),
    ]),
    Program("LiveCaptions-Translator", "MTranServer", [
        Ask("POST", "/translate", json={"from": "en", "to": "fr", "text": DOG}, headers=BEARER, keyed=True,
            reads={"result": CHIEN}),
        Ask("POST", "/translate/batch", json={"from": "en", "to": "fr", "texts": [DOG, MEN]},
            reads={"results": [CHIEN, HOMMES]}),
    ]),
    Program("real-time-translation (Emacs)", "MTranServer", [
        Ask("POST", "/translate?token=$key", json={"from": "en", "to": "fr", "text": DOG}, keyed=True,
            reads={"result": CHIEN})]),
    Program("Immersive Translate", "its custom service", [
        Ask("POST", "/imme", json={"source_lang": "auto", "target_lang": "fr", "text_list": [
            DOG, "A <b0>dog</b0> runs {0} in the snow."]}, reads={
            "translations.0.detected_source_lang": "en", "translations.0.text": CHIEN,
            "translations.1.text": holds("<b0>", "</b0>", "{0}")}),
        Ask("POST", "/translate?token=$key", json={
            "source_lang": "en-US", "target_lang": "fr-FR", "text_list": [DOG]}, keyed=True,
            reads={"translations.0.text": CHIEN}),
    ]),
    Program("kiss-translator; LinguaSpark's clients", "kiss's custom service", [
        Ask("POST", "/translate", json={"text": DOG, "from": "auto", "to": "fr"}, reads={"text": CHIEN, "src": "en"}),
        Ask("POST", "/kiss", json={"texts": [DOG, MEN], "from": "auto", "to": "fr"}, reads={
            "0.text": CHIEN, "0.src": "en", "1.text": HOMMES}),
        Ask("POST", "/translate", json={"texts": [DOG], "from": "en", "to": "fr"}, reads={"0.text": CHIEN}),
    ]),
    Program("Subtitle Edit; Zotero PDF Translate", "NLLB Serve", [
        Ask("POST", "/translate", json={"source": [DOG, MEN], "src_lang": "eng_Latn", "tgt_lang": "fra_Latn"}, reads={
            "translation": [CHIEN, HOMMES], "source": [DOG, MEN], "src_lang": "eng_Latn", "tgt_lang": "fra_Latn"}),
        Ask("GET", "/translate?" + urlencode({"source": DOG, "src_lang": "eng_Latn", "tgt_lang": "fra_Latn"}),
            reads={"translation.0": CHIEN}),
    ]),
    Program("Subtitle Edit; Zotero PDF Translate", "NLLB API", [
        Ask("GET", "/api/v4/translator?" + urlencode({"text": DOG, "source": "eng_Latn", "target": "fra_Latn"}),
            reads={"result": CHIEN})]),
    Program("pot; vscode-comment-translate", "Google's pages", [
        Ask("GET", "/translate_a/single?client=gtx&sl=auto&tl=fr&hl=fr&dt=at&dt=bd&dt=t&ie=UTF-8&oe=UTF-8&q="
            + quote(DOG), reads={"0.0.0": CHIEN, "0.0.1": DOG, "2": "en"})]),
    Program("kiss-translator", "Google's pages", [
        Ask("GET", "/translate_a/single?client=gtx&dt=t&dj=1&ie=UTF-8&sl=auto&tl=fr&q=" + quote(DOG), reads={
            "sentences.0.trans": CHIEN, "sentences.0.orig": DOG, "src": "en"})]),
    Program("XUnity.AutoTranslator; translators (PyPI), its older client", "Google's pages", [
        Ask("GET", "/translate_a/single?client=webapp&sl=en&tl=fr&hl=zh-CN&dt=at&dt=bd&dt=ex&dt=ld&dt=md&dt=qca&dt=rw"
            "&dt=rm&dt=ss&dt=t&ie=UTF-8&oe=UTF-8&source=bh&ssel=0&tsel=0&kc=1&tk=1.2&q=" + quote(DOG),
            reads={"0.0.0": CHIEN})]),
    Program("Google's SDKs", "Google v2", [
        Ask("POST", "/language/translate/v2?key=$key", keyed=True, json={
            "q": [DOG, MEN], "source": "en", "target": "fr", "format": "text"}, reads={
            "data.translations.0.translatedText": CHIEN, "data.translations.1.translatedText": HOMMES}),
        Ask("POST", "/language/translate/v2?prettyPrint=false", headers={"X-Goog-Api-Key": "$key"}, keyed=True,
            json={"q": [DOG], "target": "fr"}, reads={"data.translations.0.detectedSourceLanguage": "en"}),
        Ask("POST", "/language/translate/v2/detect", headers={"X-Goog-Api-Key": "$key"}, keyed=True,
            json={"q": [DOG]}, reads={"data.detections.0.0.language": "en"}),
        Ask("GET", "/language/translate/v2/languages?target=en&key=$key", keyed=True,
            reads={"data.languages": has_code("fr")}),
    ]),
    Program("Azure's SDKs", "Azure Translator v3", [
        Ask("POST", "/translate?api-version=3.0&from=en&to=fr", json=[{"Text": DOG}, {"Text": MEN}], keyed=True,
            headers={"Ocp-Apim-Subscription-Key": "$key", "Ocp-Apim-Subscription-Region": "westeurope"}, reads={
            "0.translations.0.text": CHIEN, "0.translations.0.to": "fr", "1.translations.0.text": HOMMES}),
        Ask("POST", "/translate?api-version=3.0&to=fr", json=[{"Text": DOG}], reads={
            "0.detectedLanguage.language": "en", "0.detectedLanguage.score": number, "0.translations.0.text": CHIEN}),
        Ask("GET", "/languages?api-version=3.0&scope=translation", reads={"translation.fr.nativeName": any_text}),
        Ask("POST", "/detect?api-version=3.0", json=[{"Text": DOG}], reads={"0.language": "en", "0.score": number}),
        Ask("POST", "/breaksentence?api-version=3.0&language=en", json=[{"Text": f"{DOG} {MEN}"}],
            reads={"0.sentLen": [len(DOG) + 1, len(MEN)]}),
        Ask("POST", "/translate?api-version=3.0&to=fr", json=[{"Text": DOG}], keyed=True, status=401,
            reads={"error.code": 401000, "error.message": any_text}),
    ]),
    Program("LocalVocal (OBS)", "Azure Translator v3", [
        Ask("POST", "/translate?api-version=3.0&from=en&to=fr", json=[{"Text": DOG}], keyed=True,
            headers={"Ocp-Apim-Subscription-Key": "$key"}, reads={"0.translations.0.text": CHIEN})]),
    Program("XUnity.AutoTranslator", "its custom service", [
        Ask("GET", "/translate?" + urlencode({"from": "en", "to": "fr", "text": DOG}), reads={"": CHIEN})]),
    Program("SearXNG; Crow Translate; pot", "Lingva", [
        Ask("GET", "/api/v1/en/fr/" + quote(DOG), reads={
            "translation": CHIEN, "info.definitions": array, "info.examples": array}),
        Ask("GET", "/api/v1/auto/fr/" + quote(DOG), reads={"translation": CHIEN, "info.detectedSource": "en"}),
    ]),
    Program("Dialect (GNOME)", "Lingva", [
        Ask("GET", "/api/v1/languages/", reads={"languages": has_code("en")}),
        Ask("GET", "/api/v1/en/fr/hello", reads={"translation": any_text}),
        Ask("GET", "/api/v1/auto/fr/" + quote("A dog/cat runs in the snow.", safe=""),
            reads={"translation": any_text, "info.detectedSource": "en"}),
    ]),
    Program("Scripts of browsers", "LibreTranslate as text/plain", [
        Ask("POST", "/translate", raw=b'{"q":"A dog runs in the snow.","source":"en","target":"fr"}',
            headers={"Content-Type": "text/plain;charset=UTF-8"}, reads={"translatedText": CHIEN})]),
    Program("Programs that ask a chat model", "OpenAI", [
        Ask("POST", "/v1/chat/completions", json={"model": "any", "messages": [
            {"role": "user", "content": f"Translate into French: {DOG}"}]}, status=404, reads={"error": any_text}),
    ], impossible="the text would have to be dug out of free instructions"),
]

PROGRAMS = LIBRETRANSLATE + DEEPLS_OWN + DEEPLS_WIRE + DEEPLX + OTHERS
