#!/usr/bin/env python3
"""The reference directory from outside: tables are loaded, files are decided by them, and whatever
a sender gets looks the same whether its persons are held or not."""
import base64
import json
import os
import re
import sys
import unittest

from house import House, form, insz, listing, person

JOB = """<?xml version="1.0" encoding="UTF-8"?>
<job xmlns="urn:sluice:job:1" name="held" subject="HELD">
  <input format="xml" schema="list.xsd" duplicate-content="accept"/>
  <document path="/List/Form" id="Reference" unique="none"/>
  <record path="Person"/>
  <field name="person" path="INSS" type="insz"/>
  <authorise path="A" message="HELD" quality="10" person="person" sender="message"/>
  <route><to select="holders" of="person" quality="10"/><to partner="000303"/></route>
  <accept unit="record"/>
  <answer language="sender" receipt="both"/>
</job>
"""
HOLDERS = ("000301", "000302", "000303")
PERSONS = "insz,partner,sector,institution_type,quality,from,to\n"
RIGHTS = "id,subject_kind,subject,message,quality,fields,from,to,deliberation\n"


class Directory(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        (self.house.home / "jobs" / "held.xml").write_text(JOB)

    def load(self, persons, rights, *words):
        (self.house.home / "persons.csv").write_text(PERSONS + "".join(p + "\n" for p in persons))
        (self.house.home / "rights.csv").write_text(RIGHTS + "".join(r + "\n" for r in rights))
        self.house.must("directory", "load", *words, "--persons",
                        str(self.house.home / "persons.csv"), "--authorisations",
                        str(self.house.home / "rights.csv"))

    def rights(self):
        return ["S,institution,000101,HELD,,,2020-01-01,,D1",
                "A,institution,000301,HELD,10,,2020-01-01,,D2",
                "B,institution,000302,HELD,30,,2020-01-01,,D2",
                "C,institution,000303,HELD,,,2020-01-01,2020-12-31,D3"]

    def deliveries(self, name):
        return {(one["recipient"], one["state"]): one["records"]
                for one in self.house.state(name)["deliveries"]}

    def test_nothing_loaded_withholds_everything(self):
        name = self.house.drop(self.house.name("00001", subject="HELD"),
                               listing(form("F-1", person(1), person(2))))
        self.house.must("run", "--quiet")
        state = self.house.state(name)
        self.assertEqual((state["state"], state["records"]["accepted"]), ("closed", 2))
        self.assertIsNone(state["directory_version"])
        self.assertEqual({state for _, state in self.deliveries(name)}, {"withheld"})

    def test_decisions_follow_the_rows_and_why_tells_them(self):
        rows = [f"{insz(1)},000301,10,0,10,2020-01-01,", f"{insz(1)},000302,18,0,10,2020-01-01,",
                f"{insz(2)},000301,10,0,10,2020-01-01,2020-12-31",
                f"{insz(3)},000301,10,0,10,2020-01-01,"]
        self.load(rows, self.rights())
        name = self.house.drop(self.house.name("00001", subject="HELD"),
                               listing(form("F-1", person(1), person(2), person(3))))
        self.house.must("run", "--quiet")
        state = self.house.state(name)
        self.assertTrue(state["directory_version"])
        self.assertEqual(self.deliveries(name), {
            ("000301", "published"): 2, ("000302", "withheld"): 1, ("000303", "withheld"): 3})
        told = json.loads(self.house.must("why", name + "#1", "--json"))
        self.assertEqual(told["directory_version"], state["directory_version"])
        self.assertTrue(told["agrees"] and told["asked_again"], told)
        self.assertNotIn(insz(1), json.dumps(told))
        by = {one["recipient"]: one for one in told["recipients"]}
        self.assertEqual(by["000301"]["state"], "delivered")
        self.assertEqual([(r["rule"], r["met"]) for r in by["000301"]["rules"]],
                         [("A1a", True), ("A1b", True), ("A2", True), ("A3", True)])
        self.assertEqual(by["000301"]["rules"][2]["row"], "A")
        self.assertEqual(by["000302"]["reason"], "A2 not authorised for the quality")
        self.assertEqual(by["000303"]["reason"], "A1b not in force (C)")
        # Another version does not change what is told of a file of before.
        self.load(rows[1:], self.rights())
        again = json.loads(self.house.must("why", name + "#1", "--json"))
        self.assertEqual(told, again)
        # A sender without a row is refused as a whole.
        self.load(rows, self.rights()[1:])
        refused = self.house.drop(self.house.name("00002", subject="HELD"),
                                  listing(form("F-2", person(1))))
        self.house.sluice("run", "--quiet")
        state = self.house.state(refused)
        self.assertEqual((state["state"], state["codes"]), ("refused", ["ACRF-103"]))

    def test_why_says_of_a_rejected_record_that_it_was_rejected(self):
        name = self.house.drop(self.house.name("00003"),
                               listing(form("F-3", person(1), person(2, inss="12345678901"))))
        self.house.must("run", "--quiet", status=(1,))
        for record, state in (("#1", "delivered"), ("#2", "rejected")):
            told = json.loads(self.house.must("why", name + record, "--json"))
            self.assertEqual([one["state"] for one in told["recipients"]], [state] * 2, told)
        self.assertIn("000301  rejected", self.house.must("why", name + "#2"))

    def test_answers_look_the_same_whether_a_person_is_held_or_not(self):
        held = [f"{insz(n)},000301,10,0,10,2020-01-01," for n in range(1, 20, 2)]
        self.load(held, self.rights())
        shapes, names = {}, []
        for n in range(1, 7):
            name = self.house.drop(self.house.name(f"{n:05}", subject="HELD"),
                                   listing(form(f"F-{n}", person(n))))
            before = set(self.house.out("000101").iterdir())
            self.house.must("run", "--quiet")
            new = sorted(one for one in set(self.house.out("000101").iterdir()) - before
                         if one.name[:2] in ("FO", "FS", "GO"))
            shapes.setdefault(n % 2, set()).add(tuple(
                (one.name.split(".")[0], one.name.split(".")[1],
                 one.stat().st_size if one.name.startswith("FO") else 0) for one in new))
            names += [one.name for one in new if one.name.startswith("FO.NOTI")]
            self.assertEqual(self.deliveries(name).get(("000301", "published")),
                             1 if n % 2 else None)
        self.assertEqual(shapes[0], shapes[1])
        for one in self.house.out("000101").iterdir():
            if one.suffix in (".xml", ".csv", ".html") and not one.is_symlink():
                self.assertNotIn("000301", one.read_text(), one.name)
        self.assertEqual([int(name.split(".")[4], 36) for name in names], list(range(1, 7)))

    def test_the_report_of_access_tells_refusals_and_rights_that_nobody_used(self):
        self.load([f"{insz(1)},000301,10,0,10,2020-01-01,"],
                  self.rights() + ["U,institution,000302,OTHR,,,2020-01-01,,D4",
                                   "X,institution,000301,HELD,10,,2020-01-01,,"])
        self.house.drop(self.house.name("00001", subject="HELD"),
                        listing(form("F-1", person(1), person(2))))
        self.house.must("run", "--quiet")
        self.load([f"{insz(1)},000301,10,0,10,2020-01-01,"], self.rights()[1:3])
        self.house.drop(self.house.name("00002", subject="HELD"), listing(form("F-2", person(1))))
        self.house.sluice("run", "--quiet")
        self.load([f"{insz(1)},000301,10,0,10,2020-01-01,"],
                  self.rights() + ["U,institution,000302,OTHR,,,2020-01-01,,D4",
                                   "X,institution,000301,HELD,30,,2020-01-01,,"])
        lines = [json.loads(line) for line in
                 self.house.must("report", "access", "--json").splitlines()]
        tables = {}
        for line in lines[:-1]:
            tables.setdefault(line["table"], []).append(line)
        self.assertEqual({(r["what"], r["reason"].split(" ")[0], r["actor"], r["count"])
                          for r in tables["refusals"]},
                         {("delivery", "A1b", "000303", 2), ("file", "ACRF-103", "000101", 1)})
        self.assertEqual({r["id"] for r in tables["unused"]}, {"B", "U", "X"})
        self.assertEqual([r["id"] for r in tables["no_deliberation"]], ["X"])
        self.assertEqual([r["id"] for r in tables["expired"]], ["C"])
        self.assertEqual((lines[-1]["refusals"], lines[-1]["unused"]), (3, 3))
        for form_ in ("table", "csv", "html"):
            self.assertIn("ACRF-103", self.house.must("report", "access", "--format", form_))
        early = self.house.must("report", "access", "--period", "2020-01", "--json")
        self.assertEqual(json.loads(early.splitlines()[-1])["refusals"], 0)

    def learned(self, holdings, alone, together):
        """All that a sender can see of its answers when `holdings` says by how many institutions
        each person is held: names, texts and sizes, and the places that the proofs give away."""
        house = House()
        self.addCleanup(house.close)
        house_before, self.house = self.house, house
        (house.home / "jobs" / "held.xml").write_text(JOB.replace('<to partner="000303"/>', ""))
        rights = self.rights()[:1] + [f"{one},institution,{one},HELD,10,,2020-01-01,,D"
                                      for one in HOLDERS]
        rows = sorted(f"{insz(n)},{one},10,0,10,2020-01-01," for n, count in holdings.items()
                      for one in HOLDERS[:count]) or [f"{insz(900)},000301,10,0,10,2020-01-01,"]
        self.load(rows, rights)
        seen, parcels = [], set()
        for begin, end in [(n, n + 1) for n in range(1, alone + 1)] + \
                [(alone + 1, alone + together + 1)]:
            for n in range(begin, end):
                house.drop(house.name(f"{n:05}", subject="HELD"),
                           listing(form(f"F-{n:03}", person(n))))
            before = set(house.out("000101").iterdir())
            house.must("run", "--quiet")
            for path in sorted(set(house.out("000101").iterdir()) - before):
                text = path.read_bytes()
                proof = [0, 0]
                if path.name.startswith("FS"):
                    text = base64.b64decode(text)
                    proof = [int(re.search(pattern, text)[1]) for pattern in
                             (rb"\nindex (\d+)\n", rb"\nindex[^\0]*?\n\n[^\n]+\n(\d+)\n")]
                    text = b""  # times, keys and random numbers; its length goes with the proof's
                seen.append((begin, path.name, re.sub(rb"\d", b"0", text), *proof))
            for one in HOLDERS:
                for path in house.out(one).iterdir():
                    parcels.update({path.name} if path.name.startswith("GO") else ())
                    if begin % 3:  # some are taken at once
                        path.unlink()
            house.must("receive")
        self.house = house_before
        return seen, len(parcels)

    def test_nothing_that_a_sender_gets_depends_on_who_is_held(self):
        alone, together = 17, 43
        numbers = range(1, alone + together + 1)
        nobody, none = self.learned({}, alone, together)
        mixed, some = self.learned({n: (n * 7 // 3) % 4 for n in numbers}, alone, together)
        self.assertEqual((none, some), (0, sum((n * 7 // 3) % 4 for n in numbers)))
        self.assertGreater(len(nobody), 3 * (alone + together))
        self.assertGreater(max(one[4] for one in nobody), max(one[3] for one in nobody))
        self.assertEqual(nobody, mixed)

    def test_mandates_sender_and_field_groups(self):
        job = JOB.replace(' sender="message"', "").replace(
            "  <route>", '  <field name="employer" path="../Reference"/>'
            '<mandate employer="employer" capacity="11"/>'
            '<group name="notes" elements="Note"/>\n  <route>')
        (self.house.home / "jobs" / "held.xml").write_text(job)
        (self.house.home / "mandates.csv").write_text(
            "sender,capacity,employer,subjects,from,to\n000101,11,M-1,HELD,2020-01-01,\n"
            "000101,11,M-2,HELD,2020-01-01,2020-12-31\n000101,11,M-3,OTHR,2020-01-01,\n")
        self.load([f"{insz(n)},{who},10,0,10,2020-01-01," for n in (1, 2)
                   for who in ("000101", "000301", "000302")] +
                  [f"{insz(3)},000301,10,0,10,2020-01-01,"],
                  ["S,institution,000101,HELD,,,2020-01-01,,D1",
                   "A,institution,000301,HELD,10,,2020-01-01,,D2",
                   "B,institution,000302,HELD,10,other,2020-01-01,,D2"],
                  "--mandates", str(self.house.home / "mandates.csv"))
        schema = self.house.home / "xsd" / "list.xsd"
        schema.write_text(schema.read_text().replace(
            'type="xs:nonNegativeInteger"/>', 'type="xs:nonNegativeInteger"/>'
            '<xs:element name="Note" type="xs:string" minOccurs="0"/>'))
        note = "<Note>secret</Note>"
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(
            form("M-1", person(1, extra=note), person(3)), form("M-2", person(2)),
            form("M-3", person(2))))
        self.house.sluice("run", "--quiet")
        shown = json.loads(self.house.sluice("show", name, "--json").stdout)
        self.assertEqual(sorted(one["code"][-4:] for one in shown["findings"]),
                         ["-101", "-155", "-209"], shown["findings"])
        self.assertEqual(self.deliveries(name)[("000301", "published")], 1)
        texts = {who: self.house.content(self.house.data_files(who, "HELD")[0]).decode()
                 for who in ("000301", "000302")}
        self.assertIn(note, texts["000301"])
        self.assertNotIn("Note", texts["000302"])
        self.assertIn(insz(1), texts["000302"])

    def test_a_missing_mandate_is_said_once_over_all_slices(self):
        job = JOB.replace(' sender="message"', "").replace(
            "  <route>", '  <field name="employer" path="../Reference"/>'
            '<mandate employer="employer" capacity="11"/>\n  <route>')
        (self.house.home / "jobs" / "held.xml").write_text(job)
        with open(self.house.home / "jobs" / "sluice.conf", "a", encoding="utf-8") as settings:
            settings.write("slice-bytes = 4096\ncommit-bytes = 8192\nbatch-bytes-max = 1\n")
        (self.house.home / "mandates.csv").write_text(
            "sender,capacity,employer,subjects,from,to\n000101,11,M-1,HELD,2020-01-01,\n")
        self.load([], self.rights(), "--mandates", str(self.house.home / "mandates.csv"))
        # The document has a fault of its own before, so its cause is another one.
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(
            form("M-9", *[person(n) for n in range(300)], total="many")))
        self.house.sluice("run", "--quiet")
        shown = json.loads(self.house.sluice("show", name, "--json").stdout)
        self.assertEqual({one["code"][-4:]: one["count"] for one in shown["tallies"]}["-155"], 1)

    def test_a_killed_run_goes_on_with_the_version_it_began_with(self):
        with open(self.house.home / "jobs" / "sluice.conf", "a") as settings:
            settings.write("slice-bytes = 65536\ncommit-bytes = 65536\nbatch-bytes-max = 1000\n")
        count = 4000
        rows = [f"{n},000301,10,0,10,2020-01-01," for n in
                sorted({insz(n) for n in range(1, count + 1)})]
        self.load(rows, self.rights())
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(
            form("F-1", *[person(n) for n in range(1, count + 1)])))
        self.house.must("receive")
        log = self.house.home / "points"
        os.environ.update(SLUICE_CRASH_LOG=str(log), SLUICE_CRASH_AT="20")
        try:
            self.assertEqual(self.house.sluice("run", "--quiet").returncode, -9)
        finally:
            del os.environ["SLUICE_CRASH_LOG"], os.environ["SLUICE_CRASH_AT"]
        first = self.house.state(name)
        self.assertIn("slices-committed", log.read_text())
        self.assertEqual(first["state"], "processing")
        self.load(rows, self.rights()[:1])  # nobody may have it any more
        self.house.must("run", "--quiet")
        state = self.house.state(name)
        self.assertEqual(state["directory_version"], first["directory_version"])
        self.assertEqual(self.deliveries(name)[("000301", "published")], count)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
