"""The settings that an engine gives a container: no capabilities, the usual filter of system calls, the network of the machine."""

import json
import platform
import subprocess
import tempfile
from pathlib import Path

# The engines' common filter, as Debian packages it for buildah and podman.
FILTER = Path("/usr/share/containers/seccomp.json")


def container_profile():
    """Settings for runc (OCI runtime specification), without root, user and command."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["runc", "spec"], cwd=folder, check=True)
        settings = json.loads((Path(folder) / "config.json").read_text())
    process = settings["process"]
    process["terminal"] = False
    process["noNewPrivileges"] = True
    process["capabilities"] = {}
    process["rlimits"] = [{"type": "RLIMIT_NOFILE", "soft": 8192, "hard": 8192}]
    linux = settings["linux"]
    linux["namespaces"] = [one for one in linux["namespaces"] if one["type"] not in ("network", "cgroup")]
    linux.pop("resources", None)
    linux["seccomp"] = system_calls()
    settings["mounts"] = [one for one in settings["mounts"] if one["type"] != "cgroup"]
    return settings


def system_calls():
    """The filter's rules that hold for this processor and a process without capabilities."""
    if not FILTER.exists():
        raise SystemExit(f"image-check: {FILTER}: found no such file, expected it beside buildah")
    profile = json.loads(FILTER.read_text())
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    rules = []
    for rule in profile["syscalls"]:
        includes, excludes = rule.get("includes") or {}, rule.get("excludes") or {}
        if includes.get("caps") or machine not in includes.get("arches", [machine]):
            continue
        if machine in excludes.get("arches", []):
            continue
        kept = {key: rule[key] for key in ("names", "action", "args", "errnoRet") if rule.get(key) not in (None, [])}
        rules.append(kept)
    return {"defaultAction": profile["defaultAction"], "defaultErrnoRet": profile.get("defaultErrnoRet", 1),
            "syscalls": rules}
