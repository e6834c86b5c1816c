#!/usr/bin/env python3
"""The translations in po/ against the sources: tests/translations.py. A line a check; exits with 1 if any fails.

Needs xgettext and msgfmt (Debian: gettext); without them there is nothing to check, and that is said.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PO = ROOT / "po"
STRING = r'(?:"(?:[^"\\]|\\.)*"\s*)+'
ENTRY = re.compile(rf"^msgid (?P<id>{STRING})(?:msgid_plural (?P<plural>{STRING}))?(?P<texts>(?:msgstr(?:\[\d\])? {STRING})+)", re.M)
failures = 0


def report(good, what, *details):
    global failures
    failures += not good
    print(f"{'ok' if good else 'not ok'} - {what}")
    for detail in details if not good else ():
        print(f"#   {detail}")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def strings(text):
    """What "..." lines stand for, escapes kept."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))


def entries(text):
    """(msgid, plural) -> translations; without the head, and without what is commented out."""
    found = {}
    for match in ENTRY.finditer(text):
        if strings(match["id"]):
            key = strings(match["id"]), strings(match["plural"] or "")
            found[key] = [strings(part) for part in re.findall(rf"msgstr(?:\[\d\])? ({STRING})", match["texts"])]
    return found


def check_language(language, wanted):
    path = PO / f"{language}.po"
    text = path.read_text(encoding="utf-8")
    code, _, said = run("msgfmt", "--check", "--output-file=/dev/null", str(path))
    report(code == 0, f"{language}: msgfmt --check finds nothing", *said.splitlines())
    report(not re.search(r"^#,.*\bfuzzy\b", text, re.M), f"{language}: no entry is fuzzy")
    report(not re.search(r"^#~", text, re.M), f"{language}: no entry is obsolete")
    here = entries(text)
    report(wanted.keys() <= here.keys(), f"{language}: has every text of the sources (make update-po)",
           *sorted(key[0] for key in wanted.keys() - here.keys()))
    report(here.keys() <= wanted.keys(), f"{language}: has no text that is not in the sources (make update-po)",
           *sorted(key[0] for key in here.keys() - wanted.keys()))
    empty = [key[0] for key, texts in here.items() if not all(texts)]
    report(not empty, f"{language}: every text is translated", *empty)
    # A bar would begin performance data, and a line break another line.
    spoilt = [text for key, texts in here.items() for text in texts
              if ("|" in text and "|" not in key[0]) or text.count(r"\n") != key[0].count(r"\n") or r"\t" in text]
    report(not spoilt, f"{language}: no text spoils the output", *spoilt)


def main():
    if not shutil.which("xgettext") or not shutil.which("msgfmt"):
        print("ok - skipped: gettext's tools are not installed (Debian: gettext)")
        return 0
    code, template, said = run(str(PO / "extract"))
    report(code == 0 and not said, "xgettext reads the sources without a warning", *said.splitlines())
    wanted = entries(template)
    report(len(wanted) > 300, "the sources hold texts to translate", len(wanted))
    languages = (PO / "LINGUAS").read_text(encoding="ascii").split()
    makefile = (ROOT / "Makefile.am").read_text(encoding="utf-8")
    for language in languages:
        check_language(language, wanted)
        report(f"{language}dir = $(localedir)/{language}/LC_MESSAGES" in makefile, f"{language}: Makefile.am installs it")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
