"""The measured constants of one machine and one model, and their file."""

import dataclasses
import json


@dataclasses.dataclass
class Constants:
    """Seconds of one core, except where said otherwise."""

    # A decoding step: fixed, per row (hypothesis), and per row and token of its source.
    step: float = 0.0005
    step_row: float = 0.0001
    step_token: float = 0.0
    # A pass of the encoder: fixed, and per source token.
    encode: float = 0.0003
    encode_token: float = 0.00002
    # Duration of a lone worker's work, as a share of its duration on one core, and the cores that it keeps busy.
    lone_share: float = 1.0
    lone_cores: int = 1
    # Steps beyond the tokens of the translation.
    extra_steps: float = 0.0
    # Rows of a sentence: the hypotheses of the search. Rows that step together on a worker.
    beam: int = 1
    max_rows: int = 12
    # Work of the event loop per request, before and after the model, and per source token.
    request: float = 0.00015
    answer: float = 0.00015
    request_token: float = 0.0
    # Work of the worker's thread per sentence beside encoding and steps.
    sentence: float = 0.0
    # Time on the way between two threads or processes, without work.
    hop: float = 0.00003
    # Work of the balancer, and of a client on the same machine, per request.
    balancer: float = 0.0
    client: float = 0.0
    # Seconds from the start of a process until it is ready; to load one model of a store, and its bytes.
    start: float = 1.0
    load: float = 0.2
    model_bytes: int = 18_000_000
    machine: str = ""
    # The sentences of each request of the measured texts, as pairs of source and target tokens.
    requests: list = dataclasses.field(default_factory=list)

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        known = {field.name for field in dataclasses.fields(cls)}
        if set(found) - known:
            raise SystemExit(f"simulate: {path}: found {sorted(set(found) - known)}, expected only {sorted(known)}")
        return cls(**found)

    def write(self, path):
        lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in dataclasses.asdict(self).items()]
        with open(path, "w", encoding="utf-8") as file:
            file.write("{\n" + ",\n".join(lines) + "\n}\n")


def least_squares(rows, values):
    """The coefficients for which rows · coefficients come nearest to the values."""
    size = len(rows[0])
    matrix = [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]
    right = [sum(row[i] * value for row, value in zip(rows, values)) for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda j: abs(matrix[j][i]))
        matrix[i], matrix[pivot], right[i], right[pivot] = matrix[pivot], matrix[i], right[pivot], right[i]
        if matrix[i][i] == 0.0:
            raise ValueError("the rows do not determine the coefficients")
        for j in range(i + 1, size):
            factor = matrix[j][i] / matrix[i][i]
            matrix[j] = [a - factor * b for a, b in zip(matrix[j], matrix[i])]
            right[j] -= factor * right[i]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (right[i] - sum(matrix[i][j] * found[j] for j in range(i + 1, size))) / matrix[i][i]
    return found


def fit(rows, values):
    """Least squares of relative errors, with coefficients of at least 0."""
    kept = list(range(len(rows[0])))
    while True:
        found = least_squares([[row[i] / value for i in kept] for row, value in zip(rows, values)], [1.0] * len(values))
        if min(found) >= 0 or len(kept) == 1:
            break
        del kept[found.index(min(found))]
    result = [0.0] * len(rows[0])
    for i, value in zip(kept, found):
        result[i] = max(0.0, value)
    return result
