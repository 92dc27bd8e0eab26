"""The interface's languages: tables without gaps, the browser's language, a choice that is remembered, and no words of
the page beside the tables."""

import base64
import json
import re

from check import Check

GREETINGS = {"en": "Copy", "fr": "Copier", "de": "Kopieren", "es": "Copiar", "pt": "Copiar"}

# What is shown to readers: text that is drawn, names for screen readers, titles, placeholders.
SHOWN = """(() => {
  const data = '#announcement, .readout, textarea, .translation, .alternatives, .word-menu button, '
    + '#source, #target, #interface, #model, #beside, #terms select, '
    + '#sentence, .tokens, #models td, .result-title, .view-title, .entry-text, .entry-translation, .file-name, h1, '
    + '#api, .explorer-bar select, .saving button, script, style, title';
  const found = [...document.querySelectorAll('.readout')].map((it) => it.textContent);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (node.nodeType === 3 && !element.closest(data)) found.push(node.data);
    if (node.nodeType !== 1 || element.closest('.alternative, .token')) continue;
    const names = ['aria-label', 'placeholder', 'aria-valuetext', 'alt'];
    found.push(...names.map((name) => element.getAttribute(name) ?? ''));
    if (element.title && !element.closest('.alternatives')) found.push(element.title);
  }
  return found.filter((text) => /\\p{L}{2}/u.test(text)); })()"""


class Interface(Check):
    def run(self, text):
        self.open()
        self.tables()
        self.spoken()
        self.outside(text)

    def tables(self):
        tables = self.browser.evaluate("phraseTables")
        english = tables["en"]
        for code, table in tables.items():
            gaps = [key for key in english if not table.get(key)] + [key for key in table if key not in english]
            self.expect(not gaps, f"{code}: {len(table)} phrases, none is missing (found {gaps})")
            names = lambda words: sorted(re.findall(r"\{\w+\}", words))
            unlike = [key for key in english if key in table and not set(names(table[key])) >= set(names(english[key]))]
            self.expect(not unlike, f"{code}: phrases have the same values (found {unlike})")
            if code != "en":
                same = [key for key in english if table.get(key) == english[key] and len(english[key].split()) > 2]
                self.expect(not same, f"{code}: no sentence is left in English (found {same})")

    def spoken(self):
        browser = self.browser
        for code in GREETINGS:
            self.forget()
            browser.speak(f"{code}-XX", "en")
            self.open(width=390 if code == "de" else 1280)
            self.translate("A dog runs in the snow.")
            shown = [browser.evaluate("document.documentElement.lang"), *self.texts(".result button")]
            self.expect(
                shown[0] == code and GREETINGS[code] in shown, f"{code}: the interface speaks the browser's language"
            )
            self.picture(f"interface-{code}", whole=False)
            for width in [1280, 390, 360]:
                browser.show(width, 800)
                self.expect(self.fits(), f"{code}: nothing sticks out at {width}")
        browser.speak("nl", "sv")
        self.open()
        self.expect(
            browser.evaluate("document.documentElement.lang") == "en",
            "English where the browser's languages have no table",
        )
        self.pick("#interface", "fr")
        browser.wait("document.documentElement?.lang === 'fr'", "French")
        self.open()
        self.expect(browser.evaluate("document.documentElement.lang") == "fr", "the choice of a language is remembered")
        self.forget()
        browser.speak("en")

    def outside(self, text):
        """The page with marks around each phrase: what has no mark stands outside the tables."""
        browser = self.browser
        browser("Page.setBypassCSP", enabled=True)
        browser("Fetch.enable", patterns=[{"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}])
        browser("Page.navigate", url="about:blank")
        browser.paused.clear()
        browser.show(1280, 900)
        self.navigate_marked()
        browser("Fetch.disable")
        self.ready()
        self.expect(self.holds("document.body.textContent.includes('⟦')"), "the marked page is shown")
        self.unmarked("empty")
        self.translate(text)
        browser.click("#scores")
        for selector in ["#toggle-terms", "#toggle-history", "#toggle-attention"]:
            browser.click(selector)
        browser.wait(
            "document.querySelector('.explorer .token') || document.querySelector('.view .note').textContent",
            "the explorer",
        )
        browser.pause()
        self.unmarked("everything open")
        if self.holds("document.querySelector('.tokens .token')"):
            browser.mouse("mouseMoved", ".tokens .token")
            self.unmarked("pointing")
        self.translate("A dog runs in the snow.")
        browser.click(".result .pane-foot button[aria-expanded]")
        browser.wait("document.querySelector('.alternative')", "other translations")
        self.unmarked("other translations")
        browser("Page.setBypassCSP", enabled=False)
        self.forget()

    def navigate_marked(self):
        """Navigates to the page, and marks its phrases on their way."""
        browser = self.browser
        browser.send("Page.navigate", url=self.address)
        while not browser.paused:
            browser.read()
        paused = browser.paused.pop()
        body = browser("Fetch.getResponseBody", requestId=paused["requestId"])
        page = base64.b64decode(body["body"]).decode() if body["base64Encoded"] else body["body"]
        marked = re.sub(r'^(  "?[\w-]+"?: )"(.*)",$', r'\1"⟦\2⟧",', page, flags=re.MULTILINE)
        headers = [
            it
            for it in paused["responseHeaders"]
            if it["name"].lower() not in ("content-length", "content-security-policy", "content-encoding")
        ]
        browser(
            "Fetch.fulfillRequest",
            requestId=paused["requestId"],
            responseCode=200,
            responseHeaders=headers,
            body=base64.b64encode(marked.encode()).decode(),
        )

    def unmarked(self, state):
        shown = self.browser.evaluate(SHOWN)
        outside = sorted({text for text in shown if re.search(r"[^\W\d_]{2}", bare(text))})
        self.expect(
            len(shown) > 20 and not outside,
            f"{state}: no words outside the tables among {len(shown)} (found {json.dumps(outside)[:300]})",
        )


def bare(text):
    """A text without its marked phrases, which can stand within each other."""
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return text
