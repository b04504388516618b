#!/usr/bin/env python3
"""Evenings in a world that fails: two engines on one home, a clock that goes backwards, folders
that are missing, full or read-only, a key that is not there. Clear words, nothing lost, and the
others go on."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from stage import NOW, Evening, reference_of


class World(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.evening = Evening()
        cls.addClassCleanup(cls.evening.close)
        cls.reference, _, _ = reference_of(cls.evening)

    def setUp(self):
        self.trial = self.evening.fresh()

    def start(self, *words, **more):
        environment = {**os.environ, "SLUICE_HOME": str(self.trial.home), "SLUICE_NOW": NOW, **more}
        process = subprocess.Popen([os.environ["SLUICE"], *words], env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def assert_same_end(self):
        self.trial.finish()
        self.assertEqual(self.trial.differences(self.reference, signatures=True), [])

    # ---- two engines ----

    def test_a_second_run_waits_or_says_so(self):
        engines = [self.start("run", "--quiet") for _ in range(2)]
        for engine in engines:
            out, words = engine.communicate(timeout=120)
            self.assertIn(engine.returncode, (0, 1, 3), words)
            if engine.returncode == 3:
                self.assertIn("run", words)
        self.assert_same_end()

    def test_receptions_beside_a_run_disturb_nothing(self):
        run = self.start("run", "--quiet")
        while run.poll() is None:
            done = self.trial.sluice("receive", "--quiet")
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.trial.take()
        self.assertIn(run.returncode, (0, 1), run.communicate()[1])
        # Who drew which number first is open here, so names may differ; records may not.
        self.trial.finish()
        self.assertEqual(self.trial.wrong, [])
        for partner in ("400001", "400002", "400003", "400004", "400005"):
            self.assertEqual(self.trial.delivered(partner), len(self.trial.persons(partner)))
        self.assertEqual(self.trial.facts()["journal verify --against-ledger"], "0")

    def test_one_of_two_engines_is_killed(self):
        first = self.start("run", "--quiet")
        second = self.start("run", "--quiet")
        time.sleep(0.1)
        first.send_signal(signal.SIGKILL)
        _, words = second.communicate(timeout=120)
        self.assertIn(second.returncode, (0, 1, 3), words)
        self.assert_same_end()

    # ---- the clock ----

    def test_a_clock_that_went_back_loses_nothing(self):
        self.trial.killed_at(250)
        for earlier in ("2025-11-05T08:00:00Z", "2025-11-04T23:59:59Z"):
            done = self.trial.run(more={"SLUICE_NOW": earlier})
            self.assertIn(done.returncode, (0, 1, 3), done.stderr)
            self.trial.take()
        self.trial.finish()
        self.assertEqual(self.trial.wrong, [])
        facts = self.trial.facts()
        self.assertEqual(facts["journal verify --against-ledger"], "0")
        for partner in ("400001", "400002", "400004", "400005"):
            self.assertEqual(self.trial.delivered(partner), len(self.trial.persons(partner)))

    # ---- folders and keys ----

    def test_a_recipient_without_folder_keeps_nobody_waiting(self):
        out = self.trial.home / "spool/partners/400001/OUT"
        away = self.trial.home / "away"
        out.rename(away)
        done = self.trial.run()
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        states = {one["state"] for one in self.deliveries("400001")}
        self.assertEqual(states, {"held"})
        self.assertEqual({one["state"] for one in self.deliveries("400004")}, {"published"})
        away.rename(out)
        self.assert_same_end()

    def test_a_recipient_whose_folder_is_full_gets_the_rest_later(self):
        conf = self.trial.home / "jobs/sluice.conf"
        usual = conf.read_text()
        conf.write_text(usual + "partner-waiting-files-max = 7\n")
        for _ in range(3):
            done = self.trial.run()
            self.assertIn(done.returncode, (0, 1), done.stderr)
        conf.write_text(usual)
        self.trial.take()
        self.assert_same_end()

    @unittest.skipIf(os.geteuid() == 0, "a read-only folder does not stop root")
    def test_a_read_only_folder_stops_with_words(self):
        drafts = self.trial.home / "spool/drafts"
        drafts.chmod(0o500)
        done = self.trial.run()
        drafts.chmod(0o700)
        self.assertEqual(done.returncode, 3)
        self.assertIn("drafts", done.stderr)
        self.assert_same_end()

    def test_a_missing_key_stops_with_words(self):
        keys = self.trial.home / "spool/keys"
        away = self.trial.home / "spool/keys-away"
        keys.rename(away)
        done = self.trial.run()
        self.assertIn(done.returncode, (3, 4), done.stderr)
        self.assertIn("key", done.stderr)
        if keys.exists():
            self.assertEqual(list(keys.iterdir()), [], "no key may be made in silence")
            keys.rmdir()
        away.rename(keys)
        self.assert_same_end()

    def deliveries(self, partner):
        """Of the files of tonight: yesterday's are not in question."""
        found = []
        old = (self.evening.names["before"], self.evening.names["dimona"])
        for line in self.trial.sluice("status", "--json").stdout.splitlines():
            entry = json.loads(line)
            if entry["file"] not in old and not entry["file"].endswith(".S"):
                found += [one for one in entry["deliveries"] if one["recipient"] == partner]
        return found


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q", *sys.argv[1:]])
