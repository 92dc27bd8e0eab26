"""The explorer of attention, and two models beside each other: pointing, choosing, saving, and that it stays quick."""

import json
import os
import tempfile
import time

from check import SIZES, Check


class Explorer(Check):
    def run(self, text):
        self.forget()
        for name, width, height in SIZES:
            for scheme in ["dark", "light"]:
                self.visit(f"{name}-{scheme}", width, height, scheme, text)
        self.under_cursor()
        self.forced_colors(text)
        self.compare(SIZES[:2], text)
        self.frames(" ".join(["a man in a red shirt and a woman with a black dog walk down the street"] * 4) + ".")
        self.choose()
        self.save()

    def visit(self, name, width, height, scheme, text):
        browser = self.browser
        self.open(None, width, height, scheme)
        self.translate(text)
        self.picture(name + "-translate", whole=False)
        browser.click("#toggle-attention")
        browser.wait("document.querySelector('.explorer .token')", "the explorer")
        browser.pause()
        self.picture(name + "-attention")
        browser.mouse("mouseMoved", ".tokens:last-of-type .word:nth-child(2) .token")
        self.expect(
            "looks at" in browser.evaluate("document.querySelector('.readout').textContent"),
            f"{name}: pointing at a word tells its links",
        )
        self.picture(name + "-pointing")
        self.expect(self.fits(), f"{name}: nothing sticks out")

    def under_cursor(self):
        """Of a text of several sentences, the one under the cursor is looked at."""
        browser = self.browser
        self.open()
        self.translate("A man sits. Two dogs run in the snow. A woman reads.")
        browser.click("#toggle-attention")
        browser.wait("document.querySelector('.explorer .token')", "the explorer")
        for place, word in [(20, "dogs"), (45, "woman"), (2, "man")]:
            browser.evaluate(f"""(() => {{ const field = document.querySelector('#text');
                field.focus();
                field.setSelectionRange({place}, {place}); }})()""")
            browser.key("Shift")
            browser.wait(
                f"document.querySelector('.tokens').textContent.includes('{word}')", f"the sentence with {word}"
            )
        self.expect(True, "the sentence under the cursor is looked at")

    def forced_colors(self, text):
        browser = self.browser
        self.open(scheme="dark")
        browser.show(1280, 900, "dark", forced=True)
        self.translate(text)
        browser.click("#toggle-attention")
        browser.wait("document.querySelector('.explorer .token')", "the explorer")
        browser.pause()
        shades = browser.evaluate("""(() => { const canvas = document.querySelector('.grid-cell canvas');
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const pixel = (_, index) => data.slice(4 * index, 4 * index + 3).join();
            return new Set(Array.from({length: data.length / 4}, pixel)).size; })()""")
        self.expect(shades > 3, f"heat maps have shades in forced colours (found {shades})")
        self.picture("forced-colors")
        browser.begin()

    def compare(self, sizes, text):
        """Sets models beside each other, each two once, and looks at the first two in every size."""
        browser = self.browser
        self.open()
        self.translate(text)
        models = browser.evaluate("[...document.querySelector('#model').options].map((it) => it.value).filter(Boolean)")
        if len(models) < 2:
            return self.skip("one model serves the pair: none to set beside it")
        for index, model in enumerate(models):
            for beside in models[index + 1 :]:
                self.beside(model, beside)
        attending = [it["id"] for it in self.json("models") if it["id"] in models and it["attention"]]
        if len(attending) > 1:
            self.beside(*attending[:2])
        address = browser.evaluate("location.href")
        for name, width, height in sizes:
            for scheme in ["dark", "light"]:
                browser.open(address, width, height, scheme)
                browser.wait(self.settled, "what the address says")
                self.picture(f"{name}-{scheme}-two")
                self.expect(self.fits(), f"{name}-{scheme}: nothing of two models sticks out")
        self.expect(browser.evaluate("location.href") == address, "an address brings both models back")

    settled = """document.querySelectorAll('.result:not([hidden]) .translation:not(.waiting):not(:empty)').length == 2
        && [...document.querySelectorAll('.view')].every((it) =>
          it.querySelector('.note').textContent || it.querySelector('.token'))"""

    def beside(self, model, beside):
        browser = self.browser
        self.pick("#beside", "")
        self.pick("#model", model)
        self.pick("#beside", beside)
        if browser.evaluate("document.querySelector('#attention-body').hidden"):
            browser.click("#toggle-attention")
        browser.wait(self.settled, f"{model} beside {beside}")
        browser.pause()
        titles = self.texts(".result-title b")
        self.expect(titles == [model, beside], f"{model} beside {beside}: each translation has its model's name")
        attention = {it["id"]: len(it["attention"]) for it in self.json("models")}
        for place, name in enumerate([model, beside], 1):
            note = browser.evaluate(f"document.querySelector('.view:nth-child({place}) .note').textContent")
            if not attention[name]:
                self.expect("no attention" in note, f"{name}: the page says that it has no attention")
        if attention[model] and attention[beside]:
            self.echo(model, beside)

    def echo(self, *models):
        browser = self.browser
        read = """[...document.querySelectorAll('.readout')].map((it) => it.textContent.split(' is looked at by')[0])"""
        for place, model in enumerate(models, 1):
            for number, act in [(2, lambda token: browser.mouse("mouseMoved", token)), (2 + place, browser.click)]:
                token = f".view:nth-child({place}) .tokens .word:nth-child({number}) .token"
                word = browser.evaluate(f"document.querySelector('{token}').textContent")
                act(token)
                if act == browser.click:
                    browser.mouse("mouseMoved", "h1")
                said = browser.evaluate(read)  # Another vocabulary cuts the word elsewhere.
                self.expect(
                    said[place - 1] == word and (said[2 - place] in word or word in said[2 - place]),
                    f"{model}: its source token is shown in both (found {said})",
                )
        browser.click(token)
        browser.evaluate("document.querySelector('.heat-canvas').focus()")
        browser.key("ArrowRight")
        self.expect(
            "is looked at by" in browser.evaluate("document.querySelector('.view:nth-child(2) .readout').textContent"),
            f"{models[0]}: arrow keys in its heat map are followed in the other",
        )
        browser.evaluate("document.activeElement.blur()")

    def choose(self):
        browser = self.browser
        browser.click(".grid-cell")
        first = browser.evaluate(
            "[...document.querySelectorAll('.view:first-child .explorer-bar select')].map((it) => it.value).join()"
        )
        self.expect(first == "0,0", f"the first small picture chooses layer and head 0 (found {first})")
        for kind in range(1, browser.evaluate("document.querySelectorAll('.segments button').length")):
            browser.click(f".segments button:nth-child({kind + 1})")
            self.expect(
                browser.evaluate(f"document.querySelectorAll('.segments button')[{kind}].ariaPressed") == "true",
                f"kind {kind} can be chosen",
            )
        browser.click(".segments button:first-child")
        self.expect("kind=cross" in browser.evaluate("location.hash"), "the address says what is shown")
        browser.evaluate("document.querySelector('.heat-canvas').focus()")
        browser.key("ArrowRight")
        self.expect(
            " with " in browser.evaluate("document.querySelector('.readout').textContent"),
            "arrow keys read the heat map",
        )

    def save(self):
        browser = self.browser
        with tempfile.TemporaryDirectory() as folder:
            browser("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
            for kind, start in [("PNG", b"\x89PNG"), ("JSON", b'{"model"'), ("HTML", b"<!doctype html>")]:
                browser.click(f'.saving button[aria-label="Save as {kind}"]')
                path = self.saved(folder, kind.lower())
                with open(path, "rb") as file:
                    self.expect(file.read(len(start)) == start, f"saved as {kind}")
            browser.open("file://" + path, 1280, 900, "light")
            browser.wait("document.querySelector('.explorer .token')", "the page that was saved")
            self.expect(True, "the saved page opens from a file")
            self.picture("saved")

    def saved(self, folder, ending):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            self.browser.evaluate("0")
            found = [name for name in os.listdir(folder) if name.endswith("." + ending)]
            if found:
                return os.path.join(folder, found[0])
            time.sleep(0.1)
        raise RuntimeError(f"waited 20 s for a file in .{ending}")

    def frames(self, text):
        """The longest frames while the mouse crosses every token of a long sentence."""
        browser = self.browser
        self.open()
        self.translate(text)
        opened = browser.evaluate("""new Promise((done) => {
            const start = performance.now();
            const isOpen = () => document.querySelector('.explorer .token');
            const step = () => isOpen() ? done(performance.now() - start) : requestAnimationFrame(step);
            document.querySelector('#toggle-attention').click();
            requestAnimationFrame(step); })""")
        # The server's share of that time is not the page's.
        asked = (
            "performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/attention')).at(-1).duration"
        )
        opened -= browser.evaluate(asked)
        tokens = browser.evaluate(
            "[...document.querySelectorAll('.tokens')].map((it) => it.children.length).join(' x ')"
        )
        times = browser.evaluate("""new Promise((done) => {
            const [times, tokens] = [[], [...document.querySelectorAll('.token')]];
            let last = performance.now();
            const step = () => { const now = performance.now(); times.push(now - last); last = now;
              const token = tokens[times.length - 1];
              if (!token) return done(times.slice(1).sort((a, b) => a - b));
              token.dispatchEvent(new PointerEvent('pointerenter', {pointerType: 'mouse'}));
              requestAnimationFrame(step); };
            requestAnimationFrame(step); })""")
        print(
            f"      {tokens} tokens: open {opened:.0f} ms after the answer, frames of {times[len(times) // 2]:.1f} ms, "
            f"the longest {times[-1]:.1f} ms"
        )
        self.picture("long")
        begin = "const start = performance.now(); "
        chosen = browser.evaluate(
            "(() => {" + begin + "[...document.querySelectorAll('.grid-cell')].slice(0, 4).at(-1).click();"
            " return performance.now() - start; })()"
        )
        print(f"      another head after {chosen:.1f} ms")
        self.expect(
            times[len(times) * 95 // 100] < 250 and chosen < 500 and opened < 2000, "a long sentence stays responsive"
        )
