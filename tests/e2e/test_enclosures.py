#!/usr/bin/env python3
"""Documents beside the records: a ZIP archive is the last part of a set. Each recipient gets the
documents of his own records, each once, with the same bytes; what is wrong with a document or with
its archive is said in clear words; nothing of an archive is believed."""
import datetime
import hashlib
import io
import json
import random
import shutil
import struct
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path

from house import SOURCE, House, insz
from test_sending import anomaly, notification

SAMPLES = SOURCE / "samples" / "documents"


def pdf(seed: int, size=3000) -> bytes:
    return b"%PDF-1.4\n" + random.Random(seed).randbytes(size) + b"\n%%EOF\n"


def report(name: str, content: bytes, digest=None) -> str:
    return (f"<Report><FileName>{name}</FileName><Size>{len(content)}</Size>"
            f"<Digest>{digest or hashlib.sha256(content).hexdigest()}</Digest></Report>")


def dossier(number: int, document: str, to="one") -> str:
    return f"<Dossier><INSS>{insz(number)}</INSS><For>{to}</For>{document}</Dossier>\n"


def dossiers(reference: str, *all_of_them: str) -> bytes:
    return (f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Dossiers><Form><Reference>{reference}"
            f"</Reference>{''.join(all_of_them)}</Form></Dossiers>\n").encode()


def archive(entries: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in entries.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 7, 10, 8, 0, 0)), content, method)
    return out.getvalue()


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new) and content.count(old) == 2, content.count(old)
    return content.replace(old, new)


class Enclosures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.close)
        jobs = cls.house.home / "jobs"
        text = (SAMPLES / "enclosed.xml").read_text()
        (jobs / "enclosed.xml").write_text(
            text.replace("400001", "000301").replace("400002", "000302")
            .replace('enclosures-max="10000"', 'enclosures-max="500" enclosures-ratio-max="50"'))
        shutil.copy(SAMPLES / "enclosed.xsd", cls.house.home / "xsd")
        partners = (jobs / "partners.xml").read_text()
        old = 'name="All" state="active" language="en">'
        assert old in partners
        (jobs / "partners.xml").write_text(
            partners.replace(old, old + '<certificate file="partners/other.pem"/>'))
        cls.house.must("job", "check")
        cls.sequence = 0

    def name(self, environment="R") -> str:
        type(self).sequence += 1
        return self.house.name(f"{self.sequence:05}", subject="DOSS", environment=environment)

    def run_set(self, *parts: bytes, environment="R", status=(0,), **more) -> str:
        name = self.house.drop(self.name(environment), *parts, **more)
        self.house.must("run", "--quiet", status=status)
        return name

    def parcel(self, number: str) -> Path:
        return self.house.data_files(number, "DOSS")[-1]

    def documents(self, parcel: Path) -> tuple[bytes, dict[str, bytes]]:
        self.assertTrue(parcel.name.startswith("CO."))
        self.assertIsNone(self.house.verify(parcel))
        with zipfile.ZipFile(parcel) as opened:
            self.assertIsNone(opened.testzip())
            names = opened.namelist()
            self.assertEqual(len(set(names)), len(names))
            self.assertEqual("F" + names[0][1:], "FO" + parcel.name[2:])
            return opened.read(names[0]), {name: opened.read(name) for name in names[1:]}

    def check(self, *files, status=(0, 1)) -> tuple[list[dict], dict]:
        text = self.house.must("check", "--json", "--job", "enclosed", *map(str, files),
                               status=status)
        lines = [json.loads(line) for line in text.splitlines()]
        return lines[:-1], lines[-1]

    # ---- each record and its document ----

    def test_each_fault_has_its_code_and_place(self):
        found, summary = self.check(SAMPLES / "enclosed-good.xml", SAMPLES / "enclosed-good.zip")
        self.assertEqual((found, summary["accepted"], summary["files"]), ([], 3, 1))
        for threads in ("1", "2"):
            found, summary = self.check(SAMPLES / "enclosed-bad.xml",
                                        SAMPLES / "enclosed-bad.zip", "--threads", threads)
            self.assertEqual((summary["accepted"], summary["rejected"]), (1, 8))
            self.assertEqual([(one["record"], one["code"][-3:], one["element"], one["severity"])
                              for one in found],
                             [(2, "001", "FileName", "B"), (3, "001", "FileName", "B"),
                              (4, "008", "FileName", "B"), (5, "093", "Size", "B"),
                              (6, "004", "Digest", "B"), (7, "003", "FileName", "B"),
                              (8, "003", "FileName", "B"), (9, "008", "FileName", "B"),
                              (0, "090", "", "W")])
            self.assertEqual([one["value"] for one in found if one["code"].endswith("001")],
                             ["nowhere.pdf", "../0.pdf"])
            self.assertIn("encrypted", found[5]["message"])
            self.assertIn("damaged", found[6]["message"])
            self.assertEqual((found[-1]["value"], found[-1]["part"]), ("nobody.pdf", 2))
            self.assertIn("2", found[-1]["message"])
        found, _ = self.check(SAMPLES / "enclosed-good.xml")
        self.assertEqual({one["code"][-3:] for one in found}, {"001"})
        said = self.house.sluice("check", "--job", "list", str(SAMPLES / "enclosed-good.xml"),
                                 str(SAMPLES / "enclosed-good.zip"))
        self.assertNotEqual(said.returncode, 0)

    def test_recipients_get_the_documents_of_their_records(self):
        sent = {f"in/{n}.pdf": pdf(n, 400_000 if n == 3 else 3000) for n in range(5)}
        shared = ("in/4.pdf", sent["in/4.pdf"])
        records = dossiers("E-1", dossier(1, report("in/0.pdf", sent["in/0.pdf"])),
                           dossier(2, report("in/1.pdf", sent["in/1.pdf"]), "both"),
                           dossier(3, report("in/2.pdf", sent["in/2.pdf"], "0" * 64), "both"),
                           dossier(4, report("in/3.pdf", sent["in/3.pdf"]), "both"),
                           dossier(5, report(*shared), "both"), dossier(6, report(*shared)))
        two = archive(dict(list(sent.items())[3:]), zipfile.ZIP_STORED)
        name = self.run_set(records, archive(dict(list(sent.items())[:3])), two, status=(1,))
        self.assertEqual(self.house.state(name)["state"], "closed")
        for number, wanted in (("000301", (0, 1, 3, 4)), ("000302", (1, 3, 4))):
            text, documents = self.documents(self.parcel(number))
            self.assertEqual(documents, {f"in/{n}.pdf": sent[f"in/{n}.pdf"] for n in wanted})
            self.assertEqual(text.count(b"<Dossier>"), len(wanted) + (number == "000301"))
            self.assertNotIn(b"in/2.pdf", text)
        # What came is kept, part by part, and a parcel can be had again.
        out = self.house.folder / "got"
        self.house.must("archive", "get", name, "--out", str(out))
        self.assertEqual((out / f"FI.{name}.3.3").read_bytes(), two)
        before = self.parcel("000302").read_bytes()
        for path in self.house.out("000302").iterdir():
            path.unlink()
        self.house.must("redeliver", name, "--recipient", "000302", "--reason", "lost")
        self.house.must("run", "--quiet", status=(0, 1))
        self.assertEqual(self.parcel("000302").read_bytes(), before)
        story = json.loads(self.house.must("show", name + "#2", "--json", "--reveal", "--purpose",
                                           "a test"))
        self.assertEqual([(one["place"], one["name"]) for one in story["enclosures"]],
                         [(2, "in/1.pdf")])
        self.house.must("journal", "verify", "--against-ledger")

    def test_what_cannot_be_unpacked_goes_nowhere_even_where_that_is_a_warning(self):
        path = self.house.home / "jobs" / "enclosed.xml"
        before = path.read_text()
        self.addCleanup(path.write_text, before)
        path.write_text(before.replace('bytes-max="100MB"', 'bytes-max="9000" severity="W"'))
        torn, hidden, large, good = pdf(1), pdf(2), pdf(3, 20_000), pdf(4)
        sent = {"torn.pdf": torn, "hidden.pdf": hidden, "large.pdf": large, "good.pdf": good}
        content = bytearray(archive(sent, zipfile.ZIP_STORED))
        content[content.index(torn) + 9] ^= 1
        for name, field, change in ((b"hidden.pdf", 8, 1), (b"torn.pdf", 42, 1)):
            content[content.rindex(name) - 46 + field] ^= change
        name = self.run_set(dossiers("E-8", *(dossier(n, report(one, sent[one]))
                                              for n, one in enumerate(sent, 1))), bytes(content))
        self.assertEqual(self.house.state(name)["records"]["accepted"], 4)
        self.assertEqual(self.documents(self.parcel("000301"))[1], {"good.pdf": good})

    def test_what_a_recipient_refuses_is_found_behind_its_documents(self):
        house, sent = self.house, {f"{n}.pdf": pdf(n) for n in (1, 2)}
        name = self.run_set(dossiers("E-7", *(dossier(n, report(one, sent[one]))
                                              for n, one in enumerate(sent, 1))), archive(sent))
        said = house.name("N0001", "000301", "NOTI")
        house.drop(said, notification((self.parcel("000301").name, 1, "", [
            anomaly("00003-003", path="/Dossiers[1]/Form[1]/Dossier[2]/Report[1]")])),
            signer="other")
        house.must("receive")
        shown = json.loads(house.must("show", name, "--json"))
        self.assertEqual([(one["recipient"], one["record"]) for one in shown["refusals"]],
                         [("000301", 2)])

    def test_documents_without_records_that_name_them_go_nowhere(self):
        content = pdf(40)
        name = self.run_set(
            dossiers("E-2", dossier(1, report("a.pdf", content))),
            archive({"a.pdf": content, "b.pdf": pdf(41), "c.pdf": pdf(42)}))
        self.assertEqual(self.house.state(name)["records"]["accepted"], 1)
        _, documents = self.documents(self.parcel("000301"))
        self.assertEqual(list(documents), ["a.pdf"])
        self.assertIn("no record names", self.house.must("show", name))
        self.assertIn("b.pdf", self.house.must("show", name, "--reveal", "--purpose", "a test"))

    def test_a_long_name_that_no_record_names_is_cut_between_characters(self):
        records, documents = self.house.folder / "records.xml", self.house.folder / "long.zip"
        records.write_bytes(dossiers("CUT", dossier(1, report("a.pdf", pdf(1)))))
        documents.write_bytes(archive({"a.pdf": pdf(1), "x" + "\u00e9" * 150: pdf(2)}))
        found = self.house.must("check", "--json", "--job", "enclosed", str(records),
                                str(documents)).splitlines()
        self.assertEqual([json.loads(line).get("value") for line in found],
                         ["x" + "\u00e9" * 99, None])

    def test_a_set_without_its_archive_is_rejected_record_by_record(self):
        name = self.run_set(dossiers("E-3", dossier(1, report("a.pdf", pdf(1)))), status=(1,))
        self.assertEqual(self.house.state(name)["records"]["rejected"], 1)

    def test_a_rehearsal_looks_at_documents_and_delivers_nothing(self):
        name = self.run_set(dossiers("E-4", dossier(1, report("a.pdf", pdf(1)))),
                            archive({"a.pdf": pdf(2)}), environment="T", status=(1,))
        self.assertEqual(self.house.state(name)["records"]["rejected"], 1)

    # ---- the archive as a whole ----

    def refused(self, *archives: bytes, code: str, reason=None, **more):
        records = dossiers(f"X-{self.sequence}", dossier(1, report("a.pdf", pdf(1))))
        name = self.run_set(records, *archives, status=(1,), **more)
        state = self.house.state(name)
        self.assertEqual((state["state"], state["codes"]), ("refused", [f"ACRF-{code}"]))
        if reason:
            self.assertIn(reason, self.house.must("show", name))
        self.assertEqual(self.house.receipts(name)[-1][1:], ("0", [f"ACRF-{code}"]))

    def test_hostile_archives_refuse_the_set(self):
        good = archive({"a.pdf": pdf(1)})
        self.refused(good[:-1], code="280", reason="cannot be read")
        self.refused(good[:-40], code="280")
        self.refused(good + b"behind", code="280")
        for odd in ("../a.pdf", "/a.pdf.a", "a/./b.pd", "C:\\a.pdf", "a//b.pdf", "..\\a.pdf"):
            stem = "x" * len(odd)
            with self.subTest(odd):
                self.refused(patched(archive({"a.pdf": pdf(1), stem: b"x"}), stem.encode(),
                                     odd.encode()), code="280", reason="a name that is not taken")
        channel = f"FO.DOSS.999999.{self.house.today:%Y%m%d}.00001.R"
        self.refused(archive({"a.pdf": pdf(1), channel: b"x"}), code="280")
        self.refused(patched(archive({"a.pdf": pdf(1), "b.pdf": pdf(2)}), b"b.pdf", b"a.pdf"),
                     code="280", reason="same name")
        self.refused(good, archive({"a.pdf": pdf(2)}), code="280", reason="same name")

    def test_bombs_are_told_by_what_they_declare_and_by_what_they_are(self):
        self.refused(archive({"a.pdf": pdf(1), "zeros": bytes(4_000_000)}), code="509",
                     reason="enclosures-ratio-max")
        self.refused(archive({f"{n}.pdf": b"%PDF-" for n in range(501)}), code="509",
                     reason="enclosures-max")
        # All entries over one content.
        shared = bytearray(archive({"a.pdf": pdf(1, 50_000), "b.pdf": b"%PDF-"}))
        directory = shared.rindex(b"PK\x01\x02")
        packed = struct.pack("<III", *struct.unpack_from("<III", shared, shared.index(
            b"PK\x01\x02") + 16))
        shared[directory + 16:directory + 28] = packed
        self.refused(bytes(shared), code="280")
        # Smaller declared than it is: unpacked no further than that, and its record is rejected.
        content = b"%PDF-" + bytes(3_000_000)
        lying = bytearray(archive({"a.pdf": content, "b.pdf": pdf(2, 100_000)}))
        for magic, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            struct.pack_into("<I", lying, lying.index(magic) + at, 5000)
        name = self.run_set(dossiers("E-5", dossier(1, report("a.pdf", content)),
                                     dossier(2, report("b.pdf", pdf(2, 100_000)))),
                            bytes(lying), status=(1,))
        state = self.house.state(name)
        self.assertEqual((state["records"]["accepted"], state["records"]["rejected"]), (1, 1))
        self.assertEqual(list(self.documents(self.parcel("000301"))[1]), ["b.pdf"])

    def test_the_archive_is_signed_and_counted_like_any_part(self):
        records = dossiers("E-6", dossier(1, report("a.pdf", pdf(6))))
        good, other = archive({"a.pdf": pdf(6)}), archive({"a.pdf": pdf(6), "b": b"x"})
        signatures = [self.house.sign(records), self.house.sign(other)]
        name = self.run_set(records, good, signatures=signatures, status=(1,))
        self.assertEqual(self.house.state(name)["codes"], ["ACRF-125"])
        name = self.run_set(records, good)
        self.house.drop(name, records, other)  # the same name with other documents
        self.house.must("run", "--quiet", status=(1,))
        self.assertEqual(self.house.states(name), ["closed", "quarantined"])


class Confidential(unittest.TestCase):
    """The same rules as for parcels without documents: envelopes both ways, acceptance, expiry."""

    def test_documents_follow_the_rules_of_parcels(self):
        house = House()
        self.addCleanup(house.close)
        jobs, key = house.home / "jobs", house.folder / "own.key"
        own = jobs / "trust" / "own.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9",
                        "-subj", "/CN=own", "-keyout", key, "-out", own], check=True,
                       capture_output=True)
        old = 'name="Gent" state="active" language="nl" acceptance="true">'
        partners = (jobs / "partners.xml").read_text()
        self.assertIn(old, partners)
        (jobs / "partners.xml").write_text(partners.replace(
            old, old + '<certificate file="own.pem" use="encryption"/>'
            '<certificate file="partners/other.pem"/>'))
        text = (SAMPLES / "enclosed.xml").read_text().replace("400001", "000302")
        (jobs / "enclosed.xml").write_text(text.replace("400002", "000303"))
        shutil.copy(SAMPLES / "enclosed.xsd", house.home / "xsd")
        ours, sealed = house.folder / "ours.pem", house.folder / "sealed"
        ours.write_text(house.must("key", "create", "encryption", "--reason", "first"))

        sent = {"1.pdf": pdf(1, 5_000_000), "2.pdf": pdf(2)}
        plain = house.folder / "plain"
        plain.write_bytes(archive(sent))
        subprocess.run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", "-in", plain,
                        "-out", sealed, "-aes-256-gcm", "-stream", "-recip", ours], check=True)
        for environment in "RS":
            name = house.drop(house.name("00001", subject="DOSS", environment=environment),
                              dossiers("C", *(dossier(n, report(f"{n}.pdf", sent[f"{n}.pdf"]))
                                              for n in (1, 2))), sealed.read_bytes())
            house.must("run", "--quiet")
            parcel, = house.data_files("000302", "DOSS", environment)
            self.assertTrue(parcel.name.startswith("CO.") and parcel.name.endswith(".p7m"))
            opened = subprocess.run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER",
                                     "-in", parcel, "-recip", own, "-inkey", key], check=True,
                                    capture_output=True).stdout
            with zipfile.ZipFile(io.BytesIO(opened)) as inside:
                self.assertEqual({one: inside.read(one) for one in inside.namelist()[1:]}, sent)
        self.assertEqual(house.state(name)["state"], "closed")
        house.must("journal", "verify", "--archive")
        later = f"{house.today + datetime.timedelta(days=200)}T08:00:00Z"
        house.must("archive", "expire", "--now", later)
        kept = [path for folder in ("in", "out")
                for path in (house.home / "spool" / "archive" / folder).rglob("*")
                if path.is_file() and (path.suffix == ".cms" or path.name.startswith("CO.")
                                       or path.stat().st_size > 1_000_000)]
        self.assertEqual(kept, [])
        self.assertIn("document 1 of the set, no longer kept", house.must("show", name + "#1"))
        # What is no longer kept is no hindrance to what comes in about it.
        said, parcel = house.name("N0001", "000302", "NOTI"), house.data_files("000302", "DOSS")[0]
        house.drop(said, notification((parcel.name, 1, "", [
            anomaly("00003-003", path="/Dossiers[1]/Form[1]/Dossier[2]/Report[1]")])),
            signer="other")
        house.must("receive")
        self.assertEqual(house.states(said), ["closed"])
        house.must("journal", "verify", "--against-ledger")


if __name__ == "__main__":
    sys.exit(unittest.main())
