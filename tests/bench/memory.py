#!/usr/bin/env python3
"""memory.py BUILD [--bytes N] [--records 95,280,2400] [--recipients 1,3,20]
             [--compressions zstd,none] [--threads 2] [--settings LINES] [--folder FOLDER]
             [--cases all|huge,empty,short,faults,lines,reception,questions,small]

Peak memory of a reception and of a run over one signed file, for sizes of records and numbers of
recipients that all get each of them. Records of 2400 bytes are of DmfA shape and need the target
bench_tools; the smaller ones, four elements each, are made here. --cases: instead of these, what
presses on the budget in other ways (memory_cases.py), half an hour and 20 GB of disk for all.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from bench_home import TREE, Home, generate, versions  # noqa: E402
from memory_cases import Cases  # noqa: E402

JOB = """<job xmlns="urn:sluice:job:1" name="bench" subject="DMFA" service="To be measured">
<input format="xml" schema="list.xsd"/>
<document path="/List/Form" id="Reference"/><record path="Person"/>
<field name="person" path="INSS" type="insz"/><field name="amount" path="Amount"/>
<unique field="person" within="document" severity="W"/>
<total path="../Total" of="sum" field="amount" severity="W"/>
<route>{routes}</route>
<recount path="../Total" of="sum" field="amount"/>
<accept unit="record"/><deadline days="4"/><answer language="sender" receipt="both"/>
</job>
"""
PERSONS = 5000  # of a form
DMFA_BYTES = 2400


def insz(number):
    stem = f"{60 + number % 39:02}{1 + number % 12:02}{1 + number % 28:02}{1 + number % 997:03}"
    return stem + f"{97 - int(stem) % 97:02}"


def person(number, name):
    return (f"<Person><INSS>{insz(number)}</INSS><Name>{name}</Name><City>Gent</City>"
            f"<Amount>10</Amount></Person>\n").encode()


def write_list(to, size, record_bytes):
    name = "J" * max(1, record_bytes - len(person(0, "")))
    persons = b"".join(person(i, name) for i in range(PERSONS))
    block = (f"<Form><Reference>REF-0000000000</Reference><Total>{10 * PERSONS}</Total>".encode()
             + persons + b"</Form>\n")
    with open(to, "wb") as out:
        out.write(b"<List>\n")
        for number in range(max(1, size // len(block))):
            out.write(block.replace(b"0000000000", b"%010d" % number, 1))
        out.write(b"</List>\n")
    return to


def home_of(options, record_bytes, recipients, compression):
    home = Home(options.build, recipients, options.folder, options.settings.replace(";", "\n"),
                compression=compression, everybody=True)
    if record_bytes != DMFA_BYTES:
        shutil.copy(TREE / "tests/e2e/home/xsd/list.xsd", home.home / "xsd")
        routes = "".join(f'<to partner="{p}"/>' for p in home.recipients)
        (home.home / "jobs/bench.xml").write_text(JOB.format(routes=routes))
    return home


def measure(options, record_bytes, recipients, compression, xml):
    home = home_of(options, record_bytes, recipients, compression)
    signature = home.folder / "FS"
    home.sign(xml, signature)
    for threads in options.threads.split(","):
        home.threads(int(threads))
        home.empty()
        home.drop("00001", xml, signature)
        received = home.sluice("receive").must(0, 1)
        ran = home.sluice("run", "--json").must(0, 1)
        records = int(ran.out.decode().split('"records":')[1].split(",")[0])
        print(f"| {record_bytes} | {recipients} | {compression} | {threads} | {records} "
              f"| {received.peak:.0f} | {ran.peak:.0f} | {ran.cpu:.2f} | {ran.wall:.2f} |",
              flush=True)
    home.empty()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=100_000_000)
    parser.add_argument("--records", default="95,280,2400")
    parser.add_argument("--recipients", default="1,3,20")
    parser.add_argument("--compressions", default="zstd,none")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--settings", default="", help="lines of sluice.conf, ; between them")
    parser.add_argument("--cases")
    parser.add_argument("--folder", type=pathlib.Path, help="work below this one and leave it")
    options = parser.parse_args()
    keep = options.folder is not None
    options.folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix="sluice-bench-"))
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.cases:
        print(f"{versions()}\n\n| case | reception MiB | run MiB | run cpu s | run s |\n|"
              + "---|" * 5)
        Cases(options, person, write_list, home_of).run(options.cases)
        if not keep:
            shutil.rmtree(options.folder)
        return
    print(f"{options.bytes / 1e6:.0f} MB; {versions()}\n")
    print("| bytes a record | recipients | parcels | threads | records | reception MiB | run MiB "
          "| run cpu s | run s |\n|" + "---|" * 9)
    for record_bytes in map(int, options.records.split(",")):
        xml = options.folder / f"{record_bytes}-{options.bytes}.xml"
        if not xml.exists() and record_bytes == DMFA_BYTES:
            generate(options.build, xml, options.bytes)
        elif not xml.exists():
            write_list(xml, options.bytes, record_bytes)
        for recipients in map(int, options.recipients.split(",")):
            for compression in options.compressions.split(","):
                measure(options, record_bytes, recipients, compression, xml)
    if not keep:
        shutil.rmtree(options.folder)


if __name__ == "__main__":
    main()
