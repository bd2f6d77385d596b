"""A Debian with nothing on it but what every one has, with systemd at work: what `docs/installation.md` begins with.

Made by debootstrap, started by systemd-nspawn; it shares this machine's network, and is told how that one reaches the world (names,
certificates) and nothing else. Needs root, and the packages debootstrap and systemd-container.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PACKAGES = "systemd,systemd-sysv,dbus,ca-certificates,sudo,procps"
LACKS = "needs root, debootstrap and systemd-container"
PATIENCE = 120
MINUTES = 20


def can_be_made() -> bool:
    return os.geteuid() == 0 and bool(shutil.which("debootstrap")) and bool(shutil.which("systemd-nspawn"))


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command at the machine's shell said, and its status."""

    status: int
    said: str


@dataclass
class Machine:
    root: Path
    leader: int = 0

    def types(self, command: str) -> Ended:
        """At the shell of root, as somebody who says yes to whatever is asked."""
        inside = ("nsenter", "--target", str(self.leader), "--all", "/usr/bin/env", "-i")
        told = (
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root",
            "LANG=C.UTF-8",
            "DEBIAN_FRONTEND=noninteractive",
            f"SSL_CERT_FILE={CERTIFICATES}",
        )
        done = subprocess.run(
            [*inside, *told, "bash", "-e", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
        return Ended(done.returncode, done.stdout)

    def writes(self, path: str, text: str) -> None:
        """Into a file that may be there, whose mode it keeps."""
        with (self.root / path.lstrip("/")).open("w") as file:
            file.write(text)

    def reaches_the_world(self) -> None:
        """It trusts whom this machine trusts."""
        shutil.copy(CERTIFICATES, self.root / CERTIFICATES.relative_to("/"))

    def reads(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()


@contextmanager
def empty_machine(folder: Path) -> Iterator[Machine]:
    """Switched on until the end of the block."""
    root = folder / "machine"
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)],
        check=True,
        capture_output=True,
    )
    machine = Machine(root)
    machine.reaches_the_world()
    for each in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(each, root / "etc/apt/apt.conf.d")
    machine.writes(
        "/etc/apt/apt.conf.d/90yes", 'APT::Get::Assume-Yes "true";\nAPT::Install-Recommends "false";\n'
    )
    machine.writes("/etc/pip.conf", f"[global]\ncert = {CERTIFICATES}\n")
    machine.writes("/etc/sudoers.d/network", 'Defaults env_keep += "SSL_CERT_FILE"\n')
    with (folder / "console").open("wb") as console:
        started = subprocess.Popen(
            [
                "systemd-nspawn", f"--directory={root}", "--boot", "--register=no", "--keep-unit",
                "--resolv-conf=copy-host", "--console=pipe",
            ],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
        )  # fmt: skip
        try:
            machine.leader = _leader(started)
            yield machine
        finally:
            started.terminate()
            started.wait(PATIENCE)


def _leader(started: "subprocess.Popen[bytes]") -> int:
    """The process that is the first of the machine's own, once its systemd has begun."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.poll() is None:
        for each in psutil.Process(started.pid).children(recursive=True):
            if re.search(r"systemd|init", each.name()) and each.name() != "systemd-nspawn":
                machine = Machine(Path(), each.pid)
                if machine.types("systemctl is-system-running --wait || true").said.strip() in {
                    "running",
                    "degraded",
                }:
                    return int(each.pid)
        time.sleep(0.5)
    raise RuntimeError("the machine does not start")
