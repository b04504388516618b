#!/usr/bin/env python3
"""What flows do with the reference directory beside routing: elements inserted from it, withheld
records decided again, rows that institutions maintain themselves."""
import base64
import json
import os
import re
import shutil
import unittest
import zipfile

from house import House, form, insz, listing, person
from test_enclosures import archive, pdf

PERSONS = "insz,partner,sector,institution_type,quality,from,to\n"
RIGHTS = "id,subject_kind,subject,message,quality,fields,from,to,deliberation\n"
REGISTERS = "register,key,from,to,group,name,value\n"
JOB = """<?xml version="1.0" encoding="UTF-8"?>
<job xmlns="urn:sluice:job:1" name="held" subject="HELD">
  <input format="xml" schema="list.xsd" duplicate-content="accept"/>
  <document path="/List/Form" id="Reference" unique="none"/>
  <record path="Person"/>
  <field name="person" path="INSS" type="insz"/>
  <authorise path="A" message="HELD" quality="10" person="person" sender="message"/>
  {more}
  <route {route}><to select="holders" of="person" quality="10"/></route>
  <accept unit="record"/>
  <answer language="sender" receipt="both"/>
</job>
"""
ENRICH = """<enrich element="Recipients" item="Recipient" register="holders" person="person">
    <value attribute="sector" of="sector"/><value element="Number" of="partner"/></enrich>
  <enrich element="Civil" item="State" register="person" person="person" history-years="90">
    <value attribute="source" of="source"/><value element="Since" of="from"/>
    <value element="Street" of="address/street"/></enrich>
"""
ADDED = """<xs:element name="Recipients" minOccurs="0"><xs:complexType><xs:sequence>
  <xs:element name="Recipient" maxOccurs="9"><xs:complexType><xs:sequence>
    <xs:element name="Number" type="xs:string"/></xs:sequence>
    <xs:attribute name="sector" type="xs:integer" use="required"/></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
 <xs:element name="Civil" minOccurs="0"><xs:complexType><xs:sequence>
  <xs:element name="State" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Since" type="xs:date"/>
    <xs:element name="Street"><xs:simpleType><xs:restriction base="xs:string">
      <xs:maxLength value="12"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence><xs:attribute name="source" type="xs:string"/></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
"""


class Flows(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def job(self, more="", route=""):
        (self.house.home / "jobs" / "held.xml").write_text(JOB.format(more=more, route=route))

    def load(self, persons=None, rights=None, registers=None, words=()):
        tables = {"persons": (PERSONS, persons), "authorisations": (RIGHTS, rights),
                  "registers": (REGISTERS, registers)}
        arguments = []
        for table, (header, rows) in tables.items():
            if rows is None:
                continue
            path = self.house.folder / f"{table}.csv"
            path.write_text(header + "".join(row + "\n" for row in rows))
            arguments += [f"--{table}", str(path)]
        return self.house.must("directory", "load", *words, *arguments)

    def rights(self, *more):
        return ["S,institution,000101,HELD,,,2020-01-01,,D1",
                "A,institution,000301,HELD,10,,2020-01-01,,D2",
                "B,institution,000302,HELD,10,,2020-01-01,,D2", *more]

    def deliveries(self, name):
        found = {}
        for one in self.house.state(name)["deliveries"]:
            key = (one["recipient"], one["state"])
            found[key] = found.get(key, 0) + one["records"]
        return found

    def parcels(self, who):
        return [self.house.content(path).decode() for path in self.house.data_files(who, "HELD")]

    # ---- enrichment ----

    def widen(self):
        schema = self.house.home / "xsd" / "list.xsd"
        text = schema.read_text().replace('<xs:element name="Name" type="xs:string"/>',
                                          ADDED + '<xs:element name="Name" type="xs:string"/>')
        schema.write_text(text)
        return schema

    def test_elements_from_the_directory_go_to_those_who_may_know_them(self):
        schema = self.widen()
        self.job(ENRICH)
        self.house.must("job", "check")
        self.load([f"{insz(1)},000301,10,0,10,2020-01-01,",
                   f"{insz(1)},000302,18,0,10,2020-01-01,",
                   f"{insz(1)},000303,18,0,30,2020-01-01,2020-12-31",
                   f"{insz(2)},000301,10,0,10,2020-01-01,",
                   f"{insz(2)},000302,10,0,10,2020-01-01,"],
                  self.rights("H,institution,000301,register:holders,,,2020-01-01,,D3",
                              "R,institution,000301,register:rn,,address@*,2020-01-01,,D4",
                              "N,institution,000302,register:rn,,name@*,2020-01-01,,D4",
                              "W,institution,000302,*,,,2020-01-01,,D5"),
                  [f"rn,{insz(1)},2000-01-01,2010-12-31,address,street,Old & <worn>",
                   f"rn,{insz(1)},2011-01-01,,address,street,New",
                   f"rn,{insz(1)},2000-01-01,,name,street,Secret",
                   f"bis,{insz(2)},2011-01-01,,address,street,Nowhere"])
        # What the sender puts there itself does not stay.
        forged = ("<Recipients><Recipient sector='1'><Number>666</Number></Recipient>"
                  "</Recipients>")
        first = person(1).replace("</INSS>", "</INSS>" + forged)
        name = self.house.drop(self.house.name("00001", subject="HELD"),
                               listing(form("F-1", first, person(2))))
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name),
                         {("000301", "published"): 2, ("000302", "published"): 2})
        one, = self.parcels("000301")
        two, = self.parcels("000302")
        self.assertIn('</INSS><Recipients><Recipient sector="10"><Number>000301</Number>'
                      '</Recipient><Recipient sector="18"><Number>000302</Number></Recipient>'
                      '</Recipients><Civil><State source="rn"><Since>2011-01-01</Since>'
                      '<Street>New</Street></State><State source="rn"><Since>2000-01-01</Since>'
                      '<Street>Old &amp; &lt;worn></Street></State></Civil>'.replace(
                          "worn>", "worn&gt;"), one)
        self.assertNotIn("666", one + two)
        for word in ("Secret", "Nowhere"):
            self.assertNotIn(word, one + two)
        self.assertNotIn("Recipients", two)
        self.assertNotIn("Civil", two)
        for who in ("000301", "000302"):
            for path in self.house.data_files(who, "HELD"):
                whole = self.house.folder / "whole.xml"
                whole.write_bytes(self.house.content(path))
                self.house.must("check", "--schema", str(schema), str(whole))
        for path in self.house.out("000101").iterdir():
            self.assertNotIn("Recipient sector", path.read_text(errors="replace"), path.name)
        told = json.loads(self.house.must("why", name + "#1", "--json"))
        steps = {one["recipient"]: [(r["row"], r["met"]) for r in one["rules"]
                                    if r["rule"] == "enrich"] for one in told["recipients"]}
        self.assertEqual(steps["000301"][:2], [("H", True), ("R", True)])
        self.assertFalse(steps["000302"][0][1])
        unused = self.house.must("report", "access", "--json")
        self.assertNotIn('"id":"H"', unused.replace(" ", ""))

    def test_a_place_that_is_not_certain_is_refused_by_job_check(self):
        self.widen()
        for more, words in (
                (ENRICH.replace('element="Recipients"', 'element="Name"'), "Name"),
                (ENRICH.replace('item="Recipient"', 'item="Recipes"'), "Recipes"),
                (ENRICH.replace('attribute="sector"', 'attribute="sectors"'), "sectors"),
                (ENRICH.replace('<value attribute="sector" of="sector"/>', ""), "sector"),
                (ENRICH.replace('of="partner"', 'of="name"'), "holders have"),
                (ENRICH.replace('person="person">', ">"), "about whom")):
            self.job(more)
            done = self.house.sluice("job", "check")
            self.assertNotEqual(done.returncode, 0, more)
            self.assertIn(words, done.stdout + done.stderr)

    # ---- withheld records, decided again ----

    def test_withheld_records_are_decided_again_when_the_directory_changes(self):
        self.job(route='retry-days="10"')
        rows = [f"{insz(n)},000301,10,0,10,2020-01-01," for n in range(1, 5)]
        self.load(rows[:2], self.rights()[:1] + self.rights()[2:])  # 000301 has no row yet
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(
            form("F-1", person(1), person(2)), form("F-2", person(3), person(4))))
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name), {("000301", "withheld"): 2})
        answers = sorted(one.name for one in self.house.out("000101").iterdir())
        # A version that changes nothing for them; then a row of the authorisations and a person.
        self.load(rows[:2] + [f"{insz(9)},000301,10,0,10,2020-01-01,"])
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name), {("000301", "withheld"): 2})
        self.load(rows[:3], self.rights())
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name), {("000301", "published"): 3})
        parcel, = self.parcels("000301")
        for number in (1, 2, 3):
            self.assertIn(insz(number), parcel)
        self.assertNotIn(insz(4), parcel)
        # Once: neither another run nor another version delivers it again.
        self.house.must("run", "--quiet")
        self.load(rows, self.rights())
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name), {("000301", "published"): 4})
        self.assertEqual([p.count("<INSS>") for p in self.parcels("000301")], [3, 1])
        self.house.must("run", "--quiet")
        self.assertEqual(len(self.parcels("000301")), 2)
        state = self.house.state(name)
        self.assertEqual(len(state["decided_again"]), 3)
        self.assertTrue(state["open_until"])
        self.assertEqual(answers, sorted(one.name for one in self.house.out("000101").iterdir()))
        told = [json.loads(line) for line in
                self.house.must("why", name + "#1", "--json").splitlines()]
        self.assertEqual([(t["again"], t["agrees"], [r["state"] for r in t["recipients"]])
                          for t in told],
                         [(False, True, ["withheld"]), (True, True, ["withheld"]),
                          (True, True, ["delivered"]), (True, True, [])])
        self.assertEqual(len({t["directory_version"] for t in told}), 4)
        self.house.must("journal", "verify")
        for path in self.house.data_files("000301", "HELD"):
            self.assertIsNone(self.house.verify(path))
        service = json.loads(self.house.must("report", "service", "--json").splitlines()[-1])
        self.assertEqual(service.get("files", 1), 1, service)

    def test_documents_come_with_the_records_that_are_decided_again(self):
        self.job(more='<attachment file="Name"/>', route='retry-days="10"')
        sent = {f"{n}.pdf": pdf(n) for n in (1, 2, 3)}
        rows = [f"{insz(n)},000301,10,0,10,2020-01-01," for n in (1, 2, 3)]
        self.load(rows[:2], self.rights()[:1] + self.rights()[2:])  # 000301 has no row yet
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(
            form("F-1", *(person(n, name=f"{n}.pdf") for n in (1, 2, 3)))), archive(sent))
        self.house.must("run", "--quiet")
        self.assertEqual(self.deliveries(name), {("000301", "withheld"): 2})
        for count, wanted in ((2, ("1.pdf", "2.pdf")), (3, ("3.pdf",))):
            self.load(rows[:count], self.rights())
            self.house.must("run", "--quiet")
            with zipfile.ZipFile(self.house.data_files("000301", "HELD")[-1]) as parcel:
                self.assertEqual({one: parcel.read(one) for one in parcel.namelist()[1:]},
                                 {one: sent[one] for one in wanted})
        self.house.must("journal", "verify", "--against-ledger")

    def test_after_a_restore_a_supplement_is_not_delivered_twice(self):
        house = self.house
        self.job(route='retry-days="10"')
        rows = [f"{insz(n)},000301,10,0,10,2020-01-01," for n in (1, 2, 3)]
        self.load(rows[:1], self.rights())
        name = house.drop(house.name("00001", subject="HELD"),
                          listing(form("F-1", person(1), person(2), person(3))))
        house.must("run", "--quiet")
        backup, secret = house.folder / "backup", house.folder / "secret"
        house.must("backup", str(backup), "--pseudonyms", str(secret))
        self.load(rows[:2])
        house.must("run", "--quiet")
        before = [path.name for path in house.data_files("000301", "HELD")]
        self.assertEqual(len(before), 2)
        partners = house.folder / "partners"
        shutil.move(house.home / "spool" / "partners", partners)
        shutil.rmtree(house.home)
        (house.home / "spool").mkdir(parents=True)
        shutil.move(partners, house.home / "spool" / "partners")
        house.must("restore", str(backup), "--pseudonyms", str(secret))
        house.must("run", "--quiet")
        self.load(rows[:2])
        house.must("run", "--quiet")
        self.assertEqual([path.name for path in house.data_files("000301", "HELD")], before)
        self.assertEqual(self.deliveries(name), {("000301", "published"): 2})
        # A later one is its own.
        self.load(rows)
        house.must("run", "--quiet")
        self.assertEqual([p.count("<INSS>") for p in self.parcels("000301")], [1, 1, 1])
        self.assertEqual(self.deliveries(name), {("000301", "published"): 3})
        house.must("journal", "verify")
        # The archive gives back what went out, by recipient and by name.
        last = house.data_files("000301", "HELD")[-1]
        for words in ((name, "--recipient", "000301"), (last.name,)):
            out = house.folder / f"got-{len(words)}"
            told = house.must("archive", "get", *words, "--out", str(out))
            self.assertIn(last.name, told)
            for prefix in ("FO", "FS", "VO", "VS"):
                member = prefix + last.name.removesuffix(".zst")[2:]
                member = last.name if prefix == "FO" else member
                self.assertEqual((out / member).read_bytes(), (last.parent / member).read_bytes())
        none = house.sluice("archive", "get", name, "--recipient", "000302")
        self.assertEqual(none.returncode, 1)

    def test_nothing_that_a_sender_gets_tells_what_was_decided_again(self):
        seen = []
        # Held at once; held with the second version; never held.
        for before, behind in (((1, 8), (1, 8)), ((8,), (1, 8)), ((8,), (8, 9))):
            self.house.close()
            self.house = House()
            self.job(route='retry-days="10"')
            answers = []
            for round_, held in enumerate((before, behind)):
                self.load([f"{insz(n)},000301,10,0,10,2020-01-01," for n in held], self.rights())
                self.house.must("run", "--quiet")
                self.house.drop(self.house.name(f"{round_ + 1:05}", subject="HELD"),
                                listing(form(f"F-{round_}", person(1 if round_ == 0 else 7))))
                self.house.must("run", "--quiet")
            for path in sorted(self.house.out("000101").iterdir()):
                place = ()
                if path.name.startswith("FS"):
                    text = base64.b64decode(path.read_bytes())
                    place = tuple(int(re.search(pattern, text)[1]) for pattern in
                                  (rb"\nindex (\d+)\n", rb"\nindex[^\0]*?\n\n[^\n]+\n(\d+)\n"))
                answers.append((path.name, place))
            seen.append(answers)
        self.assertGreater(len(seen[0]), 8)
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[1], seen[2])

    def test_after_the_days_nothing_is_decided_again(self):
        self.job(route='retry-days="3"')
        self.load([f"{insz(2)},000301,10,0,10,2020-01-01,"], self.rights())
        name = self.house.drop(self.house.name("00001", subject="HELD"),
                               listing(form("F-1", person(1))))
        self.house.must("run", "--quiet")
        self.load([f"{insz(1)},000301,10,0,10,2020-01-01,"])
        later = self.house.today.toordinal() + 4
        day = type(self.house.today).fromordinal(later)
        self.house.must("run", "--quiet", "--now", f"{day}T12:00:00Z")
        self.assertEqual(self.parcels("000301"), [])
        self.house.must("run", "--quiet")
        self.assertEqual(len(self.parcels("000301")), 1)

    def test_a_killed_run_decides_again_once(self):
        for point in (5, 17):
            with self.subTest(point=point):
                self.house.close()
                self.house = House()
                self.job(route='retry-days="10"')
                self.load([f"{insz(2)},000301,10,0,10,2020-01-01,"], self.rights())
                name = self.house.drop(self.house.name("00001", subject="HELD"),
                                       listing(form("F-1", person(1), person(2))))
                self.house.must("run", "--quiet")
                self.load([f"{insz(n)},000301,10,0,10,2020-01-01," for n in (1, 2)])
                os.environ.update(SLUICE_CRASH_AT=str(point))
                try:
                    self.house.sluice("run", "--quiet")
                finally:
                    del os.environ["SLUICE_CRASH_AT"]
                self.house.must("run", "--quiet")
                self.assertEqual(self.deliveries(name), {("000301", "published"): 2})
                self.assertEqual(len(self.parcels("000301")), 2)
                self.house.must("journal", "verify")

    # ---- what a sender may learn ----

    def test_totals_are_told_where_both_reach_the_threshold(self):
        for routing, held, told in (('routing="totals" threshold="5"', 13, ("10", "5")),
                                    ('routing="totals" threshold="5"', 17, None),
                                    ('routing="totals" threshold="5"', 3, None),
                                    ("", 13, None)):
            with self.subTest(routing=routing, held=held):
                self.house.close()
                self.house = House()
                self.job()
                path = self.house.home / "jobs" / "held.xml"
                path.write_text(path.read_text().replace(
                    'receipt="both"', 'receipt="both" ' + routing).replace(
                    '<to select="holders" of="person" quality="10"/>', '<to partner="000301"/>'))
                self.house.must("job", "check")
                self.load([f"{insz(n)},000301,10,0,10,2020-01-01," for n in range(1, held + 1)],
                          self.rights())
                self.house.drop(self.house.name("00001", subject="HELD"), listing(
                    form("F-1", *[person(n) for n in range(1, 10)]),
                    form("F-2", *[person(n) for n in range(10, 21)])))
                self.house.must("run", "--quiet")
                text = "".join(self.house.content(one).decode()
                               for one in self.house.data_files("000101", "NOTI"))
                found = re.findall(r'<Routing delivered="(\d+)" withheld="(\d+)"/>', text)
                self.assertEqual(found, [told] if told else [])
        (self.house.home / "jobs" / "held.xml").write_text(path.read_text().replace(
            'receipt="both"', 'receipt="both" routing="totals" threshold="2"'))
        self.assertNotEqual(self.house.sluice("job", "check").returncode, 0)

    # ---- which tables a file is decided with ----

    def test_versions_are_held_released_dropped_and_rehearsals_have_their_own(self):
        self.job()
        many = [f"{n},000301,10,0,10,2020-01-01," for n in
                sorted(insz(n) for n in range(1, 101))]
        self.load(many, self.rights())
        first = self.versions()[-1]["version"]
        path = self.house.folder / "fewer.csv"
        path.write_text(PERSONS + "".join(row + "\n" for row in many[:50]))
        out = self.house.must("directory", "load", "--persons", str(path), status=(1,))
        self.assertIn("000301", out)  # the comparison names whose rows go
        held = self.versions()[-1]
        self.assertEqual((held["state"], held["removed"]), ("held", 50))
        self.assertNotEqual(self.house.sluice("directory", "release", held["version"]).returncode,
                            0)  # without a reason
        self.house.must("directory", "release", held["version"], "--drop", "--reason", "a mistake")
        self.assertEqual([one["version"] for one in self.versions()], [first])
        self.house.must("directory", "load", "--persons", str(path), status=(1,))
        held = self.versions()[-1]
        self.house.must("directory", "release", held["version"], "--reason", "the fund has merged")
        self.assertEqual(self.versions()[-1]["state"], "current")
        self.assertNotEqual(self.house.sluice("directory", "release", held["version"], "--reason",
                                              "twice").returncode, 0)
        # A table that changes in the middle: what was held counts only from its release on.
        name = self.house.drop(self.house.name("00001", subject="HELD"),
                               listing(form("F-1", person(60))))
        self.house.must("run", "--quiet")
        self.assertEqual(self.house.state(name)["directory_version"], held["version"])
        # Acceptance sees the synthetic tables alone, a directory of a name its own.
        rows = [f"{insz(1)},000302,10,0,10,2020-01-01,"]
        self.load(rows, self.rights(), words=("--synthetic",))
        self.load(rows, words=("--name", "second"))
        self.assertEqual(len(self.versions()), 2)
        test = self.house.drop(self.house.name("00002", subject="HELD", environment="S"),
                               listing(form("F-2", person(1))))
        self.house.must("run", "--quiet")
        self.assertEqual({one["recipient"] for one in self.house.state(test)["deliveries"]},
                         {"000302"})
        self.house.must("journal", "verify")

    def test_periods_begin_and_end_on_their_days(self):
        self.job()
        path = self.house.home / "jobs" / "held.xml"
        path.write_text(path.read_text().replace(
            'person="person" sender', 'person="person" date="on" sender').replace(
            'of="person" quality="10"/>', 'of="person" quality="10" date="on"/>').replace(
            "  <authorise", '  <field name="on" path="Name"/>\n  <authorise'))
        # From and to are included; open; closed yesterday; not yet; another quality.
        rows = {1: "2026-03-01,2026-03-31", 2: "2026-03-01,", 3: "2020-01-01,2026-02-28",
                4: "2026-04-01,", 5: "2020-01-01,"}
        self.load([f"{insz(n)},000301,10,0,{30 if n == 5 else 10},{period}"
                   for n, period in rows.items()], self.rights())
        days = ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"]
        expected = {1: "-+ +-".replace(" ", ""), 2: "-+++", 3: "+---", 4: "---+", 5: "----"}
        name = self.house.drop(self.house.name("00001", subject="HELD"), listing(*[
            form(f"F-{n}", *[person(n, name=day) for day in days]) for n in rows]))
        self.house.must("run", "--quiet")
        parcel, = self.parcels("000301")
        got = {n: "".join(
            "+" if f"<INSS>{insz(n)}</INSS><Name>{day}</Name>" in parcel else "-" for day in days)
            for n in rows}
        self.assertEqual(got, expected)
        self.assertEqual(self.house.state(name)["records"]["accepted"], 20)

    # ---- tables in XML, registers that are declared ----

    def test_tables_are_loaded_from_xml_and_registers_only_as_declared(self):
        (self.house.home / "jobs" / "registers.xml").write_text(
            """<registers xmlns="urn:sluice:registers:1">
  <register name="rn" key="insz"><group name="address" fields="street city"/></register>
  <register name="bis" key="insz"><group name="address" fields="street"/></register>
  <register name="enterprise" key="enterprise"><group name="name" fields="name form"/></register>
</registers>""")
        self.house.must("job", "check")
        space = 'xmlns="urn:sluice:directory:1"'
        persons = self.house.folder / "persons.xml"
        persons.write_text(f"""<?xml version="1.0" encoding="UTF-8"?>
<persons {space}>
  <row insz="{insz(1)}" partner="000301" sector="10" institution_type="0" quality="10"
       from="2020-01-01" to=""/>
  <row insz="{insz(2)}" partner="000302" sector="10" institution_type="0" quality="10"
       from="2020-01-01"/>
</persons>""")
        registers = self.house.folder / "registers.xml"
        registers.write_text(f"""<registers {space}>
<row register="rn" key="{insz(1)}" from="2010-01-01" to="2019-12-31" group="address" name="street"
  value="Old &amp; &quot;quoted&quot;, with a comma"/>
<row register="rn" key="{insz(1)}" from="2020-01-01" group="address" name="street" value="New"/>
<row register="bis" key="{insz(1)}" from="2020-01-01" group="address" name="street" value="Bis"/>
<row register="enterprise" key="0206731645" from="2000-01-01" group="name" name="name" value="R"/>
</registers>""")
        links = self.house.folder / "links.csv"
        links.write_text(f"insz,country,key\n{insz(1)},FR,1 85 12\n")
        self.house.must("directory", "load", "--persons", str(persons), "--registers",
                        str(registers), "--links", str(links))
        self.assertEqual(self.exported(), [f"{insz(1)},000301,10,0,10,2020-01-01,",
                                           f"{insz(2)},000302,10,0,10,2020-01-01,"])

        def ask(register, key, *words):
            done = self.house.sluice("directory", "lookup", "--purpose", "a test", "--register",
                                     register, "--json", *words, stdin=key + "\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        found = ask("person", insz(1))
        self.assertEqual([(v["register"], v["value"]) for v in found["values"]],
                         [("rn", 'Old & "quoted", with a comma'), ("rn", "New")])
        self.assertEqual(found["links"], [{"country": "FR", "key": "1 85 12"}])
        self.assertNotIn(insz(1), json.dumps(found))
        self.assertEqual([v["value"] for v in ask("rn", insz(1), "--at", "2015-05-05")["values"]],
                         ['Old & "quoted", with a comma'])
        self.assertEqual([v["value"] for v in ask("enterprise", "0206731645")["values"]], ["R"])
        # What is wrong is told with its line, and nothing is loaded.
        for bad, line, word in (
                (registers.read_text().replace('name="street" value="New"', 'name="zip" value="9"'),
                 4, "undeclared"),
                (registers.read_text().replace('register="bis"', 'register="cars"'), 5,
                 "undeclared"),
                (registers.read_text().replace("0206731645", "0206731646"), 6, "undeclared"),
                (registers.read_text().replace("2020-01-01", "2020-13-01", 1), 4, "date"),
                (registers.read_text().replace('group="address"', 'grupp="address"', 1), 2, "xml"),
                (registers.read_text().replace("</registers>", ""), None, "xml")):
            registers_bad = self.house.folder / "bad.xml"
            registers_bad.write_text(bad)
            done = self.house.sluice("directory", "load", "--registers", str(registers_bad),
                                     "--json")
            self.assertEqual(done.returncode, 1, done.stderr)
            first = json.loads(done.stdout.splitlines()[0])
            self.assertEqual(first["code"], word, done.stdout)
            if line:
                self.assertEqual(first["line"], line, done.stdout)
        self.assertEqual(len(self.versions()), 1)

    # ---- rows that institutions maintain themselves ----

    MAINTAIN = """<?xml version="1.0" encoding="UTF-8"?>
<job xmlns="urn:sluice:job:1" name="rows" subject="ROWS">
  <input format="xml" schema="rows.xsd" duplicate-content="accept"/>
  <document path="/Rows/Block"/>
  <record path="Row"/>
  <field name="action" path="@action"/><field name="person" path="INSS" type="insz"/>
  <field name="partner" path="Holder"/><field name="quality" path="Quality"/>
  <field name="from" path="From"/><field name="to" path="To"/>
  <field name="sector" path="../Sector"/><field name="type" path="../Type"/>
  <maintain action="action" person="person" holder="partner" sector="sector"
            institution-type="type" quality="quality" from="from" to="to"
            insert="I" change="U" close="C"/>
  <accept unit="record"/>
</job>
"""
    ROWS = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="Rows"><xs:complexType><xs:sequence>
    <xs:element name="Block" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Sector" type="xs:string"/><xs:element name="Type" type="xs:string"/>
      <xs:element name="Row" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="INSS" type="xs:string"/><xs:element name="Holder" type="xs:string"/>
        <xs:element name="Quality" type="xs:string"/><xs:element name="From" type="xs:string"/>
        <xs:element name="To" type="xs:date" minOccurs="0"/>
      </xs:sequence><xs:attribute name="action" type="xs:string"/></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""

    def maintain(self):
        (self.house.home / "jobs" / "rows.xml").write_text(self.MAINTAIN)
        (self.house.home / "xsd" / "rows.xsd").write_text(self.ROWS)
        self.house.must("job", "check")

    @staticmethod
    def block(*rows):
        body = "".join(
            f'<Row action="{action}"><INSS>{number}</INSS><Holder>{holder}</Holder>'
            f"<Quality>{quality}</Quality><From>{begin}</From>"
            + (f"<To>{end}</To>" if end else "") + "</Row>\n"
            for action, number, holder, quality, begin, end in rows)
        return (f"<Rows><Block><Sector>10</Sector><Type>0</Type>\n{body}</Block></Rows>").encode()

    def exported(self):
        return self.house.must("directory", "export", "--table", "persons").splitlines()[1:]

    def versions(self):
        return [json.loads(line) for line in
                self.house.must("directory", "list", "--json").splitlines()]

    def codes(self, name):
        shown = json.loads(self.house.sluice("show", name, "--json").stdout)
        return [(one["record"], one["code"][-3:]) for one in shown["findings"]]

    def test_institutions_change_their_own_rows_with_ordinary_files(self):
        self.maintain()
        self.load([f"{insz(1)},000101,10,0,10,2020-01-01,", f"{insz(2)},000101,10,0,10,2020-01-01,",
                   f"{insz(3)},000301,10,0,10,2020-01-01,"], self.rights())
        me = "000101"
        name = self.house.drop(self.house.name("00001", subject="ROWS"), self.block(
            ("I", insz(4), me, 10, "2026-01-01", ""), ("C", insz(1), me, 10, "2020-01-01",
                                                       "2026-06-30"),
            ("U", insz(2), me, 10, "2020-01-01", "2030-12-31"),
            ("I", insz(1), me, 10, "2026-07-01", ""),      # behind its own close, in one file
            ("C", insz(3), "000301", 10, "2020-01-01", "2026-06-30"),  # somebody else's
            ("C", insz(3), me, 10, "2020-01-01", "2026-06-30"),        # holds none on him
            ("I", insz(2), me, 10, "2025-01-01", ""),                  # overlaps
            ("I", insz(5), me, 9876, "2025-01-01", ""),                 # no such quality
            ("X", insz(5), me, 10, "2025-01-01", ""),                  # no such action
            ("I", "12345678901", me, 10, "2025-01-01", ""),            # check digits
            ("I", insz(5), me, 10, "2025-13-01", ""),                  # no date
            ("I", insz(5), me, 10, "2025-02-01", "2025-01-01")))       # ends before it begins
        self.house.must("run", "--quiet", status=(1,))
        state = self.house.state(name)
        self.assertEqual(sorted(self.codes(name)),
                         [(5, "008"), (6, "209"), (7, "006"), (8, "008"), (9, "008"), (10, "004"),
                          (11, "003"), (12, "008")])
        self.assertEqual((state["state"], state["records"]["accepted"],
                          state["records"]["rejected"]), ("closed", 4, 8))
        self.assertEqual(self.exported(), sorted([
            f"{insz(1)},000101,10,0,10,2020-01-01,2026-06-30",
            f"{insz(1)},000101,10,0,10,2026-07-01,",
            f"{insz(2)},000101,10,0,10,2020-01-01,2030-12-31",
            f"{insz(3)},000301,10,0,10,2020-01-01,", f"{insz(4)},000101,10,0,10,2026-01-01,"]))
        self.assertEqual(len(self.versions()), 2)
        self.assertEqual(self.house.receipts(name)[-1][0], "FA")
        # A file that changes nothing makes no version; the next one finds what the first left.
        again = self.house.drop(self.house.name("00002", subject="ROWS"), self.block(
            ("I", insz(4), me, 10, "2026-01-01", "")))
        more = self.house.drop(self.house.name("00003", subject="ROWS"), self.block(
            ("C", insz(4), me, 10, "2026-01-01", "2026-12-31")))
        self.house.must("run", "--quiet", status=(1,))
        self.assertEqual([self.house.state(one)["records"]["accepted"] for one in (again, more)],
                         [0, 1])
        self.assertEqual(len(self.versions()), 3)
        self.assertIn(f"{insz(4)},000101,10,0,10,2026-01-01,2026-12-31", self.exported())
        self.house.must("journal", "verify")

    def test_a_file_that_changes_too_much_waits_for_somebody(self):
        self.maintain()
        self.load([f"{n},000101,10,0,10,2020-01-01," for n in
                   sorted(insz(n) for n in range(1, 61))], self.rights())
        name = self.house.drop(self.house.name("00001", subject="ROWS"), self.block(*[
            ("C", insz(n), "000101", 10, "2020-01-01", "2026-06-30") for n in range(1, 31)]))
        self.house.sluice("run", "--quiet")
        state = self.house.state(name)
        self.assertEqual(state["state"], "held")
        self.assertIn("30 of 60 rows", state["action"])
        self.assertEqual(len(self.versions()), 1)
        self.house.must("release", name, "--reason", "the fund is being wound up")
        self.house.must("run", "--quiet")
        state = self.house.state(name)
        self.assertEqual((state["state"], state["records"]["accepted"]), ("closed", 30))
        self.assertEqual(sum(row.endswith("2026-06-30") for row in self.exported()), 30)

    def test_changes_of_a_killed_run_are_made_once(self):
        for point in (4, 7, 10):
            with self.subTest(point=point):
                self.house.close()
                self.house = House()
                self.maintain()
                self.load([f"{insz(1)},000101,10,0,10,2020-01-01,"], self.rights())
                name = self.house.drop(self.house.name("00001", subject="ROWS"), self.block(
                    ("I", insz(2), "000101", 10, "2026-01-01", "")))
                self.house.must("receive")
                os.environ.update(SLUICE_CRASH_AT=str(point))
                try:
                    self.house.sluice("run", "--quiet")
                finally:
                    del os.environ["SLUICE_CRASH_AT"]
                self.house.must("run", "--quiet")
                self.assertEqual(self.house.state(name)["state"], "closed")
                self.assertEqual(len(self.exported()), 2)
                self.assertEqual(len(self.versions()), 2)
                self.house.must("journal", "verify")


if __name__ == "__main__":
    unittest.main(verbosity=2)
