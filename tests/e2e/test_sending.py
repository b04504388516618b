#!/usr/bin/env python3
"""Registered sending, seen from outside: evidence of delivery for senders, receipts of recipients,
time-stamps of a private authority, keys that roll. openssl is the other side of everything."""
import base64
import datetime
import json
import re
import shutil
import subprocess
import sys
import time
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, form, insz, listing, person

VERIFY = SOURCE / "tests/interop/journal/verify.py"
EVENT = "http://uri.etsi.org/19522/Event/"


def receipt(name: str, good=True, extra="") -> bytes:
    """A recipient's own ACRF about a file that it got from us."""
    errors = "" if good else "<ErrorID>ACRF-102</ErrorID>"
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n{extra}<ACRF><Form><Identification>ACRF001'
            "</Identification><FormCreationDate>2026-01-01</FormCreationDate><FormCreationHour>"
            "10:00:00.000</FormCreationHour><AttestationStatus>0</AttestationStatus><TypeForm>FA"
            f"</TypeForm><FileReference><FileName>{name}</FileName></FileReference>"
            f"<ReceptionResult><ResultCode>{int(good)}</ResultCode>{errors}</ReceptionResult>"
            "</Form></ACRF>\n").encode()


def notification(*forms: tuple[str, int, str, list[str]]) -> bytes:
    """A recipient's own NOTI: the parcel, the result, the document's reference, the anomalies."""
    text = ""
    for name, result, reference, anomalies in forms:
        origin = ("<Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>"
                  f"<ReferenceNbr>{reference}</ReferenceNbr></Reference>") if reference else ""
        text += ("<Form><Identification>NOTI001</Identification><FormCreationDate>2026-01-01"
                 "</FormCreationDate><FormCreationHour>10:00:00.000</FormCreationHour>"
                 "<AttestationStatus>0</AttestationStatus><TypeForm>FA</TypeForm><FileReference>"
                 f"<FileName>{name}</FileName></FileReference>{origin}<HandledReference>"
                 "<ReferenceType>1</ReferenceType><ReferenceOrigin>2</ReferenceOrigin>"
                 "</HandledReference><HandlingResult>"
                 f"<ResultCode>{result}</ResultCode>{''.join(anomalies)}</HandlingResult></Form>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<NOTIFICATION>{text}</NOTIFICATION>'.encode()


def anomaly(code: str, severity="B", line=0, column=0, path="") -> str:
    where = f"<LineNbr>{line}</LineNbr><ColumnNbr>{column}</ColumnNbr>" if line else ""
    where += f"<Location>{path}</Location>" if path else ""
    return (f"<AnomalyReport><ErrorID>{code}</ErrorID><AnomalyClass>{severity}</AnomalyClass>"
            f"<AnomalyLocation>{where}</AnomalyLocation></AnomalyReport>")


def settings(house: House, **values: str):
    text = "".join(f"{name.replace('_', '-')} = {value}\n" for name, value in values.items())
    conf = house.home / "jobs" / "sluice.conf"
    conf.write_text(conf.read_text().split("# of the test\n")[0] + "# of the test\n" + text)


def change(path, old: str, new: str):
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))


class Delivery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.addClassCleanup(house.must, "journal", "verify", "--against-ledger")
        jobs = house.home / "jobs"
        change(jobs / "list.xml", 'receipt="both"', 'receipt="both" evidence="delivery"')
        change(jobs / "partners.xml", 'name="All" state="active" language="en">',
               'name="All" state="active" language="en"><certificate file="partners/other.pem"/>')
        change(jobs / "partners.xml", 'name="Elsewhere" state="active" language="fr">',
               'name="Elsewhere" state="active" language="fr">'
               '<certificate file="partners/good-rsa.pem"/>')
        cls.name = house.drop(house.name("00001"), house.good("Gent", "Namur"))
        cls.quiet = house.drop(house.name("00002", subject="STRI"), house.good("Gent"))
        house.must("run", status=(0, 1))

    def events(self) -> list[tuple[str, str]]:
        found = []
        for path in self.house.data_files("000101", "EVID"):
            self.assertIsNone(self.house.verify(path))
            root = ElementTree.parse(path).getroot()
            for form in root.findall("Form"):
                self.assertTrue(form.findtext("FileReference/FileName")[3:].startswith(self.name))
                found += [(one.findtext("ERDSEventId").removeprefix(EVENT),
                           one.findtext("Recipient/Number")) for one in form.findall("Evidence")]
        return found

    def deliveries(self) -> dict[str, str]:
        return {one["recipient"]: one["state"] for one in self.house.state(self.name)["deliveries"]}

    def parcel(self, number: str):
        (data,) = self.house.data_files(number, "LIST")
        return data

    def test_1_consignment_is_told_with_the_answers(self):
        self.assertEqual(sorted(self.events()), [("ContentConsignment", n)
                                                 for n in ("000301", "000302", "000303")])
        (path,) = self.house.data_files("000101", "EVID")
        self.house.must("check", "--schema", str(SOURCE / "xsd/answers/evid.xsd"), str(path))
        names = {e.text for e in ElementTree.parse(path).iter("Name")}
        self.assertEqual(names, {"All", "Gent", "Elsewhere"})
        # It is signed last, and the journal tells how much of it every answer has seen.
        signature = (path.parent / f"FS{path.name[2:]}").read_bytes()
        seen = re.search(rb"\n(\d+)\n[A-Za-z0-9+/]{43}=\n\n", base64.b64decode(signature))
        entries = json.loads(self.house.must("show", self.name, "--json"))["entries"]
        told = [one["body"]["checkpoint"] for one in entries if one["kind"] == "outgoing"]
        self.assertEqual(max(told), int(seen[1]))

    def test_2_a_parcel_that_was_taken_is_fetched_once(self):
        data = self.parcel("000302")
        for member in list(data.parent.iterdir()):
            if data.name[3:].removesuffix(".zst") in member.name:
                member.unlink()
        self.house.must("receive")
        self.house.must("receive")
        self.assertEqual(self.deliveries()["000302"], "fetched")
        self.assertEqual([e for e in self.events() if e[0] == "ContentHandover"],
                         [("ContentHandover", "000302")])

    def test_3_a_recipients_receipt_acknowledges_its_own_parcel_alone(self):
        data = self.parcel("000301")
        go = "GO" + data.name[2:]
        foreign = self.parcel("000303").name
        first = self.house.name("00001", "000301", "ACRF")
        self.house.drop(first, receipt(foreign), signer="other")
        stranger = self.house.name("00002", "000301", "ACRF")
        self.house.drop(stranger, receipt(go), signer="good-ec")
        broken = self.house.name("00003", "000301", "ACRF")
        self.house.drop(broken, receipt(go)[:-20], signer="other")
        before = self.house.data_files("000301", "ACRF")
        self.house.must("receive", status=(1,))
        self.assertEqual(self.deliveries()["000301"], "published")
        self.assertEqual([self.house.state(n)["codes"] for n in (first, stranger, broken)],
                         [["ACRF-163"], ["ACRF-153"], ["ACRF-102"]])
        good = self.house.name("00004", "000301", "ACRF")
        self.house.drop(good, receipt(go), signer="other")
        self.house.must("receive")
        self.assertEqual(self.deliveries()["000301"], "acknowledged")
        self.assertEqual(self.house.state(good)["state"], "closed")
        self.assertIn(("ContentAccessTracking", "000301"), self.events())
        # A receipt is never answered by a receipt.
        self.assertEqual(self.house.data_files("000301", "ACRF"), before)

    def test_4_a_negative_receipt_fails_the_delivery_and_alerts(self):
        data = self.parcel("000303")
        self.house.drop(self.house.name("00001", "000303", "ACRF"), receipt(data.name, good=False),
                        signer="good-rsa")
        self.house.must("receive")
        self.assertEqual(self.deliveries()["000303"], "failed")
        self.assertIn(("ConsignmentRejection", "000303"), self.events())
        self.assertIn(f"refused  {data.name}", self.house.must("status"))

    def test_5_a_job_that_does_not_ask_gets_no_evidence(self):
        self.assertTrue(all("STRI" not in path.read_text()
                            for path in self.house.data_files("000101", "EVID")))

    def test_6_the_journal_holds_it_all(self):
        self.house.must("journal", "verify")


class Notifications(unittest.TestCase):
    """Of a file with seven records the third is rejected; 000302 takes those in Gent (zstd),
    000303 the others (zip), 000301 all."""

    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.addClassCleanup(house.must, "journal", "verify", "--against-ledger")
        jobs = house.home / "jobs"
        change(jobs / "list.xml", 'receipt="both"', 'receipt="both" evidence="delivery"')
        for name, signer in (("All", "other"), ("Gent", "good-ec384"),
                             ("Elsewhere", "good-rsa")):
            text = (jobs / "partners.xml").read_text()
            begin = text.index(f'name="{name}"')
            end = text.index(">", begin) + 1
            (jobs / "partners.xml").write_text(
                text[:end] + f'<certificate file="partners/{signer}.pem"/>' + text[end:])
        cls.ids = [house.reference() for _ in range(3)]
        cls.name = house.drop(house.name("00001"), listing(
            form(cls.ids[0], person(1), person(2, "Namur"), person(3, inss="12345678901"),
                 person(4)),
            form(cls.ids[1], person(5, "Namur")),
            form(cls.ids[2], person(6), person(7, "Namur"))))
        house.must("run", status=(0, 1))
        cls.sequence = 0

    def parcel(self, number: str):
        (data,) = self.house.data_files(number, "LIST")
        return data

    def say(self, number: str, signer: str, content: bytes, status=0) -> str:
        type(self).sequence += 1
        name = self.house.name(f"N{self.sequence:04}", number, "NOTI")
        self.house.drop(name, content, signer=signer)
        self.house.must("receive", status=(status,))
        return name

    def delivery(self, number: str) -> tuple[str, int]:
        return [(one["state"], one["refused"]) for one in self.house.state(self.name)["deliveries"]
                if one["recipient"] == number][0]

    def refusals(self, target="") -> list[tuple]:
        shown = json.loads(self.house.must("show", self.name + target, "--json"))
        return [(one["recipient"], one["document"], one["record"], one["code"])
                for one in shown["refusals"]]

    def told(self, noti: str) -> list[dict]:
        """What the sender's evidence says of what this notification refused."""
        found = []
        for path in self.house.data_files("000101", "EVID"):
            self.assertIsNone(self.house.verify(path))
            self.house.must("check", "--schema", str(SOURCE / "xsd/answers/evid.xsd"), str(path))
            for one in ElementTree.parse(path).getroot().iter("Evidence"):
                if noti in (one.findtext("RecipientReceipt") or ""):
                    event = one.findtext("ERDSEventId").removeprefix(EVENT)
                    found += [(event, dict(part.attrib)) for part in one.findall("Refused")] or [
                        (event, {})]
        return found

    def test_1_records_are_found_by_path_and_by_line(self):
        data = self.parcel("000302")
        lines = self.house.content(data).decode().split("\n")
        (line,) = [i for i, text in enumerate(lines, 1) if insz(4) in text]
        column = lines[line - 1].index(f"<INSS>{insz(4)}") + 1
        noti = self.say("000302", "good-ec384", notification(
            (data.name, 1, "", [anomaly("00001-004", line=line, column=column),
                                anomaly("00002-008", severity="W", line=line, column=column)]),
            ("GO" + data.name[2:].removesuffix(".zst"), 0, "", [
                anomaly("00003-003", path="/x:List[1]/Form[2]/Person/INSS[1]")])))
        self.assertEqual(self.refusals(), [("000302", 1, 4, "00001-004"),
                                           ("000302", 3, 6, "00003-003")])
        self.assertEqual(self.delivery("000302"), ("failed", 2))
        self.assertEqual(self.refusals("#4"), [("000302", 1, 4, "00001-004")])
        self.assertEqual(self.refusals("#1"), [])
        self.assertEqual(self.refusals("/" + self.ids[2]), [("000302", 3, 6, "00003-003")])
        text = self.house.must("show", self.name)
        self.assertRegex(text, r"000302 +record 6 \(document 3\) +00003-003")
        self.assertIn(f"refused  {data.name} by its recipient 000302 (2 named",
                      self.house.must("status"))
        self.assertEqual(self.told(noti), [
            ("ConsignmentRejection", {"document": "1", "reference": self.ids[0], "record": "4",
                                      "code": "00001-004"}),
            ("ConsignmentRejection", {"document": "3", "reference": self.ids[2], "record": "6",
                                      "code": "00003-003"})])
        self.assertEqual(self.house.state(noti)["state"], "closed")
        (answer,) = self.house.receipts(noti)
        self.assertEqual(answer, ("FA", "1", []))

    def test_2_a_document_is_found_by_its_reference(self):
        data = self.parcel("000303")
        noti = self.say("000303", "good-rsa", notification((data.name, 0, self.ids[1], []),
                                                           (data.name, 1, self.ids[0], [])))
        self.assertEqual(self.delivery("000303"), ("failed", 1))
        self.assertEqual(self.refusals("#5"), [("000303", 2, 0, None)])
        self.assertEqual(self.told(noti), [
            ("ConsignmentRejection", {"document": "2", "reference": self.ids[1]})])
        # The next one is about another document: both stand.
        lines = self.house.content(data).decode().split("\n")
        (line,) = [i for i, text in enumerate(lines, 1) if insz(7) in text]
        noti = self.say("000303", "good-rsa", notification(
            (data.name, 0, self.ids[2], [anomaly("00009-001", line=line, column=20)])))
        self.assertEqual(self.refusals("#7"), [("000303", 3, 7, "00009-001")])
        self.assertEqual(self.delivery("000303"), ("failed", 2))
        self.assertEqual([part["record"] for _, part in self.told(noti)], ["7"])

    def test_3_a_positive_one_acknowledges_and_lifts_no_refusal(self):
        data = self.parcel("000301")
        good = notification((data.name, 1, "", [anomaly("00002-008", severity="W", line=3)]))
        noti = self.say("000301", "other", good)
        self.assertEqual(self.delivery("000301"), ("acknowledged", 0))
        self.assertEqual(self.told(noti), [("ContentAccessTracking", {})])
        # A place that is none is not guessed at.
        self.say("000301", "other", notification(
            (data.name, 0, "", [anomaly("00001-004", path="/List/Form[9]/Person[1]")])))
        self.say("000301", "other", good)
        self.assertEqual(self.delivery("000301"), ("failed", 1))
        self.assertIn(("000301", 0, 0, "00001-004"), self.refusals())
        # Its receipt does.
        name = self.house.name("00001", "000301", "ACRF")
        self.house.drop(name, receipt(data.name), signer="other")
        self.house.must("receive")
        self.assertEqual(self.delivery("000301"), ("acknowledged", 0))
        self.assertNotIn("000301", [one[0] for one in self.refusals()])

    def test_4_what_it_never_got_or_cannot_be_read_changes_nothing(self):
        before = self.refusals()
        foreign = self.parcel("000303").name
        good = notification((self.parcel("000301").name, 0, "", []), (foreign, 0, "", []))
        for content, code in ((good, "163"), (good[:-20], "102"),
                              (good.replace(b"<ResultCode>0", b"<ResultCode>4"), "102")):
            name = self.say("000301", "other", content, status=1)
            self.assertEqual(self.house.state(name)["codes"], ["ACRF-" + code])
            self.assertEqual(self.house.receipts(name), [("FA", "0", ["ACRF-" + code])])
        self.assertEqual(self.delivery("000301"), ("acknowledged", 0))
        self.assertEqual(self.refusals(), before)

    def test_5_bytes_that_are_no_longer_kept_name_documents_alone(self):
        data = self.parcel("000302")
        for path in (self.house.home / "spool" / "archive" / "out").rglob(data.name):
            path.unlink()
        self.say("000302", "good-ec384", notification(
            (data.name, 0, self.ids[0], [anomaly("00005-001", line=4, column=1)])))
        self.assertIn(("000302", 1, 0, "00005-001"), self.refusals())

    def test_6_the_journal_holds_it_and_no_text_of_theirs(self):
        self.house.must("journal", "verify")
        entries = json.loads(self.house.must("show", self.name, "--json"))["entries"]
        said = json.dumps([one["body"] for one in entries if one["kind"] == "failed"])
        self.assertNotIn("Person", said)
        for reference in self.ids:
            self.assertNotIn(reference, said)


class NotifiedLines(unittest.TestCase):
    def test_lines_of_a_flat_parcel_are_those_of_its_records(self):
        house = House()
        self.addCleanup(house.close)
        flat = SOURCE / "samples" / "flat"
        for name in ("transfers.xsd", "general-format.xsd"):
            shutil.copy(flat / name, house.home / "xsd" / name)
        text = (flat / "transfers.xml").read_text()
        (house.home / "jobs" / "transfers.xml").write_text(
            text.replace("400001", "000301").replace("400002", "000302"))
        change(house.home / "jobs" / "partners.xml", 'language="nl" acceptance="true">',
               'language="nl" acceptance="true"><certificate file="partners/good-ec384.pem"/>')
        content = (flat / "transfers-good.txt").read_bytes()
        name = house.drop(house.name("00001", subject="TRAN"), content)
        house.must("run", status=(0, 1))
        (data,) = house.data_files("000302", "TRAN")  # transfers of kind S alone: 1 and 3
        lines = house.content(data).decode("latin-1").splitlines()
        self.assertEqual([text[:5] for text in lines if text[0] == "1"], ["10001", "10001"])
        orders = [i for i, text in enumerate(lines, 1) if text[0] == "1"]
        noti = house.name("N0001", "000302", "NOTI")
        house.drop(noti, notification((data.name, 1, "", [
            anomaly("00001-003", line=orders[1] + 1, column=7),
            anomaly("00002-003", path="/Transfers/Group[1]/Transfer[1]/Order/Amount"),
            anomaly("00003-003", line=orders[1] - 1, column=2)])), signer="good-ec384")
        house.must("receive")
        shown = json.loads(house.must("show", name, "--json"))["refusals"]
        self.assertEqual([(one["document"], one["record"], one["code"]) for one in shown],
                         [(2, 3, "00001-003"), (1, 1, "00002-003"), (2, 0, "00003-003")])


class Stamps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        cls.addClassCleanup(house.must, "journal", "verify", "--against-ledger")
        cls.tsa = house.folder / "tsa"
        subprocess.run([SOURCE / "scripts" / "make-test-tsa", cls.tsa], check=True)
        trust = house.home / "jobs" / "trust" / "tsa"
        trust.mkdir()
        (trust / "tsa.pem").write_bytes((cls.tsa / "trust" / "tsa.pem").read_bytes())

    def stamped(self, data) -> bool:
        der = self.house.folder / "stamped.der"
        name = data.name[3:].removesuffix(".zst")
        der.write_bytes(base64.b64decode((data.parent / f"FS.{name}").read_bytes()))
        shown = subprocess.run(["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in",
                                der], capture_output=True, text=True, check=True).stdout
        self.assertIn("id-smime-aa-signingCertificateV2", shown)
        return "id-smime-aa-timeStampToken" in shown

    def night(self, sequence: str, status: int) -> str:
        name = self.house.drop(self.house.name(sequence), self.house.good())
        done = self.house.sluice("run")
        self.assertEqual(done.returncode, status, done.stderr)
        return name

    def newest(self):
        return self.house.data_files("000101", "ACRF")[-1]

    def test_1_every_signature_carries_a_token_that_openssl_verifies(self):
        settings(self.house, time_stamp="required", time_stamp_command=str(self.tsa / "answer"))
        self.night("00001", 0)
        for number in ("000101", "000301"):
            for data in self.house.out(number).glob("FO.*"):
                self.assertTrue(self.stamped(data), data.name)
                self.assertIsNone(self.house.verify(data))

    def test_2_wanted_goes_on_without_and_says_so(self):
        for sequence, command in (("00002", "false"), ("00003", "cat"),
                                  ("00004", str(self.tsa / "strange")),
                                  ("00005", str(self.tsa / "replay"))):
            settings(self.house, time_stamp="wanted", time_stamp_command=command)
            self.house.drop(self.house.name(sequence), self.house.good())
            done = self.house.sluice("run")
            self.assertEqual(done.returncode, 0)
            self.assertIn("time-stamp", done.stderr)
            self.assertFalse(self.stamped(self.newest()))
            self.assertIsNone(self.house.verify(self.newest()))

    def test_3_required_waits_and_loses_nothing(self):
        settings(self.house, time_stamp="required", time_stamp_command="false")
        before = self.house.data_files("000101", "ACRF")
        name = self.night("00006", 3)
        self.assertEqual(self.house.data_files("000101", "ACRF"), before)
        settings(self.house, time_stamp="required", time_stamp_command=str(self.tsa / "answer"))
        self.house.must("run")
        self.assertEqual(self.house.state(name)["state"], "closed")
        self.assertTrue(self.stamped(self.newest()))


class Keys(unittest.TestCase):
    def test_what_was_signed_before_a_roll_still_verifies(self):
        house = House()
        self.addCleanup(house.close)
        house.drop(house.name("00001"), house.good())
        house.must("run")
        old_log = house.must("key", "export", "--log")
        self.assertEqual(house.sluice("key", "roll", "signer").returncode, 2)
        house.must("key", "roll", "signer", "--algorithm", "rsa-3072", "--reason", "yearly")
        house.must("key", "roll", "log", "--reason", "yearly")
        house.drop(house.name("00002"), house.good())
        house.must("run")
        self.assertNotEqual(house.must("key", "export", "--log"), old_log)
        self.assertIn(old_log, house.must("key", "export", "--log", "--all"))
        house.chain.write_text(house.must("key", "export", "--all"))
        for data in house.out("000101").glob("FO.*"):
            self.assertIsNone(house.verify(data))
        listed = house.must("key", "list", "--json")
        for word in ("EC P-256", "RSA 3072", "Ed25519", "former", "SHA-256"):
            self.assertIn(word, listed)
        house.must("journal", "verify")

    def test_a_retired_key_counts_for_what_is_older_than_its_retirement(self):
        house = House()
        self.addCleanup(house.close)
        house.drop(house.name("00001"), house.good())
        house.must("run")
        early = sorted(house.out("000101").glob("FS.*"))
        time.sleep(0.1)
        instant = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        time.sleep(0.1)
        house.drop(house.name("00002"), house.good())
        house.must("run")
        late = sorted(set(house.out("000101").glob("FS.*")) - set(early))
        old = house.must("key", "export", "--log").strip()
        house.must("key", "roll", "log", "--reason", "a laptop was stolen")
        house.must("journal", "verify", "--witness", *map(str, early + late))
        house.must("key", "retire", old, "--to", instant, "--reason", "a laptop was stolen")
        house.must("journal", "verify", "--witness", *map(str, early))
        for one in late:
            done = house.sluice("journal", "verify", "--witness", str(one))
            self.assertEqual(done.returncode, 4, one.name)
            self.assertIn("later than the retirement of the key", done.stderr)
        self.assertEqual(house.sluice("receipt", "verify", str(
            late[0].parent / ("FO" + late[0].name[2:]))).returncode, 4)
        # And for somebody who has no home, but the signed history of the keys.
        history = house.folder / "log.keys"
        history.write_text(house.must("key", "export", "--log", "--history"))
        for one, status in ((early[0], 0), (late[0], 4)):
            data = one.parent / ("FO" + one.name[2:])
            done = house.sluice("receipt", "verify", str(data), "--chain", str(house.chain),
                                "--key", str(history), home=False)
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
            self.assertIn("retired on" if status == 0 else "later than the retirement",
                          done.stdout + done.stderr)
            other = subprocess.run([sys.executable, VERIFY, "receipt", data, "--chain", house.chain,
                                    "--key", history], capture_output=True, text=True)
            self.assertEqual(other.returncode, status and 1, other.stdout + other.stderr)
        history.write_text(history.read_text().replace("retired", "former"))
        self.assertEqual(house.sluice("receipt", "verify", str(data), "--chain", str(house.chain),
                                      "--key", str(history), home=False).returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
