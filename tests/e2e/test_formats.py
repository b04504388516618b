#!/usr/bin/env python3
"""One record, several forms: XML in and lines out, lines in and XML out, what does not fit is
withheld with a reason; a mainframe's file and its parcels."""
import json
import shutil
import subprocess
import sys
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, form, insz, listing, person

LINES_JOB = """<?xml version="1.0" encoding="UTF-8"?>
<job xmlns="urn:sluice:job:1" name="lines" subject="LINE" service="Lists of persons in lines">
  <input format="flat" schema="list-lines.xsd"/>
  <document path="/List/Form" id="Reference"/>
  <record path="Person"/>
  <field name="person" path="INSS" type="insz"/>
  <field name="amount" path="Amount"/>
  <route><to partner="000301"/><to partner="000302"/></route>
  <recount path="/List/Form/Total" of="sum" field="amount"/>
  <rendition name="xml" format="xml" schema="list.xsd"/>
</job>
"""


def prefer(house: House, number: str, format: str, schema: str):
    path = house.home / "jobs" / "partners.xml"
    root = ElementTree.parse(path)
    space = "{urn:sluice:partners:1}"
    for partner in root.getroot().findall(f"{space}partner"):
        if partner.get("number") != number:
            continue
        found = partner.find(f"{space}prefers")
        if found is None:
            found = ElementTree.SubElement(partner, f"{space}prefers")
        found.set("format", format)
        found.set("schema", schema)
    ElementTree.register_namespace("", "urn:sluice:partners:1")
    root.write(path, encoding="UTF-8", xml_declaration=True)


def plain(content: bytes) -> bytes:
    return ElementTree.canonicalize(content.decode(), strip_text=True).encode()


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        jobs = cls.house.home / "jobs"
        text = (jobs / "list.xml").read_text()
        (jobs / "list.xml").write_text(text.replace(
            "  <accept", '  <rendition name="lines" format="flat" schema="list-lines.xsd"/>\n'
            "  <accept"))
        (jobs / "lines.xml").write_text(LINES_JOB)
        prefer(cls.house, "000302", "flat", "lines")
        prefer(cls.house, "000301", "xml", "list.xsd")
        cls.house.must("job", "check")

    @classmethod
    def tearDownClass(cls):
        cls.house.close()

    def test_lines_and_back(self):
        house = self.house
        good = [person(1, name="Élodie"), person(2, amount=7)]
        name = house.drop(house.name("00001"), listing(form(
            "REF-A", *good, person(3, name="A name that is too long"), person(4, name="Ж"),
            person(5, name=" blanks "))))
        house.must("run", "--quiet")
        parcel, = house.data_files("000302", "LIST")
        self.assertIsNone(house.verify(parcel))
        content = house.content(parcel)
        self.assertEqual(content.decode("iso-8859-1"), (
            f"RREF-A       \nT000000017\nP{insz(1)}{'Élodie':10}Gent  00010\n"
            f"P{insz(2)}{'Jan':10}Gent  00007\n"))
        told = house.state(name)["deliveries"]
        withheld = [one for one in told if one["recipient"] == "000302"
                    and one["state"] == "withheld"]
        self.assertEqual(sum(one["records"] for one in withheld), 3)
        self.assertEqual(len(house.data_files("000301", "LIST")), 1)
        # Back: the lines are a file of another flow, whose recipient takes XML.
        house.drop(house.name("00002", subject="LINE"), content)
        house.must("run", "--quiet")
        back, = house.data_files("000301", "LINE")
        self.assertEqual(plain(house.content(back)), plain(listing(form("REF-A", *good))))
        as_is, = house.data_files("000302", "LINE")
        self.assertEqual(house.content(as_is), content)
        self.assertEqual(house.must("journal", "verify"), house.must("journal", "verify"))

    def test_what_surrounds_records_does_not_fit(self):
        house = self.house
        name = house.drop(house.name("00003"),
                          listing(form("A-REFERENCE-OF-TWENTY", person(11), person(12, "Namur"))))
        house.must("run", "--quiet")
        told = {one["recipient"]: one["state"] for one in house.state(name)["deliveries"]}
        self.assertEqual(told["000302"], "failed")
        self.assertEqual(told["000301"], "published")
        self.assertEqual(house.state(name)["state"], "closed")

    def test_totals_do_not_count_a_parcel_that_its_form_cannot_hold(self):
        house = self.house
        job = house.home / "jobs" / "list.xml"
        before = job.read_text()
        self.addCleanup(job.write_text, before)
        job.write_text(before.replace('receipt="both"',
                                      'receipt="both" routing="totals" threshold="5"'))
        persons = [person(20 + i, name="Jan" if i < 6 else "A name that is too long")
                   for i in range(12)]
        for number, threads in ((5, 1), (6, 2), (7, 7)):
            name = house.drop(house.name(f"{number:05}"), listing(
                form(f"A-REFERENCE-OF-TWENTY-{number}", *persons)))
            told = set(house.data_files("000101", "NOTI"))
            house.must("run", "--quiet", "--threads", str(threads))
            deliveries = house.state(name)["deliveries"]
            self.assertIn(("000302", "failed", 6), [(one["recipient"], one["state"], one["records"])
                                                    for one in deliveries])
            note, = [one for one in house.data_files("000101", "NOTI") if one not in told]
            self.assertIn(b'<Routing delivered="10" withheld="5"/>', house.content(note))

    def test_mainframe(self):
        house = self.house
        made = house.folder / "made"
        subprocess.run([SOURCE / "scripts" / "make-flat-samples", made], check=True)
        flow = house.folder / "flow"
        shutil.copytree(SOURCE / "samples" / "flat", flow)
        job = (flow / "allowances.xml").read_text().replace('partner="400001"', 'partner="000303"')
        (house.home / "jobs" / "allowances.xml").write_text(job)
        for schema in flow.glob("*.xsd"):
            shutil.copy(schema, house.home / "xsd" / schema.name)
        house.must("job", "check")
        good = (made / "allowances-good.bin").read_bytes()
        house.must("check", "--job", "allowances", str(made / "allowances-good.bin"))
        wrong = house.must("check", "--job", "allowances", "--json",
                           str(made / "allowances-bad.bin"), status=(1,))
        findings = [json.loads(line) for line in wrong.splitlines()][:-1]
        self.assertEqual(sorted((one["offset"], one["code"]) for one in findings),
                         [(121, "00024-004"), (180, "00000-092"), (256, "00000-007")])
        # The second payment is wrong: its bytes are left out, counts are written in EBCDIC.
        bad = bytearray(good)
        bad[60 + 60 + 11] = 0xF0 if bad[60 + 60 + 11] != 0xF0 else 0xF1
        house.drop(house.name("00004", subject="ALLO"), bytes(bad))
        house.must("run", "--quiet", status=(0, 1))
        parcel, = house.data_files("000303", "ALLO")
        content = house.content(parcel)
        self.assertEqual(content[:120], good[:120])
        self.assertEqual(content[120:180], good[180:240])
        self.assertEqual(content[180:].decode("cp500"), f"T{2:07}{82345:013}{'':39}")
        taken = house.folder / "taken.bin"
        taken.write_bytes(content)
        house.must("check", "--job", "allowances", str(taken))


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
