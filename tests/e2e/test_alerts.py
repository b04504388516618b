#!/usr/bin/env python3
"""Alerts from outside: each is told once, climbs until somebody acknowledges it and ends with its
cause; and the flash report of the morning, which leaves by itself."""
import datetime
import json
import os
import subprocess
import unittest

from house import SLUICE, House, form, listing, person

AGREEMENTS = """<agreements xmlns="urn:sluice:agreements:1">
  <agreement partner="000101" job="list" from="2020-01-01" days-between="2">
    <contact role="escalation" name="desk" mail="desk@sluice.example"/>
    <contact role="escalation" name="chief" mail="chief@sluice.example" after-minutes="60"/>
    <contact role="service" name="nobody" mail="nobody@sluice.example"/>
  </agreement>
</agreements>
"""


class Alerts(unittest.TestCase):
    def setUp(self):
        self.house = house = House()
        self.addCleanup(house.close)
        self.told, self.mails = house.folder / "told", house.folder / "mails"
        self.settings(f"alert-command = cat >> {self.told}", f"mail-command = cat >> {self.mails}")
        self.began = datetime.datetime.now(datetime.timezone.utc)

    def settings(self, *lines):
        (self.house.home / "jobs/sluice.conf").write_text("\n".join(lines) + "\n")

    def at(self, **later) -> list[str]:
        moment = self.began + datetime.timedelta(**later)
        return ["--now", moment.strftime("%Y-%m-%dT%H:%M:%SZ")]

    # The keys of the house are of today: on another day they are about to be valid, or were.

    def alerts(self, *words, status=(0, 1)) -> list[dict]:
        text = self.house.must("alerts", *words, "--json", status=status)
        found = [json.loads(line) for line in text.splitlines()]
        return [one for one in found if one["rule"] != "expiry"]

    def lines(self) -> list[dict]:
        text = self.told.read_text() if self.told.exists() else ""
        found = [json.loads(line) for line in text.splitlines()]
        return [one for one in found if one["rule"] != "expiry"]

    def test_an_arrival_that_did_not_come_climbs_until_somebody_looks(self):
        house = self.house
        (house.home / "jobs/agreements.xml").write_text(AGREEMENTS)
        house.must("run")
        one, = self.alerts("list", status=(1,))
        self.assertEqual((one["rule"], one["state"], one["told"], one["sender"]),
                         ("no-arrival", "standing", 1, "000101"))
        house.must("run")
        house.must("receive")
        self.assertEqual([(a["alert"], a["step"], a["contacts"][0]["name"]) for a in self.lines()],
                         [(one["alert"], 0, "desk")])
        mail = self.mails.read_text()
        self.assertIn("To: desk@sluice.example\nSubject: [sluice.example] no-arrival: 000101", mail)
        house.must("receive", *self.at(minutes=61))
        house.must("receive", *self.at(minutes=62))
        self.assertEqual([a["step"] for a in self.lines()], [0, 1])
        self.assertIn("To: chief@sluice.example", self.mails.read_text())
        self.assertNotIn("nobody@", self.mails.read_text())
        self.assertEqual(house.sluice("alerts", "acknowledge", "1").returncode, 2)
        house.must("alerts", "acknowledge", "1", "--reason", "they were called")
        one, = self.alerts(status=(0,))
        self.assertEqual(one["state"], "acknowledged")
        house.drop(house.name("00001"), house.good())
        house.must("receive")
        self.assertEqual(self.alerts(status=(0,)), [])
        one, = self.alerts("--all")
        self.assertEqual((one["state"], len(self.lines())), ("ended", 2))
        self.assertEqual(house.sluice("alerts", "acknowledge", "1", "--reason", "x").returncode, 1)
        metrics = (house.home / "spool/metrics/sluice.prom").read_text()
        self.assertIn('sluice_alerts{rule="no-arrival"} 1', metrics)
        house.must("run")
        house.must("journal", "verify")

    def test_a_passed_deadline_opens_an_incident_and_is_told_at_once(self):
        house = self.house
        name = house.drop(house.name("00001"), house.good())
        house.must("receive")
        house.must("hold", name, "--reason", "to be late")
        late = self.at(days=9)
        house.must("alerts", "watch", *late, status=(1,))
        found = {one["rule"]: one for one in self.alerts()}
        breached = found["deadline-breached"]
        self.assertEqual((breached["files"], breached["job"]), ([name], "list"))
        self.assertIn("engine-silent", found)  # nine days without a sign of life
        self.assertIn("deadline-breached", [one["rule"] for one in self.lines()])
        rows = [json.loads(line) for line in
                house.must("report", "incidents", "--json", *late).splitlines()][:-1]
        by_number = {row["incident"]: row for row in rows}
        self.assertEqual(by_number[breached["incident"]]["files"], name)
        self.assertEqual(by_number[breached["incident"]]["cause"], "engine")
        house.must("release", name, "--reason", "enough")
        house.must("run", *late)
        self.assertEqual(self.alerts(), [])
        self.assertEqual(len(self.lines()), len({one["alert"] for one in self.lines()}))

    def test_a_day_that_is_unlike_a_senders_others_is_told(self):
        house = self.house
        start = self.began.replace(hour=12) - datetime.timedelta(days=8)
        for day in range(6):
            self.night(start + datetime.timedelta(days=day), 30, 0)
        self.assertEqual(self.alerts("--all"), [])
        last = self.night(start + datetime.timedelta(days=6), 150, 40)
        found = {one["rule"]: one["what"] for one in self.alerts()}
        self.assertEqual(set(found), {"unusual-count", "unusual-rejections"})
        self.assertIn("150 records of 000101", found["unusual-count"])
        self.assertIn("26.7 %", found["unusual-rejections"])
        house.must("receive", *last)
        self.assertEqual(len(self.lines()), 2)
        name = house.name("00090")
        house.drop(name, house.good())
        house.must("receive")
        house.drop(name, house.good())
        house.must("receive", status=(0, 1))
        self.assertIn("name-reused", [one["rule"] for one in self.alerts()])

    def night(self, when, records, bad):
        house = self.house
        first = 1000 * house.references
        forms = [form(house.reference(), *(person(first + i) for i in range(records - bad)))]
        forms += [form(house.reference(), person(7, inss="85073003329")) for _ in range(bad)]
        name = house.name("00001", date=when.strftime("%Y%m%d"))
        now = ["--now", when.strftime("%Y-%m-%dT%H:%M:%SZ")]
        house.drop(name, listing(*forms))
        house.must("run", "--quiet", *now, status=(0, 1))
        return now

    def test_what_could_not_be_told_is_told_by_the_next_one(self):
        house = self.house
        (house.home / "jobs/agreements.xml").write_text(AGREEMENTS)
        self.settings("alert-command = exit 7")
        done = house.sluice("receive")
        self.assertEqual(done.returncode, 0)
        self.assertIn("alert 1 was not told", done.stderr)
        self.settings(f"alert-command = cat >> {self.told}")
        # Killed behind the telling and before it was said: better twice than never.
        log = house.folder / "points"
        copy = house.folder / "copy"
        subprocess.run(["cp", "-a", house.home, copy], check=True)
        subprocess.run([SLUICE, "receive", "--home", copy], check=True,
                       env={**os.environ, "SLUICE_CRASH_LOG": log})
        names = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
        self.told.unlink()
        done = subprocess.run([SLUICE, "receive", "--home", house.home], env={
            **os.environ, "SLUICE_CRASH_AT": str(names.index("alert-told") + 1)})
        self.assertEqual(done.returncode, -9)
        house.must("receive")
        house.must("receive")
        self.assertEqual([one["alert"] for one in self.lines()], [1, 1])
        house.must("journal", "verify")

    def test_the_flash_report_leaves_once_a_day(self):
        house = self.house
        folder = house.folder / "flash"
        self.settings(f"flash-folder = {folder}", f"mail-command = cat >> {self.mails}",
                      "flash-mail = a@sluice.example b@sluice.example")
        name = house.drop(house.name("00001"), listing(
            form("F-1", person(1), person(2)), form("F-2", person(7, inss="85073003329"))))
        house.must("run", status=(1,))
        waiting = house.drop(house.name("00002"), house.good())
        house.must("receive")
        house.must("hold", waiting, "--reason", "to be at risk")
        self.assertEqual(len(list(folder.iterdir())), 1)  # of the day before: nothing
        tomorrow = self.at(days=1)
        house.must("run", *tomorrow)
        house.must("run", *tomorrow)
        pages = sorted(folder.iterdir())
        self.assertEqual([p.name for p in pages][-1], f"flash-{house.today}.html")
        self.assertIn("At risk today", pages[-1].read_text())
        self.assertEqual(self.mails.read_text().count("To: a@sluice.example, b@sluice.example"), 2)
        lines = [json.loads(line) for line in
                 house.must("report", "flash", "--json", *self.at(days=9)).splitlines()]
        self.assertIn((waiting, True), [(one.get("file"), one.get("misses")) for one in lines])
        lines = [json.loads(line) for line in
                 house.must("report", "flash", "--json", *tomorrow).splitlines()]
        self.assertEqual((lines[-1]["accepted"], lines[-1]["rejected"], lines[-1]["waiting"]),
                         (2, 1, 1))
        self.assertNotIn(name, [one.get("file") for one in lines])


if __name__ == "__main__":
    unittest.main()
