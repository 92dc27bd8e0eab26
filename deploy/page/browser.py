"""Chromium, driven over a pipe: the DevTools protocol, messages of JSON that end with zero bytes."""

import base64
import json
import os
import subprocess
import tempfile
import time


class Browser:
    def __init__(self, program):
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()
        self.folder = tempfile.TemporaryDirectory()
        flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            "--no-first-run",
            "--hide-scrollbars",
            f"--user-data-dir={self.folder.name}",
            "about:blank",
        ]
        shell = f'exec "$0" "$@" 3<&{to_read} 4>&{from_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, program, *flags],
            pass_fds=[to_read, from_write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read), os.close(from_write)
        self.count, self.unread, self.complaints, self.paused, self.session = 0, b"", [], [], None
        self.addresses = []
        self.begin()

    def begin(self):
        """Begins with a new tab. One that had forced colours keeps a black ground."""
        self.session = None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self(domain + ".enable")
        self("Page.bringToFront")
        self.speak("en")

    def send(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data) :]
        return self.count

    def __call__(self, method, **parameters):
        number = self.send(method, **parameters)
        while True:
            answer = self.read()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def read(self):
        while b"\0" not in self.unread:
            chunk = os.read(self.back, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser has gone")
            self.unread += chunk
        text, self.unread = self.unread.split(b"\0", 1)
        event = json.loads(text)
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(
                parameters["exceptionDetails"].get("exception", {}).get("description", "an exception")
            )
        if event.get("method") == "Network.requestWillBeSent":
            self.addresses.append(parameters["request"]["url"])
        if event.get("method") == "Fetch.requestPaused":
            self.paused.append(parameters)
        if event.get("method") == "Runtime.consoleAPICalled":
            self.complaints.append(str(parameters["args"]))
        if event.get("method") == "Log.entryAdded":
            entry = parameters["entry"]
            self.complaints.append(entry["text"] + " " + entry.get("url", ""))
        return event

    def evaluate(self, script):
        answer = self("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def wait(self, script, what, seconds=20):
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            if time.monotonic() > end:
                raise RuntimeError(f"waited {seconds} s for {what}")
            time.sleep(0.05)

    def show(self, width, height, scheme="light", forced=False):
        """Sets the window's size and the reader's colours."""
        phone = width < 600
        self(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "forced-colors", "value": "active" if forced else "none"},
            ],
        )

    def speak(self, *languages):
        """Sets the languages that the reader's browser asks for."""
        agent = self("Browser.getVersion")["userAgent"]
        self("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=",".join(languages))

    def open(self, address, width, height, scheme):
        self.show(width, height, scheme)
        self("Page.navigate", url="about:blank")
        self("Page.navigate", url=address)

    def place(self, selector):
        return self.evaluate(f"""(() => {{ const node = document.querySelector({json.dumps(selector)});
            node.scrollIntoView({{block: 'center'}}); const box = node.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2]; }})()""")

    def mouse(self, kind, selector):
        x, y = self.place(selector)
        self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def click(self, selector):
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"]:
            self.mouse(kind, selector)

    def key(self, name, modifiers=0):
        texts = {"Enter": "\r", " ": " "}
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}
        code = {"windowsVirtualKeyCode": codes[name]} if name in codes else {}
        text = {"text": texts[name]} if name in texts else {}
        for kind, more in [("keyDown", text), ("keyUp", {})]:
            self(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name.replace(" ", "Space"),
                modifiers=modifiers,
                **code,
                **more,
            )

    def type(self, selector, text):
        """Puts a text in the place of what a field holds."""
        self.evaluate(f"""(() => {{ const field = document.querySelector({json.dumps(selector)});
            field.focus();
            field.select(); }})()""")
        self("Input.insertText", text=text)

    def pause(self, milliseconds=300):
        self.evaluate(f"new Promise((done) => setTimeout(done, {milliseconds}))")

    def picture(self, path, whole=True):
        height = self.evaluate("document.documentElement.scrollHeight") if whole else None
        clip = (
            {"clip": {"x": 0, "y": 0, "width": self.evaluate("innerWidth"), "height": height, "scale": 1}}
            if whole
            else {}
        )
        data = self("Page.captureScreenshot", format="png", captureBeyondViewport=whole, **clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.session = None
        self("Browser.close")
        self.process.wait(20)
        time.sleep(0.5)  # Its children may still write.
        self.folder.cleanup()
