#!/usr/bin/env python3
"""docs/tutorial.md as it stands there: every block of it in one shell, from the top of the tree."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


class Tutorial(unittest.TestCase):
    def test_a_stranger_gets_from_nothing_to_a_proof(self):
        text = (SOURCE / "docs" / "tutorial.md").read_text()
        blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
        self.assertGreater(len(blocks), 5)
        with tempfile.TemporaryDirectory(prefix="sluice-tutorial-") as folder:
            env = dict(os.environ, TMPDIR=folder,
                       PATH=f"{Path(os.environ['SLUICE']).parent}:{os.environ['PATH']}")
            env.pop("SLUICE_HOME", None)
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(blocks)], env=env,
                                  cwd=SOURCE, capture_output=True, text=True, timeout=300,
                                  stdin=subprocess.DEVNULL, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        for words in ("00024-004", "closed", "FO.DMFA.", "good  FO.ACRF."):
            self.assertIn(words, done.stdout)
        signatures = done.stderr.count("Verification successful")
        self.assertGreaterEqual(signatures, 4, done.stderr)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(0)
    unittest.main(verbosity=2)
