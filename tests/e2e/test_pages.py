#!/usr/bin/env python3
"""The pages in a browser: what it computes of contrast, keyboard and width, on a wide and on a
narrow screen, and how it takes the longest page that a sender can find."""
import html
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from house import House, form, listing, person

BROWSER = shutil.which("chromium")
ROWS_MAX = 10_000  # the default of status-page-rows-max
PAGE_BYTES_MAX = 4_000_000
OPEN_SECONDS_MAX = 60  # of a browser that starts anew, beside everything else that is tested


@unittest.skipIf(BROWSER is None, "chromium is not installed")
class Pages(unittest.TestCase):
    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def test_the_pages_show_in_a_browser(self):
        house, bad = self.house, person(7, inss="85073003329", name="Piet")
        house.drop(house.name("F0001"), listing(form("REF-M", person(1), bad), form("REF-N", bad)))
        house.drop(house.name("F0002"), house.good())
        house.drop(house.name("F0003"), b"<List><Form>")
        house.must("run", status=(1,))
        pages = {"status": (house.out("000101") / "STATUS.html").read_text()}
        for name in ("dashboard", "flash", "sla"):
            pages[name] = house.must("report", name, "--format", "html")
        for name, text in pages.items():
            page = Path(os.environ.get("SLUICE_SCREENSHOTS", self.scratch)) / f"{name}.html"
            page.write_text(text)
            shot = page.with_suffix(".png")
            self.browse(page, "--window-size=1200,1600", f"--screenshot={shot}")
            self.assertGreater(shot.stat().st_size, 20_000)
            self.usable(name, text)

    def test_the_longest_page_of_a_sender_stays_small_and_opens(self):
        """Two hundred rejected documents in each of fifty-two files, more than one page takes, and
        one that is refused for its name."""
        house, files, each = self.house, 52, 200
        house.drop(house.name("00000", environment="T"), house.good(), signer=None)
        for number in range(1, files + 1):
            forms = [form(house.reference(), person(7, inss="85073003329")) for _ in range(each)]
            house.drop(house.name(f"{number:05}", environment="T"), listing(*forms), signer=None)
        house.must("run", "--quiet", status=(1,))
        text = (house.out("000101", "T") / "STATUS.html").read_text()
        self.assertLess(len(text.encode()), PAGE_BYTES_MAX)
        left_out = sum(map(int, re.findall(r"<p>(\d+) more", text)))
        self.assertGreater(left_out, 0)
        begin = time.monotonic()
        told = self.usable("rows", text)
        self.assertLess(time.monotonic() - begin, 2 * OPEN_SECONDS_MAX)
        shown = told["rows"] - files - 1  # each file has a line in the overview
        self.assertEqual(shown, ROWS_MAX)
        self.assertEqual(shown - told["examples"] + left_out, files * each)

    def browse(self, page, *options):
        return subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu",
                               f"--user-data-dir={self.scratch}/profile", *options, page.as_uri()],
                              check=True, capture_output=True, text=True, timeout=120).stdout

    def usable(self, name, text) -> dict:
        """WCAG AA as a browser computes it: contrast, keyboard, names, no sideways scrolling of the
        page on a narrow screen. The page has no script; a copy gets one that looks at it."""
        page = self.scratch / f"{name}-looked-at.html"
        end = text.rindex("</body>")
        page.write_text(text[:end] + f"<script>{LOOK}</script>" + text[end:])
        for options in (["--window-size=1200,1600"], ["--window-size=500,900"]):
            dom = self.browse(page, "--dump-dom", *options)
            told = json.loads(html.unescape(re.search(r'data-told="([^"]*)"', dom)[1]))
            self.assertGreater(told["texts"], 5, name)
            self.assertEqual(told["wrong"], [], f"{name} {options}")
        return told


# Contrast 4.5 (large text 3) against the nearest background that is there; whatever scrolls can be
# reached with the keyboard, and what is reached shows it.
LOOK = """
const wrong = [], seen = {};
const rules = [...document.styleSheets].flatMap(s => [...s.cssRules]).filter(
    r => (r.selectorText || '').includes(':focus-visible'));
const numbers = c => c.match(/[0-9.]+/g).map(Number);
const light = c => { const [r, g, b] = numbers(c).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor, n = numbers(c);
    if (n.length < 4 || n[3] > 0) return c; } return 'rgb(255, 255, 255)'; };
let texts = 0;
for (const e of document.body.querySelectorAll('*')) {
    if (e.tagName === 'SCRIPT' || e.closest('svg')) continue;
    const style = getComputedStyle(e);
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    ++texts;
    const key = style.color + behind(e) + style.fontSize + style.fontWeight;
    if (key in seen) continue;
    const a = light(style.color), b = light(behind(e));
    const ratio = seen[key] = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 ||
        (parseFloat(style.fontSize) >= 18.66 && parseInt(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push('contrast ' + ratio.toFixed(2) + ' of ' +
        e.textContent.trim().slice(0, 30));
}
for (const e of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(e);
    if (e.scrollWidth > e.clientWidth + 1 && ['auto', 'scroll'].includes(style.overflowX) &&
        e.tabIndex < 0) wrong.push('scrolls without a keyboard: ' + e.className);
}
for (const e of document.querySelectorAll('a[href], summary, [tabindex]')) {
    e.focus();
    if (document.activeElement !== e) wrong.push('cannot be reached: ' + e.outerHTML.slice(0, 60));
    // Without a window nothing is drawn as focused: the rules must say how it would be.
    if (!rules.some(r => e.matches(r.selectorText.replaceAll(':focus-visible', '')) &&
        parseFloat(r.style.outlineWidth) >= 2))
        wrong.push('no outline: ' + e.outerHTML.slice(0, 60));
}
for (const e of document.querySelectorAll('svg, img'))
    if (!e.getAttribute('aria-label') && !e.getAttribute('alt') && !e.querySelector('title') &&
        e.getAttribute('aria-hidden') !== 'true') wrong.push('a picture without words');
for (const e of document.querySelectorAll('table'))
    if (!e.querySelector('th')) wrong.push('a table without headings');
if (!document.documentElement.lang || !document.title) wrong.push('no language or no title');
if (document.querySelectorAll('h1').length !== 1) wrong.push('not one h1');
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth + 1) wrong.push('the page scrolls sideways');
root.dataset.told = JSON.stringify({wrong: [...new Set(wrong)].slice(0, 20), texts,
    rows: document.querySelectorAll('tbody tr').length,
    examples: document.querySelectorAll('caption ~ tbody tr').length});
"""

if __name__ == "__main__":
    unittest.main()
