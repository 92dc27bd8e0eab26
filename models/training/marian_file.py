"""Reads Marian's binary model files, and writes them with 8-bit matrices.

A file has the number of items, their headers (length of the name, type, rank, length of the payload), names, shapes,
and payloads. Payloads start at a multiple of 256 bytes and are padded to such multiples. An 8-bit matrix is stored as
its bytes and one multiplier m; a weight is byte / m. Embeddings are stored by rows, all other matrices transposed.
"""

import struct

import numpy as np

BYTES, FLOAT16, FLOAT32, INT8 = 0x0101, 0x0402, 0x0404, 0x4101
SETTINGS = "special:model.yml"
BLOCK = 256


def read(path):
    """(weights by name in float32, text of the settings)"""
    blob = path.read_bytes()
    version, count = struct.unpack_from("<QQ", blob)
    if version != 1:
        raise ValueError(f"{path}: version {version} of Marian's container")
    heads = [struct.unpack_from("<4Q", blob, 16 + 32 * i) for i in range(count)]
    at = 16 + 32 * count
    names, shapes = [], []
    for length, _, _, _ in heads:
        names.append(blob[at:at + length].rstrip(b"\0").decode())
        at += length
    for _, _, rank, _ in heads:
        shapes.append(struct.unpack_from(f"<{rank}i", blob, at))
        at += 4 * rank
    at += 8 + struct.unpack_from("<Q", blob, at)[0]
    items = {}
    for name, (_, kind, _, length), shape in zip(names, heads, shapes):
        items[name] = decoded(name, kind, shape, blob[at:at + length])
        at += length
    return items, items.pop(SETTINGS)


def decoded(name, kind, shape, payload):
    count = int(np.prod(shape))
    if kind == BYTES:
        return payload[:count].split(b"\0")[0].decode()
    if kind in (FLOAT16, FLOAT32):
        return np.frombuffer(payload, "<f2" if kind == FLOAT16 else "<f4", count).reshape(shape).astype(np.float32)
    if kind != INT8:
        raise ValueError(f"{name}: type {kind:#x}")
    whole = np.frombuffer(payload, np.int8, count).astype(np.float32) / struct.unpack_from("<f", payload, count)[0]
    return whole.reshape(shape) if "Wemb" in name else np.ascontiguousarray(whole.reshape(shape[::-1]).T)


def write(path, weights, settings):
    """Writes `weights` (float32 by name). Matrices with more than one row are quantised to 8 bits."""
    items = [encoded(name, value) for name, value in sorted(weights.items())]
    text = settings.encode() + b"\0"
    items.append((SETTINGS, BYTES, (len(text),), text))
    head = struct.pack("<QQ", 1, len(items))
    names = [name.encode() + b"\0" for name, _, _, _ in items]
    for name, (_, kind, shape, payload) in zip(names, items):
        head += struct.pack("<4Q", len(name), kind, len(shape), len(payload))
    head += b"".join(names)
    for _, _, shape, _ in items:
        head += struct.pack(f"<{len(shape)}i", *shape)
    filler = BLOCK - (len(head) + 8) % BLOCK
    head += struct.pack("<Q", filler) + bytes(filler)
    path.write_bytes(head + b"".join(payload for _, _, _, payload in items))


def encoded(name, value):
    value = np.atleast_2d(np.asarray(value, np.float32))
    if value.shape[0] == 1:
        return name, FLOAT32, value.shape, padded(value.astype("<f4").tobytes())
    multiplier = 127 / np.abs(value).max()
    bytes_ = np.rint(value * multiplier).astype(np.int8)
    bytes_ = bytes_ if "Wemb" in name else bytes_.T
    return name, INT8, value.shape, padded(bytes_.tobytes() + struct.pack("<f", multiplier))


def padded(payload):
    return payload + bytes(-len(payload) % BLOCK)
