"""The stage of the crash tests: a home with several senders and recipients whose evening is about
to be run, the greedy partner who takes whatever is visible, and the comparison with an evening that
nobody disturbed."""
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from house import SOURCE, House  # noqa: E402
from test_enclosures import archive, dossier, dossiers, pdf, report  # noqa: E402

# Earlier than the clock of any machine this runs on: the instant at which a file appeared is the
# smaller of its change time, which nobody can set, and this.
NOW = "2025-11-05T20:00:00Z"
DAY = "20251105"
SETTINGS = """slice-bytes = 4096
commit-bytes = 8192
batch-files-max = 3
batch-bytes-max = 16000
disk-reserve-bytes = 0
"""
OUT = ("OUT", "OUTTEST", "OUTTEST-S")
DELIVERED = ("DMFA", "DIMN", "PENS", "DOSS")


class Evening(House):
    """A home that has one night behind it and much waiting in front of it. It is copied for each
    trial and never run itself."""

    def __init__(self):  # not House's: other flows, other partners
        # In memory where that is possible: kill -9 spares the page cache, so no disk is needed.
        memory = Path("/dev/shm")
        roomy = memory.is_dir() and os.access(memory, os.W_OK) and (
            shutil.disk_usage(memory).free > 300_000_000)
        self.folder = Path(tempfile.mkdtemp(prefix="sluice-crash-", dir=memory if roomy else None))
        self.home = self.folder / "home"
        self.authority = self.folder / "ca"
        subprocess.run([SOURCE / "scripts" / "make-test-ca", self.authority], check=True)
        for name in ("jobs", "xsd"):
            shutil.copytree(SOURCE / name, self.home / name)
        jobs = self.home / "jobs"
        shutil.copytree(self.authority / "trust", jobs / "trust", dirs_exist_ok=True)
        shutil.copytree(self.authority / "certs", jobs / "trust" / "partners",
                        ignore=shutil.ignore_patterns("*.key"), dirs_exist_ok=True)
        for name, folder in (("enclosed.xml", jobs), ("enclosed.xsd", self.home / "xsd")):
            shutil.copy(SOURCE / "samples" / "documents" / name, folder)
        (jobs / "sluice.conf").write_text(SETTINGS)
        self.edit("partners.xml", r'(<partner number="100[123].*?>)',
                  r'\1<certificate file="partners/good-ec.pem"/>')
        self.edit("dmfa.xml", r'valid-from="[^"]*"', 'valid-from="2025-01-01"')
        self.must("init", str(self.home), "--now", NOW)
        self.chain = self.folder / "chain.pem"
        self.chain.write_text(self.must("key", "export"))
        self.names = {}
        self.yesterday()
        self.tonight()

    def edit(self, name, pattern, by):
        path = self.home / "jobs" / name
        text, count = re.subn(pattern, by, path.read_text(), flags=re.DOTALL)
        if count == 0:
            raise AssertionError(f"{name}: nothing to change, the stage is out of date")
        path.write_text(text)

    @staticmethod
    def sample(name, mark=None, times=1) -> bytes:
        """A sample; with a mark, its documents get references of their own; several times over."""
        content = (SOURCE / "samples" / name).read_bytes()
        if mark is None:
            return content
        content = re.sub(rb"(<ReferenceNbr>)([^<]*)", rb"\g<1>" + mark.encode() + rb"-\2", content)
        if times == 1:
            return content
        head, rest = content.split(b"  <Form>", 1)
        forms, tail = rest.rsplit(b"</Form>", 1)
        form = b"  <Form>" + forms + b"</Form>\n"
        many = b"".join(form.replace(mark.encode() + b"-", f"{mark}{i}-".encode())
                        for i in range(times))
        for counter in (b"FormCount", b"NaturalPersonCount"):
            tail = re.sub(b"(<" + counter + rb">)(\d+)",
                          lambda m: m[1] + str(int(m[2]) * times).encode(), tail)
        return head + many + tail

    def send(self, title, sequence, sender, subject, *contents, environment="R", **more):
        self.names[title] = self.drop(self.name(sequence, sender, subject, environment, DAY),
                                      *contents, **more)

    def yesterday(self):
        self.send("before", "00001", "100101", "DMFA", self.sample("dmfa/good-20262.xml"))
        self.send("dimona", "00001", "100202", "DIMN", self.sample("dimona/good.xml"))
        self.must("run", "--now", NOW, "--quiet")

    @staticmethod
    def with_documents() -> list[bytes]:
        """Records over several commits, and their documents: one that several records name, one
        that has another digest, one that is nobody's."""
        sent = {f"in/{n}.pdf": pdf(n, 4000) for n in range(8)}
        records = [dossier(n, report(name, sent[name], "0" * 64 if n == 3 else None),
                           "both" if n % 7 in (1, 2, 5) else "one")
                   for n in range(60) for name in [f"in/{n % 7}.pdf"]]
        return [dossiers("DOSSIERS", *records), archive(sent)]

    def tonight(self):
        dmfa, dimona, pension = "dmfa/good-20261.xml", "dimona/good.xml", "pension/good.txt"
        self.send("two parts", "00002", "100101", "DMFA", self.sample(dmfa, "A"),
                  self.sample("dmfa/bad-several.xml", "B"))
        self.send("large", "00003", "100202", "DMFA", self.sample(dmfa, "C", 3))
        self.send("bad records", "00004", "100202", "DMFA",
                  self.sample("dmfa/bad-several.xml", "D"))
        self.send("not well-formed", "00005", "100101", "DMFA",
                  self.sample("dmfa/bad-not-well-formed.xml"))
        self.send("cancelled", "00006", "100101", "DMFA", self.sample(dmfa, "E"))
        (self.landing(self.names["cancelled"]) / f"TD.{self.names['cancelled']}.1").touch()
        self.send("rehearsal", "00007", "100101", "DMFA", self.sample(dmfa, "F"), environment="T")
        self.send("acceptance", "00008", "100202", "DIMN", self.sample(dimona, "G"),
                  environment="S")
        self.send("unsigned", "00009", "100101", "DMFA", self.sample(dmfa, "H"), signer=None)
        self.send("pension", "0000A", "100303", "PENS", self.sample(pension))
        self.send("bad count", "0000B", "100303", "PENS", self.sample("pension/bad-count.txt"))
        self.send("same again", "00001", "100202", "DIMN", self.sample(dimona))
        self.send("other name", "0000C", "100202", "DIMN", self.sample(dimona))
        self.send("other content", "00001", "100101", "DMFA", self.sample(dmfa, "I"))
        self.send("small", "0000D", "100202", "DIMN", self.sample("dimona/good-prefixed.xml", "J"))
        self.send("documents", "0000F", "100202", "DOSS", *self.with_documents())
        self.send("latin", "0000E", "100202", "DMFA", self.sample("dmfa/good-latin1.xml", "K"))
        landing = self.home / "spool/partners/100101/IN"
        (landing / f"TD.{self.names['before']}.1").touch()
        (landing / "a link").symlink_to("/etc/passwd")

    def fresh(self, name="trial") -> "Trial":
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", self.home, folder], check=True)
        return Trial(self, folder)


class Trial:
    """One copy of the home, and the partner who empties its OUT folders."""

    def __init__(self, evening: Evening, home: Path):
        self.evening = evening
        self.home = home
        self.taken = {}  # (partner, folder, name) -> bytes
        self.wrong = []

    def sluice(self, *words, before=(), more=None, timeout=120) -> subprocess.CompletedProcess:
        environment = {**os.environ, "SLUICE_HOME": str(self.home), "SLUICE_NOW": NOW,
                       **(more or {})}
        return subprocess.run([*before, os.environ["SLUICE"], *words], env=environment,
                              capture_output=True, text=True, timeout=timeout,
                              cwd=self.evening.folder)

    def run(self, *words, threads=1, **more) -> subprocess.CompletedProcess:
        return self.sluice("run", "--quiet", "--threads", str(threads), *words, **more)

    def killed_at(self, point: int, threads=1) -> bool:
        """True where the run was killed, false where it ended before that point."""
        done = self.run(threads=threads, more={"SLUICE_CRASH_AT": str(point)})
        if done.returncode == -signal.SIGKILL:
            return True
        if done.returncode not in (0, 1):
            self.wrong.append(f"exit {done.returncode} before point {point}: {done.stderr}")
        return False

    # ---- the greedy partner ----

    def take(self):
        """Moves away every set whose GO is there, and looks at it at once."""
        for partner in sorted((self.home / "spool/partners").iterdir()):
            for folder in OUT:
                out = partner / folder
                for go in sorted(out.glob("GO.*")):
                    self.take_set(partner.name, folder, out, go)

    def take_set(self, partner, folder, out, go):
        identity = go.name[3:]
        members = [path for path in out.iterdir()
                   if path.name[3:].removesuffix(".zst") == identity]
        kinds = {path.name[:2] for path in members}
        needed = {"FS", "GO"} | ({"VO", "VS"} if identity.split(".")[0] in DELIVERED else set())
        if not needed <= kinds or len(kinds & {"FO", "CO"}) != 1:
            self.wrong.append(f"{partner}/{folder}/{identity}: GO beside {sorted(kinds)} only")
        for path in members:
            key = (partner, folder, path.name)
            content = path.read_bytes()
            if key in self.taken:
                self.wrong.append(f"{'/'.join(key)} was there a second time"
                                  + ("" if self.taken[key] == content else ", changed"))
            self.taken[key] = content
            if path.name[:2] in ("FO", "CO"):
                try:
                    if not House.content(path):
                        self.wrong.append(f"{'/'.join(key)} is empty")
                except Exception as error:
                    self.wrong.append(f"{'/'.join(key)} cannot be unpacked: {error}")
            path.unlink()

    # ---- what is compared ----

    def finish(self, rounds=4):
        """Runs until all is done, as the timer of the next minutes would."""
        for _ in range(rounds):
            self.take()
            done = self.run()
            if done.returncode in (0, 1):
                break
            self.wrong.append(f"a rerun ends with {done.returncode}: {done.stderr.strip()}")
            if done.returncode not in (3,):
                break
        self.take()

    def facts(self) -> dict:
        """Everything that must be the same after any disturbance."""
        facts = {}
        for (partner, folder, name), content in self.taken.items():
            signed = name[:2] in ("FS", "VS", "VO")
            facts[f"{partner}/{folder}/{name}"] = "" if signed else digest(content)
        status = self.sluice("status", "--json")
        facts["status"] = mask(status.stdout)
        for line in sorted(status.stdout.splitlines()):
            facts[mask(line)] = ""
        for check in (["journal", "verify"], ["journal", "verify", "--against-ledger"]):
            done = self.sluice(*check)
            facts[" ".join(check)] = str(done.returncode)
            if done.returncode != 0:
                facts["journal says"] = done.stdout + done.stderr
        for place in ("work/claims", "drafts", "drafts/out", "work"):
            left = sorted(p.name for p in (self.home / "spool" / place).iterdir()
                          if p.name not in ("out", "claims") and not p.name.endswith(".lock"))
            facts[f"left in {place}"] = str(left)
        facts["temporary files"] = str([str(p.relative_to(self.home))
                                        for p in self.home.rglob(".tmp*")])
        for kept in ("in", "out"):
            folder = self.home / "spool/archive" / kept
            facts[f"archive/{kept}"] = str(sorted(str(p.relative_to(folder))
                                                  for p in folder.rglob("*") if p.is_file()))
        for partner in sorted((self.home / "spool/partners").iterdir()):
            for folder in ("IN", "INTEST", "INTEST-S", *OUT):
                facts[f"left in {partner.name}/{folder}"] = str(sorted(
                    p.name for p in (partner / folder).iterdir()))
        facts["kept otherwise than sent"] = str(self.kept_otherwise())
        return facts

    def kept_otherwise(self) -> list[str]:
        """Names in the archive of what was sent whose bytes are not those the partner took."""
        kept = {p.name: p.read_bytes() for p in (self.home / "spool/archive/out").rglob("*")
                if p.is_file()}
        return sorted(name for (_, _, name), content in self.taken.items()
                      if kept.get(name, content) != content)

    def check_signatures(self):
        """Every FS and VS verifies with openssl alone, over the very bytes the partner took."""
        scratch = self.evening.folder / "verify"
        scratch.mkdir(exist_ok=True)
        for (partner, folder, name), content in self.taken.items():
            if name[:2] not in ("FS", "VS"):
                continue
            covers = ("VO",) if name[:2] == "VS" else ("FO", "CO")
            data = [value for (p, f, other), value in self.taken.items()
                    if (p, f) == (partner, folder) and other[:2] in covers
                    and other[3:].removesuffix(".zst") == name[3:]]
            (scratch / "fs").write_bytes(base64.b64decode(content))
            (scratch / "data").write_bytes(data[0] if data else b"")
            done = subprocess.run(
                ["openssl", "cms", "-verify", "-binary", "-purpose", "any", "-no_check_time",
                 "-inform", "DER", "-in", scratch / "fs", "-content", scratch / "data", "-CAfile",
                 self.evening.chain, "-out", "/dev/null"], capture_output=True, text=True)
            if done.returncode != 0:
                self.wrong.append(f"{partner}/{folder}/{name} does not verify: {done.stderr}")

    def differences(self, reference: dict, signatures=False) -> list[str]:
        found = list(self.wrong)
        facts = self.facts()
        for key in sorted(reference.keys() | facts.keys()):
            if reference.get(key) != facts.get(key):
                found.append(f"{key}\n      undisturbed: {reference.get(key, 'not there')[:1500]}"
                             f"\n      disturbed:   {facts.get(key, 'not there')[:1500]}")
        if signatures:
            self.check_signatures()
            found += [one for one in self.wrong if one not in found]
        return found

    def delivered(self, partner: str, folder="OUT") -> int:
        """Records delivered to this partner, as status says it."""
        environment = "R" if folder == "OUT" else "S"
        total = 0
        for line in self.sluice("status", "--json").stdout.splitlines():
            entry = json.loads(line)
            if entry["file"].endswith("." + environment):
                total += sum(one["records"] for one in entry["deliveries"]
                             if one["recipient"] == partner
                             and one["state"] in ("published", "fetched"))
        return total

    def persons(self, partner: str, folder="OUT") -> list[str]:
        """The numbers of all persons that this partner got in parcels, as often as he got them."""
        found = []
        for (number, place, name), content in sorted(self.taken.items()):
            if (number, place) != (partner, folder) or name[:2] not in ("FO", "CO"):
                continue
            if name.split(".")[1] not in DELIVERED:
                continue
            path = self.evening.folder / name
            path.write_bytes(content)
            text = House.content(path)
            path.unlink()
            found += (re.findall(rb"<(?:\w+:)?INSS>(\d{11})", text)
                      or re.findall(rb"(?m)^20(\d{11})", text))
        return sorted(one.decode() for one in found)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def mask(text: str) -> str:
    """The position in the journal depends on how often an attempt was noted."""
    return re.sub(r'"journal_index":\d+', '"journal_index":0', text)


def reference_of(evening: Evening) -> tuple[dict, list[str], "Trial"]:
    """The facts of an undisturbed evening, and the crash points it passes."""
    trial = evening.fresh("reference")
    log = evening.folder / "points"
    done = trial.run(more={"SLUICE_CRASH_LOG": str(log)})
    if done.returncode not in (0, 1):
        raise AssertionError(f"the undisturbed run ends with {done.returncode}: {done.stderr}")
    trial.take()
    trial.check_signatures()
    if trial.wrong:
        raise AssertionError("the undisturbed run: " + "; ".join(trial.wrong))
    facts = trial.facts()
    if facts["journal verify"] != "0":
        raise AssertionError(facts["journal says"])
    points = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
    return facts, points, trial
