"""What readers of the page do with a text: limits, languages, errors, other translations and words, terms, formats."""

import json
import re

from check import Check

UNSERVED = [
    ("de", "Der alte Hund läuft heute Morgen sehr langsam durch den tiefen Schnee im Garten."),
    ("sv", "Den gamla hunden springer mycket långsamt genom den djupa snön i trädgården i dag."),
    ("pl", "Stary pies biegnie dziś rano bardzo powoli przez głęboki śnieg w ogrodzie."),
]


class Reading(Check):
    def run(self, text):
        self.forget()
        self.limits()
        self.error()
        self.unserved()
        self.remembered()
        self.swapped()
        self.alternatives(text)
        self.other_words(text)
        self.terms()
        self.glossaries()
        self.formats()
        self.sharing()
        self.history()
        self.directions()

    def limits(self):
        self.open()
        self.translate("Two dogs run in the snow.\n\nA man sits.")
        settings = self.json("frontend/settings")
        count = self.text("#count")
        self.expect(count == f"38 / {settings['charLimit']:,}", f"characters and limit are shown (found {count})")
        self.expect("\n\n" in self.text(".translation"), "paragraphs stay")
        target = self.value("#target")
        self.expect(target == settings["language"]["target"]["code"], f"the server's target is chosen (found {target})")
        self.expect(self.holds("document.querySelector('#found-note').hidden"), "a served language is not remarked on")
        links = self.browser.evaluate(
            "[...document.querySelectorAll('nav a')].map((it) => it.getAttribute('href')).join()"
        )
        self.expect(links == "./spec,./languages,./metrics", "links to the document and the metrics")
        answers = [
            self.browser.evaluate(f"fetch('{link}').then((answer) => answer.status)") for link in links.split(",")
        ]
        self.expect(answers == [200, 200, 200], f"what is linked is there (found {answers})")
        self.browser.click("#toggle-api")
        self.browser.wait("document.querySelector('.route')", "the API's routes")
        routes = self.browser.evaluate(
            "[...document.querySelectorAll('.route')].map((it) => it.querySelector('code').textContent)"
        )
        paths = list(self.json("spec")["paths"])
        missing = [path for path in paths if not any(route.endswith(" " + path) for route in routes)]
        self.expect(not missing, f"the page tells all {len(paths)} paths of the API (missing {missing})")
        fields = self.browser.evaluate(
            """[...document.querySelectorAll('.route')].find((it) => it.textContent.startsWith('POST /translate'))
            .querySelectorAll('li').length"""
        )
        self.expect(fields > 10, f"the page tells the fields of a translation (found {fields})")
        self.streamed()

    def streamed(self):
        """Every state of the pane during a long text, which is streamed."""
        sentences = ["Two dogs run in the deep snow.", "A man sits on a bench near the old house."]
        text = "\n\n".join(" ".join(sentences) for _ in range(12))
        self.browser.evaluate("""(() => { window.seen = [];
            new MutationObserver(() => seen.push(document.querySelector('.translation').textContent))
              .observe(document.querySelector('.translation'), {childList: true}); })()""")
        self.translate(text)
        seen = self.browser.evaluate("seen.map((it) => it.split('\\n\\n').length)")
        self.expect(
            len(seen) > 2 and seen[-1] == 12,
            f"a long text is streamed with its paragraphs (states {len(seen)}, paragraphs {seen[-1:]})",
        )
        self.expect(seen[2:] == sorted(seen[2:]), "paragraphs stay paragraphs while they are streamed")

    def error(self):
        browser = self.browser
        self.open()
        self.translate("Two dogs run in the snow.")
        old = self.text(".translation")
        self.offline(True)
        browser.type("#text", "Two dogs run in the snow. More.")
        browser.wait("!document.querySelector('#problem').hidden", "a problem")
        self.expect(
            self.text(".translation") == old and self.holds("document.querySelector('.translation.stale')"),
            "the old translation stays when an error comes, and looks old",
        )
        self.picture("error", whole=False)
        self.offline(False)
        browser.wait("!document.querySelector('.stale')", "a new translation")

    def unserved(self):
        """A text in a language that the server does not translate: that is said, and nothing else."""
        browser = self.browser
        served = self.json("languages")
        known = [language["code"] for language in served]
        for code, text in [it for it in UNSERVED if it[0] not in known][:2]:
            self.open(width=390, height=844)
            self.translate("Two dogs run in the snow.")
            browser.type("#text", text)
            browser.wait("!document.querySelector('#found-note').hidden", f"a note of {code}")
            name = browser.evaluate(f"new Intl.DisplayNames('en', {{type: 'language'}}).of('{code}')")
            note = self.text("#found-note")
            self.expect(
                note == f"This looks like {name}, which this server does not translate.", f"it is named ({note})"
            )
            box = browser.evaluate(
                "(({left, right}) => [left, right])(document.querySelector('#found-note').getBoundingClientRect())"
            )
            self.expect(0 <= box[0] and box[1] <= 390, f"{code}: a phone shows the note whole")
            chosen = self.text("#source option:checked")
            self.expect(chosen == "Detect language", f"{code}: the picker names no other language (found {chosen})")
            self.expect(self.holds("document.querySelector('#problem').hidden"), f"{code}: nothing else is claimed")
            self.picture(f"unserved-{code}", whole=False)
        self.excuse("status of 400")

    def remembered(self):
        value = "document.querySelector('#source').value + ' ' + document.querySelector('#target').value"
        self.open(width=390, height=844)
        self.pick("#source", self.browser.evaluate("document.querySelector('#source').options[1].value"))
        pair = self.browser.evaluate(value)
        self.open(width=390, height=844)
        again = self.browser.evaluate(value)
        self.expect(again == pair, f"the pair is remembered (found {again}, expected {pair})")
        self.forget()

    def swapped(self):
        """The other way round, from a language that was detected."""
        self.open()
        targets = {it["code"]: it["targets"] for it in self.json("languages")}
        both = [code for code in targets.get("en", []) if "en" in targets[code]]
        if both:
            self.pick("#target", both[0])
        self.translate("Two dogs run in the snow.")
        self.browser.wait(
            "document.querySelector('#source option').textContent !== phrase('detectLanguage')", "the language"
        )
        found = self.text("#source option:checked")
        self.expect(found == "Detected: English", f"the language found is named (found {found})")
        if not both:
            self.expect(
                self.holds("document.querySelector('#swap').disabled"),
                "what is not served the other way round can not be swapped",
            )
            return self.skip("no model serves the other direction: nothing to swap")
        translated = self.text(".translation")
        self.browser.click("#swap")
        self.settle()
        pair = self.browser.evaluate("[document.querySelector('#target').value, document.querySelector('#text').value]")
        self.expect(pair == ["en", translated], f"the pair is swapped from a language that was detected (found {pair})")
        self.forget()

    def alternatives(self, text):
        self.open()
        button = ".result:not([hidden]) .pane-foot button[aria-expanded]"
        self.translate("Two dogs run in the snow. A man sits on a bench.")
        self.expect(
            not self.holds(f"document.querySelector('{button}').checkVisibility()"),
            "no other translations of two sentences",
        )
        self.translate("A young man in a blue shirt is standing on a ladder.")
        self.expect(self.holds("!document.querySelector('.alternative')"), "no other translations before a click")
        self.browser.click(button)
        self.browser.wait("document.querySelector('.alternative')", "other translations")
        self.expect(
            not self.is_shown(".alternative .score"),
            "no scores unless asked for",
        )
        self.browser.click("#scores")
        scores = [float(score.replace("−", "-")) for score in self.texts(".alternative .score")]
        self.expect(
            len(scores) > 1 and scores == sorted(scores, reverse=True),
            f"other translations are sorted (found {scores})",
        )
        self.browser.pause()
        self.picture("alternatives", whole=False)
        old, chosen = self.text(".translation"), self.text(".alternative > span")
        self.browser.click(".alternative")
        listed = self.texts(".alternative > span:first-child")
        self.expect(self.text(".translation") == chosen and chosen not in listed, "another translation can be chosen")
        self.expect(old in listed, "the translation from before can be chosen again")
        self.browser.click("#scores")
        self.browser.click(button)
        self.expect(self.holds("!document.querySelector('.alternative')"), "other translations can be hidden")

    def other_words(self, text):
        """The model goes on from a word that is chosen: with the mouse, with keys, in a text of two sentences."""
        browser = self.browser
        self.open()
        self.translate(text)
        sentence, rest = re.match(r"(.*?[.!?]+)(.*)", self.text(".translation"), re.DOTALL).groups()
        words = sentence.split()
        place = browser.evaluate(f"""(() => {{ const node = document.querySelector('.translation').firstChild;
            const start = node.data.indexOf({json.dumps(words[1])}, {len(words[0])}); const range = new Range();
            range.setStart(node, start); range.setEnd(node, start + 1); const box = range.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2]; }})()""")
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"]:
            browser("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        browser.wait("document.querySelector('.word-menu:popover-open button')", "other words")
        choices = self.texts(".word-menu:popover-open button")
        glued = [it for it in choices for end in [words[1], *choices] if it != end and len(end) > 2 and it.endswith(end)]
        self.expect(
            words[1] not in choices and len(set(choices)) == len(choices) and not glued,
            f"other words for {words[1]}: {', '.join(choices)}",
        )
        self.picture("other-words", whole=False)
        browser.click(".word-menu:popover-open button:last-child")
        browser.wait("!document.querySelector('.word-menu:popover-open')", "the chosen word")
        now = self.text(".translation")
        self.expect(now.startswith(f"{words[0]} {choices[-1]}"), f"the model goes on from the word chosen ({now})")
        self.expect(rest and now.endswith(rest), "the other sentence stays")

        browser.evaluate("document.querySelector('.translation').focus()")
        for _ in range(3):
            browser.key("ArrowRight")
        browser.key("Enter")
        browser.wait("document.querySelector('.word-menu:popover-open button:focus')", "other words by keys")
        browser.key("ArrowDown")
        self.expect(
            self.holds(
                "document.querySelector('.word-menu button:nth-child(2):focus, .word-menu button:only-child:focus')"
            ),
            "arrow keys move among other words",
        )
        browser.key("Escape")
        self.expect(
            self.holds(
                "!document.querySelector('.word-menu:popover-open') && document.activeElement.matches('.translation')"
            ),
            "Escape goes back to the translation",
        )

    def terms(self):
        browser = self.browser
        self.open()
        self.translate("A dog runs in the snow.")
        before = self.text(".translation")
        browser.click("#toggle-terms")
        browser.type("#terms li input:first-child", "dog")
        browser.type("#terms li input:nth-of-type(2)", "zorglub")
        browser.evaluate("document.activeElement.blur()")
        browser.wait("document.querySelector('.translation').textContent.includes('zorglub')", "the term")
        self.expect("zorglub" not in before, "a term is written, and was not before")
        self.expect(self.text("#toggle-terms") == "Terms (1)", "terms are counted")
        self.picture("terms", whole=False)
        self.open()
        self.translate("A dog runs in the snow.")
        self.expect("zorglub" in self.text(".translation"), "terms are kept")
        browser.click("#toggle-terms")
        self.press("remove", "#terms")
        browser.wait("!document.querySelector('.translation').textContent.includes('zorglub')", "no term")
        self.expect(self.text("#toggle-terms") == "Terms", "a term can be removed")

    def glossaries(self):
        """A glossary of the server, which is chosen beside the reader's own terms."""
        browser = self.browser
        self.open()
        offered, target = self.json("glossaries"), self.value("#target")
        fitting = [it for it in offered if any(pair["target"] == target for pair in it["dictionaries"])]
        browser.click("#toggle-terms")
        if not fitting:
            self.expect(not self.is_shown("#terms select"), "without glossaries none is offered")
            return self.skip(f"the server has no glossary into {target}")
        names = self.texts("#terms select option")
        self.expect(
            names == [self.says("noGlossary")] + [it["name"] for it in fitting],
            f"the glossaries into {target} are offered, and none is chosen (found {names})",
        )
        self.translate("A dog runs in the snow.")
        before = self.text(".translation")
        self.pick("#terms select", fitting[0]["glossary"])
        browser.wait(f"document.querySelector('.translation').textContent !== {json.dumps(before)}", "the glossary")
        now = self.text(".translation")
        self.expect(self.text("#toggle-terms") == f"Terms ({fitting[0]['name']})", "the glossary is named")
        self.picture("glossary", whole=False)
        self.open()
        self.translate("A dog runs in the snow.")
        self.expect(self.text(".translation") == now, f"the glossary is kept ({before} {now})")
        browser.click("#toggle-terms")
        self.pick("#terms select", "")
        browser.wait(f"document.querySelector('.translation').textContent === {json.dumps(before)}", "no glossary")
        self.expect(self.text("#toggle-terms") == "Terms", "no glossary can be chosen again")
        self.forget()

    def formats(self):
        browser = self.browser
        self.open()
        self.pick("#format", "html")
        self.translate("<p>Two <b>dogs</b> run.</p>")
        html = self.text(".translation")
        self.expect(html.startswith("<p>") and html.endswith("</p>") and "<b>" in html, f"tags of HTML stay ({html})")
        if browser.evaluate("document.querySelector('#format').options.length") < 3:
            return self.skip("files are off: no Markdown")
        self.pick("#format", "markdown")
        self.translate("# Two dogs run\n\nA man calls `dogs()` and **sits**.")
        browser.wait("document.querySelector('.translation').textContent.startsWith('# ')", "Markdown")
        markdown = self.text(".translation")
        self.expect(
            markdown.startswith("# ") and "`dogs()`" in markdown and markdown.count("**") == 2,
            f"Markdown stays ({markdown!r})",
        )

    def sharing(self):
        browser = self.browser
        self.open()
        self.translate("A dog runs in the snow.")
        browser("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self.press("copy", ".result")
        browser.wait(
            f"[...document.querySelectorAll('.result button')].some((it) => it.textContent === phrase('copied'))",
            "a copy",
        )
        self.expect(
            browser.evaluate("navigator.clipboard.readText()") == self.text(".translation"), "the translation is copied"
        )
        self.press("share", ".result")
        browser.wait(
            f"[...document.querySelectorAll('.result button')].some((it) => it.textContent === phrase('linkCopied'))",
            "a link",
        )
        link = browser.evaluate("navigator.clipboard.readText()")
        self.open(link)
        self.settle()
        self.expect(
            self.value("#text") == "A dog runs in the snow.",
            "a shared link brings the text back",
        )

    def history(self):
        browser = self.browser
        self.forget()
        self.open()
        self.translate("A dog runs in the snow.")
        browser.pause(1800)
        self.expect(browser.evaluate("localStorage.getItem('history')") is None, "no history is kept unless asked for")
        browser.click("#toggle-history")
        browser.click("#history input")
        for text in ["A man", "A man sits.", "Two dogs run."]:
            self.translate(text)
            browser.pause(1800)
        entries = self.texts(".entry-text")
        self.expect(
            entries == ["Two dogs run.", "A man sits."], f"the history has what was asked for last (found {entries})"
        )
        self.picture("history")
        target = self.value("#target")
        self.open()
        browser.click("#toggle-history")
        browser.click("#history li:nth-child(2) button")
        self.settle()
        now = browser.evaluate("['text', 'source', 'target'].map((id) => document.getElementById(id).value)")
        self.expect(now == ["A man sits.", "en", target], f"an entry brings pair and text back (found {now})")
        self.press("clearHistory", "#history")
        self.expect(
            browser.evaluate("localStorage.getItem('history')") is None
            and self.holds("!document.querySelector('.entry')"),
            "the history can be cleared",
        )
        self.forget()

    def directions(self):
        """Hebrew and Arabic are written from right to left, whatever the interface's language is."""
        self.open()
        for name, text in [
            ("Hebrew", "שני כלבים רצים בשלג."),
            ("Arabic", "كلبان يركضان في الثلج."),
            ("English", "Two dogs run."),
        ]:
            self.browser.type("#text", text)
            sides = self.browser.evaluate("""(() => { const text = document.querySelector('#text');
                const set = (node) => { node.textContent = text.value; return node; };
                const translation = document.querySelector('.translation').cloneNode();
                const side = (node) => getComputedStyle(node).direction;
                document.querySelector('.result').append(set(translation));
                const sides = [side(text), side(translation)];
                translation.remove(); return sides; })()""")
            wanted = "ltr" if name == "English" else "rtl"
            self.expect(sides == [wanted, wanted], f"{name}: text and translation are written {wanted} (found {sides})")
            if wanted == "rtl":
                self.browser.pause(800)
                self.picture(f"direction-{name.lower()}", whole=False)
        self.browser.pause(800)
        self.excuse("status of 400")
