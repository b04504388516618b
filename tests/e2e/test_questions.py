#!/usr/bin/env python3
"""Questions to three sources on a clock of the test's own: a fast one, a slow one, and one that
does everything wrong. What the asker gets at the deadline and behind it, and what sources are
told."""
import datetime
import json
import re
import shutil
import sys
import unittest
from xml.etree import ElementTree

from house import SOURCE, House, insz

ASKER, FAST, SLOW, WRONG = "000101", "000301", "000302", "000303"
SIGNERS = {ASKER: "good-ec", FAST: "other", SLOW: "good-ec384", WRONG: "good-rsa"}
# Earlier than the clock of any machine this runs on: a file cannot come before it was made.
DAY0 = datetime.datetime(2025, 11, 5, 8, 0, tzinfo=datetime.timezone.utc)

# Answers as a spreadsheet writes them.
LINES_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:g="urn:example:general"
           xmlns:dfdl="http://www.ogf.org/dfdl/dfdl-1.0/">
  <xs:import namespace="urn:example:general" schemaLocation="general-format.xsd"/>
  <xs:annotation><xs:appinfo source="http://www.ogf.org/dfdl/"><dfdl:format ref="g:General"/>
  </xs:appinfo></xs:annotation>
  <xs:element name="Answers"><xs:complexType>
    <xs:sequence dfdl:separator="%NL;" dfdl:separatorPosition="postfix">
      <xs:element name="Head" dfdl:initiator="PARCEL;"><xs:complexType><xs:sequence>
        <xs:element name="Parcel" type="xs:string"><xs:annotation><xs:documentation>90201
        </xs:documentation></xs:annotation></xs:element></xs:sequence></xs:complexType></xs:element>
      <xs:element name="Answer" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
        <xs:sequence dfdl:separator=";" dfdl:separatorSuppressionPolicy="never">
          <xs:element name="Reference" type="xs:string"><xs:annotation><xs:documentation>90202
          </xs:documentation></xs:annotation></xs:element>
          <xs:element name="Status" type="xs:string"><xs:annotation><xs:documentation>90203
          </xs:documentation></xs:annotation></xs:element>
          <xs:element name="Employer" type="xs:string"/>
        </xs:sequence></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""


def questions(count: int, batch="B-1", prefix="Q") -> bytes:
    asked = "".join(f"<Question><Reference>{prefix}-{i}</Reference><INSS>{insz(i)}</INSS>"
                    "<Day>2025-11-01</Day></Question>\n" for i in range(1, count + 1))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<Questions xmlns="urn:sluice:employed:1"><Batch>'
            f"<Reference>{batch}</Reference>\n{asked}</Batch></Questions>\n").encode()


def answers(parcel: str, *said: tuple[str, str], extra="") -> bytes:
    lines = "".join(f"<a:Answer><a:Reference>{reference}</a:Reference><a:Status>{status}</a:Status>"
                    f"{extra}</a:Answer>\n" for reference, status in said)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            '<a:Answers xmlns:a="urn:sluice:employed-answers:1"><a:Batch>'
            f"<a:Parcel>{parcel}</a:Parcel>\n{lines}</a:Batch></a:Answers>\n").encode()


class World(House):
    def __init__(self):
        super().__init__()
        jobs = self.home / "jobs"
        for name in ("employed.xml", "employed-answers.xml"):
            shutil.copy(SOURCE / "jobs" / name, jobs / name)
        shutil.copytree(SOURCE / "jobs" / "stand-in", jobs / "stand-in")
        shutil.copytree(SOURCE / "xsd" / "employed", self.home / "xsd" / "employed")
        targets = "".join(f'<to partner="{n}"/>' for n in (FAST, SLOW, WRONG))
        self.edit("employed.xml", r"<route>.*</route>", f"<route>{targets}</route>")
        self.edit("employed.xml", r'follow-up-days="\d+"', 'follow-up-days="5"')
        self.edit("employed.xml", r"(<stand-in[^>]*>\s*)+", "")
        for number in (FAST, SLOW, WRONG):
            self.edit("partners.xml", rf'(<partner number="{number}"[^>]*>)',
                      rf'\1<certificate file="partners/{SIGNERS[number]}.pem"/>')
        self.at = DAY0
        self.sequence = 0

    def edit(self, name, pattern, by):
        path = self.home / "jobs" / name
        text, count = re.subn(pattern, by, path.read_text(), flags=re.DOTALL)
        assert count > 0, (name, pattern)
        path.write_text(text)

    def day(self, days: float):
        self.at = DAY0 + datetime.timedelta(days=days)

    def now(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def run(self, status=(0, 1)):
        self.must("run", "--quiet", "--now", self.now(), status=status)

    def send(self, sender, subject, content, environment="R") -> str:
        self.sequence += 1
        name = self.name(f"{self.sequence:05}", sender, subject, environment,
                         self.at.strftime("%Y%m%d"))
        return self.drop(name, content, signer=SIGNERS[sender])

    def ask(self, count=6, **more) -> str:
        name = self.send(ASKER, "EMPQ", questions(count, **more))
        self.run()
        return name

    def load(self, **tables: list[str]):
        """The reference directory: lines of these tables below their titles."""
        titles = {"availability": "data,quality,partner",
                  "persons": "insz,partner,sector,institution_type,quality,from,to"}
        words = []
        for table, rows in tables.items():
            path = self.folder / f"{table}.csv"
            path.write_text("\n".join([titles[table], *rows, ""]))
            words += [f"--{table}", str(path)]
        self.must("directory", "load", *words, "--now", self.now())

    def put_to(self, source, environment="R") -> list[str]:
        """References of the questions in its newest parcel."""
        newest = self.data_files(source, "EMPQ", environment)[-1]
        root = ElementTree.fromstring(self.content(newest))
        return [one[0].text for one in root.iter("{urn:sluice:employed:1}Question")]

    def parcel(self, source, environment="R") -> str:
        return self.data_files(source, "EMPQ", environment)[-1].name

    def say(self, source, *said, parcel=None, **more) -> str:
        return self.send(source, "EMPA", answers(parcel or self.parcel(source), *said, **more))

    def returned(self, environment="R", subject="ANSW") -> list[ElementTree.Element]:
        roots = []
        for path in self.data_files(ASKER, subject, environment):
            assert self.verify(path) is None, path
            self.must("check", "--schema", str(SOURCE / "xsd/answers/answers.xsd"), str(path))
            roots.append(ElementTree.fromstring(self.content(path)))
        return roots

    def codes(self, source, name) -> list[str]:
        """Of every finding that the notifications of this file list."""
        found = []
        for path in self.data_files(source, "NOTI"):
            text = self.content(path).decode()
            if name in text:
                found += re.findall(r"<ErrorID>([^<]*)</ErrorID>", text)
        return found


def said(root) -> dict[tuple[str, str], tuple[str, bool]]:
    return {(question.get("reference"), answer.get("source")):
            (answer.get("status"), answer.get("final") == "true")
            for question in root for answer in question}


class Questions(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def test_three_sources(self):
        w = self.world
        asked = w.ask(6)
        every = [f"Q-{i}" for i in range(1, 7)]
        w.day(0.2)
        # Not in the order of the questions; each with something of its own inside.
        w.say(FAST, *((q, "EMPLOYED") for q in reversed(every)),
              extra="<a:Employer>0876543270</a:Employer>")
        wrong = w.say(WRONG, ("Q-1", "EMPLOYED"), ("Q-1", "REFUSED"), ("Q-77", "REFUSED"),
                      ("Q-2", "PERHAPS"), ("Q-2", "REFUSED"))
        stranger = w.say(WRONG, ("Q-3", "EMPLOYED"), parcel=w.parcel(FAST))
        w.run()
        self.assertEqual(sorted(w.codes(WRONG, wrong)), ["90202-210", "90202-211", "90203-008"])
        self.assertEqual(w.codes(WRONG, stranger), ["90201-210"])
        self.assertEqual(w.returned(), [])
        (state,) = [one for one in w.status() if one["file"] == asked]
        self.assertEqual(state["questions"]["answered"], 8)
        self.assertEqual({s["source"]: s["expected"] - s["answered"]
                          for s in state["questions"]["sources"]}, {FAST: 0, SLOW: 6, WRONG: 4})

        w.day(1.2)
        w.say(SLOW, *((q, "NOT-EMPLOYED") for q in every[:3]))
        again = w.say(WRONG, ("Q-1", "EMPLOYED"))
        w.run()
        self.assertEqual(w.codes(WRONG, again), ["90202-211"])
        self.assertEqual(w.data_files(FAST, "REMI"), [])
        for source, open_ in ((SLOW, "3"), (WRONG, "4")):
            (path,) = w.data_files(source, "REMI")
            self.assertIsNone(w.verify(path))
            w.must("check", "--schema", str(SOURCE / "xsd/answers/reminder.xsd"), str(path))
            (parcel,) = ElementTree.parse(path).getroot()
            self.assertEqual((parcel.get("name"), parcel.get("open")), (w.parcel(source), open_))

        w.day(2.1)
        w.run()
        (first,) = w.returned()
        self.assertEqual((first.get("part"), first.get("last")), ("1", "false"))
        self.assertEqual([q.get("reference") for q in first], every)
        self.assertEqual([a.get("source") for a in first[0]], [FAST, SLOW, WRONG])
        content = first[4][0][0][0]
        self.assertEqual(content.tag, "{urn:sluice:employed-answers:1}Answer")
        self.assertEqual([c.text for c in content], ["Q-5", "EMPLOYED", "0876543270"])
        one = said(first)
        self.assertEqual(one["Q-1", WRONG], ("found", True))
        self.assertEqual(one["Q-2", WRONG], ("refused", True))
        self.assertEqual(one["Q-3", SLOW], ("none", True))
        self.assertEqual(one["Q-4", SLOW], ("open", False))

        w.day(4)
        w.say(SLOW, ("Q-5", "EMPLOYED"), ("Q-4", "EMPLOYED"))
        w.run()
        self.assertEqual(len(w.returned()), 1)
        text = w.must("show", asked, "--now", w.now())
        self.assertIn("follow-up", text)
        text = w.must("why", f"{asked}#4", "--now", w.now())
        self.assertIn("000302  found", text)
        self.assertIn("000303  open", text)

        w.day(7.1)
        w.run()
        first, second = w.returned()
        self.assertEqual((second.get("part"), second.get("last")), ("2", "true"))
        two = said(second)
        self.assertEqual(two["Q-4", SLOW], ("found", True))
        self.assertEqual(two["Q-6", SLOW], ("timed out", True))
        finals = [key for root in (one, two) for key, (_, final) in root.items() if final]
        self.assertEqual(sorted(finals), sorted((q, s) for q in every for s in (FAST, SLOW, WRONG)))

        w.day(8)
        late = w.say(SLOW, ("Q-6", "EMPLOYED"), ("Q-4", "EMPLOYED"))
        w.run()
        self.assertEqual(sorted(w.codes(SLOW, late)), ["90202-211", "90202-212"])
        self.assertEqual(len(w.returned()), 2)
        w.must("journal", "verify", "--now", w.now())

    def test_questions_go_to_the_sources_that_have_the_data(self):
        w = self.world
        w.edit("employed.xml", r"<route>.*</route>",
               '<route><to select="sources" data="EMPLOYMENT" quality="10"/></route>')
        w.load(availability=[f"EMPLOYMENT,10,{FAST}", f"EMPLOYMENT,*,{SLOW}",
                             f"EMPLOYMENT,20,{WRONG}", f"WAGES,10,{WRONG}"])
        w.ask(2)
        self.assertEqual(w.data_files(WRONG, "EMPQ"), [])
        w.day(0.5)
        stranger = w.say(WRONG, ("Q-1", "EMPLOYED"), parcel=w.parcel(FAST))
        for source in (FAST, SLOW):
            self.assertEqual(w.put_to(source), ["Q-1", "Q-2"])
            w.say(source, ("Q-1", "EMPLOYED"), ("Q-2", "NOT-EMPLOYED"))
        w.run()
        (only,) = w.returned()
        self.assertEqual(only.get("last"), "true")
        self.assertEqual(said(only), {
            ("Q-1", FAST): ("found", True), ("Q-1", SLOW): ("found", True),
            ("Q-2", FAST): ("none", True), ("Q-2", SLOW): ("none", True)})
        self.assertEqual(w.codes(WRONG, stranger), ["90201-210"])

    def test_each_question_goes_to_those_sources_that_know_the_person(self):
        w = self.world
        w.edit("employed.xml", r"<route>.*</route>", '<route><to select="sources" '
               'data="EMPLOYMENT" quality="10" of="person"/></route>')
        w.edit("employed.xml", r'receipt="both"', 'receipt="both" routing="named"')
        every = [FAST, SLOW, WRONG]
        known = {1: every, 2: [SLOW], 3: [FAST, WRONG]}  # nobody knows the fourth
        w.load(availability=[f"EMPLOYMENT,10,{n}" for n in (FAST, SLOW)] + [f"WAGES,10,{WRONG}"],
               persons=[f"{insz(i)},{n},25,0,10,2020-01-01," for i in known for n in known[i]])
        asked = w.ask(4)
        self.assertEqual(w.put_to(FAST), ["Q-1", "Q-3"])
        self.assertEqual(w.put_to(SLOW), ["Q-1", "Q-2"])
        self.assertEqual(w.data_files(WRONG, "EMPQ"), [])
        w.day(0.5)
        w.say(FAST, ("Q-3", "EMPLOYED"), ("Q-1", "REFUSED"))
        # It answers what was put to another, with the name of its own parcel.
        guess = w.say(SLOW, ("Q-1", "EMPLOYED"), ("Q-2", "EMPLOYED"), ("Q-3", "EMPLOYED"))
        w.run()
        self.assertEqual(w.codes(SLOW, guess), ["90202-210"])
        (only,) = w.returned()
        self.assertEqual(said(only), {
            ("Q-1", FAST): ("refused", True), ("Q-1", SLOW): ("found", True),
            ("Q-2", SLOW): ("found", True), ("Q-3", FAST): ("found", True)})
        self.assertEqual((only.get("part"), only.get("last"), only.get("questions")),
                         ("1", "true", "3"))
        (state,) = [one for one in w.status() if one["file"] == asked]
        self.assertEqual(state["questions"]["state"], "closed")

    def test_proposals_are_proposed_accepted_or_refused(self):
        w = self.world
        w.edit("employed.xml", r'(<questions[^>]*?)>', r'\1 subject="PROP" open="proposed" '
               r'timed-out="not decided">')
        w.edit("employed-answers.xml", r"<status value=.*?(</answers>)",
               r'<status value="YES" word="accepted"/><status value="NO" word="refused"/>\1')
        w.ask(3)
        w.day(0.5)
        w.say(FAST, ("Q-1", "YES"), ("Q-2", "NO"), ("Q-3", "YES"))
        w.say(SLOW, ("Q-1", "YES"), ("Q-2", "NO"))
        odd = w.say(WRONG, ("Q-1", "EMPLOYED"))
        w.run()
        self.assertEqual(w.codes(WRONG, odd), ["90203-008"])
        w.day(2.1)
        w.run()
        (first,) = w.returned(subject="PROP")
        one = said(first)
        self.assertEqual([one[f"Q-{i}", FAST] for i in (1, 2, 3)],
                         [("accepted", True), ("refused", True), ("accepted", True)])
        self.assertEqual(one["Q-3", SLOW], ("proposed", False))
        w.day(3)
        w.say(SLOW, ("Q-3", "NO"))
        w.run()
        w.day(7.1)
        w.run()
        _, second = w.returned(subject="PROP")
        self.assertEqual(said(second), {
            ("Q-3", SLOW): ("refused", True), ("Q-1", WRONG): ("not decided", True),
            ("Q-2", WRONG): ("not decided", True), ("Q-3", WRONG): ("not decided", True)})
        self.assertEqual(w.returned(), [])

    def test_answers_come_as_lines_too(self):
        w = self.world
        shutil.copy(SOURCE / "samples" / "flat" / "general-format.xsd", w.home / "xsd" / "employed")
        (w.home / "xsd" / "employed" / "lines.xsd").write_text(LINES_SCHEMA)
        w.edit("employed-answers.xml", r"<input .*?<record [^>]*>",
               '<input format="flat" schema="employed/lines.xsd"/>'
               '<document path="/Answers"/><record path="Answer"/>')
        for path in ("../a:Parcel", "a:Reference", "a:Status"):
            w.edit("employed-answers.xml", f'path="{path}"',
                   f'path="{path.replace("a:", "").replace("../", "../Head/")}"')
        w.ask(3)
        w.day(0.5)

        def lines(source, *rows) -> str:
            text = "".join(f"{row}\n" for row in (f"PARCEL;{w.parcel(source)}", *rows))
            return w.send(source, "EMPA", text.encode())

        lines(FAST, "Q-3;EMPLOYED;Vis & Co", "Q-1;NOT-EMPLOYED;", "Q-2;REFUSED;")
        bad = lines(SLOW, "Q-1;EMPLOYED;a <b>", "Q-9;EMPLOYED;", "Q-1;REFUSED;", "Q-2;WHAT;", "Q-3")
        w.run()
        self.assertEqual(set(w.codes(SLOW, bad)),
                         {"00000-093", "90202-210", "90202-211", "90203-008"})
        w.day(2.1)
        w.run()
        (first,) = w.returned()
        one = said(first)
        self.assertEqual([one[f"Q-{i}", FAST] for i in (1, 2, 3)],
                         [("none", True), ("refused", True), ("found", True)])
        self.assertEqual(one["Q-1", SLOW], ("found", True))
        self.assertEqual([one[f"Q-{i}", SLOW] for i in (2, 3)], [("open", False)] * 2)
        self.assertEqual([a[0].text for a in first[2] if len(a)], ["Q-3;EMPLOYED;Vis & Co"])
        self.assertEqual([a[0].text for a in first[0] if len(a)],
                         ["Q-1;NOT-EMPLOYED;", "Q-1;EMPLOYED;a <b>"])
        w.must("journal", "verify", "--now", w.now())

    def test_all_answered_is_returned_at_once(self):
        w = self.world
        w.ask(3)
        w.day(0.5)
        for source in (FAST, SLOW, WRONG):
            w.say(source, *((f"Q-{i}", "EMPLOYED") for i in range(1, 4)))
        w.run()
        (only,) = w.returned()
        self.assertEqual((only.get("part"), only.get("last")), ("1", "true"))
        self.assertEqual(set(said(only).values()), {("found", True)})
        w.day(9)
        w.run()
        self.assertEqual(len(w.returned()), 1)

    def test_the_privacy_log_knows_to_whom_answers_went(self):
        w = self.world
        w.ask(3)
        w.day(0.5)
        w.say(FAST, ("Q-2", "EMPLOYED"))
        w.run()
        done = w.sluice("person", "--purpose", "test", "--from", "2025-11-01", "--to",
                        "2025-11-30", "--format", "json", "--now", w.now(), stdin=insz(2) + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        went = {(one["sender"], one["recipient"]) for line in done.stdout.splitlines()
                if "recipient" in (one := json.loads(line))}
        self.assertEqual(went, {(ASKER, FAST), (ASKER, SLOW), (ASKER, WRONG), (FAST, ASKER)})

    def test_a_refused_answer_file_answers_nothing(self):
        w = self.world
        w.ask(2)
        text = answers(w.parcel(FAST), ("Q-1", "EMPLOYED"), ("Q-2", "EMPLOYED"))
        w.send(FAST, "EMPA", text.replace(b"</a:Batch>", b"</a:Botch>"))
        w.run()
        again = w.say(FAST, ("Q-1", "REFUSED"))
        w.day(2.1)
        w.run()
        self.assertEqual(w.codes(FAST, again), [])
        (first,) = w.returned()
        one = said(first)
        self.assertEqual((one["Q-1", FAST], one["Q-2", FAST]),
                         (("refused", True), ("open", False)))

    def test_questions_whose_job_is_gone_are_told_and_stop_no_others(self):
        w = self.world
        w.ask(1)
        jobs = [w.home / "jobs" / name for name in ("employed.xml", "employed-answers.xml")]
        texts = [job.read_text() for job in jobs]
        for job in jobs:
            job.unlink()
        w.day(2.1)
        done = w.sluice("run", "--quiet", "--now", w.now())
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertIn("put it back until all its questions are closed", done.stderr)
        self.assertEqual(w.returned(), [])
        for job, text in zip(jobs, texts):
            job.write_text(text)
        w.run()
        self.assertEqual(len(w.returned()), 1)

    def test_payload_stays_while_questions_are_open(self):
        w = self.world
        w.ask(1)
        w.day(0.5)
        w.say(FAST, ("Q-1", "EMPLOYED"))
        w.run()
        w.day(900)
        told = w.must("archive", "expire", "--now", w.now())
        self.assertIn("for open questions", told)
        w.run()
        w.run()
        (only,) = w.returned()[-1:]
        self.assertEqual(only.get("last"), "true")
        told = w.must("archive", "list", "--json", "--now", w.now())
        self.assertNotIn('"hold":true', told)
        w.day(1900)
        w.must("archive", "expire", "--now", w.now())
        kept = [p.name for p in (w.home / "spool" / "archive" / "out").rglob("FO.ANSW*")]
        self.assertEqual(kept, [])

    def test_suppliers_time_is_told_apart(self):
        w = self.world
        w.edit("employed.xml", r'after="2d"', 'after="4d"')
        asked = w.ask(2)
        w.day(6.5)  # the deadline was missed, and only for want of answers
        w.run()
        w.returned()
        period = ("--period", "2025-11", "--format", "json", "--now", w.now())
        text = w.must("report", "sla", *period)
        self.assertIn('"cause":"supplier"', text.replace('": "', '":"'))
        self.assertTrue(asked)

    def test_stand_ins_rehearse(self):
        w = self.world
        w.edit("employed.xml", r"(<questions[^>]*>)",
               rf'\1<stand-in source="{FAST}" manner="fast"/>'
               rf'<stand-in source="{SLOW}" manner="slow"/>'
               rf'<stand-in source="{WRONG}" manner="wrong"/>')
        w.send(ASKER, "EMPQ", questions(9), environment="S")
        w.run()
        w.day(0.1)
        w.run()
        w.day(2.1)
        w.run()
        (first,) = w.returned("S")
        one = said(first)
        self.assertEqual({final for (_, s), (_, final) in one.items() if s == FAST}, {True})
        self.assertEqual({final for (_, s), (_, final) in one.items() if s == SLOW}, {True, False})
        w.day(3.5)
        w.run()
        w.day(3.6)
        w.run()
        w.day(7.5)
        w.run()
        first, second = w.returned("S")
        finals = [key for root in (first, second) for key, (_, f) in said(root).items() if f]
        self.assertEqual(sorted(set(finals)), sorted(finals))
        self.assertEqual(len(finals), 27)
        self.assertEqual({a for (_, s), (a, _) in said(second).items() if s == WRONG},
                         {"timed out"})
        self.assertEqual(w.returned("R"), [])

    def test_after_a_restore_nothing_is_returned_or_reminded_twice(self):
        w = self.world
        w.ask(2)
        backup, secret = w.folder / "backup", w.folder / "secret"
        w.must("backup", str(backup), "--pseudonyms", str(secret))
        w.day(1.1)
        w.run()  # reminders
        w.day(2.05)
        w.run()  # the first part
        names = self.sets()
        self.assertEqual({name.split(".")[1] for name in names}, {"EMPQ", "ANSW", "REMI"})
        partners = w.folder / "partners"
        shutil.move(w.home / "spool" / "partners", partners)
        shutil.rmtree(w.home)
        (w.home / "spool").mkdir(parents=True)
        shutil.move(partners, w.home / "spool" / "partners")
        told = w.must("restore", str(backup), "--pseudonyms", str(secret), "--now", w.now())
        self.assertIn("FO.ANSW", told)
        w.day(2.07)
        w.run()
        w.run()
        self.assertEqual(self.sets(), names)
        (state,) = w.status()
        self.assertEqual(state["questions"]["state"], "returned")
        # What was not said before the loss still is.
        w.day(7.2)
        w.run()
        first, second = w.returned()
        self.assertEqual([one.get("part") for one in (first, second)], ["1", "2"])
        self.assertEqual(len(said(second)), 6)
        w.must("journal", "verify", "--against-ledger", "--now", w.now())

    def sets(self) -> list[str]:
        return sorted(path.name for source in (ASKER, FAST, SLOW, WRONG)
                      for path in self.world.out(source).iterdir()
                      if path.name[:8] in ("FO.EMPQ.", "FO.ANSW.", "FO.REMI."))

    def test_jobs_that_do_not_fit_are_told(self):
        w = self.world
        w.edit("employed-answers.xml", 'to="employed"', 'to="list"')
        done = w.sluice("job", "check", "--home", str(w.home))
        self.assertEqual(done.returncode, 2)
        self.assertIn("<questions answers=", done.stdout)
        self.assertIn('<answers to="employed"', done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2 if "-v" in sys.argv else 1)
