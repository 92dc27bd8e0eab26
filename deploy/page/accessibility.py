"""What readers without a mouse, without sight, or with colours of their own need: axe-core in every state, the
keyboard, contrast, announcements, reduced motion."""

import os
import tempfile

from check import LOOKS, SIZES, Check

# Each focusable element in the order of Tab: its name, and whether it is seen to have the focus.
FOCUSED = """(() => { const node = document.activeElement; const style = getComputedStyle(node);
  const pane = node.closest('.pane'); const box = node.getBoundingClientRect();
  const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
    || (pane && node.matches('textarea') && getComputedStyle(pane).boxShadow !== 'none');
  const isInView = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return {name: node.id || node.textContent.trim().slice(0, 30) || node.getAttribute('aria-label') || node.tagName,
    place: [Math.round(box.top + scrollY), Math.round(box.left)],
    isBody: node === document.body, isSeen, isInView}; })()"""

# What axe-core finds: the rule, the element, and why.
VIOLATIONS = """axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.flatMap((it) =>
  it.nodes.slice(0, 3).map((node) =>
    [it.id, node.target.join(' '), (node.any[0]?.message ?? it.help).slice(0, 160)].join(' '))))"""

# The ratio of the luminances of two colours, as WCAG defines it.
PLACEHOLDER_CONTRAST = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const luminance = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const channels = [...canvas.getImageData(0, 0, 1, 1).data].map((it) => it / 255);
    const [r, g, b] = channels.map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const text = getComputedStyle(document.querySelector('#text'), '::placeholder').color;
  const ground = getComputedStyle(document.querySelector('.desk')).backgroundColor;
  const [light, dark] = [text, ground].map(luminance).sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05); })()"""

# Puts the focus before the first thing that can have it.
TO_THE_TOP = """(() => { const top = document.querySelector('h1');
  top.tabIndex = -1;
  top.focus();
  top.removeAttribute('tabindex'); })()"""

# Live regions that would read out the translation while it is streamed.
LIVE_AROUND = """[...document.querySelectorAll('.panes :is([aria-live], [role=status], [role=alert])')]
  .filter((it) => it.contains(document.querySelector('.translation'))).length"""

# Keeps each announcement, and counts how often the problem is told.
LISTEN = """(() => { window.said = [];
  window.told = 0;
  const [announcement, problem] = [document.querySelector('#announcement'), document.querySelector('#problem')];
  new MutationObserver(() => said.push(announcement.textContent)).observe(announcement, {childList: true});
  new MutationObserver(() => told++).observe(problem, {childList: true}); })()"""

MOVING = """[...document.querySelectorAll('*')].map((it) => getComputedStyle(it)).filter((style) =>
  style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0)).length"""


class Accessibility(Check):
    def run(self, text, axe):
        self.axe = axe
        self.forget()
        for looks in [LOOKS[:2], LOOKS[2:]]:
            self.looks = looks
            self.states(text)
        self.browser.begin()
        self.placeholder()
        self.keyboard(text)
        self.announcements()
        self.motion()

    # axe-core

    def states(self, text):
        """Every state of the page in every size and look."""
        browser = self.browser
        if not self.axe:
            return self.skip("axe-core could not be fetched: no state was checked by it")
        self.open()
        self.audit("empty")
        self.translate("A young man in a blue shirt is standing on a ladder.")
        self.audit("translated")
        browser.click(".result .pane-foot button[aria-expanded]")
        browser.wait("document.querySelector('.alternative')", "other translations")
        browser.click("#scores")
        self.audit("alternatives open")
        browser.click("#scores")
        browser.evaluate("document.querySelector('.translation').focus()")
        browser.key("ArrowRight")
        self.audit("word chosen")
        browser.key("Enter")
        browser.wait("document.querySelector('.word-menu:popover-open button')", "other words")
        self.audit("other words open", opens=lambda: self.reopen())
        browser.key("Escape")
        browser.click("#toggle-terms")
        self.audit("terms open")
        browser.click("#toggle-terms")
        browser.click("#toggle-history")
        browser.click("#history input")
        self.translate("Two dogs run in the snow.")
        browser.wait("document.querySelector('.entry')", "an entry")
        self.audit("history open")
        browser.click("#history input")
        browser.click("#toggle-history")
        self.translate(text)
        browser.click("#toggle-attention")
        browser.wait("document.querySelector('.explorer .token')", "the explorer")
        self.audit("attention open")
        browser.click(".tokens .token")
        self.audit("attention of a word")
        browser.click("#toggle-attention")
        browser.click("#toggle-api")
        browser.wait("document.querySelector('.route')", "the API's routes")
        self.audit("API open")
        browser.click("#toggle-api")
        self.errors()
        self.files()
        target = self.value("#target")
        address = self.address.split("#")[0] + f"attention?q=A+dog+runs.&source=en&target={target}&format=html"
        browser.open(address, 1280, 900, "light")
        browser.wait("document.querySelector('.explorer .token')", "the page of an attention")
        self.audit("page of an attention")
        self.forget()

    def reopen(self):
        if not self.holds("document.querySelector('.word-menu:popover-open button')"):
            self.browser.evaluate("document.querySelector('.translation').focus()")
            self.browser.key("Enter")
            self.browser.wait("document.querySelector('.word-menu:popover-open button')", "other words")

    def errors(self):
        browser = self.browser
        self.offline(True)
        browser.type("#text", "Two dogs run in the snow. More.")
        browser.wait("!document.querySelector('#problem').hidden", "a problem")
        self.audit("error")
        self.offline(False)
        if "de" not in browser.evaluate("[...document.querySelector('#source').options].map((it) => it.value)"):
            browser.type("#text", "Der alte Hund läuft heute Morgen sehr langsam durch den tiefen Schnee im Garten.")
            browser.wait("!document.querySelector('#found-note').hidden", "a note")
            self.audit("language not served")
            self.excuse("status of 400")

    def files(self):
        if not self.is_shown("#choose-file"):
            return
        browser = self.browser
        self.pick("#source", "en")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "dogs.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("Two dogs run.\n")
            self.choose_file(path)
            self.audit("file chosen")
            self.press("translateFile", "#file-card")
            self.wait_for_file()
            self.audit("file done")

    def audit(self, state, opens=None):
        found = []
        names = f"{' and '.join(name for name, *_ in self.looks)} at {', '.join(str(width) for _, width, _ in SIZES)}"
        for size, width, height in SIZES:
            for look, scheme, forced in self.looks:
                self.browser.show(width, height, scheme, forced)
                self.browser.pause(200)
                self.browser.wait("!document.getAnimations().length", "colours that have changed")
                if opens:
                    opens()
                found += [f"{size} {look}: {it}" for it in self.violations()]
                if self.pictures and size != "narrow":
                    self.picture(f"state-{state.replace(' ', '-')}-{size}-{look}", whole=not opens)
                if not self.fits():
                    found.append(f"{size} {look}: something sticks out")
        self.browser.show(1280, 900, self.looks[0][1], self.looks[0][2])
        self.browser.pause(100)
        self.expect(not found, f"axe-core, {state}: clean in {names}" + "".join("\n        " + it for it in found[:8]))

    def violations(self):
        if not self.holds("window.axe"):
            self.browser.evaluate(self.axe + "; 0")
        return self.browser.evaluate(VIOLATIONS)

    def placeholder(self):
        """The contrast of the placeholder, which axe-core does not look at."""
        for look, scheme, _ in LOOKS[:2]:
            self.open(scheme=scheme)
            ratio = self.browser.evaluate(PLACEHOLDER_CONTRAST)
            self.expect(ratio >= 4.5, f"{look}: the placeholder has a contrast of {ratio:.1f}:1")

    # The keyboard

    def keyboard(self, text):
        """Tab through the page with all open: each stop is seen, in view, and in the order of reading."""
        browser = self.browser
        self.open()
        self.translate("A dog runs in the snow.")
        browser.click(".result .pane-foot button[aria-expanded]")
        browser.wait("document.querySelector('.alternative')", "other translations")
        for selector in ["#toggle-terms", "#toggle-history", "#toggle-attention"]:
            browser.click(selector)
        browser.wait("document.querySelector('.explorer .token')", "the explorer")
        browser.evaluate(TO_THE_TOP)
        browser("Page.bringToFront")
        stops = []
        for _ in range(80):
            browser.key("Tab")
            stop = browser.evaluate(FOCUSED)
            if stop["isBody"] or (stops and stop == stops[0]):
                break
            stops.append(stop)
        names = [stop["name"] for stop in stops]
        wanted = [
            "interface",
            "theme",
            "source",
            "swap",
            "target",
            "text",
            "clear",
            "choose-file",
            "format",
            "scores",
            "toggle-terms",
            "toggle-history",
            "toggle-attention",
            "toggle-api",
        ]
        reachable = browser.evaluate(
            f"{wanted}.filter((id) => document.querySelector(`#${{id}}:enabled`)?.checkVisibility())"
        )
        self.expect(
            [it for it in names if it in wanted] == reachable,
            f"Tab reaches all in order ({len(stops)} stops: {', '.join(names)})",
        )
        unseen = [stop["name"] for stop in stops if not stop["isSeen"]]
        self.expect(not unseen, f"the focus is seen at each stop (not at {unseen})")
        away = [stop["name"] for stop in stops if not stop["isInView"]]
        self.expect(not away, f"each stop is in view (not {away})")
        for part in ["#terms", "#history", ".explorer", ".alternatives"]:
            inside = browser.evaluate(f"document.querySelectorAll('{part} :is(button, input, select, canvas)').length")
            self.expect(inside > 0, f"{part} has something to reach")
        browser.evaluate("document.querySelector('#toggle-terms').focus()")
        browser.key("Enter")
        self.expect(
            self.holds(
                "document.querySelectorAll('#terms[hidden], #toggle-terms[aria-expanded=false]').length === 2"
            ),
            "Enter closes a panel",
        )
        self.forget()

    # Screen readers

    def announcements(self):
        """What is announced while a long text is streamed: the translation once, at the end."""
        browser = self.browser
        self.open()
        self.ready()
        live = browser.evaluate(LIVE_AROUND)
        self.expect(live == 0, "the translation's pane itself is not announced")
        browser.evaluate(LISTEN)
        self.translate(" ".join(["Two dogs run in the deep snow. A man sits on a bench near the old house."] * 6))
        browser.pause(900)
        said = browser.evaluate("said")
        self.expect(
            said == [self.says("translationReady")],
            f"a long translation is announced once, when it is there (found {len(said)} announcements)",
        )
        self.offline(True)
        browser.evaluate("told = 0")
        browser.type("#text", "Two dogs.")
        browser.pause(7500)
        self.expect(
            browser.evaluate("told") == 1 and self.text("#problem"),
            f"an error is announced once while the page tries again (found {browser.evaluate('told')})",
        )
        self.offline(False)
        self.forget()

    def motion(self):
        self.open()
        self.browser("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
        moving = self.browser.evaluate(MOVING)
        self.expect(moving == 0, f"nothing moves where the reader wants no motion (found {moving})")
