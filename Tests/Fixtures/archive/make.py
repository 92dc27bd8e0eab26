"""Writes the ZIP fixtures: python make.py, in this folder. It needs Python alone.

mixed.zip     a stored member, a deflated one, a folder, an empty member, a name in UTF-8, a comment
streamed.zip  the same members by a writer that cannot seek: sizes and checksums follow the members
wide.zip      a deflated member whose local header has a ZIP64 field
"""
import io
import os
import zipfile

os.chdir(os.path.dirname(os.path.abspath(__file__)))
words = "".join(f"{i * i % 97} line {i}\n" for i in range(600)).encode()


class Pipe(io.RawIOBase):
    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def fill(archive):
    def add(name, data, method):
        info = zipfile.ZipInfo(name, (2024, 2, 29, 12, 30, 10))
        info.compress_type = method
        archive.writestr(info, data)

    add("mimetype", b"application/x-test", zipfile.ZIP_STORED)
    add("folder/", b"", zipfile.ZIP_STORED)
    add("folder/words.txt", words, zipfile.ZIP_DEFLATED)
    add("folder/empty", b"", zipfile.ZIP_DEFLATED)
    add("folder/\u00e9t\u00e9.txt", "\u00e9t\u00e9".encode(), zipfile.ZIP_STORED)


with zipfile.ZipFile("mixed.zip", "w") as archive:
    fill(archive)
    archive.comment = b"made by make.py"
with open("streamed.zip", "wb") as file, zipfile.ZipFile(Pipe(file), "w") as archive:
    fill(archive)
with zipfile.ZipFile("wide.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    info = zipfile.ZipInfo("words.txt", (2024, 2, 29, 12, 30, 10))
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        member.write(words)
