"""A Hugging Face Marian folder: its configuration, its words and its tensors as float32."""

import json
import pathlib

import numpy

TYPES = {"F16": numpy.float16, "F32": numpy.float32}


def read_json(folder, name):
    return json.loads((pathlib.Path(folder) / name).read_text(encoding="utf-8"))


def read_words(folder):
    """The words of vocab.json by id."""
    ids = read_json(folder, "vocab.json")
    return sorted(ids, key=ids.get)


def read_tensors(folder):
    """Every tensor of model.safetensors by name."""
    path = pathlib.Path(folder) / "model.safetensors"
    data = numpy.memmap(path, dtype=numpy.uint8, mode="r")
    start = 8 + int(data[:8].view(numpy.uint64)[0])
    header = json.loads(data[8:start].tobytes())
    header.pop("__metadata__", None)
    return {name: tensor(data[start:], entry) for name, entry in header.items()}


def tensor(data, entry):
    first, last = entry["data_offsets"]
    values = numpy.frombuffer(data[first:last].tobytes(), dtype=TYPES[entry["dtype"]])
    return values.reshape(entry["shape"]).astype(numpy.float32)


def write_tensors(path, tensors):
    header, end = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [end, end + values.nbytes]}
        end += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for values in tensors.values():
            file.write(values.tobytes())
