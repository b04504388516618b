"""A home to measure in: a job of N recipients routed by ranges, a sender who signs, and processes
whose time and memory are counted. Nothing here knows how Sluice works inside."""
import datetime
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zoneinfo

TREE = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = TREE / "xsd/dmfa/dmfa_20261.xsd"
SENDER = "100101"

JOB = """<job xmlns="urn:sluice:job:1" name="bench" subject="DMFA" service="To be measured">
<input format="xml" schema="dmfa_20261.xsd"/>
<document path="/DmfA/Form" id="Reference[ReferenceOrigin='1']/ReferenceNbr"/>
<record path="EmployerDeclaration/NaturalPerson"/>
<field name="person" path="INSS" type="insz"/>{authorise}
<route>
{routes}
</route>
<accept unit="record"/><deadline days="4"/><answer language="sender" receipt="{receipt}"/>
</job>
"""
RANGE = """<to partner="{partner}" when="WorkerRecord/EmployerClass &gt;= '{low:03}'{high}"/>"""
HOLDERS = '<to select="holders" of="person" quality="1"/>'
AUTHORISE = '<authorise path="A" message="DMFA" quality="1" person="person" sender="no"/>'
PARTNER = """<partner number="{number}" name="N {number}" state="active" language="en">{more}\
<channel kind="sftp"/></partner>"""


class Run:
    """What one process took."""

    def __init__(self, command, environment=None, limit=None):
        begin = time.monotonic()
        process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment)
        if limit:
            time.sleep(limit)
            process.kill()
        self.out = process.stdout.read()
        self.error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - begin
        self.exit = process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.kernel = usage.ru_stime
        # MiB; what this script held when it started the process counts too, which is less.
        self.peak = usage.ru_maxrss / 1024

    def must(self, *allowed):
        if self.exit not in (allowed or (0,)):
            sys.exit(f"exit {self.exit}: {self.error.decode()[-2000:]}")
        return self


class Home:
    def __init__(self, build, recipients=40, folder=None, settings="", receipt="both",
                 compression="zstd", everybody=False, population=0):
        """`population`: a directory of so many persons, each held by one of the recipients, says
        who gets a record; 0: the values in it do."""
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sluice-bench-")).resolve()
        self.home = self.folder / "home"
        self.emptied = 0
        for old in [self.home, *self.folder.glob("before-*")]:
            shutil.rmtree(old, ignore_errors=True)
        (self.home / "jobs").mkdir(parents=True)
        (self.home / "xsd").mkdir()
        shutil.copy(SCHEMA, self.home / "xsd")
        authority = self.folder / "ca"
        if not authority.exists():
            subprocess.run([TREE / "scripts/make-test-ca", authority], check=True)
        shutil.copytree(authority / "trust", self.home / "jobs/trust")
        self.key, self.certificate = authority / "certs/good-ec.key", authority / "certs/good-ec.pem"
        shutil.copy(self.certificate, self.home / "jobs/trust/sender.pem")
        self.recipients = [str(400001 + i) for i in range(recipients)]
        edges = [1000 * i // recipients for i in range(recipients + 1)]
        routes = [f'<to partner="{p}"/>' if everybody else
                  RANGE.format(partner=p, low=low, high="" if high == 1000 else
                               f" and WorkerRecord/EmployerClass &lt; '{high:03}'")
                  for p, low, high in zip(self.recipients, edges, edges[1:])]
        if population:
            routes = [HOLDERS]
        (self.home / "jobs/bench.xml").write_text(
            JOB.format(routes="\n".join(routes), receipt=receipt,
                       authorise=AUTHORISE if population else ""))
        partners = [PARTNER.format(number=SENDER, more='<certificate file="sender.pem"/>')]
        prefers = f'<prefers compression="{compression}"/>'
        partners += [PARTNER.format(number=p, more=prefers) for p in self.recipients]
        (self.home / "jobs/partners.xml").write_text(
            '<partners xmlns="urn:sluice:partners:1">\n' + "\n".join(partners) + "\n</partners>\n")
        self.settings = settings
        self.threads(0)
        self.directory = None
        self.empty()
        if population:
            self.load_directory(population)

    def threads(self, count):
        """0: one a core. A setting, so that reception keeps to it too."""
        (self.home / "jobs/sluice.conf").write_text(f"threads = {count}\n{self.settings}\n")

    def empty(self):
        """A spool as on the first day. The one before is kept until the end: where ext4 has no
        journal, making a file looks at every inode that was freed in the last minute."""
        before = self.home / "spool"
        if before.exists():
            self.emptied += 1
            before.rename(self.folder / f"before-{self.emptied}")
        self.sluice("init", self.home).must()
        if self.directory:
            shutil.copytree(self.directory, self.home / "spool/directory", copy_function=os.link)

    def load_directory(self, population):
        """Once: every empty spool gets its files as they are."""
        persons, rights = self.folder / "persons.csv", self.folder / "rights.csv"
        subprocess.run([self.build / "tests/bench/bench_generate", "--directory", persons,
                        "--recipients", str(len(self.recipients)),
                        "--population", str(population)], check=True)
        rights.write_text(
            "id,subject_kind,subject,message,quality,fields,from,to,deliberation\n" +
            "".join(f"R{p},institution,{p},DMFA,1,,2020-01-01,,D\n" for p in self.recipients))
        self.sluice("directory", "load", "--persons", persons, "--authorisations", rights).must()
        persons.unlink()
        self.directory = self.folder / "directory"
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.move(self.home / "spool/directory", self.directory)
        self.empty()

    def sluice(self, *words, limit=None, preload=None):
        environment = dict(os.environ, SLUICE_HOME=str(self.home))
        if preload:
            environment["LD_PRELOAD"] = str(preload)
        return Run([self.build / "sluice", *words], environment, limit)

    def name(self, sequence, environment="R"):
        day = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Brussels")).strftime("%Y%m%d")
        return f"DMFA.{SENDER}.{day}.{sequence}.{environment}"

    def sign(self, content, to):
        subprocess.run([TREE / "scripts/sign-file", self.key, self.certificate, content, to],
                       check=True, stderr=subprocess.DEVNULL)

    def drop(self, sequence, content, signature, move=False):
        return self.drop_parts(sequence, [(content, signature)], move=move)

    def drop_parts(self, sequence, parts, environment="R", move=False):
        """A set as a client leaves it, GO last. A part is its content and its signature or None."""
        name = self.name(sequence, environment)
        landing = self.home / "spool/partners" / SENDER / {"R": "IN", "T": "INTEST"}[environment]
        for number, members in enumerate(parts, 1):
            for kind, file in zip(("FI", "FS"), members):
                if file:
                    (shutil.move if move else shutil.copyfile)(
                        file, landing / f"{kind}.{name}.{len(parts)}.{number}")
        (landing / f"GO.{name}.{len(parts)}").touch()
        return name

    def out(self):
        """Every file that partners find, by size."""
        return {p: p.stat().st_size for p in (self.home / "spool/partners").glob("*/OUT*/*")}

    def private_copies(self):
        return sum(p.stat().st_size for p in (self.home / "spool/archive/in").rglob("*")
                   if p.is_file())


def generate(build, to, size, bad=0, seed=1, population=1_000_000, records=0):
    with open(to, "wb") as out:
        subprocess.run([pathlib.Path(build) / "tests/bench/bench_generate", "--bytes", str(size),
                        "--bad", str(bad), "--seed", str(seed), "--population", str(population),
                        "--records", str(records)],
                       stdout=out, stderr=subprocess.DEVNULL, check=True)
    return pathlib.Path(to)


def settle():
    """What earlier runs left to be written is not ours to wait for."""
    os.sync()


def versions():
    model = "?"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{os.cpu_count()} cores, {model}; load before: {os.getloadavg()[0]:.1f}"
