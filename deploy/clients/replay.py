#!/usr/bin/env python3
"""Sends the exact requests of programs that people use, and reads from the answers what these programs read.

    deploy/client-check                                 starts the servers, and runs this too
    deploy/clients/replay.py --open URL --keyed URL     asks servers with models/zoo/en-fr-captions that run already

The rows are in `programs.py`. The second server needs the API key in DRAGOMAN_KEY. Prints a line per program: PASS, FAIL
with the step and the reason, or NONE if no translation server can do what the program asks. Exit status 1 on a failure.
"""

import argparse
import http.client
import json
import os
import sys
import time
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from programs import PROGRAMS

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----a5c1f0d2"


class Wrong(Exception):
    """A step whose answer is not the one that the program needs."""


def body_of(ask):
    """The bytes of a request, and the header fields that tell their type."""
    if ask.raw is not None:
        return ask.raw, {}
    if ask.json is not None:
        return json.dumps(ask.json).encode(), {"Content-Type": "application/json"}
    if ask.form is not None:
        return urlencode(ask.form, doseq=True).encode(), {"Content-Type": FORM}
    if ask.multipart is not None:
        parts = []
        for name, value in ask.multipart:
            file = f'; filename="{value[0]}"' if isinstance(value, tuple) else ""
            content = value[1] if isinstance(value, tuple) else value
            parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{content}\r\n')
        return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode(), {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return None, {"Content-Length": "0"} if ask.method == "POST" else {}


def filled(value, kept):
    """A value with the kept ones in the place of their names."""
    if isinstance(value, dict):
        return {name: filled(member, kept) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(filled(member, kept) for member in value)
    if isinstance(value, str):
        for name, text in kept.items():
            value = value.replace("$" + name, str(text))
    return value


def send(url, ask, kept):
    """The status and the answer, as JSON if it is that."""
    address = urlsplit(url)
    body, headers = body_of(replace(
        ask, json=filled(ask.json, kept), form=filled(ask.form, kept), multipart=filled(ask.multipart, kept)))
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        path = address.path + filled(ask.path, kept)
        connection.request(ask.method, path, body, headers | filled(ask.headers, kept))
        response = connection.getresponse()
        text = response.read().decode()
    finally:
        connection.close()
    try:
        return response.status, json.loads(text)
    except ValueError:
        return response.status, text


def value_at(answer, place):
    """The value at a place such as `translations.0.text`; the whole answer at an empty one."""
    for step in place.split(".") if place else []:
        try:
            answer = answer[int(step)] if isinstance(answer, list) else answer[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Wrong(f"no {place} in {shortened(answer)}") from None
    return answer


def is_right(found, wanted):
    if callable(wanted):
        return bool(wanted(found))
    if isinstance(wanted, str) and wanted.endswith("…"):
        return isinstance(found, str) and found.startswith(wanted[:-1])
    return found == wanted and type(found) is type(wanted)


def shortened(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:299] + "…"


def perform(ask, url, kept):
    """Sends a request, again if the program waits for a state, and checks the answer."""
    patience = time.monotonic() + 60
    while True:
        status, answer = send(url, ask, kept)
        if status != ask.status:
            raise Wrong(f"status {status}, wanted {ask.status}: {shortened(answer)}")
        if not ask.until or value_at(answer, ask.until[0]) == ask.until[1]:
            break
        if time.monotonic() > patience:
            raise Wrong(f"{ask.until[0]} never became {ask.until[1]}: {shortened(answer)}")
        time.sleep(0.1)
    for place, wanted in ask.reads.items():
        found = value_at(answer, place)
        wanted = wanted if callable(wanted) else filled(wanted, kept)
        if not is_right(found, wanted):
            what = getattr(wanted, "__doc__", None) if callable(wanted) else shortened(wanted)
            raise Wrong(f"{place or 'answer'} is {shortened(found)}, wanted {what or 'another'}")
    for name, place in ask.keeps.items():
        kept[name] = value_at(answer, place)


def fault(program, servers):
    """The reason why a program fails; empty if it does not."""
    kept = {"key": servers["key"]}
    for number, ask in enumerate(program.steps, 1):
        try:
            perform(ask, servers["keyed" if ask.keyed else "open"], kept)
        except (Wrong, OSError, http.client.HTTPException) as wrong:
            return f"step {number}, {ask.method} {ask.path}: {wrong}"
    return ""


def main():
    parser = argparse.ArgumentParser(description="Replays the requests of programs that people use.")
    parser.add_argument("--open", default=os.environ.get("DRAGOMAN_URL"), help="a server without keys")
    parser.add_argument("--keyed", default=os.environ.get("DRAGOMAN_KEYED_URL"), help="a server with --api-keys")
    parser.add_argument("--only", default="", help="a part of the names of programs")
    arguments = parser.parse_args()
    servers = {"open": arguments.open, "keyed": arguments.keyed, "key": os.environ["DRAGOMAN_KEY"]}
    counts = {"PASS": 0, "FAIL": 0, "NONE": 0}
    for program in PROGRAMS:
        names = [name for name in program.names.split("; ") if arguments.only.lower() in name.lower()]
        if not names:
            continue
        reason = fault(program, servers)
        verdict = "FAIL" if reason else "NONE" if program.impossible else "PASS"
        for name in names:
            counts[verdict] += 1
            note = reason or program.impossible
            print(f"{verdict}  {name} ({program.wire})" + (f": {note}" if note else ""))
    print(f"programs: {counts['PASS']} pass, {counts['FAIL']} fail, {counts['NONE']} ask for what no server can do")
    return 1 if counts["FAIL"] or not counts["PASS"] else 0


if __name__ == "__main__":
    sys.exit(main())
