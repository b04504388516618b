#!/usr/bin/env python3
"""Partners, certificates, roles and the second person, from outside."""
import json
import os
import pwd
import subprocess
import unittest
from xml.etree import ElementTree

from house import SLUICE, House, form, listing, person

SPACE = "{urn:sluice:partners:1}"


class Partners(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.house = House()
        cls.file = cls.house.home / "jobs" / "partners.xml"
        for name in ("one", "two"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                            cls.house.folder / name], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.house.close()

    def setUp(self):
        self.roles(None)

    def expect(self, status, *words, user=None):
        """As `user` where one is given: what sudo says is who calls, as root alone can say it."""
        environment = {**os.environ, "SLUICE_HOME": str(self.house.home)}
        environment.pop("SUDO_USER", None)
        if user:
            environment["SUDO_USER"] = user
        done = subprocess.run([SLUICE, *map(str, words)], env=environment, capture_output=True,
                              text=True, timeout=100, cwd=self.house.folder, check=False)
        self.assertEqual(done.returncode, status,
                         f"sluice {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done

    def roles(self, text):
        path = self.house.home / "jobs" / "roles.xml"
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(f'<roles xmlns="urn:sluice:roles:1">{text}</roles>')

    def entries(self, kind):
        done = subprocess.run(["sqlite3", self.house.home / "spool" / "ledger" / "ledger.db",
                               f"SELECT body FROM entry WHERE kind = '{kind}' ORDER BY idx"],
                              capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def element(self, number):
        root = ElementTree.parse(self.file).getroot()
        return next(p for p in root.iter(SPACE + "partner") if p.get("number") == number)

    def test_a_partner_comes_in_and_is_tried_before_it_is_active(self):
        before = self.file.read_text()
        self.expect(0, "partner", "open", "000801", "--name", "New & Co", "--language", "nl",
                    "--reason", "its letter", "--plan")
        self.assertEqual(self.file.read_text(), before)
        self.expect(0, "partner", "open", "000801", "--name", "New & Co", "--language", "nl",
                    "--reason", "its letter")
        self.expect(1, "partner", "open", "000801", "--name", "Twice", "--reason", "again")
        late = self.house.sluice("doctor", "--now", "2040-01-01T00:00:00Z").stdout
        self.assertIn("it should have been connected by", late)
        after = self.file.read_text()
        # What was there keeps its bytes.
        for line in before.splitlines():
            self.assertIn(line, after)
        self.expect(0, "cert", "add", "000801", self.house.authority / "certs" / "other.pem",
                    "--reason", "its signer")
        done = self.expect(1, "partner", "set", "000801", "state=active", "--reason", "go")
        for word in ("organisation", "technique", "security", "INTEST"):
            self.assertIn(word, done.stderr)
        self.expect(0, "partner", "onboard", "000801", "--passed", "organisation", "--passed",
                    "technique", "--passed", "security", "--reason", "audit")
        # A rehearsal that fails, then one that passes.
        for sequence, content, missing in (
                ("T0001", listing(form("N-1", person(1, inss="12345678901"))), 1),
                ("T0002", listing(form("N-2", person(1), person(2))), 0)):
            name = self.house.name(sequence, sender="000801", environment="T")
            self.house.drop(name, content, signer=None)
            self.house.sluice("run", "--quiet")
            shown = json.loads(self.expect(0, "partner", "show", "000801", "--json").stdout)
            self.assertEqual(len(shown["onboarding"]["missing"]), missing, shown)
            self.assertEqual(shown["onboarding"]["newest_rehearsal"], name)
        self.expect(0, "partner", "set", "000801", "state=active", "--reason", "all passed")
        self.assertEqual(self.element("000801").get("state"), "active")
        # Each version stands in the ledger, and the chain of them has no gap.
        entries = self.entries("partner")
        for former, later in zip(entries, entries[1:]):
            self.assertEqual(former["partners"], later["before"])
        kept = self.expect(0, "partner", "show", "000801", "--version", entries[-1]["partners"])
        self.assertEqual(kept.stdout, self.file.read_text())
        self.expect(0, "partner", "close", "000801", "--reason", "it went away")
        self.assertEqual(self.element("000801").get("state"), "closed")
        self.expect(0, "job", "check")
        self.expect(0, "journal", "verify")

    def test_a_change_by_hand_is_entered_with_the_next_one(self):
        self.file.write_text(self.file.read_text() + "<!-- by hand -->\n")
        self.expect(0, "partner", "set", "000301", "name=All of them", "--reason", "new name")
        entries = self.entries("partner")
        self.assertEqual([e["act"] for e in entries[-2:]], ["found", "set"])

    def test_what_would_not_hold_is_not_written(self):
        before = self.file.read_text()
        self.expect(2, "partner", "set", "000301", "language=xx", "--reason", "r")
        self.expect(2, "partner", "set", "000301", "colour=red", "--reason", "r")
        for state in ("active ", "", "closed", "Test"):
            self.expect(2, "partner", "set", "000301", f"state={state}", "--reason", "r")
        self.expect(2, "partner", "channel", "add", "000303", "--kind", "push", "--with",
                    'x="" host=far.example', "--reason", "r")
        self.expect(2, "partner", "set", "999998", "name=x", "--reason", "r")
        self.expect(2, "partner", "set", "000301", "name=x")
        self.assertEqual(self.file.read_text(), before)

    def test_a_channel_has_one_key_but_for_the_overlap(self):
        one, two = (self.house.folder / f"{name}.pub" for name in ("one", "two"))
        self.expect(0, "partner", "channel", "add", "000302", "--key", one, "--reason", "r")
        self.expect(1, "partner", "channel", "add", "000302", "--key", two, "--reason", "r")
        self.expect(0, "partner", "channel", "add", "000302", "--key", two, "--capacity",
                    "provider", "--reason", "another capacity")
        self.expect(1, "partner", "channel", "renew", "000302", "--key", one, "--reason", "same")
        self.expect(0, "partner", "channel", "renew", "000302", "--key", two, "--overlap-days",
                    "5", "--reason", "yearly")
        channels = [c for c in self.element("000302").iter(SPACE + "channel")
                    if not c.get("capacity")]
        self.assertEqual([bool(c.get("to")) for c in channels], [True, False])
        script = self.expect(0, "partner", "apply", "--plan").stdout
        self.assertIn('restrict,expiry-time="', script)
        self.expect(0, "partner", "channel", "remove", "000302", "--key", one, "--reason", "lost")
        self.assertEqual(self.expect(0, "partner", "apply", "--plan").stdout.count(
            one.read_text().split()[1]), 0)
        # Who stands in the list no longer loses his keys.
        script = self.expect(0, "partner", "apply", "--plan").stdout
        loop = script[script.index("\nfor file in "):script.index("\n# sshd\n")]
        keys = self.house.folder / "keys"
        keys.mkdir()
        for account in ("s000302", "s999998"):
            (keys / account).touch()
        subprocess.run(["sh", "-eu", "-c", loop.replace("/etc/ssh/sluice-keys", str(keys))],
                       check=True)
        self.assertEqual([file.name for file in keys.iterdir()], ["s000302"])

    def test_a_certificate_is_renewed_with_overlap(self):
        certs = self.house.authority / "certs"
        self.expect(1, "cert", "add", "000101", certs / "good-ec.pem", "--reason", "again")
        self.expect(1, "cert", "add", "000101", certs / "expired.pem", "--reason", "too old")
        self.expect(0, "cert", "renew", "000101", certs / "good-rsa.pem", "--overlap-days", "9",
                    "--reason", "next one")
        for sequence, signer in (("C0001", "good-ec"), ("C0002", "good-rsa")):
            name = self.house.drop(self.house.name(sequence), self.house.good(), signer=signer)
            self.expect(0, "run", "--quiet")
            self.assertEqual(self.house.state(name)["state"], "closed")
        listed = [json.loads(line) for line in
                  self.expect(0, "cert", "list", "000101", "--json").stdout.splitlines()]
        self.assertEqual([one["standing"] for one in listed], ["renew", "good"])
        self.expect(0, "cert", "remove", "000101", listed[1]["sha256"][:12], "--reason", "lost")
        name = self.house.drop(self.house.name("C0003"), self.house.good(), signer="good-rsa")
        self.expect(1, "run", "--quiet")
        self.assertEqual(self.house.state(name)["codes"], ["ACRF-153"])
        report = self.expect(0, "report", "partners", "--format", "json").stdout
        self.assertIn('"000101"', report)

    def test_a_certificate_for_encryption_is_not_taken_for_a_signer(self):
        certs = self.house.authority / "certs"
        before = self.file.read_text()
        self.addCleanup(self.file.write_text, before)
        trust = self.house.home / "jobs" / "trust"
        (trust / "partners").mkdir(parents=True, exist_ok=True)
        for name in ("good-ec", "other"):
            (trust / "partners" / f"X-{name}.pem").write_bytes((certs / f"{name}.pem").read_bytes())
        self.file.write_text(before.replace(
            "</partners>", '<partner number="000802" name="E" state="active" language="en">'
            '<certificate use="encryption" file="partners/X-good-ec.pem"/>'
            '<certificate file="partners/X-other.pem"/></partner></partners>'))
        self.expect(0, "cert", "renew", "000802", certs / "good-rsa.pem", "--reason", "next")
        self.assertEqual([bool(c.get("to")) for c in self.element("000802")],
                         [False, True, False])
        self.expect(0, "cert", "remove", "000802", "X-other.pem", "--reason", "lost")
        left = list(self.element("000802"))
        self.assertEqual([c.get("use") for c in left], ["encryption", None])

    @unittest.skipUnless(os.geteuid() == 0, "who calls can be told by root alone")
    def test_roles_say_who_may_call_what(self):
        self.roles('<role name="operator" users="ann"/><role name="service-desk" users="dan" '
                   'also="hold"/><role name="auditor" users="eve"/>'
                   '<role name="scheduler" users="timer"/>')
        name = self.house.drop(self.house.name("R0001"), self.house.good())
        self.expect(2, "run", "--quiet", user="dan")
        self.expect(0, "receive", user="timer")
        self.expect(2, "status", user="mallory")
        self.expect(2, "status")  # root alone is nobody, so that sudo leads round nothing
        self.expect(0, "status", user="eve")
        self.expect(2, "hold", name, "--reason", "r", user="eve")
        self.expect(0, "hold", name, "--reason", "r", user="dan")
        self.expect(2, "release", name, "--reason", "r", user="dan")
        self.expect(0, "release", name, "--reason", "r", user="ann")
        self.expect(2, "partner", "set", "000301", "name=x", "--reason", "r", user="timer")
        self.expect(0, "codes", user="mallory")
        self.roles("<role/>")
        self.expect(2, "status", user="ann")
        for line in ('<role name="operator" users="ann" also="cert-renwe"/>',
                     '<role name="operator" users="ann"/><second-person commands="help"/>'):
            self.roles(line)
            self.expect(2, "status", user="ann")
        self.roles(None)
        dangling = self.house.home / "jobs" / "roles.xml"
        dangling.symlink_to("nowhere.xml")
        self.expect(2, "status", user="ann")
        self.roles(None)
        self.expect(0, "run", "--quiet")

    @unittest.skipUnless(os.geteuid() == 0, "who calls can be told by root alone")
    def test_a_second_person_lets_it_happen(self):
        name = self.house.drop(self.house.name("Q0001"), self.house.good())
        self.expect(0, "receive")
        self.roles('<role name="operator" users="ann bob"/><role name="auditor" users="eve"/>'
                   '<second-person commands="hold release cancel cert" hours="2"/>')
        self.expect(2, "hold", name, user="ann")
        self.expect(0, "cert", "list", user="ann")  # of the family, but it only reads
        done = self.expect(0, "hold", name, "--reason", "look at it", user="ann")
        self.assertIn("would hold", done.stdout)
        self.assertEqual(self.house.sluice("status", name).returncode, 2)
        proposal = json.loads(self.expect(0, "approve", "--json", user="bob").stdout)
        self.assertEqual((proposal["by"], proposal["state"]), ("root (sudo: ann)", "open"))
        number = str(proposal["proposal"])
        self.expect(1, "approve", number, user="ann")
        self.expect(2, "approve", number, user="eve")
        self.expect(0, "approve", number, "--reason", "seen", user="bob")
        self.expect(1, "approve", number, user="bob")
        self.assertIn("held", self.expect(0, "status", name, user="eve").stdout)
        story = json.loads(self.expect(0, "show", name, "--json", user="eve").stdout)
        held = [e["body"] for e in story["entries"] if e["kind"] == "held"][0]
        self.assertEqual((held["proposal"], held["proposed_by"]), (int(number), "root (sudo: ann)"))
        # It expires; it may be rejected; and it does what was proposed, or nothing.
        self.expect(0, "release", name, "--reason", "seen", user="ann")
        open_one = json.loads(self.expect(0, "approve", "--json", user="bob").stdout)
        # By the clock of the machine, whatever time a command is told.
        listed = self.expect(0, "approve", "--json", "--now", "2030-01-01T00:00:00Z", user="bob")
        self.assertEqual(json.loads(listed.stdout)["state"], "open")
        self.expect(2, "approve", str(open_one["proposal"]), "--reject", "--reason", "no",
                    user="eve")
        self.expect(0, "approve", str(open_one["proposal"]), "--reject", "--reason", "not yet",
                    user="bob")
        self.expect(1, "approve", str(open_one["proposal"]), user="bob")
        pem = self.house.folder / "changing.pem"
        certs = self.house.authority / "certs"
        pem.write_bytes((certs / "other.pem").read_bytes())
        self.expect(0, "cert", "add", "000303", "changing.pem", "--reason", "r", user="ann")
        open_one = json.loads(self.expect(0, "approve", "--json", user="bob").stdout)
        pem.write_bytes((certs / "good-rsa.pem").read_bytes())
        done = self.expect(1, "approve", str(open_one["proposal"]), user="bob")
        self.assertIn("no longer what it was", done.stderr)
        pem.write_bytes((certs / "other.pem").read_bytes())
        self.expect(0, "approve", str(open_one["proposal"]), user="bob")
        self.roles(None)
        self.assertIn("000303", self.expect(0, "cert", "list", "000303").stdout)
        self.expect(0, "release", name, "--reason", "done")
        self.expect(0, "run", "--quiet")
        self.expect(0, "journal", "verify")

    def test_selections_and_revealed_values(self):
        names = []
        for sequence in ("S0001", "S0002"):
            names.append(self.house.drop(self.house.name(sequence), self.house.good(),
                                         signer="other"))
        self.expect(1, "run", "--quiet")
        done = self.expect(1, "retry", "--code", "ACRF-153", "--sender", "000101", "--reason", "r",
                           "--plan")
        for name in names:
            self.assertIn(name, done.stderr)
        self.expect(2, "retry", "--reason", "r")
        self.expect(2, "retry", names[0], "--job", "list", "--reason", "r")
        self.expect(1, "hold", "--job", "list", "--reason", "r")
        bad = self.house.drop(self.house.name("S0003"), listing(
            form(self.house.reference(), person(1), person(2, inss="12345678901"))))
        self.expect(1, "run", "--quiet")
        masked = json.loads(self.expect(0, "show", bad + "#2", "--json").stdout)
        self.assertNotIn("12345678901", json.dumps(masked))
        self.assertEqual((masked["state"], masked["final"], masked["actor"]),
                         ("rejected", True, "sender"))
        self.assertTrue(masked["action"])
        decided = [e for e in json.loads(self.expect(0, "show", bad, "--json").stdout)["entries"]
                   if e["kind"] == "decided"][0]
        self.assertEqual(masked["journal_index"], decided["index"])
        good = json.loads(self.expect(0, "show", bad + "#1", "--json").stdout)
        self.assertEqual((good["state"], good["final"]), ("delivered", True))
        self.expect(2, "show", bad + "#2", "--reveal")
        count = len(self.entries("query"))
        clear = self.expect(0, "show", bad + "#2", "--json", "--reveal", "--purpose", "its sender")
        self.assertIn("12345678901", clear.stdout)
        asked = self.entries("query")
        self.assertEqual(len(asked), count + 1)
        self.assertEqual(asked[-1]["purpose"], "its sender")
        self.assertIn(pwd.getpwuid(os.getuid()).pw_name, asked[-1]["operator"])

    def test_check_writes_what_is_to_be_mended(self):
        content = listing(
            form("F-1", person(1), person(2, inss="12345678901", name="A--B")),
            form("F-2", person(3)))
        file = self.house.folder / "FI.LIST.000101.20260401.00001.R.1.1"
        file.write_bytes(content)
        out = self.house.folder / "mend.xml"
        self.expect(1, "check", file, "--fix-file", out, "--quiet")
        text = out.read_text()
        root = ElementTree.fromstring(text)
        self.assertEqual([e.text for e in root.iter("Reference")], ["F-1"])
        self.assertEqual([e.text for e in root.iter("INSS")], ["12345678901"])
        self.assertIn("-004", text.split("<!--")[1])
        self.expect(2, "check", file, "--fix-file", out, "--quiet")
        # Mended, it passes.
        mended = self.house.folder / "FI.LIST.000101.20260401.00002.R.1.1"
        good = person(7).split("<INSS>")[1].split("<")[0]
        mended.write_text(text.replace("12345678901", good))
        self.expect(0, "check", mended, "--quiet")
        out.unlink()
        self.expect(0, "check", mended, "--fix-file", out, "--quiet")
        self.assertFalse(out.exists())

    def test_check_counts_what_it_leaves_out_of_what_is_to_be_mended(self):
        job = self.house.home / "jobs" / "list.xml"
        before = job.read_text()
        self.addCleanup(job.write_text, before)
        job.write_text(before.replace("</job>", '<limits record-bytes-max="2000"/></job>'))
        long = person(9, name="A" * 3000)
        bad = person(2, inss="12345678901")
        file = self.house.folder / "FI.LIST.000101.20260401.00003.R.1.1"
        out = self.house.folder / "left.xml"
        for content, said, written in (
                (listing(form("F-1", person(1), bad, long, long)),
                 "2 rejected records over the limit of the job cannot be mended there; "
                 f"{out} holds the other 1 rejected record; mend", True),
                (listing(form("F-1", person(1), long)),
                 "1 rejected record over the limit of the job cannot be mended there; "
                 f"{out} is not written", False),
                (listing(form("F-1", person(1), bad)),
                 f"sluice: check: {out} holds the 1 rejected record; mend", True)):
            file.write_bytes(content)
            told = self.expect(1, "check", file, "--fix-file", out, "--quiet")
            self.assertIn(said, told.stderr)
            self.assertEqual(out.exists(), written)
            out.unlink(missing_ok=True)


if __name__ == "__main__":
    unittest.main()
