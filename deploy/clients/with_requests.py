"""The requests of clients that are no packages, as their published sources send them, and the member that each reads.

    DRAGOMAN_TABLE=1 deploy/client-check      prints a line per client
"""

import json
import os
import unittest
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

OPEN = os.environ["DRAGOMAN_URL"]
KEYED = os.environ["DRAGOMAN_KEYED_URL"]
KEY = os.environ["DRAGOMAN_KEY"]
DOG, CHIEN = "A dog runs.", "Un chien court."
FORM = "application/x-www-form-urlencoded"


def ask(method, path, body=None, *, headers=(), form=None, multipart=None, base=OPEN):
    """The status and the answer, parsed if it is JSON."""
    headers = dict(headers)
    data = None
    if body is not None:
        data, kind = json.dumps(body).encode(), "application/json"
    if form is not None:
        data, kind = urlencode(form, doseq=True).encode(), FORM
    if multipart is not None:
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in multipart]
        data, kind = ("".join(parts) + "--x--\r\n").encode(), "multipart/form-data; boundary=x"
    if data is not None:
        headers.setdefault("Content-Type", kind)
    try:
        with urlopen(Request(base + path, data, headers, method=method)) as answer:
            status, text = answer.status, answer.read().decode()
    except HTTPError as refusal:
        status, text = refusal.code, refusal.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


def translated(body, **options):
    status, answer = ask("POST", "/translate", body, **options)
    return status == 200 and answer["translatedText"]


def libre(**more):
    return {"q": DOG, "source": "en", "target": "fr"} | more


def mastodon():
    _, languages = ask("GET", "/languages")
    texts = [f"<p>{DOG}</p>", DOG, ""]
    status, answer = ask("POST", "/translate", libre(q=texts, source="auto", format="html", api_key=""))
    return (status == 200 and languages[0]["targets"] == ["fr"]
            and answer["translatedText"] == [f"<p>{CHIEN}</p>", CHIEN, ""]
            and answer["detectedLanguage"][0]["language"] == "en")


def nextcloud():
    _, settings = ask("GET", "/frontend/settings")
    _, found = ask("POST", "/detect?" + urlencode({"q": DOG, "api_key": ""}), multipart=[])
    status, answer = ask("POST", "/translate", multipart=[
        ("q", DOG), ("format", "html"), ("source", "en"), ("target", "fr"), ("api_key", "")])
    return settings["charLimit"] and found[0]["language"] and answer["translatedText"] == CHIEN


def two_steps():
    """Crow Translate and Discourse: the language first, then the translation of that language."""
    _, found = ask("POST", "/detect", form=[("", ""), ("q", "A dog runs in the snow.")])
    return translated(None, form=[("", ""), ("q", DOG), ("source", found[0]["language"]), ("target", "fr"),
                                  ("api_key", "")]) == CHIEN


def dialect():
    _, document = ask("GET", "/spec")
    _, settings = ask("GET", "/frontend/settings")
    return (document["info"]["title"] == "LibreTranslate" and not settings["keyRequired"]
            and "charLimit" in settings and translated(libre(source="auto", format="text")) == CHIEN)


def searxng():
    _, answer = ask("POST", "/translate", libre(alternatives=3))
    return answer["translatedText"] == CHIEN and isinstance(answer["alternatives"], list)


def deepl(fields, key="DeepL-Auth-Key " + KEY, as_form=False, path="/v2/translate"):
    headers = {"Authorization": key} if key else {}
    status, answer = ask("POST", path, None if as_form else fields, form=fields if as_form else None,
                         headers=headers, base=KEYED)
    return status == 200 and answer["translations"][0]["text"]


def texts(**more):
    return {"text": [DOG], "source_lang": "EN", "target_lang": "FR"} | more


def java():
    for form in [{"type": "target"}, {}]:
        status, languages = ask("POST", "/v2/languages", form=form)
        if status != 200 or languages[0]["name"] not in ["English", "French"]:
            return False
    return ask("POST", "/v2/usage", form={})[0] == 200


def php():
    status, languages = ask("GET", "/v3/languages?resource=translate_text")
    return (status == 200 and languages[1]["usable_as_target"]
            and ask("GET", "/v3/languages/resources")[1][0]["name"] == "translate_text"
            and deepl(texts()) == CHIEN)


def auth_key(as_form):
    fields = {"auth_key": KEY, "text": DOG, "source_lang": "EN", "target_lang": "FR"}
    if as_form:
        return ask("POST", "/v2/translate", form=fields, base=KEYED)[1]["translations"][0]["text"] == CHIEN
    return ask("GET", "/v2/translate?" + urlencode(fields), base=KEYED)[1]["translations"][0]["text"] == CHIEN


def deeplx(fields, **options):
    status, answer = ask("POST", options.pop("path", "/translate"), fields, **options)
    return status == 200 and answer["code"] == 200 and answer["source_lang"] == "EN" and answer["data"]


PAIR = {"text": DOG, "source_lang": "EN", "target_lang": "FR"}


def gtx(more=""):
    return ask("GET", "/translate_a/single?client=gtx&sl=auto&tl=fr&dt=t" + more + "&q=A+dog+runs+in+the+snow.")[1]


def lingva(path):
    return ask("GET", "/api/v1/" + path)[1]


CLIENTS = {
    "Mastodon (LibreTranslate)": mastodon,
    "Nextcloud": nextcloud,
    "Weblate": lambda: translated(libre(q=[DOG], api_key="", source="en-US", target="fr-FR")) == [CHIEN],
    "Crow Translate, Discourse": two_steps,
    "Akkoma": lambda: translated(libre(source="auto", format="html", api_key=None)) == CHIEN,
    "Sharkey (LibreTranslate)": lambda: ask("POST", "/translate", libre(q="12:30", source="auto", format="text"))[1][
        "detectedLanguage"]["language"],
    "TWP": lambda: translated(None, form=libre(source="auto", format="text")) == CHIEN,
    "Dialect": dialect,
    "Obsidian Translate": lambda: translated(libre(target="fr-CA")) == CHIEN and java(),
    "Zotero (LibreTranslate)": lambda: translated(libre(format="text"), base=OPEN + "/") == CHIEN,
    "Subtitle Edit (LibreTranslate)": lambda: "<br />" in translated(libre(q="A dog runs.<br />Two men.")),
    "Lingarr": lambda: translated(libre(format="text", api_key=None), base=OPEN + "/") == CHIEN,
    "SearXNG (LibreTranslate)": searxng,
    "wagtail-localize, Strapi": lambda: translated(libre(q=[DOG], format="html"), base=OPEN + "/") == [CHIEN],
    "i18n-ally (LibreTranslate)": lambda: translated(libre(format="html", target="fr-FR")) == CHIEN,
    "Jigasi, LiveCaptions and others": lambda: translated(libre()) == CHIEN,
    "aiolibretranslate": lambda: (
        translated(libre(api_key="")) == CHIEN and ask("POST", "/languages", form={})[1][0]["code"] == "en"),
    "DeepL for Java": java,
    "DeepL for PHP": php,
    "DeepL for Node": lambda: deepl(PAIR, as_form=True) == CHIEN and ask("GET", "/v2/languages?type=target")[0] == 200,
    "DeepL for Ruby, i18n-tasks": lambda: deepl(texts(tag_handling="xml", html_escape=True)) == CHIEN,
    "DeepL for .NET": lambda: deepl(PAIR, as_form=True) == CHIEN,
    "Weblate (DeepL)": lambda: deepl(
        texts(text=['A dog <x id="5"></x> runs.'], formality="default", tag_handling="xml", ignore_tags=["x"])),
    "Mastodon, Akkoma (DeepL)": lambda: deepl(
        [("text", f"<p>{DOG}</p>"), ("text", DOG), ("target_lang", "FR"), ("tag_handling", "html")], as_form=True),
    "Subtitle Edit (DeepL)": lambda: deepl(PAIR, as_form=True) == CHIEN,
    "Misskey, SearXNG, i18n-ally (DeepL)": lambda: auth_key(as_form=True),
    "deep-translator (DeepL)": lambda: auth_key(as_form=False),
    "Zotero, pot, STranslate (DeepLX)": lambda: deeplx(PAIR) == CHIEN,
    "Sharkey, Iceshrimp (DeepLX)": lambda: deeplx(None, form={"text": "A dog runs in the snow.", "target_lang": "FR"}),
    "bilingual_book_maker": lambda: deeplx(PAIR, headers={"Content-Type": ""}) == CHIEN,
    "Bob, Calibre, SmartSub (DeepLX)": lambda: deeplx(
        PAIR | {"source_lang": "auto", "text": "A dog runs in the snow."}, path="/translate?token=x"),
    "kiss-translator (DeepLX)": lambda: deeplx(PAIR, headers={"Authorization": f"Bearer {KEY}"}, base=KEYED) == CHIEN,
    "Zotero, STranslate (MTranServer)": lambda: ask(
        "POST", "/translate", {"from": "en", "to": "fr", "text": DOG}, headers={"Authorization": KEY}, base=KEYED)[1][
        "result"] == CHIEN,
    "LiveCaptions-Translator (MTranServer)": lambda: ask(
        "POST", "/translate/batch", {"from": "en", "to": "fr", "texts": [DOG]})[1] == {"results": [CHIEN]},
    "Immersive Translate": lambda: ask(
        "POST", "/imme", {"source_lang": "auto", "target_lang": "fr", "text_list": ["A dog runs in the snow."]})[1][
        "translations"][0]["detected_source_lang"] == "en",
    "kiss-translator (custom)": lambda: ask("POST", "/translate", {"texts": [DOG], "from": "en", "to": "fr"})[1] == [
        {"text": CHIEN, "src": "en"}],
    "Subtitle Edit (NLLB Serve)": lambda: ask(
        "POST", "/translate", {"source": [DOG], "src_lang": "eng_Latn", "tgt_lang": "fra_Latn"})[1][
        "translation"] == [CHIEN],
    "Subtitle Edit, Zotero (NLLB API)": lambda: ask(
        "GET", "/api/v4/translator?text=A+dog+runs.&source=eng_Latn&target=fra_Latn")[1] == {"result": CHIEN},
    "pot, vscode-comment-translate (gtx)": lambda: gtx()[0][0][0] and gtx()[2] == "en",
    "kiss-translator (gtx)": lambda: gtx("&dj=1")["sentences"][0]["trans"] and gtx("&dj=1")["src"] == "en",
    "translators (Google)": lambda: "".join(it[0] for it in ask(
        "GET", "/translate_a/single?client=webapp&sl=en&tl=fr&hl=zh-CN&dt=at&dt=bd&dt=ex&dt=ld&dt=md&dt=qca&dt=rw&dt=rm"
        "&dt=ss&dt=t&ie=UTF-8&oe=UTF-8&source=bh&ssel=0&tsel=0&kc=1&tk=1.2&q=A%20dog%20runs.")[1][0]) == CHIEN,
    "Google's SDKs": lambda: ask(
        "POST", "/language/translate/v2?key=" + KEY, {"q": [DOG], "source": "en", "target": "fr", "format": "text"},
        base=KEYED)[1] == {"data": {"translations": [{"translatedText": CHIEN}]}},
    "Azure's SDKs": lambda: ask(
        "POST", "/translate?api-version=3.0&from=en&to=fr", [{"Text": DOG}],
        headers={"Ocp-Apim-Subscription-Key": KEY}, base=KEYED)[1] == [
        {"translations": [{"text": CHIEN, "to": "fr"}]}],
    "OBS LocalVocal (Azure)": lambda: ask(
        "POST", "/translate?api-version=3.0&to=fr", [{"Text": "A dog runs in the snow."}])[1][0][
        "detectedLanguage"]["language"] == "en",
    "XUnity.AutoTranslator": lambda: ask("GET", "/translate?from=en&to=fr&text=A+dog+runs.")[1] == CHIEN,
    "SearXNG (Lingva)": lambda: lingva("en/fr/" + quote(DOG))["translation"] == CHIEN,
    "Dialect (Lingva)": lambda: (
        "translation" in lingva("en/fr/hello") and lingva("languages/")["languages"][0]["name"] == "English"
        and lingva("auto/fr/" + quote("A dog/cat runs in the snow.", safe=""))["info"]["detectedSource"] == "en"),
    "Scripts of browsers (text/plain)": lambda: translated(
        libre(), headers={"Content-Type": "text/plain;charset=UTF-8"}) == CHIEN,
    "Emacs real-time-translation (MTranServer)": lambda: ask(
        "POST", "/translate?token=" + KEY, {"from": "en", "to": "fr", "text": DOG}, base=KEYED)[1]["result"] == CHIEN,
}


class WithRequests(unittest.TestCase):
    def test_every_client(self):
        for name, check in CLIENTS.items():
            with self.subTest(name):
                try:
                    passes = bool(check())
                except (AttributeError, KeyError, IndexError, TypeError) as wrong:
                    passes, name = False, f"{name}: {wrong!r}"
                if os.environ.get("DRAGOMAN_TABLE"):
                    print(f"{'pass' if passes else 'FAIL'}  {name}")
                self.assertTrue(passes, name)
