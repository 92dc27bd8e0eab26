"""Makes the packed files of these tests: make.py FOLDER. Needs Python 3, gzip and zstd."""

import gzip
import pathlib
import subprocess
import sys
import zlib

OUT = pathlib.Path(sys.argv[1])


def numbers(seed):
    """A linear congruential generator, which the tests repeat."""
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        yield seed >> 33


def words(count):
    """Text of about four hundred different words, so that matches and codes of all kinds occur."""
    n = numbers(1)
    vocabulary = ["".join(chr(97 + next(n) % 26) for _ in range(1 + next(n) % 9)) for _ in range(400)]
    return " ".join(vocabulary[min(next(n) % 400, next(n) % 400)] for _ in range(count)).encode()


def noise(count):
    n = numbers(2)
    return bytes(next(n) % 256 for _ in range(count))


def skewed(count):
    """Bytes of very different frequencies: long Huffman codes."""
    n = numbers(3)
    return bytes(min(255, (next(n) % 2**31 | 1).bit_length() * 7 % 256) for _ in range(count))


CONTENTS = {
    "empty": b"", "byte": b"a", "words": words(12000), "noise": noise(3000), "run": b"ab" + b"x" * 200000,
    "skewed": skewed(20000),
}


def zstd(data, *flags):
    return subprocess.run(["zstd", "-q", "-c", *flags], input=data, capture_output=True, check=True).stdout


for name, data in CONTENTS.items():
    (OUT / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    (OUT / f"{name}.zlib").write_bytes(zlib.compress(data, 1))
    for level in (1, 19):
        (OUT / f"{name}.{level}.zst").write_bytes(zstd(data, f"-{level}", "--check"))
text = CONTENTS["words"]
fixed = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FIXED)
(OUT / "words.fixed.deflate").write_bytes(fixed.compress(text) + fixed.flush())
stored = zlib.compressobj(0, zlib.DEFLATED, -15)
(OUT / "words.stored.deflate").write_bytes(stored.compress(text) + stored.flush())
(OUT / "words.members.gz").write_bytes(gzip.compress(text[:20000], mtime=0) + gzip.compress(text[20000:], mtime=0))
skippable = b"\x50\x2a\x4d\x18\x05\x00\x00\x00hello"
(OUT / "words.frames.zst").write_bytes(zstd(text[:20000], "--no-check") + skippable + zstd(text[20000:], "--fast=5"))
(OUT / "words.streamed.zst").write_bytes(zstd(text, "-22", "--ultra", "--long=20", "--no-content-size"))
