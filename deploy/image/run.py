"""Runs the built image under crun and prints what was seen, as JSON. Called by deploy/image-check."""

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from container import container_profile

NAME = f"dragoman-image-check-{os.getpid()}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="where deploy/image-check works")
    parser.add_argument("--root", required=True, help="the image's root, mounted")
    parser.add_argument("--port", type=int, default=5055)
    return parser.parse_args()


def bundle(options, image):
    """A folder that crun runs: the image's own user, environment and command on a read-only root."""
    folder = Path(options.folder) / "bundle"
    folder.mkdir(exist_ok=True)
    config = image["Docker"]["config"]
    user, group = (int(part) for part in config["User"].split(":"))
    if user == 0:
        raise SystemExit("image-check: found user 0 in the image, expected another")
    settings = container_profile()
    settings["root"] = {"path": options.root, "readonly": True}
    settings["process"].update(
        user={"uid": user, "gid": group}, args=config["Entrypoint"] + config["Cmd"],
        env=config["Env"] + [f"DRAGOMAN_PORT={options.port}"])
    (folder / "config.json").write_text(json.dumps(settings))
    return folder


def forget_files(root):
    """Drops the image's files out of the kernel's cache."""
    for path in Path(root).rglob("*"):
        if path.is_file() and not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return None, b""
    finally:
        connection.close()


class Run:
    """One life of the container."""

    def __init__(self, folder, port):
        self.port = port
        self.begun = time.monotonic()
        self.process = subprocess.Popen(["crun", "run", "--bundle", str(folder), NAME], stderr=subprocess.PIPE)

    def seconds_to_ready(self):
        while ask(self.port, "GET", "/health/ready")[0] != 200:
            if self.process.poll() is not None:
                raise SystemExit(f"image-check: the server ended: {self.process.stderr.read().decode()}")
            time.sleep(0.002)
        return round(time.monotonic() - self.begun, 3)

    def inside(self, *command):
        """The exit status of a command in the container."""
        return subprocess.run(["crun", "exec", NAME, *command], stderr=subprocess.DEVNULL, check=False).returncode

    def stop(self):
        subprocess.run(["crun", "kill", NAME, "TERM"], check=True)
        try:
            return self.process.wait(timeout=60)
        finally:
            subprocess.run(["crun", "delete", "--force", NAME], stderr=subprocess.DEVNULL, check=False)


def checks(run):
    body = json.dumps({"q": "A dog runs in the snow.", "source": "en", "target": "fr"})
    status, answer = ask(run.port, "POST", "/translate", body)
    pid = json.loads(subprocess.run(["crun", "state", NAME], capture_output=True, check=True).stdout)["pid"]
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kernel = dict(line.split(":", 1) for line in lines)
    return {
        "translates": status == 200 and bool(json.loads(answer).get("translatedText")),
        "healthCommand": run.inside("dragoman", "health") == 0,
        "rootIsReadOnly": run.inside("touch", "/models/x") != 0 and run.inside("touch", "/x") != 0,
        "isNotRoot": "0" not in kernel["Uid"].split(),
        "hasNoCapabilities": int(kernel["CapEff"], 16) == 0 and int(kernel["CapBnd"], 16) == 0,
        "filtersSystemCalls": kernel["Seccomp"].strip() == "2",
    }


def main():
    options = arguments()
    image = json.loads((Path(options.folder) / "image.json").read_text())
    folder = bundle(options, image)
    forget_files(options.root)
    run = Run(folder, options.port)
    cold = run.seconds_to_ready()
    seen = checks(run)
    seen["exitsWith0"] = run.stop() == 0
    run = Run(folder, options.port)
    warm = run.seconds_to_ready()
    run.stop()
    size = json.loads((Path(options.folder) / "images.json").read_text())[0]["size"]
    print(json.dumps({"imageSize": size, "coldStartSeconds": cold, "warmStartSeconds": warm, **seen}, indent=2))
    sys.exit(0 if all(seen.values()) else 1)


main()
