"""Files that are chosen or dropped: progress, download, problems."""

import os
import tempfile
import time
import zipfile

from check import FILE_IS_READY, Check


class Files(Check):
    def run(self):
        self.open()
        if not self.is_shown("#choose-file"):
            return self.skip("files are off on this server")
        with tempfile.TemporaryDirectory() as folder:
            self.folder = folder
            self.browser("Browser.setDownloadBehavior", behavior="allow", downloadPath=os.path.join(folder, "saved"))
            self.chosen()
            self.dropped()
            self.with_a_term()
            self.stopped()
            self.refused()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def saved(self):
        """The text of the file that Download saves."""
        self.press("download", "#file-card")
        end = time.monotonic() + 20
        place = os.path.join(self.folder, "saved")
        while time.monotonic() < end:
            self.browser.evaluate("0")
            found = (
                [name for name in os.listdir(place) if not name.endswith(".crdownload")] if os.path.isdir(place) else []
            )
            if found:
                path = os.path.join(place, found[0])
                with open(path, "rb") as file:
                    data = file.read()
                os.remove(path)
                return found[0], data
            time.sleep(0.1)
        raise RuntimeError("waited 20 s for a translated file")

    def chosen(self):
        """A long file, whose progress is seen: subtitles, of which each is a text."""
        self.pick("#source", "en")
        cues = [
            f"{number}\n{clock(number)},000 --> {clock(number)},900\nTwo dogs run in the deep snow.\n"
            for number in range(1, 1201)
        ]
        self.choose_file(self.write("dogs.srt", "\n".join(cues)))
        self.picture("file-chosen", whole=False)
        self.browser.evaluate("""(() => { window.parts = []; const bar = document.querySelector('#file-card progress');
            new MutationObserver(() => parts.push(bar.value)).observe(bar, {attributes: true}); })()""")
        self.press("translateFile", "#file-card")
        self.browser.wait("document.querySelector('#file-card progress').checkVisibility()", "progress")
        self.browser.wait(
            "parts.some((part) => part > 0) || !document.querySelector('#file-card progress').checkVisibility()",
            "a part",
            120,
        )
        self.picture("file-running", whole=False)
        self.wait_for_file()
        parts = self.browser.evaluate("parts.filter((part) => part > 0)")
        self.expect(
            parts and all(0 < part <= 1 for part in parts),
            f"progress of a file is shown ({len(parts)} times, up to {max(parts or [0]):.2f})",
        )
        self.picture("file-done", whole=False)
        name, data = self.saved()
        text = data.decode()
        self.expect(
            text.count(" --> ") == 1200 and text.startswith("1\n00:00:01,000 --> ") and "dogs" not in text,
            f"a chosen file is translated ({name}, {len(text)} characters)",
        )

    def dropped(self):
        """A document that is dropped on the desk."""
        path = os.path.join(self.folder, "dogs.odt")
        names = "".join(
            f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ["office", "text"]
        )
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2">'
            "<office:body><office:text><text:p>Two dogs run in the snow.</text:p></office:text></office:body>"
            "</office:document-content>"
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("content.xml", content)
        x, y = self.browser.place("#panes")
        data = {"items": [], "files": [path], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver"]:
            self.browser("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)
        self.expect(self.holds("document.querySelector('.desk.dropping')"), "the desk shows that it takes a file")
        self.picture("file-over", whole=False)
        self.browser("Input.dispatchDragEvent", type="drop", x=x, y=y, data=data)
        self.browser.wait("document.querySelector('#file-card').textContent.includes('dogs.odt')", "the dropped file")
        self.press("translateFile", "#file-card")
        self.wait_for_file()
        name, data = self.saved()
        path = os.path.join(self.folder, "back.odt")
        with open(path, "wb") as file:
            file.write(data)
        with zipfile.ZipFile(path) as archive:
            text = archive.read("content.xml").decode()
        self.expect("<text:p>" in text and "Two dogs" not in text, f"a dropped document is translated ({name})")

    def with_a_term(self):
        self.browser.click("#toggle-terms")
        self.browser.type("#terms li input:first-child", "dogs")
        self.browser.type("#terms li input:nth-of-type(2)", "zorglubs")
        self.browser.evaluate("document.activeElement.blur()")
        self.choose_file(self.write("short.txt", "Two dogs run in the snow.\n"))
        self.press("translateFile", "#file-card")
        self.wait_for_file()
        self.expect(b"zorglubs" in self.saved()[1], "terms are used in files")
        self.press("remove", "#terms")
        self.expect(
            not self.holds(FILE_IS_READY),
            "a file that was translated with other terms is not offered",
        )

    def stopped(self):
        self.choose_file(
            self.write("long.txt", "\n\n".join(["Two dogs run in the deep snow near the old house."] * 1000))
        )
        self.press("translateFile", "#file-card")
        self.browser.wait("document.querySelector('#file-card progress').checkVisibility()", "progress")
        self.press("cancel", "#file-card")
        self.expect(not self.is_shown("#file-card progress"), "a file can be stopped")
        self.press("remove", "#file-card")
        self.expect(not self.is_shown("#file-card"), "a file can be removed")

    def refused(self):
        self.choose_file(self.write("picture.xyz", "?"))
        self.expect(
            self.holds("document.querySelector('#file-card .warning').textContent.includes('.txt')"),
            "a file that is not read is refused with what is possible",
        )
        self.choose_file(self.write("broken.docx", "no archive"))
        self.press("translateFile", "#file-card")
        self.browser.wait("document.querySelector('#file-card .warning')", "a refusal")
        self.expect(True, f"a broken file is refused ({self.text('#file-card .file-state')})")
        self.excuse("status of 400")
        self.forget()


def clock(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
