#!/usr/bin/env python3
"""Opaque documents: letters with PDF and pictures in base64 are checked by what they are, travel
unread, and come out with the same bytes; a file of the size of an official one with a large PDF."""
import base64
import hashlib
import json
import random
import shutil
import sys
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, insz

SAMPLES = SOURCE / "samples" / "documents"


def pdf(size: int) -> bytes:
    body = random.Random(size).randbytes(size - 30)
    return b"%PDF-1.4\n" + body + b"\nstartxref\n0\n%%EOF\n"


def letter(number: int, content: bytes, digest=hashlib.sha256) -> str:
    method = {hashlib.sha256: "SHA-256", hashlib.sha512: "SHA-512"}[digest]
    return (f"<Letter><INSS>{insz(number)}</INSS><MimeType>application/pdf</MimeType>"
            f"<Size>{len(content)}</Size><IntegrityCheck><IntegrityMethod>{method}"
            f"</IntegrityMethod><Value>{digest(content).hexdigest()}</Value></IntegrityCheck>"
            f"<DocumentBase64>{base64.encodebytes(content).decode()}</DocumentBase64></Letter>")


def letters(reference: str, *all_of_them: str) -> bytes:
    return (f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Letters><Form><Reference>{reference}"
            f"</Reference>{''.join(all_of_them)}</Form></Letters>\n").encode()


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.addClassCleanup(cls.house.close)
        jobs = cls.house.home / "jobs"
        text = (SAMPLES / "letters.xml").read_text()
        assert 'partner="400001"' in text
        (jobs / "letters.xml").write_text(text.replace("400001", "000301"))
        shutil.copy(SAMPLES / "letters.xsd", cls.house.home / "xsd")
        cls.house.must("job", "check")

    def check(self, *words: str) -> tuple[list[dict], dict, str]:
        text = self.house.must("check", "--json", *words, "--job", "letters", status=(0, 1))
        lines = [json.loads(line) for line in text.splitlines()]
        return lines[:-1], lines[-1], text

    def test_each_fault_has_its_code_and_place(self):
        found, summary, _ = self.check(str(SAMPLES / "letters-good.xml"))
        self.assertEqual((found, summary["accepted"]), ([], 3))
        found, summary, text = self.check(str(SAMPLES / "letters-bad.xml"))
        self.assertEqual((summary["accepted"], summary["rejected"]), (1, 7))
        self.assertEqual([(one["record"], one["code"][-3:], one["element"]) for one in found],
                         [(1, "008", "DocumentBase64"), (2, "008", "MimeType"),
                          (3, "093", "Size"), (4, "004", "Value"), (5, "003", "DocumentBase64"),
                          (6, "008", "IntegrityMethod"), (7, "003", "FileName")])
        self.assertIn("application/pdf", found[0]["message"])
        for content in ("JVBERi", "iVBORw"):
            self.assertNotIn(content, text)
        data = (SAMPLES / "letters-bad.xml").read_bytes()
        for one, begin in ((found[0], b"iVBORw"), (found[4], b"JVBERi0*")):
            self.assertTrue(data[one["offset"]:].startswith(begin))
            line = data.splitlines()[one["line"] - 1].decode()
            self.assertTrue(line[one["column"] - 1:].encode().startswith(begin))

    def test_documents_arrive_as_they_were_sent(self):
        house = self.house
        # 200 kB are 270 kB of base64: the size of the largest official sample; and one of 5 MB.
        sent = [pdf(200_000), pdf(5_000_000), b"GIF89a, not a PDF"]
        name = house.drop(house.name("00001", subject="LETT"), letters(
            "R-1", letter(1, sent[0], hashlib.sha512), letter(2, sent[1]), letter(3, sent[2])))
        house.must("run", "--quiet", status=(1,))
        state = house.state(name)
        self.assertEqual(state["state"], "closed")
        parcel, = house.data_files("000301", "LETT")
        self.assertIsNone(house.verify(parcel))
        root = ElementTree.fromstring(house.content(parcel))
        got = [base64.b64decode(one.text) for one in root.iter("DocumentBase64")]
        self.assertEqual([hashlib.sha256(one).digest() for one in got],
                         [hashlib.sha256(one).digest() for one in sent[:2]])


if __name__ == "__main__":
    sys.exit(unittest.main())
