"""A partner's own server: a real sshd on loopback, and a line to it that breaks where told."""
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path

from house import SOURCE


class FarSide:
    """The partner's folder is `files`; IN below it takes parcels, OUT gives files."""

    def __init__(self, folder: Path, number="000301"):
        self.folder, self.number = folder, number
        self.files = folder / "home" / "spool" / "partners" / number
        for box in ("IN", "OUT"):
            (self.files / box).mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self):
        subprocess.run([SOURCE / "scripts" / "private-sshd", "start", self.folder / "home",
                        self.folder / "ssh", self.number], check=True)
        config = (self.folder / "ssh" / "config").read_text()
        self.port = int(re.search(r"^Port (\d+)", config, re.M)[1])
        key = (self.folder / "ssh" / "host_key.pub").read_text().split()
        self.host_key = " ".join(key[:2])
        client = (self.folder / "ssh" / "client").read_text()
        self.user = re.search(r"^ *User (\S+)", client, re.M)[1]

    def stop(self):
        subprocess.run([SOURCE / "scripts" / "private-sshd", "stop", self.folder / "ssh"],
                       check=True)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_host_key(self):
        self.stop()
        for name in ("host_key", "host_key.pub"):
            (self.folder / "ssh" / name).unlink()
        self.start()

    def command(self, command: str):
        """What sshd runs for the partner's key instead of its SFTP server."""
        keys = self.folder / "ssh" / "authorized_keys"
        keys.write_text(re.sub(r'command="[^"]*"', f'command="{command}"', keys.read_text()))

    def element(self, kind="push", port=None, folder="IN", host_key=None, more="") -> str:
        return (f'<channel kind="{kind}" host="127.0.0.1" port="{port or self.port}"'
                f' user="{self.user}" host-key="{host_key or self.host_key}" folder="{folder}"'
                f' identity="{self.folder}/ssh/keys/{self.number}"{more}/>')

    def names(self, box="IN") -> list[str]:
        return sorted(p.name for p in (self.files / box).iterdir() if p.is_file())


class Line:
    """A port that leads to another one and cuts the connection when so many bytes went there."""

    def __init__(self, port: int):
        self.target, self.bytes_max, self.silent = port, None, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            left = self.budget()
            for a, b, counts in ((near, far, True), (far, near, False)):
                threading.Thread(target=self.carry, args=(a, b, counts, left, (near, far)),
                                 daemon=True).start()

    def budget(self) -> list:
        """What this connection may carry there."""
        return [self.bytes_max]

    def spent(self):
        """The connection is about to be cut."""

    def carry(self, a, b, counts, left, both):
        try:
            while block := a.recv(16384):
                if counts and left[0] is not None:
                    block, left[0] = block[:left[0]], left[0] - len(block)
                b.sendall(block)
                if counts and left[0] is not None and left[0] <= 0:
                    self.spent()
                    break
        except OSError:
            pass
        for one in both:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        b.close()  # the other direction closes the other one

    def close(self):
        self.listener.close()
