"""Makes attention.npz, the archive that AttentionArchiveTests expects byte by byte, with NumPy and Python's zipfile."""
import io
import pathlib
import zipfile

import numpy

arrays = {
    "cross": numpy.array([[[[0.5, 0.25, 0.25], [1, 0, 0]]]], dtype="<f4"),
    "source_tokens": numpy.array(["▁a", "", "𝄞 xyz"]),
    "target_tokens": numpy.array(["c", "</s>"]),
    "decoder_tokens": numpy.array(["<pad>", "c"]),
}
with zipfile.ZipFile(pathlib.Path(__file__).with_name("attention.npz"), "w") as archive:
    for name, array in arrays.items():
        content = io.BytesIO()
        numpy.save(content, array)
        member = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))
        member.create_system = 0
        archive.writestr(member, content.getvalue())
        member.external_attr = 0
