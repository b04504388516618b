#!/usr/bin/env python3
"""What operators and senders see of it: reports, forecast, impact, metrics, status pages. The same
evening for all tests; each figure is compared with what was sent."""
import csv
import datetime
import html.parser
import io
import json
import re
import shutil
import subprocess
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, form, listing, person

PAGE = "{urn:sluice:status-page:1}"


class Balance(html.parser.HTMLParser):
    """Every element that is opened is closed, in order; collects ids, targets and tags."""
    VOID = {"meta", "br", "rect", "link", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids, self.targets, self.tags = [], [], set(), set(), set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        values = dict(attributes)
        if "id" in values:
            if values["id"] in self.ids:
                self.wrong.append(f"id {values['id']} twice")
            self.ids.add(values["id"])
        if tag == "a":
            self.targets.add(values["href"].lstrip("#"))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


def metrics_of(text) -> dict:
    """Samples by name and labels, by the grammar of Prometheus' text format: a family is announced
    once, HELP before TYPE before its samples, which stand together; no sample stands twice."""
    name, value = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r"([-+]?[0-9.]+(e[-+]?[0-9]+)?|NaN|[-+]Inf)"
    label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
    samples, families, family = {}, [], None
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    lines = iter(text.splitlines())
    for line in lines:
        if help_line := re.fullmatch(rf"# HELP ({name}) \S.*", line):
            family = help_line[1]
            if family in families:
                raise ValueError(f"{family} is announced twice")
            families.append(family)
            if not re.fullmatch(rf"# TYPE {family} (gauge|counter)", next(lines, "")):
                raise ValueError(f"{family} has no type")
            continue
        sample = re.fullmatch(rf"(({name})(\{{{label}(?:,{label})*\}})?) {value}", line)
        if not sample or sample[2] != family or sample[1] in samples:
            raise ValueError(f"no sample of {family}: {line}")
        samples[sample[1]] = float(sample[4])
    return samples


class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        bad = person(7, inss="85073003329", name="Piet")
        cls.mixed = house.drop(house.name("F0001"), listing(
            form("REF-M", person(1), person(2), bad), form("REF-N", bad)))
        cls.good = house.drop(house.name("F0002"), house.good())
        cls.broken = house.drop(house.name("F0003"), b"<List><Form>")
        cls.refused = house.drop(house.name("F0004"), house.good(), signer=None)
        cls.test = house.drop(house.name("F0005", environment="T"), house.good())
        house.must("receive", status=(1,))
        house.must("run", status=(1,))
        cls.metrics = (house.home / "spool/metrics/sluice.prom").read_text()
        cls.later = house.drop(house.name("F0006"), house.good())
        house.must("receive")

    @classmethod
    def tearDownClass(cls):
        cls.house.close()

    def report(self, name, *words):
        lines = [json.loads(line) for line in
                 self.house.must("report", name, *words, "--json").splitlines()]
        self.assertTrue(lines[-1]["summary"])
        tables = {}
        for line in lines[:-1]:
            tables.setdefault(line["table"], []).append(line)
        return lines[-1], tables

    # ---- figures ----

    def test_the_legal_figure_counts_records_of_production_alone(self):
        day = self.house.today.isoformat()
        summary, tables = self.report("sla", "--period", day)
        # Four of the mixed file, three good ones; one file not read yet, estimated by its size.
        self.assertEqual(summary["in_time"], 7)
        self.assertEqual((summary["accepted"], summary["rejected"]), (5, 2))
        self.assertEqual((summary["late"], summary["percent"]), (0, 100.0))
        self.assertEqual(summary["files_refused"], 2)
        self.assertGreaterEqual(summary["open"], 1)
        self.assertEqual([row["sender"] for row in tables["senders"]], ["000101"])
        self.assertTrue(tables["days"][0]["met"])
        none, _ = self.report("sla", "--period", "2020-01")
        self.assertEqual((none["records"], none["percent"]), (0, None))

    def test_agreements_say_the_target_and_recipients_have_their_own_share(self):
        day = self.house.today.isoformat()
        _, tables = self.report("sla", "--period", day)
        rows = {row["recipient"]: row for row in tables["recipients"]}
        parcels = {row["recipient"]: row["records"] for row in
                   self.report("service", "--period", day)[1]["recipients"]}
        self.assertEqual({name: row["in_time"] for name, row in rows.items()}, parcels)
        self.assertTrue(all(row["percent"] == 100.0 for row in rows.values()))
        then = (self.house.today + datetime.timedelta(days=4)).isoformat()
        late = ["--period", day, "--now", f"{then}T12:00:00Z"]
        before, _ = self.report("sla", *late)
        self.assertEqual((before["target"], before["met"]), (99.0, False))
        agreements = self.house.home / "jobs" / "agreements.xml"
        kept = agreements.read_text() if agreements.exists() else None
        agreements.write_text('<agreements xmlns="urn:sluice:agreements:1"><agreement job="list" '
                              'target-percent="50"/></agreements>')
        try:
            after, tables = self.report("sla", *late)
            self.assertEqual((after["target"], after["met"]), (50.0, True))
            self.assertEqual(after["percent"], before["percent"])
            self.assertEqual(tables["senders"][0]["target"], 50.0)
        finally:
            agreements.write_text(kept) if kept else agreements.unlink()

    def test_a_late_file_is_late_whenever_it_is_asked_for(self):
        # Two days were agreed (job list): three days later what still waits is late.
        then = (self.house.today + datetime.timedelta(days=4)).isoformat()
        summary, tables = self.report("sla", "--period", self.house.today.isoformat(), "--now",
                                      f"{then}T12:00:00Z")
        self.assertGreater(summary["late"], 0)
        self.assertFalse(summary["met"])
        self.assertEqual(tables["causes"][0]["cause"], "capacity")
        self.assertEqual(tables["causes"][0]["example"], self.later)

    def test_services_anomalies_and_orphans_tell_the_same_rejections(self):
        service, tables = self.report("service")
        self.assertEqual((service["accepted"], service["rejected"]), (5, 2))
        self.assertEqual(service["backlog"], 1)
        self.assertEqual({row["recipient"] for row in tables["recipients"]},
                         {"000301", "000302", "000303"})
        anomalies, tables = self.report("anomalies")
        self.assertEqual(anomalies["records_rejected"], 2)
        digits = [row for row in tables["causes"] if row["code"].endswith("-004")]
        self.assertEqual((digits[0]["findings"], digits[0]["trend"]), (2, "new"))
        refusals = {row["code"]: row["files"] for row in tables["refusals"]}
        self.assertEqual((len(refusals), refusals["ACRF-102"]), (2, 1))
        orphans, tables = self.report("orphans", "--days", "0")
        self.assertEqual(sorted(row["document_id"] for row in tables["orphans"]),
                         ["REF-M", "REF-N"])
        self.assertEqual(self.report("orphans")[0]["orphans"], 0)

    def test_every_report_has_every_format(self):
        names = [line.split()[0] for line in self.house.must("report").splitlines()]
        for name in ("sla", "service", "availability", "anomalies", "orphans", "partners",
                     "dashboard", "calendar"):
            self.assertIn(name, names)
            self.assertTrue(self.house.must("report", name))
            rows = list(csv.reader(io.StringIO(self.house.must("report", name, "--format", "csv"))))
            widths = {row[0]: len(row) for row in rows if row}
            for row in rows:
                if row and row[0] != "table":
                    self.assertEqual(len(row), widths[row[0]])
            self.well_formed(self.house.must("report", name, "--format", "html"))
        self.assertEqual(self.house.sluice("report", "nothing").returncode, 2)
        self.assertEqual(self.house.sluice("report", "sla", "--period", "2026-13").returncode, 2)
        self.assertIn("END:VCALENDAR", self.house.must("report", "calendar", "--format", "ics"))

    def test_availability_counts_silence_inside_promised_hours(self):
        then = [(self.house.today + datetime.timedelta(days=more)).isoformat() for more in (1, 2)]
        summary, _ = self.report("availability", "--period", then[0],
                                 "--now", then[1] + "T12:00:00Z")
        self.assertIn(summary["minutes_promised"], (23 * 60, 24 * 60, 25 * 60))
        self.assertEqual((summary["percent"], summary["outages"]), (0.0, 1))
        before, tables = self.report("availability", "--period", "2024-03-31")
        self.assertEqual((before["minutes_promised"], before["percent"], before["met"]),
                         (0, None, None))
        self.assertEqual(tables, {})
        self.assertIn("Nothing was measured", self.house.must("report", "availability", "--period",
                                                              "2024-03-31"))
        alive = self.house.home / "spool/metrics/alive.2024-03"
        alive.write_text("torn\n28530000\n")  # a minute of the 30th
        self.addCleanup(alive.unlink)
        past, tables = self.report("availability", "--period", "2024-03-31")
        self.assertEqual(past["minutes_promised"], 23 * 60)  # the clock went forward
        self.assertEqual((past["percent"], past["met"]), (0.0, False))
        self.assertEqual(len(tables["outages"]), 1)

    # ---- what waits ----

    def test_the_forecast_names_what_waits(self):
        done = self.house.sluice("forecast", "--rate", "1000000", "--json")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([one["file"] for one in lines[:-1]], [self.later])
        self.assertFalse(lines[0]["misses"])
        slow = self.house.sluice("forecast", "--rate", "1", "--start", "2099-01-01T00:00:00Z",
                                 "--json")
        self.assertEqual(slow.returncode, 1)
        self.assertIn("overdue", json.loads(slow.stdout.splitlines()[0])["help"])

    def test_an_absent_supplier_parks_its_files(self):
        calendar = self.house.home / "jobs" / "calendar.xml"
        calendar.write_text('<calendar xmlns="urn:sluice:calendar:1"><unavailable who="supplier" '
                            'name="register" job="list" from="2020-01-01" planned="false"/>'
                            '</calendar>')
        try:
            self.house.must("job", "check")
            one = self.house.state(self.later)
            self.assertIn("register", one["action"])
            self.assertEqual(json.loads(self.house.must("run", "--json"))["files"], 0)
            self.assertEqual(self.house.state(self.later)["state"], "verified")
            self.assertIn("DESCRIPTION", self.house.must("report", "calendar", "--format", "ics"))
        finally:
            calendar.unlink()

    def test_incidents_are_opened_followed_and_closed(self):
        number = self.house.must("incident", "open", "--reason", "the register is silent",
                                 "--cause", "supplier", "--file", self.later).strip()
        self.house.must("incident", "follow", number, "--reason", "they were called")
        self.assertEqual(self.report("incidents")[0]["open"], 1)
        self.house.must("incident", "close", number, "--reason", "it answers again")
        self.assertEqual(self.house.sluice("incident", "close", number, "--reason",
                                           "twice").returncode, 1)
        summary, tables = self.report("incidents")
        self.assertEqual(summary["open"], 0)
        row = tables["incidents"][0]
        self.assertEqual((row["cause"], row["files"], row["follow_ups"], row["last"]),
                         ("supplier", self.later, 2, "it answers again"))
        self.assertEqual(self.house.sluice("incident", "open").returncode, 2)

    # ---- impact and metrics ----

    def test_impact_lists_what_one_file_and_one_schema_touched(self):
        summary = json.loads(self.house.must("impact", "--file", self.mixed,
                                             "--json").splitlines()[-1])
        self.assertEqual((summary["files"], summary["parcels"], summary["recipients"]), (1, 2, 2))
        lines = [json.loads(line) for line in
                 self.house.must("impact", "--schema", "list.xsd", "--json").splitlines()]
        self.assertGreaterEqual(lines[-1]["files"], 2)
        records = [row for row in lines if row.get("table") == "records"
                   and row["file"] == self.mixed and row["recipient"] == "000301"]
        self.assertEqual((records[0]["count"], records[0]["ranges"]), (2, "1-2"))
        self.assertEqual(self.house.sluice("impact", "--authorisation", "none").returncode, 1)
        self.assertEqual(self.house.sluice("impact").returncode, 2)

    def test_metrics_are_written_after_each_run(self):
        text = self.metrics
        samples = metrics_of(text)
        self.assertEqual(samples["sluice_last_run_records_accepted"], 8)
        self.assertEqual(samples["sluice_last_run_records_rejected"], 2)
        self.assertEqual(samples['sluice_files_waiting{state="verified"}'], 0)
        self.assertGreater(samples["sluice_disk_free_bytes"], 0)
        self.assertNotIn("000101", text)
        for wrong in (text + text, text.replace("# TYPE", "# KIND", 1), text + "sluice_new 1\n",
                      text[:-1], text.replace('state="held"', "state=held")):
            with self.assertRaises(ValueError):
                metrics_of(wrong)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    # ---- pages ----

    def well_formed(self, text):
        balance = Balance()
        balance.feed(text)
        self.assertEqual((balance.wrong, balance.open), ([], []))
        self.assertLessEqual(balance.targets, balance.ids)
        self.assertNotIn("script", balance.tags)
        return balance

    def test_a_sender_finds_a_page_that_says_what_to_mend(self):
        out = self.house.out("000101")
        page = (out / "STATUS.html").read_text()
        self.well_formed(page)
        for words in (self.mixed, "85073003329", "REF-N", "ACRF-102"):
            self.assertIn(words, page)
        for hidden in ("000301", "000302", "http://", "https://"):
            self.assertNotIn(hidden, page)
        schema = SOURCE / "xsd/answers/status-page.xsd"
        for one in (out / "STATUS.xml", self.house.out("000101", "T") / "STATUS.xml"):
            done = subprocess.run(["xmllint", "--noout", "--schema", schema, one], text=True,
                                  capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.house.sluice("check", "--schema", str(schema),
                                               str(one)).returncode, 0)
        root = ElementTree.fromstring((out / "STATUS.xml").read_bytes())
        files = {one.get("name"): one for one in root.findall(PAGE + "file")}
        self.assertEqual(files[self.mixed].get("actor"), "sender")
        self.assertEqual(files[self.mixed].find(PAGE + "records").get("rejected"), "2")
        self.assertNotIn(self.test, files)
        self.assertIn(self.test, (self.house.out("000101", "T") / "STATUS.html").read_text())
        rows = list(csv.DictReader(io.StringIO((out / "STATUS.csv").read_text())))
        causes = [row["code"] for row in rows
                  if row["kind"] == "cause" and row["file"] == self.broken]
        self.assertEqual(causes, ["ACRF-102"])
        mixed = [row for row in rows if row["kind"] == "file" and row["file"] == self.mixed]
        self.assertEqual(mixed[0]["records_rejected"], "2")
        self.assertFalse(list(out.glob("page.*")))
        self.assertFalse((self.house.out("000301") / "STATUS.html").exists())


if __name__ == "__main__":
    unittest.main()
