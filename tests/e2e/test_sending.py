#!/usr/bin/env python3
"""Registered sending, seen from outside: evidence of delivery for senders, receipts of recipients,
time-stamps of a private authority, keys that roll. openssl is the other side of everything."""
import base64
import datetime
import subprocess
import sys
import time
import unittest
from xml.etree import ElementTree

from house import SOURCE, House

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


class Stamps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
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
