"""What every check of the page needs: expectations that are counted, pictures, and the ways of a reader's hand."""

import json
import os

SIZES = [("desktop", 1280, 900), ("phone", 390, 844), ("narrow", 360, 740)]
FILE_IS_READY = """[...document.querySelectorAll('#file-card button')]
  .some((it) => it.checkVisibility() && it.textContent === phrase('download'))"""
LOOKS = [("light", "light", False), ("dark", "dark", False), ("forced", "dark", True)]


class Check:
    """Checks with one browser of one server's page."""

    passed = skipped = 0
    failures = []

    def __init__(self, browser, address, pictures):
        self.browser, self.address, self.pictures = browser, address, pictures

    def expect(self, holds, what):
        print(("ok    " if holds else "FAIL  ") + what, flush=True)
        if holds:
            Check.passed += 1
        else:
            Check.failures.append(what)

    def skip(self, what):
        print("skip  " + what, flush=True)
        Check.skipped += 1

    def picture(self, name, whole=True):
        if self.pictures:
            self.browser.picture(os.path.join(self.pictures, name + ".png"), whole)

    # What a reader does.

    def open(self, address=None, width=1280, height=900, scheme="light"):
        """Opens the page, where nothing is kept from before."""
        self.browser.open(address or self.address, width, height, scheme)
        self.ready()

    def ready(self):
        self.browser.wait("document.querySelector('#source option')", "the languages")

    def forget(self):
        """Forgets what the browser has kept of the page."""
        self.browser("Page.navigate", url="about:blank")
        origin = "/".join(self.address.split("/")[:3])
        self.browser("Storage.clearDataForOrigin", origin=origin, storageTypes="local_storage")

    def translate(self, text):
        self.ready()
        self.browser.type("#text", text)
        self.settle()

    def settle(self):
        """Waits until the text is translated."""
        self.browser.pause(300)  # Typing comes to rest first.
        self.browser.wait(
            "document.querySelector('.translation').textContent && !document.querySelector('.waiting')", "a translation"
        )

    def pick(self, field, value):
        self.browser.evaluate(
            f"(() => {{ const field = document.querySelector('{field}'); field.value = {json.dumps(value)};"
            " field.dispatchEvent(new Event('change')); })()"
        )

    def press(self, phrase, within="body"):
        """Clicks the button whose text is a phrase of the interface."""
        self.browser.evaluate(
            f"""(() => {{ for (const node of document.querySelectorAll('[data-found]')) delete node.dataset.found;
            const text = {phrase_of(phrase)};
            const buttons = [...document.querySelectorAll({json.dumps(within + " button")})];
            const button = buttons.find((it) => it.checkVisibility() && it.textContent === text);
            if (!button) throw new Error('no button ' + text);
            button.dataset.found = ''; }})()"""
        )
        self.browser.click("[data-found]")

    def choose_file(self, path):
        root = self.browser("DOM.getDocument")["root"]["nodeId"]
        node = self.browser("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
        self.browser("DOM.setFileInputFiles", nodeId=node, files=[path])
        self.browser.wait("document.querySelector('#file-card').checkVisibility()", "the file's card")

    def wait_for_file(self):
        self.browser.wait(FILE_IS_READY, "the translated file", seconds=120)

    def offline(self, is_offline):
        """Takes the server out of reach, or brings it back; the browser's complaints of that are none."""
        limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.browser("Network.emulateNetworkConditions", offline=is_offline, **limits)
        if not is_offline:
            self.browser.wait("document.querySelector('#problem').hidden", "the page to go on")
            self.excuse("ERR_INTERNET_DISCONNECTED")

    def excuse(self, words):
        """Takes back complaints of the browser that a check has brought about."""
        self.browser.complaints[:] = [it for it in self.browser.complaints if words not in it]

    # What a reader sees.

    def text(self, selector):
        return self.browser.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")

    def texts(self, selector):
        script = f"[...document.querySelectorAll({json.dumps(selector)})].map((it) => it.textContent)"
        return self.browser.evaluate(script)

    def value(self, selector):
        return self.browser.evaluate(f"document.querySelector({json.dumps(selector)}).value")

    def is_shown(self, selector):
        return self.holds(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")

    def json(self, path):
        """An answer of the server."""
        return self.browser.evaluate(f"fetch('./{path}').then((answer) => answer.json())")

    def says(self, key, **values):
        """The words of a phrase of the interface."""
        return self.browser.evaluate(phrase_of(key, values))

    def holds(self, script):
        return bool(self.browser.evaluate(f"Boolean({script})"))

    def fits(self):
        return self.holds("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def phrase_of(key, values=None):
    return f"phrase({json.dumps(key)}, {json.dumps(values or {})})"
