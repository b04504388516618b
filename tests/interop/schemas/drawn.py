#!/usr/bin/env python3
"""drawn.py JUDGE NUMBER SEED [--xmllint] [--keep FOLDER]

Schemas and instances drawn at random, judged by our general path, our fast path and Xerces-C++
(JUDGE is xsts_judge), and with --xmllint by libxml2 as well. Our two paths must agree, and what is
valid by construction must be valid; other differences are told: a fault of ours or of another's."""
import argparse
import copy
import pathlib
import random
import subprocess
import sys
import tempfile

from draw_instance import Instance, mutated
from draw_parts import disturbed
from draw_schema import World

INSTANCES = 24


def write(folder, seed, number):
    """One schema and its instances: the lines of the manifest, and which instances are sure."""
    draw = random.Random(f"{seed}-{number}")
    world = World(draw)
    folder.mkdir()
    wrong = draw.choice(world.documents) if draw.random() < 0.25 else None
    for document in world.documents:
        text = document.text() if document is not wrong else disturbed(draw, document.text())
        (folder / document.name).write_text(text, encoding="utf-8")
    schema = f"{folder.name}/s.xsd"
    lines, sure = [f"drawn\t{number}\tschema\t{schema}\t-\tvalid"], {}
    for i in range(INSTANCES):
        instance = Instance(draw, world)
        if i % 3:
            instance.root = copy.deepcopy(instance.root)
            for _ in range(draw.randint(1, 2)):
                mutated(draw, world, instance.root)
        name = f"{folder.name}/{i:02}.xml"
        (folder.parent / name).write_text(instance.root.text(), encoding="utf-8")
        sure[name] = instance.sure and i % 3 == 0 and not wrong
        lines.append(f"drawn\t{number}\tinstance\t{schema}\t{name}\tvalid")
    return lines, sure


def xmllint(folder):
    """Its verdict on each file of a folder; "-" is the schema."""
    names = sorted(p.name for p in folder.glob("*.xml"))
    try:
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", "s.xsd", *names],
                              cwd=folder, capture_output=True, text=True, timeout=10)
    except subprocess.TimeoutExpired:
        return {}
    if done.returncode == 5:
        return {"-": "invalid"}
    said = dict.fromkeys(names, "none") | {"-": "valid"}
    for line in done.stderr.splitlines():
        for end, word in ((" validates", "valid"), (" fails to validate", "invalid")):
            if line.endswith(end):
                said[line.removesuffix(end)] = word
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("judge")
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--xmllint", action="store_true")
    parser.add_argument("--keep", type=pathlib.Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        suite = wanted.keep or pathlib.Path(scratch)
        suite.mkdir(exist_ok=True, parents=True)
        lines, sure = ["set\tgroup\tkind\tschema\tinstance\texpected"], {}
        for number in range(wanted.number):
            more, certain = write(suite / f"{number:05}", wanted.seed, number)
            lines += more
            sure |= certain
        (suite / "manifest.tsv").write_text("\n".join(lines) + "\n")
        out = suite / "verdicts.tsv"
        subprocess.run([wanted.judge, suite / "manifest.tsv", suite, "/nonexistent", out],
                       capture_output=True)
        rows = [line.split("\t") for line in out.read_text().splitlines()]
        sys.exit(report(suite, rows, sure, wanted.xmllint))


def report(suite, rows, sure, ask_xmllint):
    counts, theirs, schemas = {}, {}, {}

    def tell(what, schema, instance, words):
        counts[what] = counts.get(what, 0) + 1
        if words is not None:
            print(f"{what}: {schema if instance == '-' else instance} {words}")

    for kind, schema, instance, _, ours, fast, referee in rows:
        if instance == "-":
            schemas[schema] = (ours, referee)
    for kind, schema, instance, _, ours, fast, referee in rows:
        folder = suite / schema.split("/")[0]
        if ask_xmllint and folder not in theirs:
            theirs[folder] = xmllint(folder)
        lint = theirs.get(folder, {}).get(instance.split("/")[-1], "none")
        words = f"ours {ours}, fast {fast}, referee {referee}, xmllint {lint}"
        tell(f"{kind} {ours}" + (", fast" if fast != "none" else ""), schema, instance, None)
        if ours == "hangs":
            tell("HANGS", schema, instance, words)
        if fast not in ("none", ours):
            tell("FAST", schema, instance, words)
        if kind == "instance" and schemas[schema][0] != "valid":
            continue
        if sure.get(instance) and ours not in ("valid", "none"):
            tell("SURE", schema, instance, words)
        elif kind == "schema" and referee != "none" and ours != referee:
            tell("SCHEMA", schema, instance, words)
        elif kind == "schema" and lint not in ("none", ours):
            tell("SCHEMALINT", schema, instance, words)
        elif kind == "instance" and referee != "none" and ours != referee and \
                schemas[schema][1] == "valid":
            tell("INSTANCE", schema, instance, words)
        elif kind == "instance" and lint not in ("none", ours):
            tell("LINT", schema, instance, words)
    print(counts)
    took_part = counts.get("instance valid, fast", 0) != 0 and any(sure.values())
    return 1 if counts.keys() & {"FAST", "HANGS", "SURE"} or not took_part else 0


if __name__ == "__main__":
    main()
