#!/usr/bin/env python3
"""Check that what is written about the plugins is what they do.

    tests/docs.py PLUGINDIR

README's tables, the manual pages and the completions hold every option, condition and metric of --help with its
default, and nothing else; documents name no option that does not exist; links lead to files.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs" / "man"))
from plugin_help import all_plugins  # noqa: E402

QUICK_START = ("    ./contrib/quickstart.sh", "    ./contrib/quickstart.sh test")
# Long options of other programs that the documents speak of.
FOREIGN = {"--build", "--target", "--with-plugindir", "--localstatedir", "--disable-tests", "--enable-warnings-as-errors", "--enable-free-all",
           "--enable-tests", "--check", "--disable-nls", "--disable-hardening", "--prefix"}
# Where documents are not ours, or made by a build.
SKIPPED = re.compile(r"(^|/)(\.[^/]+|build[^/]*|autom4te\.cache|cloud-task-plugins-[\d.]+)/")

failures = 0


def report(good, what, *details):
    global failures
    failures += not good
    print(f"{'ok' if good else 'not ok'} - {what}")
    for line in details if not good else ():
        print(f"#   {line}")


def same(what, here, wanted):
    """Two collections that must hold the same."""
    missing, more = sorted(set(wanted) - set(here)), sorted(set(here) - set(wanted))
    report(not missing and not more, what, *(f"missing: {item}" for item in missing), *(f"too many: {item}" for item in more))


def section(text, title):
    found = re.search(rf"(?ms)^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text)
    return found[1] if found else ""


def rows(text):
    """The rows of all tables, cell by cell, without their heads."""
    lines = text.splitlines()
    rules = {number for number, line in enumerate(lines) if re.fullmatch(r"\|[-|: ]+\|", line)}
    for number, line in enumerate(lines):
        if line.startswith("|") and number not in rules and number + 1 not in rules:
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def plain(text):
    return text.replace("`", "")


def defaults(text):
    """What a text says is the default."""
    return {word.rstrip(".,;") for word in re.findall(r"\bdefault (\S+(?: limit)?)", plain(text))}


def check_readme_options(readme, pages):
    written = {}  # plugin -> {usage: meaning}
    common = set.intersection(*({option.usage for option in page.options} for page in pages))
    for row in rows(section(readme, "Options")):
        names = [page.plugin for page in pages] if len(row) == 2 else re.findall(r"check_\w+", row[1])
        for name in names:
            written.setdefault(name, {})[plain(row[0])] = row[-1]
        if len(row) == 2:
            report(plain(row[0]) in common, f"README: {plain(row[0])} is an option of all plugins")
    for page in pages:
        here = written.get(page.plugin, {})
        same(f"README: the options of {page.plugin}", here, {option.usage for option in page.options})
        for option in page.options:
            same(f"README: the default of {page.plugin} --{option.name}", defaults(here.get(option.usage, "")),
                 defaults(option.text))
        report(page.url in section(readme, "Options"), f"README: the base URL of {page.plugin}", page.url)


def check_readme(readme, pages):
    lines = readme.splitlines()
    for command in QUICK_START:
        report(command in lines, f"README: the line '{command.strip()}' stands in it")
    check_readme_options(readme, pages)
    conditions = [tuple(map(plain, row)) for row in rows(section(readme, "Conditions"))]
    metrics = {plain(row[0]): re.findall(r"check_\w+", row[-1]) for row in rows(section(readme, "Metrics"))}
    codes = [tuple(word.rstrip(";") for word in " ".join(row).split()[:2]) for row in rows(section(readme, "Exit codes"))]
    for page in pages:
        same(f"README: the conditions of {page.plugin}", conditions,
             [(row.name, row.state, row.meaning) for row in page.conditions])
        same(f"README: the metrics of {page.plugin}",
             [metric for metric, only in metrics.items() if not only or page.plugin in only], page.metrics)
        help_codes = re.search(r"Exit codes: (.*)\.", page.text)[1].split(", ")
        same(f"README: the exit codes of {page.plugin}", codes, [tuple(code.split()) for code in help_codes])


def check_manual(page):
    path = ROOT / "docs" / "man" / f"{page.plugin}.1"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    options = re.search(r"(?s)\.Sh OPTIONS(.*?)\.Sh CONDITIONS(.*?)\.Sh", text)
    report(options is not None, f"{path.name}: has OPTIONS and CONDITIONS")
    if not options:
        return
    items = re.findall(r"(?m)^\.It (?:Fl (\w) , )?Fl -([a-z0-9-]+)", options[1])
    same(f"{path.name}: the options", items, [(option.letter, option.name) for option in page.options])
    conditions = re.findall(r"(?m)^\.It (\w+) Ta ([A-Z]+) Ta", options[2])
    same(f"{path.name}: the conditions", conditions, [(row.name, row.state) for row in page.conditions])
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], capture_output=True, text=True, check=False)
        report(done.returncode == 0, f"{path.name}: mandoc finds nothing", *done.stdout.splitlines())


def check_statuses(page):
    """The manual page's table of statuses against the plugin's own."""
    source = (ROOT / "plugins" / f"{page.plugin}.c").read_text(encoding="utf-8")
    wanted = [(value, name.lower()) for value, name in re.findall(r'X\("(\w+)", "[^"]*", TASK_(\w+)\)', source)]
    manual = (ROOT / "docs" / "man" / f"{page.plugin}.1").read_text(encoding="utf-8")
    description = re.search(r"(?s)\.Sh DESCRIPTION(.*?)\.Sh OPTIONS", manual)[1]
    here = re.findall(r"(?m)^\.It (\w+) Ta (?:.* Ta )?(\w+)(?:,.*)?$", description)
    report(len(wanted) > 2, f"{page.plugin}.c: its statuses are found")
    same(f"{page.plugin}.1: the statuses", [row for row in here if row != ("Em", "condition")], wanted)


def check_output():
    """docs/output.md against the writers."""
    text = (ROOT / "docs" / "output.md").read_text(encoding="utf-8")
    sources = {name: (ROOT / "lib" / "report" / f"{name}.c").read_text(encoding="utf-8") for name in ("json", "openmetrics")}
    names = [name for row in rows(section(text, "json")) for name in re.findall(r"`(\w+)`", row[0])]
    same("docs/output.md: the members of the JSON", {*names, "id", "name"},
         set(re.findall(r'\bput(?:_text|_number)?\(\w+, "(\w+)"', sources["json"])) |
         set(re.findall(r',\\"(\w+)\\":', sources["json"])))
    same("docs/output.md: the metrics of OpenMetrics",
         set(re.findall(r"`(cloud_task_\w+)`", section(text, "openmetrics"))),
         set(re.findall(r'"(cloud_task_\w+)"', sources["openmetrics"])))


def completed(page, words):
    """What bash offers behind the plugin's name and these words."""
    script = (f'. "$1"; COMP_LINE="{page.plugin} $2"; COMP_POINT=${{#COMP_LINE}}; COMP_WORDBREAKS=$\' \\t\\n"><=;|&(:\'; '
              f'_{page.plugin}; printf "%s\\n" "${{COMPREPLY[@]}}"')
    path = ROOT / "contrib" / "completion" / f"{page.plugin}.bash"
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", path, words], capture_output=True, text=True, check=False)
    return done.stdout.split() + done.stderr.splitlines()


def check_completion(page):
    options = [f"--{option.name}{'=' if option.argument and not option.optional else ''}" for option in page.options]
    letters = [f"-{option.letter}" for option in page.options if option.letter]
    names = [row.name for row in page.conditions] + ["empty"]
    if shutil.which("bash"):
        same(f"{page.plugin}.bash: offers the options", completed(page, "-"), options + letters)
        for option in page.options:
            if option.choices:
                same(f"{page.plugin}.bash: offers the words of --{option.name}", completed(page, f"--{option.name}="),
                     option.choices)
        same(f"{page.plugin}.bash: offers the conditions", completed(page, "--map="), [f"{name}=" for name in names])
        same(f"{page.plugin}.bash: offers the states", completed(page, "--map=partial=ok,failed="),
             page.states)
        same(f"{page.plugin}.bash: offers the metrics", completed(page, "-w "), [f"{metric}=" for metric in page.metrics])
        same(f"{page.plugin}.bash: offers files", completed(page, f"--token-file={ROOT}/LICEN"), [f"{ROOT}/LICENSE"])
    path = ROOT / "contrib" / "completion" / f"_{page.plugin}"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    report(text.startswith(f"#compdef {page.plugin}\n"), f"{path.name}: completes {page.plugin}")
    specs = re.findall(r"(?m)^\t'(?:\*|\([^)]*\))(--?[a-z0-9A-Z-]+?)(?:\+|=-?|(?=\[))", text)
    same(f"{path.name}: the options", specs, [f"--{option.name}" for option in page.options] + letters)


def check_generated(generator, directory):
    path = ROOT / generator
    done = subprocess.run([path, "--check", directory], capture_output=True, text=True, check=False)
    report(done.returncode == 0, f"{generator} --check", *done.stdout.splitlines()[:40], *done.stderr.splitlines()[:10])


def documents():
    for path in sorted(ROOT.rglob("*.md")):
        if not SKIPPED.search(str(path.relative_to(ROOT))):
            yield path


def without_code(text):
    """The text without code, where what looks like a link is none."""
    text = re.sub(r"(?ms)^```.*?^```$", "", text)
    text = re.sub(r"(?m)^(    |\t).*$", "", text)
    return re.sub(r"`[^`\n]*`", "", text)


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def check_links(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, fragment = target.partition("#")
        there = path.parent / name if name else path
        good = there.exists()
        if good and fragment:
            headings = re.findall(r"(?m)^#+ (.+)$", there.read_text(encoding="utf-8"))
            good = fragment in map(anchor, headings)
        report(good, f"{path.relative_to(ROOT)}: the link to {target} leads somewhere")


def check_words(path, options):
    """Options named in a document must exist."""
    words = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", path.read_text(encoding="utf-8")))
    unknown = sorted(words - options - FOREIGN)
    report(not unknown, f"{path.relative_to(ROOT)}: names only options that there are", *unknown)


def main():
    if len(sys.argv) != 2:
        print("usage: tests/docs.py PLUGINDIR", file=sys.stderr)
        return 2
    os.environ["LC_ALL"] = "C.UTF-8"
    directory = pathlib.Path(sys.argv[1]).resolve()
    pages = all_plugins(directory)
    check_readme((ROOT / "README.md").read_text(encoding="utf-8"), pages)
    for page in pages:
        check_manual(page)
        check_statuses(page)
        check_completion(page)
    for generator in ("docs/man/generate", "contrib/completion/generate"):
        check_generated(generator, directory)
    check_output()
    for path in documents():
        check_links(path)
    options = {f"--{option.name}" for page in pages for option in page.options}
    written = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "contrib" / "completion" / "README.md"]
    for path in written:
        check_words(path, options)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
