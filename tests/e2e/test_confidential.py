#!/usr/bin/env python3
"""Confidentiality and the archive, seen from outside: parcels that only their recipient can open,
files that were enveloped to us, and what the archive gives back. openssl and sha256sum judge."""
import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from house import SLUICE, SOURCE, House, form, insz, listing, person
from test_sending import anomaly, notification


class Confidential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = house = House()
        cls.addClassCleanup(house.close)
        partners = house.home / "jobs" / "partners.xml"
        text = partners.read_text()
        for old in ('name="All" state="active" language="en">',
                    'name="Gent" state="active" language="nl" acceptance="true">'):
            assert old in text
            text = text.replace(old, old + '<certificate file="own.pem" use="encryption"/>'
                                '<certificate file="partners/good-ec384.pem"/>')
        for name in ("own", "stranger"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                            "-days", "9", "-subj", f"/CN={name}",
                            "-keyout", house.folder / f"{name}.key",
                            "-out", house.home / "jobs" / "trust" / f"{name}.pem"],
                           check=True, capture_output=True)
        partners.write_text(text)
        cls.certificate = house.folder / "encryption.pem"
        cls.certificate.write_text(house.must("key", "create", "encryption", "--reason", "first"))

    def opened(self, data: Path) -> bytes:
        out = self.house.folder / "opened"
        subprocess.run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", data,
                        "-recip", self.house.home / "jobs" / "trust" / "own.pem", "-inkey",
                        self.house.folder / "own.key", "-out", out], check=True,
                       capture_output=True)
        return out.read_bytes()

    def opened_as_a_stream(self, data: Path) -> bytes | None:
        """None where the script's package is not installed."""
        key, out = self.house.folder / "own.key", self.house.folder / "streamed"
        script = SOURCE / "scripts" / "open-envelope"
        done = subprocess.run([sys.executable, script, key, data, out], capture_output=True,
                              text=True)
        if "No module named 'cryptography'" in done.stderr:
            return None
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        changed = bytearray(data.read_bytes())
        changed[-30] ^= 1
        spoilt = self.house.folder / "spoilt"
        spoilt.write_bytes(changed)
        bad = subprocess.run([sys.executable, script, key, spoilt, self.house.folder / "none"],
                             capture_output=True, text=True)
        self.assertIn("it was changed", bad.stderr)
        self.assertEqual(list(self.house.folder.glob("none*")), [])
        return out.read_bytes()

    def envelope(self, content: bytes, *how: str, recipient=None) -> bytes:
        plain, sealed = self.house.folder / "plain", self.house.folder / "sealed"
        plain.write_bytes(content)
        subprocess.run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", "-in", plain,
                        "-out", sealed, *(how or ("-aes-256-gcm", "-stream")), "-recip",
                        recipient or self.certificate], check=True, capture_output=True)
        return sealed.read_bytes()

    def anywhere(self, what: bytes) -> list[str]:
        """Where the plain words lie, outside of what is ours alone."""
        found = []
        for folder in ("partners", "archive/out", "drafts"):
            for path in (self.house.home / "spool" / folder).rglob("*"):
                if path.is_file() and what in path.read_bytes():
                    found.append(str(path))
        return found

    def test_parcels_leave_in_envelopes_that_openssl_opens(self):
        house = self.house
        content = listing(form(house.reference(), *(
            person(7000 + i, name="Secretissima") for i in range(2000))))
        name = house.drop(house.name("00101"), content)
        house.must("run", "--quiet")
        whole = [p for p in house.data_files("000301", "LIST") if p.name.endswith(".p7m")][-1]
        self.assertIsNone(self.verify(whole))
        self.assertEqual(self.opened(whole).count(b"Secretissima"), 2000)
        self.assertIn(self.opened_as_a_stream(whole), (None, self.opened(whole)))
        packed = [p for p in house.data_files("000302", "LIST") if p.name.endswith(".zst.p7m")][-1]
        zst = house.folder / "opened.zst"
        zst.write_bytes(self.opened(packed))
        plain = subprocess.run(["zstd", "-dc", zst], check=True, capture_output=True).stdout
        self.assertEqual(plain.count(b"Secretissima"), 2000)
        self.assertEqual(self.anywhere(b"Secretissima"), [])
        self.assertEqual(house.state(name)["state"], "closed")
        for words in ((packed.name,), (name, "--recipient", "000302")):
            kept = house.folder / f"kept-{len(words)}"
            house.must("archive", "get", *words, "--out", kept)
            self.assertEqual((kept / packed.name).read_bytes(), packed.read_bytes())
        # The same bytes again, when somebody asks for them.
        before = whole.read_bytes()
        for path in house.out("000301").iterdir():
            path.unlink()
        house.must("redeliver", name, "--reason", "lost", "--recipient", "000301")
        self.assertEqual(whole.read_bytes(), before)
        house.must("journal", "verify")

    def test_what_a_recipient_refuses_of_an_envelope_is_found_by_path_and_line(self):
        """Each record by the line and column at which it begins, and by its path."""
        house = self.house
        ids = [house.reference() for _ in range(3)]
        # Totals that are counted again get shorter and move what stands behind them on their line.
        many = [person(n, city, 60) for n, city in enumerate(
            ("Gent", "Namur", "Gent", "Gent", "Namur", "Namur", "Gent"), 1)]
        many[2] = person(3, inss="12345678901", amount=60)
        name = house.drop(house.name("00151"), listing(
            form(ids[0], *many[:4]), form(ids[1], many[4]), form(ids[2], *many[5:])))
        house.must("run", "--quiet", status=(0, 1))
        data = [p for p in house.data_files("000302", "LIST") if p.name.endswith(".p7m")][-1]
        packed = house.folder / "refused.zst"
        packed.write_bytes(self.opened(data))
        text = subprocess.run(["zstd", "-dc", packed], check=True, capture_output=True).stdout
        lines = text.decode().split("\n")
        expected, anomalies = [], []
        for document, record, path in ((1, 1, "Form[1]/Person[1]"), (1, 4, "Form[1]/Person[2]"),
                                       (3, 7, "Form[2]/Person[1]")):
            begin = f"<Person><INSS>{insz(record)}"
            (line,) = [i for i, one in enumerate(lines, 1) if begin in one]
            column = lines[line - 1].index(begin) + 1
            for code, (at, place) in enumerate(((column, (document, record)),
                                                (column - 1, (document, 0))), 1):
                if at > 0:
                    anomalies.append(anomaly(f"0000{code}-{record:03}", line=line, column=at))
                    expected.append((*place, f"0000{code}-{record:03}"))
            anomalies.append(anomaly(f"00003-{record:03}", path=f"/List[1]/{path}/INSS"))
            expected.append((document, record, f"00003-{record:03}"))
        said = house.name("N0001", "000302", "NOTI")
        house.drop(said, notification((data.name, 1, "", anomalies)), signer="good-ec384")
        house.must("receive")
        shown = json.loads(house.must("show", name, "--json"))["refusals"]
        self.assertEqual(sorted((one["document"], one["record"], one["code"]) for one in shown),
                         sorted(expected))
        self.assertEqual(list((house.home / "spool" / "work").glob("notified*")), [])

    def test_answers_leave_in_envelopes_where_the_partner_asks_for_it(self):
        house = self.house
        partners = house.home / "jobs" / "partners.xml"
        plain = partners.read_text()
        old = '<certificate file="partners/good-ec.pem"/>'
        assert old in plain
        self.addCleanup(partners.write_text, plain)
        partners.write_text(plain.replace(
            old, old + '<certificate file="own.pem" use="encryption" answers="true"/>', 1))
        for path in house.out("000101").glob("STATUS*"):
            path.unlink()
        before, plain_before = set(house.out("000101").iterdir()), self.anywhere(b"ResultCode>")
        point = 1
        names = []
        while True:  # killed at a point out of seventeen, then run to its end
            reference = house.reference()
            names.append(house.drop(house.name(f"006{len(names):02}"), listing(
                form(reference, person(1), person(2, inss="12345678901")))))
            killed = subprocess.run([SLUICE, "run", "--quiet"], env={
                **os.environ, "SLUICE_HOME": str(house.home), "SLUICE_CRASH_AT": str(point)},
                capture_output=True).returncode == -9
            house.must("run", "--quiet", status=(0, 1))
            if not killed:
                break
            point += 17
        self.assertGreater(point, 30)
        found = [p for p in house.out("000101").iterdir() if p not in before
                 and p.name[:2] in ("FO", "CO")]
        self.assertEqual([p.name for p in found if not p.name.endswith(".p7m")], [])
        said = {}
        for path in found:
            self.assertIsNone(self.verify(path))
            said.setdefault(path.name.split(".")[1], []).append(self.opened(path).decode())
        for name in names:
            self.assertEqual(sum(name in text for text in said["ACRF"]), 2, name)
            self.assertEqual(sum(name in text for text in said["NOTI"]), 1, name)
        self.assertEqual(len(said["CORR"]), len(names))
        self.assertEqual([p for p in self.anywhere(b"ResultCode>") if p not in plain_before], [])
        self.assertEqual([p for p in house.out("000101").glob("STATUS*") if p not in before], [])
        self.assertEqual([p.name for p in (house.home / "spool/drafts/out").iterdir()], [])
        house.must("journal", "verify", "--against-ledger")
        answer = next(p for p in found if ".NOTI." in p.name)
        house.must("receipt", "verify", str(answer), "--chain", str(house.chain))

    def verify(self, data: Path):
        """FS is over the published bytes; its name has no suffix."""
        plain = data.with_name(data.name.removesuffix(".p7m"))
        plain.write_bytes(data.read_bytes())
        try:
            return self.house.verify(plain)
        finally:
            plain.unlink()

    def test_files_in_envelopes_are_taken_as_what_is_in_them(self):
        house = self.house
        for sequence, how in enumerate((("-aes-256-gcm", "-stream"), ("-aes-256-cbc",),
                                        ("-aes-128-gcm",)), 201):
            content = house.good()
            sealed = self.envelope(content, *how)
            name = house.drop(house.name(f"{sequence:05}"), sealed)
            house.must("run", "--quiet")
            state = house.state(name)
            self.assertEqual((state["state"], state["records"]["accepted"]), ("closed", 3), how)
            out = house.folder / f"got-{sequence}"
            house.must("archive", "get", name, "--out", str(out))
            self.assertEqual((out / f"FI.{name}.1.1").read_bytes(), sealed)

    def test_an_envelope_that_is_not_for_us_or_was_changed_is_refused(self):
        house = self.house
        strange = self.envelope(house.good(), recipient=house.home / "jobs/trust/stranger.pem")
        changed = bytearray(self.envelope(house.good()))
        changed[-30] ^= 1
        for sequence, content in ((301, strange), (302, bytes(changed))):
            name = house.drop(house.name(f"{sequence:05}"), content)
            house.must("receive", status=(1,))
            state = house.state(name)
            self.assertEqual((state["state"], state["codes"]), ("refused", ["ACRF-102"]))

    def test_doctor_looks_at_the_volume_and_at_who_can_read_keys(self):
        done = self.house.sluice("doctor")
        self.assertIn("volume", done.stdout + done.stderr)
        key = self.house.home / "spool" / "keys" / "decryption.key"
        key.chmod(0o640)
        done = self.house.sluice("doctor")
        self.assertIn("others than its owner can read", done.stdout + done.stderr)
        key.chmod(0o600)

    def test_a_package_for_another_archive_checks_out(self):
        house = self.house
        sealed = self.envelope(house.good("Gent", "Namur"))
        name = house.drop(house.name("00401"), sealed)
        house.must("run", "--quiet")
        bag = house.folder / "bag"
        house.must("archive", "export", name, "--out", str(bag))
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            subprocess.run(["sha256sum", "--quiet", "--strict", "-c", manifest], cwd=bag,
                           check=True)
        self.assertIn("BagIt-Version: 1.0", (bag / "bagit.txt").read_text())
        listed = {line.split("  ")[1] for line in
                  (bag / "manifest-sha256.txt").read_text().splitlines()}
        there = {str(p.relative_to(bag)) for p in (bag / "data").rglob("*") if p.is_file()}
        self.assertEqual(listed, there)
        self.assertEqual((bag / "data" / "received" / f"FI.{name}.1.1").read_bytes(), sealed)
        sent = [p for p in there if "/000303/" in p]
        self.assertEqual(len(sent), 5, sent)
        self.assertIn("c2sp.org/tlog-proof", (bag / "metadata/journal.tlog-proof").read_text())
        oxum = f"{sum((bag / p).stat().st_size for p in there)}.{len(there)}"
        self.assertIn(f"Payload-Oxum: {oxum}\n", (bag / "bag-info.txt").read_text())
        again = house.sluice("archive", "export", name, "--out", str(bag))
        self.assertEqual(again.returncode, 2)
        # What was changed in the archive is not passed on.
        kept = next((house.home / "spool" / "archive" / "in").rglob("*.cms"))
        for path in (house.home / "spool" / "archive" / "in").rglob("*.cms"):
            if path.read_bytes() == sealed:
                kept = path
        os.chmod(kept, 0o600)
        kept.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
        spoilt = house.sluice("archive", "export", name, "--out", str(house.folder / "bag-2"))
        self.assertEqual(spoilt.returncode, 4)
        kept.write_bytes(sealed)



class Switched(unittest.TestCase):
    """partners.xml says otherwise of envelopes than when a run was killed between the decision and
    the step that commits what goes out: each parcel leaves as it says now."""

    KINDS = {"none": "", "own": '<certificate file="own.pem" use="encryption"/>',
             "other": '<certificate file="other.pem" use="encryption"/>'}

    def setUp(self):
        self.house = house = House()
        self.addCleanup(house.close)
        for name in ("own", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                            "-days", "9", "-subj", f"/CN={name}",
                            "-keyout", house.folder / f"{name}.key",
                            "-out", house.home / "jobs" / "trust" / f"{name}.pem"],
                           check=True, capture_output=True)
        self.plain = (house.home / "jobs" / "partners.xml").read_text()
        self.name = house.drop(house.name("00001"), listing(form("R-1", *(
            person(7000 + i, name="Secretissima") for i in range(20)))))
        self.prepared = house.home

    def begin(self, kind: str, number=0) -> list[str]:
        """The evening in a home of its own, killed at a crash point; the points it passed."""
        house = self.house
        shutil.rmtree(house.folder / "trial", ignore_errors=True)
        house.home = shutil.copytree(self.prepared, house.folder / "trial", symlinks=True)
        self.switch(kind)
        log = house.folder / "points"
        log.unlink(missing_ok=True)
        subprocess.run([SLUICE, "run", "--quiet", "--threads", "1"], capture_output=True,
                       env={**os.environ, "SLUICE_HOME": str(house.home), "SLUICE_CRASH_LOG":
                            str(log), "SLUICE_CRASH_AT": str(number or 1_000_000)})
        return [line.split(" ", 1)[1] for line in log.read_text().splitlines()]

    def switch(self, kind: str):
        text = self.plain
        for old in ('name="All" state="active" language="en">',
                    'name="Gent" state="active" language="nl" acceptance="true">'):
            assert old in text
            text = text.replace(old, old + self.KINDS[kind])
        (self.house.home / "jobs" / "partners.xml").write_text(text)

    def left_as(self, kind: str):
        house, home = self.house, self.house.home
        for number in ("000301", "000302"):
            (parcel,) = house.data_files(number, "LIST")
            self.assertIsNone(house.verify(parcel) if kind == "none" else None)
            self.assertEqual(parcel.name.endswith(".p7m"), kind != "none")
            if kind != "none":
                subprocess.run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in",
                                parcel, "-recip", home / "jobs" / "trust" / f"{kind}.pem",
                                "-inkey", house.folder / f"{kind}.key", "-out",
                                house.folder / "opened"], check=True, capture_output=True)
        self.assertEqual(list((home / "spool" / "drafts" / "out").iterdir()), [])
        for folder in ("partners", "archive/out", "drafts"):
            for path in (home / "spool" / folder).rglob("*"):
                if kind != "none" and path.is_file():
                    self.assertNotIn(b"Secretissima", path.read_bytes(), path)

    def test_parcels_that_were_finished_leave_as_partners_says_since(self):
        for before, since in (("none", "own"), ("own", "none"), ("own", "other")):
            points = self.begin(before)
            first = points.index("decided") + 1
            last = points.index("staged", first) + 1
            seen = {name for name in points if name.startswith("journal.")}
            for number in range(first, last):
                if points[number - 1] in seen:
                    continue
                seen.add(points[number - 1])
                with self.subTest(before=before, since=since, point=points[number - 1]):
                    self.begin(before, number)
                    self.switch(since)
                    self.house.must("run", "--quiet")
                    self.assertEqual(self.house.states(self.name), ["closed"])
                    self.left_as(since)
                    self.house.must("journal", "verify", "--against-ledger")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
