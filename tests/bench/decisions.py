#!/usr/bin/env python3
"""Many records against random tables in one run, each decision recomputed by the slow and obvious
way: who gets which record is read out of the parcels and compared, one by one.

usage: decisions.py SLUICE [RECORDS] [PERSONS]"""
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
os.environ["SLUICE"] = sys.argv[1]
from house import House, insz  # noqa: E402

JOB = """<?xml version="1.0" encoding="UTF-8"?>
<job xmlns="urn:sluice:job:1" name="held" subject="HELD">
  <input format="xml" schema="held.xsd"/>
  <document path="/L/F"/><record path="P"/>
  <field name="person" path="I" type="insz"/><field name="on" path="D"/>
  <authorise path="A" message="HELD" quality="10" person="person" date="on" sender="no"/>
  <route><to select="holders" of="person" quality="10" date="on"/><to partner="000303"/></route>
  <accept unit="record"/>
</job>
"""
SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="L"><xs:complexType><xs:sequence>
<xs:element name="F" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="P" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="N" type="xs:integer"/><xs:element name="I" type="xs:string"/>
<xs:element name="D" type="xs:date"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>
"""
DAYS = ["2025-12-31", "2026-01-01", "2026-06-29", "2026-06-30", "2026-07-01", "2026-12-31"]
PARTNERS = ["000301", "000302", "000303"]


def main() -> int:
    records = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    persons = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
    chance = random.Random(20261122)
    house = House()
    try:
        (house.home / "jobs" / "held.xml").write_text(JOB)
        (house.home / "xsd" / "held.xsd").write_text(SCHEMA)
        numbers = sorted({insz(n) for n in range(persons)})
        table: dict[str, list[tuple[str, int, str, str]]] = {}
        with open(house.folder / "persons.csv", "w") as out:
            out.write("insz,partner,sector,institution_type,quality,from,to\n")
            for number in numbers:
                for who in PARTNERS:
                    for quality in (10, 30):
                        begin, end = chance.choice(DAYS), chance.choice(DAYS + ["", ""])
                        if chance.random() < 0.5 or (end and end < begin):
                            continue
                        table.setdefault(number, []).append((who, quality, begin, end))
                        out.write(f"{number},{who},10,0,{quality},{begin},{end}\n")
        rights = {"000301": ("10", "2020-01-01", ""), "000302": ("", "2020-01-01", ""),
                  "000303": ("30", "2020-01-01", "")}
        with open(house.folder / "rights.csv", "w") as out:
            out.write("id,subject_kind,subject,message,quality,fields,from,to,deliberation\n")
            for who, (quality, begin, end) in rights.items():
                out.write(f"R{who},institution,{who},HELD,{quality},,{begin},{end},D\n")
        house.must("directory", "load", "--persons", str(house.folder / "persons.csv"),
                   "--authorisations", str(house.folder / "rights.csv"))
        lines, expected = [], {who: [] for who in PARTNERS}
        for n in range(records):
            number, on = chance.choice(numbers), chance.choice(DAYS)
            lines.append(f"<P><N>{n}</N><I>{number}</I><D>{on}</D></P>")
            for who in PARTNERS:
                allowed = rights[who][0] in ("", "10")
                held = any(row[0] == who and row[1] == 10 and row[2] <= on and
                           (not row[3] or on <= row[3]) for row in table.get(number, []))
                if allowed and held:
                    expected[who].append(n)
        content = "<L>" + "".join("<F>" + "\n".join(lines[i:i + 50]) + "</F>\n"
                                  for i in range(0, records, 50)) + "</L>"
        house.drop(house.name("00001", subject="HELD"), content.encode())
        begin = time.monotonic()
        house.must("run", "--quiet")
        seconds = time.monotonic() - begin
        wrong = 0
        for who in PARTNERS:
            got = Counter(int(n) for path in house.data_files(who, "HELD")
                          for n in re.findall(rb"<N>(\d+)</N>", house.content(path)))
            wrong += got != Counter(expected[who])
        print(f"{records} records, {len(numbers)} persons: {seconds:.1f} s, "
              f"{sum(map(len, expected.values()))} deliveries, {wrong} partners differ")
        return 1 if wrong else 0
    finally:
        house.close()


if __name__ == "__main__":
    sys.exit(main())
