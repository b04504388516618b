#!/usr/bin/env python3
"""Large transfers: a parcel of many bytes to a partner's server (a real sshd on loopback) over a
line that is cut in the middle; the same in an envelope, opened outside of Sluice; and an envelope
to us. Each step says its seconds and its peak of memory.

    SLUICE=build/release/sluice channels.py [--gigabytes 3] [--folder FOLDER]

Takes about eight times that space in FOLDER, and the Python package cryptography."""
import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from bench_home import Run  # noqa: E402
from far_side import FarSide, Line  # noqa: E402
from house import SLUICE, SOURCE, House, form, person  # noqa: E402

MIB = 1 << 20


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class CountingLine(Line):
    def __init__(self, port: int):
        super().__init__(port)
        self.left = [None]

    def budget(self) -> list:
        return self.left


class Bench:
    def __init__(self, options):
        tempfile.tempdir = options.folder
        self.bytes = int(options.gigabytes * 1e9)
        self.house = House()
        self.far = FarSide(Path(tempfile.mkdtemp(prefix="sluice-far-")))
        self.line = CountingLine(self.far.port)
        home = self.house.home
        jobs = home / "jobs"
        (jobs / "sluice.conf").write_text("channel-retry-seconds = 0\ndisk-reserve-bytes = 0\n"
                                          "channel-turn-seconds-max = 3600\n")
        job = jobs / "list.xml"
        job.write_text(re.sub(r'<to partner="00030[23]"[^>]*>', "", job.read_text()))
        self.partners = jobs / "partners.xml"
        self.text = self.partners.read_text()
        self.content = self.house.folder / "content"

    def close(self):
        self.line.close()
        self.far.close()
        self.house.close()

    def write_content(self, prefix: bytes):
        """A sender's references may be used once."""
        persons = [person(i, name="N" * 150) for i in range(5000)]
        block = form("REF-0000000000", *persons).encode()
        with open(self.content, "wb") as out:
            out.write(b"<List>\n")
            for number in range(self.bytes // len(block)):
                out.write(block.replace(b"0000000000", prefix + b"%09d" % number) + b"\n")
            out.write(b"</List>\n")

    def drop(self, sequence: str, content: Path) -> str:
        """Moved, not copied: it is large."""
        name = self.house.name(sequence)
        landing = self.house.landing(name)
        certificates = self.house.authority / "certs"
        subprocess.run([SOURCE / "scripts/sign-file", certificates / "good-ec.key",
                        certificates / "good-ec.pem", content, landing / f"FS.{name}.1.1"],
                       check=True)
        shutil.move(content, landing / f"FI.{name}.1.1")
        (landing / f"GO.{name}.1").touch()
        return name

    def recipient(self, channel: str, more=""):
        old = 'name="All" state="active" language="en"><channel kind="sftp"/>'
        assert old in self.text
        self.partners.write_text(self.text.replace(old, old.split("<channel")[0] + more + channel))

    def sluice(self, title: str, *words: str) -> Run:
        run = Run([SLUICE, *words], dict(os.environ, SLUICE_HOME=str(self.house.home))).must()
        print(f"{title}: {run.wall:.1f} s, of the processor {run.cpu:.1f} s, peak {run.peak:.0f} "
              f"MiB; {run.error.decode().strip()[:200]}", flush=True)
        return run

    def send(self, title: str, cut: bool) -> Path:
        """What lies in OUT for the recipient goes over the line; gives what came."""
        self.recipient(self.far.element(port=self.line.port), self.certificate)
        lying = max(self.house.out("000301").iterdir(), key=lambda p: p.stat().st_size)
        digest, size = sha256(lying), lying.stat().st_size
        print(f"{lying.name}: {size} bytes")
        self.line.left = [size // 2 if cut else 1 << 60]
        start = self.line.left[0]
        self.sluice(f"{title}, sent", "receive")
        carried = start - self.line.left[0]
        if cut:
            start = self.line.left[0] = 1 << 60
            self.sluice(f"{title}, resumed", "receive")
            carried += start - self.line.left[0]
        there = self.far.files / "IN" / lying.name
        assert sha256(there) == digest, "other bytes came"
        assert not lying.exists()
        assert not [n for n in self.far.names() if n.startswith(".")]
        print(f"{title}: {carried / size:.3f} of its length went over the line")
        return there

    def plain(self):
        self.certificate = ""
        self.write_content(b"A")
        self.drop("00001", self.content)
        self.sluice("plain, processed", "run", "--quiet")
        self.send("plain", cut=True)
        self.empty()

    def empty(self):
        """What is done makes room for the next."""
        for folder in (self.far.files / "IN", self.house.home / "spool/archive/out"):
            for path in folder.rglob("*"):
                if path.is_file() and path.stat().st_size > MIB:
                    path.unlink()

    def enveloped(self):
        house = self.house
        own = house.folder / "own.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "9",
                        "-subj", "/CN=own", "-keyout", own, "-out",
                        house.home / "jobs/trust/own.pem"], check=True, capture_output=True)
        self.certificate = '<certificate file="own.pem" use="encryption"/>'
        self.recipient('<channel kind="sftp"/>', self.certificate)
        self.write_content(b"B")
        self.drop("00002", self.content)
        self.sluice("enveloped, processed", "run", "--quiet")
        there = self.send("enveloped", cut=True)
        opened = house.folder / "opened"
        run = Run([SOURCE / "scripts/open-envelope", own, there, opened]).must()
        print(f"open-envelope: {opened.stat().st_size} bytes, {run.wall:.1f} s, of the processor "
              f"{run.cpu:.1f} s, peak {run.peak:.0f} MiB", flush=True)
        run = Run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", there,
                   "-recip", house.home / "jobs/trust/own.pem", "-inkey", own,
                   "-out", house.folder / "again"])
        print(f"openssl cms -decrypt: exit {run.exit}, {run.wall:.1f} s, peak {run.peak:.0f} MiB; "
              f"{run.error.decode().strip()[:300]}", flush=True)
        opened.unlink()
        self.empty()

    def inbound(self):
        house = self.house
        certificate, sealed = house.folder / "encryption.pem", house.folder / "sealed"
        certificate.write_text(house.must("key", "create", "encryption", "--reason", "first"))
        self.write_content(b"C")
        subprocess.run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", "-stream",
                        "-aes-256-gcm", "-in", self.content, "-out", sealed, "-recip", certificate],
                       check=True)
        self.content.unlink()
        print(f"inbound: {sealed.stat().st_size} bytes")
        self.certificate = ""
        self.recipient('<channel kind="sftp"/>')
        name = self.drop("00003", sealed)
        self.sluice("inbound, received", "receive")
        self.sluice("inbound, processed", "run", "--quiet")
        state = house.state(name)
        assert state["state"] == "closed" and state["records"]["rejected"] == 0, state
        print(f"inbound: {state['records']['accepted']} records")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--gigabytes", type=float, default=3)
    arguments.add_argument("--folder")
    bench = Bench(arguments.parse_args())
    try:
        bench.plain()
        bench.enveloped()
        bench.inbound()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
