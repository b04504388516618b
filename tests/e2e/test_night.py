#!/usr/bin/env python3
"""What a night makes of files that were received: verdicts, deliveries, answers, and that a second
night finds nothing to do."""
import hashlib
import json
import os
import subprocess
import sys
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, form, insz, listing, person

HANDLING = "{urn:sluice:handling:1}"
VOUCHER = "{urn:sluice:voucher:1}"


def tree_of(folder) -> dict[str, str]:
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


class Night(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        house.must("job", "check")
        cls.silent = [house.sluice("receive", "--quiet"), house.sluice("run", "--quiet")]

        def drop(sequence, content, **more):
            return house.drop(house.name(sequence, **more), content)
        cls.good = drop("00001", listing(
            form("G-1", person(1, "Gent"), person(2, "Namur"), person(3, "Gent")),
            form("G-2", person(4, "Eupen"))))
        cls.only_good = [house.sluice("receive"), house.sluice("run", "--json")]
        bad = [form("B-1", person(11), person(12, inss="60010100199"), person(13, "Paris"),
                    person(14, "Namur", amount=-5), person(15)),
               form("B-2", person(16, "Paris")),
               form("B-3", person(17), person(17))]
        cls.bad_content = listing(*bad)
        cls.bad = drop("00002", cls.bad_content)
        cls.strict = drop("00003", listing(form("S-1", person(21), person(22, "Paris")),
                                           form("S-2", person(23))), subject="STRI")
        cls.broken = {title: drop(f"1{i:04}", content) for i, (title, content, _) in
                      enumerate(cls.broken_files())}
        cls.codes = {title: codes for title, _, codes in cls.broken_files()}
        cls.rehearsal = drop("00004", listing(form("T-1", person(31), person(32, "Paris"))),
                             environment="T")
        cls.acceptance = drop("00005", listing(form("A-1", person(33), person(34, "Namur"))),
                              environment="S")
        cls.parts = house.drop(house.name("00006"), listing(form("M-1", person(41), person(42))),
                               listing(form("M-2", person(43, "Paris"))))
        cls.again = drop("00007", listing(form("G-1", person(51)), form("N-1", person(52))))
        cls.encodings = {encoding: drop(f"2{i:04}", cls.encoded(encoding)) for i, encoding in
                         enumerate(("ISO-8859-1", "UTF-16", "windows-1252", "ISO-8859-15"))}
        cls.received = house.sluice("receive")
        cls.ran = house.sluice("run", "--json")
        cls.listed = {one["file"]: one for one in house.status()}

    @staticmethod
    def encoded(encoding) -> bytes:
        text = listing(form(f"E-{encoding}", person(61, name="Zoë"))).decode()
        return text.replace('"UTF-8"', f'"{encoding}"').encode(encoding)

    @staticmethod
    def broken_files():
        """(title, content, codes of which one is expected): each is refused as a whole."""
        good = listing(form("X-0", person(71), person(72)))
        bomb = ('<?xml version="1.0"?><!DOCTYPE List [<!ENTITY a "aaaaaaaaaa">'
                + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(8))
                + "]><List><Form><Reference>&i;</Reference><Total>0</Total></Form></List>").encode()
        return [
            ("an end tag that does not match", good.replace(b"</Person>", b"</Persom>", 1), {102}),
            ("a file that breaks off", good[:-30], {102}),
            ("something behind the end", good + b"<more/>", {102}),
            ("text behind the end", good + b"more", {102}),
            ("bytes that are not UTF-8", good.replace(b"Jan", b"J\xffn"), {102, 138}),
            ("a NUL", good.replace(b"Jan", b"J\0n"), {102}),
            ("two attributes of one name", good.replace(b"<List>", b'<List a="1" a="2">'), {102}),
            ("a prefix that is not bound", good.replace(b"<Name>Jan</Name>",
                                                        b"<x:Name>Jan</x:Name>"), {102}),
            ("an external entity", b'<!DOCTYPE List [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
             b"<List><Form><Reference>&x;</Reference><Total>0</Total></Form></List>", None),
            ("a billion laughs", bomb, None),
            ("nesting without end", b"<List>" + b"<a>" * 100000 + b"</a>" * 100000 + b"</List>",
             None),
            ("another root", b"<Lost/>", {89, 88}),
            ("the root in a namespace", good.replace(b"<List>", b'<List xmlns="urn:other">'),
             {89, 88, 139}),
            ("no XML at all", b"hello\n", {102}),
        ]

    def entry(self, name):
        self.assertIn(name, self.listed)
        return self.listed[name]

    def counts(self, name):
        entry = self.entry(name)
        return {kind: (entry[kind]["total"], entry[kind]["accepted"], entry[kind]["rejected"])
                for kind in ("documents", "records")}

    def forms(self, name):
        """The Forms of the NOTI about this file."""
        _, sender, _, _, environment = name.split(".")
        found = []
        for path in self.house.data_files(sender, "NOTI", environment):
            for one in ElementTree.fromstring(self.house.content(path)).findall("Form"):
                if one.findtext("FileReference/FileName")[3:].startswith(name):
                    found.append(one)
        return found

    def parcels(self, recipient, source, environment="R"):
        """The parcels that came of a file: their vouchers name its ticket."""
        found = []
        ticket = self.entry(source)["ticket"]
        for subject in ("LIST", "STRI"):
            for path in self.house.data_files(recipient, subject, environment):
                voucher = path.parent / ("VO" + path.name[2:].removesuffix(".zst"))
                if ElementTree.parse(voucher).findtext(VOUCHER + "Source") == ticket:
                    found.append(path)
        return found

    # ---- verdicts ----

    def test_exit_status(self):
        for done in self.silent:
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        for done in self.only_good:
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.ran.returncode, 1, self.ran.stderr)

    def test_tally_of_the_run(self):
        tally = json.loads(self.only_good[1].stdout.splitlines()[-1])
        for key, value in {"files": 1, "records": 4, "accepted": 4, "rejected": 0,
                           "deliveries": 3}.items():
            self.assertEqual(tally[key], value, key)

    def test_a_good_file(self):
        self.assertEqual(self.counts(self.good), {"documents": (2, 2, 0), "records": (4, 4, 0)})
        entry = self.entry(self.good)
        self.assertEqual(entry["state"], "closed")
        self.assertEqual({d["recipient"]: d["records"] for d in entry["deliveries"]},
                         {"000301": 4, "000302": 2, "000303": 2})
        self.assertEqual([one[:2] for one in self.house.receipts(self.good)],
                         [("PA", "1"), ("FA", "1")])
        forms = self.forms(self.good)
        self.assertEqual([f.findtext("HandlingResult/ResultCode") for f in forms], ["1", "1"])
        self.assertEqual([f.findtext("Reference/ReferenceNbr") for f in forms], ["G-1", "G-2"])

    def test_bad_records_do_not_spoil_their_neighbours(self):
        self.assertEqual(self.counts(self.bad)["records"], (8, 4, 4))
        self.assertEqual(self.counts(self.bad)["documents"], (3, 2, 1))
        results = {f.findtext("Reference/ReferenceNbr"): f.findtext("HandlingResult/ResultCode")
                   for f in self.forms(self.bad)}
        self.assertEqual(results, {"B-1": "1", "B-2": "0", "B-3": "1"})

    def test_the_notification_says_what_is_wrong_and_where(self):
        by_reference = {f.findtext("Reference/ReferenceNbr"): f for f in self.forms(self.bad)}
        reports = by_reference["B-1"].findall("HandlingResult/AnomalyReport")
        told = {(r.findtext("TagName"), r.findtext("ErrorID")[-3:], r.findtext("Value"),
                 r.findtext("AnomalyClass")) for r in reports}
        self.assertEqual(told, {("INSS", "004", "60010100199", "B"), ("City", "008", "Paris", "B"),
                                ("Amount", "008", "-5", "B")})
        lines = self.bad_content.decode().splitlines()
        for report in reports:
            line = int(report.findtext("AnomalyLocation/LineNbr"))
            column = int(report.findtext("AnomalyLocation/ColumnNbr"))
            self.assertTrue(lines[line - 1][column - 1:].startswith(report.findtext("Value")),
                            (line, column, report.findtext("Value")))
        twice = by_reference["B-3"].findall("HandlingResult/AnomalyReport")
        self.assertEqual([(r.findtext("ErrorID")[-3:], r.findtext("AnomalyClass")) for r in twice],
                         [("006", "W")])

    def test_check_finds_what_the_night_found(self):
        name = f"FI.{self.house.name('99999')}.1.1"
        copy = self.house.folder / name
        copy.write_bytes(self.bad_content)
        done = self.house.sluice("check", "--json", str(copy))
        self.assertEqual(done.returncode, 1, done.stderr)
        *findings, summary = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertIs(summary["summary"], True)
        self.assertEqual((summary["documents"], summary["records"], summary["accepted"],
                          summary["rejected"]), (3, 8, 4, 4))
        night = sorted((r.findtext("ErrorID"), int(r.findtext("AnomalyLocation/LineNbr")),
                        int(r.findtext("AnomalyLocation/ColumnNbr")))
                       for f in self.forms(self.bad)
                       for r in f.findall("HandlingResult/AnomalyReport"))
        self.assertEqual(sorted((f["code"], f["line"], f["column"]) for f in findings), night)
        for finding in findings:
            for key in ("code", "severity", "line", "column", "offset", "document", "record",
                        "path", "element", "value", "message", "file", "part", "document_id"):
                self.assertIn(key, finding)
            self.assertTrue(self.bad_content[finding["offset"]:].startswith(
                finding["value"].encode()), finding)

    def test_the_correction_holds_the_rejected_records_alone(self):
        corrections = [self.house.content(p) for p in self.house.data_files("000101", "CORR")]
        mine = [c for c in corrections if b"B-1" in c]
        self.assertEqual(len(mine), 1)
        root = ElementTree.fromstring(mine[0])
        self.assertEqual([f.findtext("Reference") for f in root.findall("Form")], ["B-1", "B-2"])
        self.assertEqual([p.findtext("INSS") for p in root.iter("Person")],
                         ["60010100199", insz(13), insz(14), insz(16)])

    def test_one_bad_record_rejects_its_document_where_the_job_says_so(self):
        self.assertEqual(self.counts(self.strict), {"documents": (2, 1, 1), "records": (3, 1, 2)})
        self.assertEqual([r[0] for r in self.house.receipts(self.strict)], ["FA"])
        (parcel,) = self.parcels("000301", self.strict)
        root = ElementTree.fromstring(self.house.content(parcel))
        self.assertEqual([f.findtext("Reference") for f in root.findall("Form")], ["S-2"])

    def test_broken_files_are_refused_whole(self):
        for title, name in self.broken.items():
            with self.subTest(title):
                entry = self.entry(name)
                self.assertEqual(entry["state"], "refused")
                expected = self.codes[title]
                if expected is None:
                    self.assertTrue(entry["codes"])
                else:
                    codes = {f"ACRF-{code:03}" for code in expected}
                    self.assertTrue(codes & set(entry["codes"]), entry["codes"])
                self.assertEqual(self.counts(name),
                                 {"documents": (0, 0, 0), "records": (0, 0, 0)})
                self.assertEqual(entry["deliveries"], [])
                last = self.house.receipts(name)[-1]
                self.assertEqual(last[:2], ("FA", "0"))
                self.assertEqual(set(last[2]), set(entry["codes"]))

    def test_a_document_that_was_accepted_before_is_refused(self):
        self.assertEqual(self.counts(self.again), {"documents": (2, 1, 1), "records": (2, 1, 1)})

    def test_encodings(self):
        for encoding, name in self.encodings.items():
            with self.subTest(encoding):
                self.assertEqual(self.counts(name)["records"], (1, 1, 0))
                (parcel,) = self.parcels("000301", name)
                root = ElementTree.fromstring(self.house.content(parcel))
                self.assertEqual(root.findtext("Form/Person/Name"), "Zoë")

    def test_parts_are_one_file(self):
        self.assertEqual(self.counts(self.parts), {"documents": (2, 1, 1), "records": (3, 2, 1)})
        self.assertEqual(len(self.house.receipts(self.parts)), 2)
        self.assertEqual([f.findtext("Reference/ReferenceNbr") for f in self.forms(self.parts)],
                         ["M-1", "M-2"])

    # ---- rehearsal and acceptance ----

    def test_a_rehearsal_is_answered_and_delivers_nothing(self):
        self.assertEqual(self.counts(self.rehearsal)["records"], (2, 1, 1))
        for number in ("000301", "000302", "000303"):
            for environment in "TS":
                names = [p.name for p in self.house.out(number, environment).iterdir()]
                self.assertFalse([n for n in names if ".T" in n], names)
        self.assertTrue(self.forms(self.rehearsal))
        self.assertFalse(list(self.house.out("000101").glob("*.T")))

    def test_acceptance_delivers_to_those_who_opted_in(self):
        self.assertEqual(len(self.parcels("000302", self.acceptance, "S")), 1)
        for number in ("000301", "000303"):
            self.assertEqual(list(self.house.out(number, "S").iterdir()), [])
        self.assertFalse(list(self.house.out("000302").glob("*.S")))

    # ---- deliveries ----

    def test_parcels_are_valid_signed_and_vouched_for(self):
        schema = self.house.home / "xsd" / "list.xsd"
        for number in ("000301", "000302", "000303"):
            numbers = {}
            previous = {}
            for subject in ("LIST", "STRI"):
                for path in self.house.data_files(number, subject):
                    self.assertIsNone(self.house.verify(path), path.name)
                    content = self.house.content(path)
                    done = subprocess.run(["xmllint", "--noout", "--schema", schema, "-"],
                                          input=content, capture_output=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    bare = path.name[3:].removesuffix(".zst")
                    voucher = path.parent / f"VO.{bare}"
                    self.assertIsNone(self.house.verify(voucher), voucher.name)
                    self.assertTrue((path.parent / f"GO.{bare}").exists())
                    told = ElementTree.parse(voucher).getroot()
                    self.assertEqual(told.findtext(VOUCHER + "Recipient"), number)
                    data = told.find(VOUCHER + "Data")
                    self.assertEqual(data.get("name"), path.name)
                    self.assertEqual(data.get("digest"),
                                     hashlib.sha256(path.read_bytes()).hexdigest())
                    self.assertEqual(int(data.get("contentBytes")), len(content))
                    self.assertEqual(int(told.findtext(VOUCHER + "Records")),
                                     len(ElementTree.fromstring(content).findall("Form/Person")))
                    self.assertEqual(told.findtext(VOUCHER + "Previous"), previous.get(subject))
                    previous[subject] = bare
                    numbers.setdefault(subject, []).append(int(told.findtext(VOUCHER + "Number")))
            for subject, found in numbers.items():
                self.assertEqual(found, list(range(1, len(found) + 1)), (number, subject))

    def test_parcels_are_compressed_as_the_recipient_prefers(self):
        names = {n: [p.name for p in self.house.data_files(n, "LIST")]
                 for n in ("000301", "000302", "000303")}
        self.assertTrue(all(n.startswith("FO.") and not n.endswith(".zst")
                            for n in names["000301"]), names)
        self.assertTrue(all(n.startswith("FO.") and n.endswith(".zst") for n in names["000302"]))
        self.assertTrue(all(n.startswith("CO.") for n in names["000303"]))
        self.assertTrue(names["000303"])

    def test_records_reach_whom_they_concern_in_their_order(self):
        expected = {"000301": [1, 2, 3, 4], "000302": [1, 3], "000303": [2, 4]}
        for number, persons in expected.items():
            (parcel,) = self.parcels(number, self.good)
            root = ElementTree.fromstring(self.house.content(parcel))
            self.assertEqual([p.findtext("INSS") for p in root.iter("Person")],
                             [insz(n) for n in persons])
            for one in root.findall("Form"):
                self.assertEqual(int(one.findtext("Total")), 10 * len(one.findall("Person")))
        (gent,) = self.parcels("000302", self.good)
        self.assertNotIn(b"G-2", self.house.content(gent))

    def test_rejected_records_are_delivered_to_nobody(self):
        for number in ("000301", "000302", "000303"):
            for parcel in self.parcels(number, self.bad):
                content = self.house.content(parcel)
                self.assertNotIn(b"60010100199", content)
                self.assertNotIn(b"Paris", content)

    # ---- answers ----

    def test_answers_are_valid_and_signed(self):
        for subject, schema in (("ACRF", "acrf.xsd"), ("NOTI", "noti.xsd")):
            paths = [p for environment in "RTS"
                     for p in self.house.data_files("000101", subject, environment)]
            self.assertTrue(paths)
            done = subprocess.run(["xmllint", "--noout", "--schema",
                                   SOURCE / "xsd" / "answers" / schema, *paths],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            for path in paths:
                self.assertIsNone(self.house.verify(path), path.name)

    def test_a_receipt_is_verified_without_a_home(self):
        receipt = self.house.data_files("000101", "ACRF")[0]
        done = self.house.sluice("receipt", "verify", str(receipt), "--chain",
                                 str(self.house.chain), home=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        forged = self.house.folder / receipt.name
        forged.write_bytes(receipt.read_bytes().replace(b">1<", b">0<"))
        signature = receipt.parent / ("FS" + receipt.name[2:])
        (self.house.folder / signature.name).write_bytes(signature.read_bytes())
        done = self.house.sluice("receipt", "verify", str(forged), "--chain",
                                 str(self.house.chain), home=False)
        self.assertEqual(done.returncode, 4, done.stdout)

    # ---- the books ----

    def test_every_record_is_accounted_for(self):
        for name, entry in self.listed.items():
            for kind in ("documents", "records"):
                counts = entry[kind]
                self.assertEqual(counts["total"], counts["accepted"] + counts["rejected"], name)
                self.assertEqual(counts["pending"], 0, name)
            self.assertTrue(entry["final"], name)

    def test_status_has_its_keys(self):
        keys = {"file", "sender", "job", "state", "final", "actor", "action", "received_at",
                "deadline_at", "closed_at", "bytes", "documents", "records", "deliveries",
                "directory_version", "journal_index", "codes", "ticket"}
        for entry in self.listed.values():
            self.assertLessEqual(keys, set(entry))
            self.assertIn(entry["actor"], ("engine", "sender", "recipient", "operator"))

    def test_status_takes_any_name_of_the_set(self):
        for name in (self.good, f"GO.{self.good}.1", f"FI.{self.good}.1.1"):
            (one,) = self.house.status(name)
            self.assertEqual(one["file"], self.good)
        self.assertEqual({one["file"] for one in self.house.status("--state", "refused")},
                         set(self.broken.values()))
        self.assertEqual({one["sender"] for one in self.house.status("--sender", "000101")},
                         {"000101"})

    def test_show_tells_the_story(self):
        done = self.house.sluice("show", self.bad)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("60010100199", done.stdout, "a personal number in clear")
        json.loads(self.house.must("show", self.bad, "--json").splitlines()[0])

    def test_no_personal_number_is_in_what_operators_read(self):
        said = self.ran.stdout + self.ran.stderr + self.received.stdout + self.received.stderr
        said += self.house.must("status", "--json") + self.house.must("status")
        for number in ("60010100199", insz(13), insz(1)):
            self.assertNotIn(number, said)

    def test_zz_a_second_night_changes_nothing(self):
        partners = self.house.home / "spool" / "partners"
        before = tree_of(partners)
        done = self.house.sluice("run", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["files"], 0)
        self.assertEqual(tree_of(partners), before)
        self.house.must("journal", "verify", "--against-ledger")


class CommandLine(unittest.TestCase):
    """Exit statuses that scripts rely on; no night is needed."""
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.close)

    def expect(self, status, *words, home=True):
        done = self.house.sluice(*words, home=home)
        self.assertEqual(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
        return done

    def test_usage(self):
        for words in (["nonsense"], ["status", "--nonsense"], ["run", "--threads", "many"],
                      ["check"], ["run", "extra"], ["receive", "--now", "yesterday"]):
            with self.subTest(words=words):
                self.assertTrue(self.expect(2, *words).stderr)
        self.assertEqual(self.expect(0, "help").stderr, "")
        for command in ("init", "receive", "run", "check", "status", "show", "retry", "redeliver",
                        "hold", "release", "cancel", "doctor", "codes"):
            self.assertIn(command, self.expect(0, "help", command).stdout)

    def test_no_home(self):
        self.expect(2, "run", home=False)
        self.expect(2, "status", "--home", "nowhere", home=False)

    def test_check_of_a_name_outside_the_grammar_needs_a_job(self):
        path = self.house.folder / "some.xml"
        path.write_bytes(self.house.good())
        self.expect(2, "check", str(path))
        self.expect(0, "check", "--job", "list", str(path))

    def test_check_with_a_job_file_needs_no_home(self):
        path = self.house.folder / "some.xml"
        path.write_bytes(self.house.good())
        job = self.house.folder / "job.xml"
        job.write_bytes((self.house.home / "jobs" / "list.xml").read_bytes())
        schema = (self.house.home / "xsd" / "list.xsd").read_bytes()
        (self.house.folder / "list.xsd").write_bytes(schema)
        self.expect(0, "check", "--job", str(job), str(path), home=False)

    def test_check_against_a_schema(self):
        path = self.house.folder / "some.xml"
        path.write_bytes(self.house.good())
        schema = str(self.house.home / "xsd" / "list.xsd")
        self.expect(0, "check", "--schema", schema, str(path), home=False)
        path.write_bytes(self.house.good("Paris"))
        self.expect(1, "check", "--schema", schema, str(path), home=False)
        self.expect(2, "check", "--schema", str(path), home=False)
        self.expect(3, "check", "--schema", schema, "not-there.xml", home=False)

    def test_a_wrong_job_stops_nothing_halfway(self):
        job = self.house.home / "jobs" / "wrong.xml"
        job.write_text('<job xmlns="urn:sluice:job:1" name="wrong" subject="WRNG">\n'
                       '  <input format="xml" schema="list.xsd"/>\n'
                       '  <document path="/List/Form"/>\n  <record path="Nobody"/>\n</job>\n')
        try:
            done = self.expect(2, "job", "check")
            self.assertRegex(done.stdout + done.stderr, r"wrong\.xml:4:\d+")
            self.expect(2, "run")
        finally:
            job.unlink()

    def test_hold_and_release(self):
        house = self.house
        name = house.drop(house.name("H0001"), house.good())
        self.expect(0, "receive")
        self.expect(0, "hold", name, "--reason", "to look at it")
        self.assertEqual(house.state(name)["state"], "held")
        self.expect(0, "run")
        self.assertEqual(house.state(name)["state"], "held")
        self.expect(0, "release", name, "--reason", "looked at it")
        self.expect(0, "run")
        self.assertEqual(house.state(name)["state"], "closed")

    def test_cancel(self):
        house = self.house
        name = house.drop(house.name("H0002"), house.good())
        self.expect(0, "receive")
        self.expect(2, "cancel", name)  # a reason is missing
        self.expect(0, "cancel", name, "--reason", "the sender asked for it")
        self.assertEqual(house.state(name)["state"], "cancelled")
        self.expect(0, "run")
        self.assertEqual(house.state(name)["deliveries"], [])

    def test_doctor(self):
        done = self.house.sluice("doctor")
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        self.assertTrue(done.stdout)

    def test_codes(self):
        self.assertIn("ACRF-125", self.expect(0, "codes").stdout)
        self.assertIn("signature", self.expect(0, "codes", "ACRF-125").stdout.lower())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
