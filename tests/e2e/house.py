"""A small home, and the hands of everybody around it: senders who sign and drop, the operator who
starts commands, partners who look into their OUT. Nothing here knows how Sluice works inside."""
import base64
import datetime
import io
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
import zoneinfo
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
SLUICE = os.environ["SLUICE"]
SETTINGS = {"R": ("IN", "OUT"), "T": ("INTEST", "OUTTEST"), "S": ("INTEST-S", "OUTTEST-S")}


def insz(number: int) -> str:
    """A valid number of a person born before 2000; a different one for each argument."""
    stem = f"{60 + number % 39:02}{1 + number % 12:02}{1 + number % 28:02}{1 + number % 997:03}"
    return stem + f"{97 - int(stem) % 97:02}"


def person(number: int, city="Gent", amount=10, inss=None, name="Jan", extra="") -> str:
    return (f"<Person><INSS>{inss or insz(number)}</INSS><Name>{name}</Name>"
            f"<City>{city}</City><Amount>{amount}</Amount>{extra}</Person>")


def form(reference: str, *persons: str, total: int | None = None) -> str:
    sum_of = sum(int(p.split("<Amount>")[1].split("<")[0]) for p in persons if "<Amount>" in p)
    return (f"<Form><Reference>{reference}</Reference>"
            f"<Total>{sum_of if total is None else total}</Total>" + "\n".join(persons) + "</Form>")


def listing(*forms: str) -> bytes:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<List>\n' + "\n".join(forms) + "\n</List>\n"
    return text.encode()


class House:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sluice-e2e-"))
        self.home = self.folder / "home"
        shutil.copytree(HERE / "home", self.home)
        self.authority = self.folder / "ca"
        subprocess.run([SOURCE / "scripts" / "make-test-ca", self.authority], check=True)
        shutil.copytree(self.authority / "trust", self.home / "jobs" / "trust")
        shutil.copytree(self.authority / "certs", self.home / "jobs" / "trust" / "partners",
                        ignore=shutil.ignore_patterns("*.key"))
        brussels = zoneinfo.ZoneInfo("Europe/Brussels")
        self.today = datetime.datetime.now(brussels).date()
        self.references = 0
        self.must("init", str(self.home))
        self.chain = self.folder / "chain.pem"
        self.chain.write_text(self.must("key", "export"))

    def close(self):
        if os.environ.get("SLUICE_KEEP"):
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the operator ----

    def sluice(self, *words: str, home=True, stdin=None) -> subprocess.CompletedProcess:
        environment = dict(os.environ)
        environment.pop("SLUICE_HOME", None)
        if home:
            environment["SLUICE_HOME"] = str(self.home)
        return subprocess.run([SLUICE, *words], env=environment, capture_output=True, text=True,
                              input=stdin, timeout=300, cwd=self.folder)

    def must(self, *words: str, status=(0,)) -> str:
        done = self.sluice(*words)
        if done.returncode not in status:
            raise AssertionError(f"sluice {' '.join(words)}: exit {done.returncode}, expected "
                                 f"{status}\n{done.stdout}{done.stderr}")
        return done.stdout

    def status(self, *words: str) -> list[dict]:
        text = self.must("status", "--json", *words)
        return [json.loads(line) for line in text.splitlines()]

    def states(self, name: str) -> list[str]:
        """The states of all files of this name, in the order of their arrival."""
        return [one["state"] for one in reversed(self.status()) if one["file"] == name]

    def state(self, name: str) -> dict:
        found = [one for one in self.status() if one["file"] == name]
        if len(found) != 1:
            raise AssertionError(f"{name}: {len(found)} files of this name")
        return found[0]

    # ---- a sender ----

    def name(self, sequence, sender="000101", subject="LIST", environment="R", date=None) -> str:
        date = date or self.today.strftime("%Y%m%d")
        return f"{subject}.{sender}.{date}.{sequence}.{environment}"

    def reference(self) -> str:
        self.references += 1
        return f"REF-{self.references:05}"

    def good(self, *cities: str) -> bytes:
        """A list with one form that nobody has seen before."""
        cities = cities or ("Gent", "Namur", "Gent")
        persons = [person(100 * self.references + i, city) for i, city in enumerate(cities)]
        return listing(form(self.reference(), *persons))

    def landing(self, name: str) -> Path:
        parts = name.split(".")
        return self.home / "spool" / "partners" / parts[1] / SETTINGS[parts[4]][0]

    def sign(self, content: bytes, signer="good-ec", lines="one", options=()) -> bytes:
        data, out = self.folder / "to-sign", self.folder / "signature"
        data.write_bytes(content)
        certs = self.authority / "certs"
        subprocess.run([SOURCE / "scripts" / "sign-file", certs / f"{signer}.key",
                        certs / f"{signer}.pem", data, out, "--lines", lines, *options],
                       check=True, capture_output=True)
        return out.read_bytes()

    def drop(self, name: str, *contents: bytes, signer="good-ec", signatures=None, go="GO",
             into: Path | None = None, lines="one", options=()) -> str:
        """Puts FI, FS and GO (or what `go` says, None for none) as a client would, GO last."""
        landing = into or self.landing(name)
        total = len(contents)
        for part, content in enumerate(contents, 1):
            (landing / f"FI.{name}.{total}.{part}").write_bytes(content)
            signature = None
            if signatures is not None:
                signature = signatures[part - 1]
            elif signer:
                signature = self.sign(content, signer, lines, options)
            if signature is not None:
                (landing / f"FS.{name}.{total}.{part}").write_bytes(signature)
        if go:
            (landing / f"{go}.{name}.{max(total, 1)}").touch()
        return name

    # ---- what partners find ----

    def out(self, number: str, environment="R") -> Path:
        return self.home / "spool" / "partners" / number / SETTINGS[environment][1]

    def data_files(self, number: str, subject: str, environment="R") -> list[Path]:
        found = [p for p in self.out(number, environment).iterdir()
                 if p.name.split(".")[0] in ("FO", "CO") and p.name.split(".")[1] == subject]
        return sorted(found, key=lambda p: p.name.split(".")[3:5])

    def verify(self, data: Path) -> str | None:
        """What openssl says against the FS of this file; nothing where it holds."""
        name = data.name[3:].removesuffix(".zst")
        prefix = "VS" if data.name.startswith("VO.") else "FS"
        signature = data.parent / f"{prefix}.{name}"
        if not signature.exists():
            return f"{signature.name} is not there"
        der = self.folder / "fs.der"
        der.write_bytes(base64.b64decode(signature.read_bytes(), validate=False))
        done = subprocess.run(["openssl", "cms", "-verify", "-binary", "-purpose", "any", "-inform",
                               "DER", "-in", der, "-content", data, "-CAfile", self.chain, "-out",
                               "/dev/null"], capture_output=True, text=True)
        return None if done.returncode == 0 else done.stderr

    @staticmethod
    def content(data: Path) -> bytes:
        if data.name.endswith(".zst"):
            return subprocess.run(["zstd", "-dc", data], check=True, capture_output=True).stdout
        if data.name.startswith("CO."):
            with zipfile.ZipFile(io.BytesIO(data.read_bytes())) as archive:
                return archive.read(archive.namelist()[0])
        return data.read_bytes()

    def receipts(self, name: str) -> list[tuple[str, str, list[str]]]:
        """(TypeForm, ResultCode, codes) of every receipt about this file, in order."""
        _, sender, _, _, environment = name.split(".")
        found = []
        for path in self.data_files(sender, "ACRF", environment):
            for one in ElementTree.fromstring(self.content(path)).findall("Form"):
                if one.findtext("FileReference/FileName")[3:].startswith(name):
                    found.append((one.findtext("TypeForm"),
                                  one.findtext("ReceptionResult/ResultCode"),
                                  [e.text for e in one.findall("ReceptionResult/ErrorID")]))
        return found
