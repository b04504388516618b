"""What presses on the budget in other ways than the table of memory.py: its --cases."""
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys

import flat
from bench_home import TREE, Home, generate

HERE = pathlib.Path(__file__).resolve().parent
FORM = b"<Form><Reference>REF-%d</Reference><Total>1</Total>\n"
LIMITS = '<limits record-bytes-max="52428800" text-bytes-max="52428800"/></job>'


class Cases:
    """`person`, `write_list` and `list_home` are those of memory.py."""

    def __init__(self, options, person, write_list, list_home):
        self.options, self.person = options, person
        self.write_list, self.list_home = write_list, list_home

    def run(self, names):
        for name in list(ALL) if names == "all" else names.split(","):
            ALL[name](self, name)

    def tell(self, name, received, ran):
        print(f"| {name} | {received.peak:.0f} | {ran.peak:.0f} | {ran.cpu:.2f} | {ran.wall:.2f} |",
              flush=True)

    def made(self, name, make, *more):
        """Made by a process of its own: what this one ever held counts as the program's."""
        path = self.options.folder / name
        if not path.exists():
            process = multiprocessing.Process(target=make, args=(path, *more))
            process.start()
            process.join()
            assert process.exitcode == 0, name
        return path

    def measure(self, name, home, content, threads, signature=None):
        signature = signature or home.folder / "FS"
        home.sign(content, signature)
        home.threads(threads)
        home.empty()
        home.drop("00001", content, signature)
        received = home.sluice("receive").must(0, 1)
        ran = home.sluice("run", "--json").must(0, 1)
        self.tell(f"{name}, {threads} threads", received, ran)
        home.empty()
        shutil.rmtree(home.home)
        for before in home.folder.glob("before-*"):
            shutil.rmtree(before)

    # ---- records in XML ----

    def huge(self, name):
        content = self.made("huge.xml", self.write_huge)
        for threads in (2, 16):
            home = self.list_home(self.options, 95, 3, "zstd")
            job = home.home / "jobs/bench.xml"
            job.write_text(job.read_text().replace("</job>", LIMITS))
            self.measure(f"{name}: six records of 48 MB", home, content, threads)

    def write_huge(self, path):
        with open(path, "wb") as out:
            out.write(b"<List>\n" + FORM % 1)
            for number in range(6):
                out.write(self.person(number, "J" * 48_000_000))
            out.write(b"</Form></List>\n")

    def empty(self, name):
        content = self.made("empty.xml", self.write_empty, 22, 1)
        self.budget(f"{name}: 22 MB of 95 bytes, 1 MB of empty records, in 128 MiB", content, 4, 128)
        content = self.made("empty8.xml", self.write_empty, 40, 8)
        for threads in (2, 16):
            self.budget(f"{name}: 40 MB of 95 bytes, 8 MB of empty records", content, threads, 256)

    def write_empty(self, path, megabytes, empty_megabytes):
        persons = b"".join(self.person(number, "J" * 10) for number in range(5000))
        with open(path, "wb") as out:
            out.write(b"<List>\n")
            for number in range(megabytes * 1_000_000 // len(persons)):
                out.write(FORM % number + persons + b"</Form>\n")
            out.write(FORM % -1)
            for _ in range(empty_megabytes * 1_000_000 // 9000):
                out.write(b"<Person/>" * 1000)
            out.write(b"</Form></List>\n")

    def budget(self, name, content, threads, mebibytes):
        home = self.list_home(self.options, 95, 3, "zstd")
        home.settings += f"\nmemory-budget-bytes = {mebibytes << 20}"
        self.measure(name, home, content, threads)

    def short(self, name):
        content = self.made("short.xml", self.write_list, 3_000_000_000, 95)
        home = self.list_home(self.options, 95, 3, "zstd")
        self.measure(f"{name}: 3 GB of 95 bytes", home, content, 2)
        content.unlink()

    def faults(self, name):
        good = self.person(1, "J")
        end = b"</Person>\n"
        for title, blocks in {
                "100 MB of unknown elements behind a record": (FORM % 1 + good, b"<x/>" * 250),
                "60 MB of records with 100 faults each":
                    (FORM % 1, good.replace(end, b"<x/>" * 100 + end)),
                "60 MB of records with 30 faults behind each": (FORM % 1, good + b"<x/>" * 30),
                "100 MB of records with comments of 4 kB behind each":
                    (FORM % 1, good + b"<!--" + b"c" * 4000 + b"-->"),
                "64 MB of documents with 900 totals each":
                    (b"", FORM % 1 + good + b"<Total>1</Total>" * 900 + b"</Form>")}.items():
            megabytes = int(title.split()[0])
            content = self.made("faults.xml", self.write_faults, megabytes, *blocks)
            self.budget(f"{name}: {title}", content, 2, 256)
            content.unlink()

    def write_faults(self, path, megabytes, begin, block):
        with open(path, "wb") as out:
            out.write(b"<List>\n" + begin)
            for number in range(megabytes * 1_000_000 // len(block)):
                out.write(block.replace(b"REF-1<", b"REF-%d<" % number))
            out.write((b"</Form>" if begin else b"") + b"</List>\n")

    # ---- lines ----

    def lines(self, name):
        for job, make in (("jobs/pension.xml", flat.pension),
                          ("samples/flat/register.xml", flat.register)):
            content = self.made(make.__name__, make, 500_000_000)
            home = Home(self.options.build, 3, self.options.folder, self.options.settings)
            text = (TREE / job).read_text()
            text = re.sub(r'name="\w+" subject="\w+"', 'name="bench" subject="DMFA"', text, count=1)
            (home.home / "jobs/bench.xml").write_text(text.replace("400004", "400002"))
            shutil.copytree(TREE / "xsd/flat", home.home / "xsd/flat")
            for schema in (TREE / "samples/flat").glob("*.xsd"):
                shutil.copy(schema, home.home / "xsd")
            self.measure(f"{name}: {make.__name__}, 500 MB", home, content, 2)
            content.unlink()

    # ---- reception, questions, small files ----

    def reception(self, name):
        content = self.made("reception.xml", lambda to: generate(self.options.build, to, 300_000_000))
        home = Home(self.options.build, 40, self.options.folder, self.options.settings)
        self.measure(f"{name}: 300 MB of DmfA shape", home, content, 16)
        content.unlink()

    def questions(self, _):
        environment = dict(os.environ, SLUICE=str(self.options.build.resolve() / "sluice"),
                           SLUICE_SOURCE=str(TREE))
        subprocess.run([sys.executable, "-B", HERE / "questions.py", "300000"], check=True,
                       env=environment)

    def small(self, _):
        subprocess.run([sys.executable, "-B", HERE / "small.py", self.options.build, "--files",
                        "30000"], check=True)


ALL = {name: getattr(Cases, name)
       for name in ("huge", "empty", "short", "faults", "lines", "reception", "questions",
                    "small")}
