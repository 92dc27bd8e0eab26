"""The attacks: each is made by a process of its own, from other addresses than the normal traffic.

    python3 attacks.py NAME PORT SECONDS"""

import json
import random
import resource
import socket
import struct
import sys
import threading
import time
from collections import Counter

ADDRESSES = [f"127.0.2.{number}" for number in range(1, 5)]
SENTENCE = "A dog runs in the snow and two men are talking near the river. "


class Attack:
    """Counts what comes back until the time is over."""

    def __init__(self, port, seconds, pivot):
        self.port, self.end, self.pivot = port, time.monotonic() + seconds, pivot
        self.counts = Counter()
        self.lock = threading.Lock()

    @property
    def is_over(self):
        return time.monotonic() >= self.end

    def count(self, what):
        with self.lock:
            self.counts[str(what)] += 1

    def connect(self, number, timeout=60):
        one = socket.create_connection(
            ("127.0.0.1", self.port), timeout=timeout, source_address=(ADDRESSES[number % len(ADDRESSES)], 0))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return one

    def ask(self, number, message):
        """Sends one request on a connection of its own, and counts the status."""
        try:
            with self.connect(number) as one:
                one.sendall(message)
                self.count(status(one))
        except OSError as error:
            self.count(type(error).__name__)
            time.sleep(0.05)

    def repeat(self, connections, message):
        """`message(number)` makes the next request of a connection. Refused clients try again after a moment."""
        def run(number):
            while not self.is_over:
                self.ask(number, message(number))
                time.sleep(0.01)

        self.threads(connections, run)

    def threads(self, count, run):
        threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(max(0.0, self.end + 5 - time.monotonic()))


def status(one):
    """The status of an answer, which is read whole as far as it comes."""
    data = one.recv(65536)
    if not data:
        return "closed"
    found = data.split(b" ", 2)[1].decode() if data.startswith(b"HTTP/") else "no answer"
    while data:
        data = one.recv(1 << 20)
    return found


def post(path, body, kind="application/json", more=b""):
    return (f"POST {path} HTTP/1.1\r\nHost: attack\r\nContent-Type: {kind}\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n").encode() + more + b"\r\n" + body


def translate(q, source="en", **more):
    fields = {"q": q, "source": source, "target": "fr", **more}
    return post("/translate", json.dumps(fields, ensure_ascii=False).encode())


def upload(name, content):
    fields = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % field
        for field in ((b"source", b"en"), (b"target", b"fr")))
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n' % name.encode()
    return post("/translate_file", fields + file + content + b"\r\n--b--\r\n", "multipart/form-data; boundary=b")


# The attacks

def slashes(attack):
    """Paths of 16,000 slashes."""
    message = b"GET " + b"/" * 16_000 + b" HTTP/1.1\r\nHost: attack\r\nConnection: close\r\n\r\n"
    attack.repeat(10, lambda number: message)


def files(attack):
    """Files whose parts refer to each other or repeat: messages, subtitles, Markdown."""
    cue = b"1\n00:00:01,000 --> 00:00:02,000\n"
    made = [
        upload("a.po", b'msgid "' + b"a" * 30_000 + b'"\n' + b"msgstr\n" * 10_000),
        upload("a.srt", cue + b"A dog" + b" " * 150_000),
        upload("a.vtt", b"WEBVTT\n\n" + cue + b"A dog" + "♪".encode() * 50_000),
        upload("a.md", b"<div " + b"a" * 80_000 + b"\n" + b"a\n" * 40_000),
        upload("a.md", b"`" * 80_000 + b"\n" + b"a\n" * 40_000),
        upload("a.md", b"[" * 80_000 + b"](" * 40_000),
    ]
    attack.repeat(8, lambda number: random.choice(made))


def pivots(attack):
    """Long texts through a third language, with placeholders and with alignments."""
    words = "o cão corre na neve e "
    made = [
        translate("{}" * 95_000, attack.pivot), translate(words * 2_000, attack.pivot, explain=["alignment"]),
        translate("<p>" + "o <b>cão</b> corre na neve e " * 3_000 + "</p>", attack.pivot, format="html"),
    ]
    attack.repeat(8, lambda number: random.choice(made))


def large(attack):
    """One request of 1.1 MB, of 190,000 texts of one letter, and again when it is answered."""
    message = translate(["é"] * 190_000)
    attack.repeat(1, lambda number: message)


def tiny(attack):
    """Requests of 0.9 MB of texts without letters."""
    message = translate(["."] * 190_000)
    attack.repeat(24, lambda number: message)


def html(attack):
    """Pages of 180 KB of HTML, more of them than can be translated."""
    message = translate("<p>A <b>dog</b> runs in the snow.</p>" * 5_000, format="html")
    attack.repeat(32, lambda number: message)


def idle(attack):
    """Connections that say nothing, opened again when they are closed."""
    hold(attack, 4_200, b"")


def heads(attack):
    """Connections that send 46 KB of a head and never its end."""
    fields = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 460) for number in range(98))
    hold(attack, 2_000, b"GET / HTTP/1.1\r\nHost: attack\r\n" + fields)


def hold(attack, count, beginning):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))
    held = []
    while not attack.is_over:
        while len(held) < count and not attack.is_over:
            try:
                one = attack.connect(len(held), timeout=5)
                one.sendall(beginning)
                one.setblocking(False)
                held.append(one)
                attack.count("opened")
            except OSError as error:
                attack.count(type(error).__name__)
                time.sleep(0.1)
        time.sleep(0.5)
        held = [one for one in held if is_open(one)]
    for one in held:
        one.close()


def is_open(one):
    try:
        if one.recv(4096):
            return True
    except BlockingIOError:
        return True
    except OSError:
        pass
    one.close()
    return False


def cancellations(attack):
    """Requests of all sizes whose clients leave within 50 ms."""
    def run(number):
        chance = random.Random(number)
        while not attack.is_over:
            message = translate(SENTENCE * chance.choice([1, 10, 100, 600]), beam=chance.choice([1, 4, 16]))
            try:
                one = attack.connect(number)
                one.sendall(message)
                time.sleep(chance.random() * 0.05)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.close()
                attack.count("left")
            except OSError as error:
                attack.count(type(error).__name__)

    attack.threads(48, run)


ATTACKS = {one.__name__: one for one in (
    slashes, files, pivots, large, tiny, html, idle, heads, cancellations)}


def main():
    name, port, seconds, pivot = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    attack = Attack(port, seconds, pivot)
    ATTACKS[name](attack)
    print(json.dumps(attack.counts))


if __name__ == "__main__":
    main()
