#!/usr/bin/env python3
"""The rules of the house that a compiler does not check. See docs/architecture.md.

Usage: house.py [SOURCE-DIRECTORY]. Prints a line a rule, and exits with 1 if any is
broken.
"""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)

# A floor includes itself and these.
FLOORS = {
    "base": set(),
    "monplug": {"base"},
    "net": {"base"},
    "task": {"base", "monplug", "net"},
    "report": {"base", "monplug", "net", "task"},
    "check": {"base", "monplug", "net", "task", "report"},
    "plugins": {"base", "monplug", "net", "task", "report", "check"},
}
PROVIDERS = re.compile(r"123\s?pan|koodrive|coze|huawei", re.IGNORECASE)
BANNED = """strcpy strcat sprintf vsprintf gets strtok atoi atol atoll atof localtime gmtime
asctime ctime system popen mktemp tmpnam tempnam strncpy strncat alloca""".split()
LOUD = """printf vprintf puts putchar perror exit _exit abort syslog err errx warn
warnx""".split()
FILE_LINES = 420
FUNCTION_LINES = 75
TEST_LINES = 650
COMMENT_COLUMNS = 90  # the formatter sees to the code, and leaves comments as they are


def sources(*where):
    return sorted(p for d in where for p in (ROOT / d).rglob("*.[ch]"))


def name_of(path):
    return str(path.relative_to(ROOT))


def floor_of(path):
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "lib" else parts[0]


TOKENS = re.compile(r"""
    //[^\n]* | /\*.*?\*/            # comments
  | "(?:\\.|[^"\\\n])*"             # strings
  | '(?:\\.|[^'\\\n])*'
""", re.VERBOSE | re.DOTALL)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code_of(text):
    """The text without comments and strings; every line stays where it is."""
    return TOKENS.sub(blank, text)


def without_comments(text):
    return TOKENS.sub(lambda m: m.group() if m.group()[0] in "\"'" else blank(m), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def check_includes():
    for path in sources("lib", "plugins"):
        floor = floor_of(path)
        text = without_comments(path.read_text())
        for match in re.finditer(r'^\s*#\s*include\s+"([^"]+)"', text, re.MULTILINE):
            target = match.group(1)
            place = f"{name_of(path)}:{line_of(text, match.start())}"
            if "/" not in target:
                if floor != "plugins":
                    yield f'{place}: "{target}" does not name its floor'
                elif not (path.parent / target).is_file():
                    yield f'{place}: "{target}" is not there'
                continue
            other = target.split("/")[0]
            if other not in FLOORS:
                yield f'{place}: "{target}" is on no floor'
            elif other != floor and other not in FLOORS[floor]:
                yield f'{place}: {floor} must not know {other} ("{target}")'
            elif not (ROOT / "lib" / target).is_file():
                yield f'{place}: "{target}" is not there'


def check_providers():
    for path in sources("lib"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = PROVIDERS.search(line)
            if match:
                yield f"{name_of(path)}:{number}: '{match.group()}' is a provider's name"


def reached(edges, start):
    """All that can be come to from there."""
    seen, waiting = set(), [start]
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def circles(edges):
    """Each circle once, as the sorted names of those in it."""
    reach = {node: reached(edges, node) for node in edges}
    return sorted({" ".join(sorted(other for other in reach[node] if node in reach.get(other, ())))
                   for node in edges if node in reach[node]})


def include_edges():
    edges = {}
    for path in sources("lib", "plugins"):
        if path.suffix == ".h":
            targets = re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.MULTILINE)
            edges[name_of(path)] = {f"lib/{t}" if "/" in t else name_of(path.parent / t)
                                    for t in targets}
    return edges


def call_edges():
    """Which C file calls functions of which other one."""
    texts = {name_of(p): code_of(p.read_text()) for p in sources("lib", "plugins") if p.suffix == ".c"}
    owner = {name: file for file, text in texts.items() for _, name, _ in functions(text)
             if not re.search(rf"^static[^;{{]*\b{name}\(", text, re.MULTILINE) and name != "main"}
    return {file: {owner[word] for word in re.findall(r"(?<![\w.>])(\w+)\s*\(", text)
                   if word in owner} - {file} for file, text in texts.items()}


def check_circles():
    """A pair may know the types of one that it serves, but does not call it back."""
    for circle in circles(include_edges()):
        yield f"include each other: {circle}"
    for circle in circles(call_edges()):
        yield f"call each other: {circle}"


def calls(text, names):
    pattern = r"(?<![\w.>])(" + "|".join(map(re.escape, names)) + r")\s*\("
    return re.finditer(pattern, text)


def check_banned():
    for path in sources("lib", "plugins", "tests"):
        text = code_of(path.read_text())
        for match in calls(text, BANNED):
            yield f"{name_of(path)}:{line_of(text, match.start())}: {match.group(1)}()"


def check_quiet():
    for path in sources("lib", "plugins"):
        if floor_of(path) == "check":
            continue
        text = code_of(path.read_text())
        place = name_of(path)
        for match in calls(text, LOUD):
            yield f"{place}:{line_of(text, match.start())}: {match.group(1)}()"
        for match in re.finditer(r"\b(stdout|stderr)\b", text):
            yield f"{place}:{line_of(text, match.start())}: {match.group()}"


def check_locale():
    """Numbers have a point, and characters are UTF-8, in every environment."""
    for path in sources("lib", "plugins"):
        for match in calls(code_of(path.read_text()), ["setlocale"]):
            yield f"{name_of(path)}:{line_of(path.read_text(), match.start())}: setlocale()"


def check_lengths():
    for path in sources("lib", "plugins", "tests"):
        lines = path.read_text().count("\n")
        limit = FILE_LINES if path.relative_to(ROOT).parts[0] != "tests" else TEST_LINES
        if lines > limit:
            yield f"{name_of(path)}: {lines} lines, more than {limit}"


def functions(text):
    """(line, name, lines) of each function; all of them begin in the first column."""
    lines = code_of(text).split("\n")
    for i, line in enumerate(lines):
        if line != "{":
            continue
        end = next((j for j in range(i, len(lines)) if lines[j].startswith("}")), i)
        head = i - 1
        while head > 0 and not re.match(r"\w", lines[head]):
            head -= 1
        match = re.search(r"(\w+)\s*\(", " ".join(lines[head:i]))
        yield head + 1, match.group(1) if match else "?", end - head + 1


def check_functions():
    for path in sources("lib", "plugins", "tests"):
        for line, name, count in functions(path.read_text()):
            if count > FUNCTION_LINES:
                yield f"{name_of(path)}:{line}: {name}() has {count} lines"


def check_comments():
    """Each function of a header has a comment above it, alone or for its group."""
    for path in sources("lib", "plugins"):
        if path.suffix != ".h":
            continue
        text = path.read_text()
        if not text.startswith("/*"):
            yield f"{name_of(path)}: it does not say what it is for"
        # Declarations next to each other share the comment above the first.
        for group in re.split(r"\n\s*\n", text):
            code = code_of(group)
            match = re.search(r"^(?!typedef|static|extern|#)[\w ]+[ *](\w+)\([^;{]*\)[^;{]*;",
                              code, re.MULTILINE)
            if not match or PAIRED.match(match.group(1)):
                continue
            if "/*" not in group[:match.start()]:
                at = text.index(group) + match.start()
                yield f"{name_of(path)}:{line_of(text, at)}: {match.group(1)}() has no comment"


# For who makes a release.
NOT_INSTALLED = {"contrib/completion/README.md", "contrib/completion/generate",
                 "contrib/zabbix/variants.py", "contrib/zabbix/zh_CN.tsv"}
INSTALLED = re.compile(r"contrib/(checkmk|completion|icinga2|icinga-director|nagios|prometheus"
                       r"|zabbix)/")
# What the verb in the name says already.
PAIRED = re.compile(r".*_(init|clear|free|unlock)$")


def comments(text):
    """(line, text) of each comment."""
    for match in TOKENS.finditer(text):
        if match.group()[0] == "/":
            yield line_of(text, match.start()), match.group()


OFF = re.compile(r"/\* clang-format off \*/.*?/\* clang-format on \*/", re.DOTALL)


def check_torn():
    """What the formatter, or a hand, tore: an end or one word alone, one word of a text alone."""
    for path in sources("lib", "plugins", "tests"):
        text = path.read_text()
        for line, comment in comments(text):
            place = f"{name_of(path)}:{line}"
            last = comment.split("\n")[-1].strip() if "\n" in comment else ""
            if last == "*/" and not comment.startswith("/*\n"):
                yield f"{place}: the end of a comment stands alone"
            elif re.fullmatch(r"(\*\s+)?[^*\s]\S*\s*\*/", last):
                yield f"{place}: the last line of a comment is one word"
        lines = text.split("\n")
        formatted = OFF.sub(blank, text).split("\n")
        for line, comment in comments(text):
            for i in range(line - 1, line + comment.count("\n")):
                if len(formatted[i].rstrip().expandtabs(8)) > COMMENT_COLUMNS:
                    yield f"{name_of(path)}:{i + 1}: a comment ends behind column {COMMENT_COLUMNS}"
        for i in range(1, len(lines) - 1):
            piece = re.fullmatch(r'\s*"([^"\\]{1,12})"', lines[i])
            if piece and lines[i - 1].endswith('"') and lines[i + 1].lstrip().startswith('"'):
                yield f'{name_of(path)}:{i + 1}: "{piece.group(1)}" is torn out of its text'
        for match in re.finditer(r'"\s*[A-Z_]+\(\n\s*[A-Z_]+\)\s*"', text):
            yield f"{name_of(path)}:{line_of(text, match.start())}: a name is torn out of its text"


def check_installed():
    """Whatever of contrib is for an engine or a shell, make install takes along."""
    rules = (ROOT / "Makefile.am").read_text()
    for path in sorted((ROOT / "contrib").rglob("*")):
        name = name_of(path)
        if path.is_file() and INSTALLED.match(name) and name not in NOT_INSTALLED \
                and not re.search(rf"(?<!\S){re.escape(name)}(?!\S)", rules):
            yield f"{name}: Makefile.am does not install it"


def check_guards():
    for path in sources("lib", "plugins"):
        if path.suffix != ".h":
            continue
        text = code_of(path.read_text())
        match = re.search(r"#ifndef (\w+)\n#define (\w+)\n", text)
        if not match or match.group(1) != match.group(2):
            yield f"{name_of(path)}: no include guard"


RULES = [
    ("includes go downwards only", check_includes),
    ("no provider is named in lib/", check_providers),
    ("no banned function is called", check_banned),
    ("only lib/check prints and exits", check_quiet),
    ("the locale of the process stays C", check_locale),
    ("files are short", check_lengths),
    ("functions are short", check_functions),
    ("headers say what their functions do", check_comments),
    ("headers have guards", check_guards),
    ("no circles of includes or calls", check_circles),
    ("no comment and no text is torn", check_torn),
    ("the configurations are installed", check_installed),
]


def main():
    broken = False
    if not sources("lib") or not sources("plugins"):
        print(f"not ok - no sources under {ROOT}")
        return 1
    for what, rule in RULES:
        faults = list(rule())
        broken |= bool(faults)
        print(f"{'not ok' if faults else 'ok'} - {what}")
        for fault in faults:
            print(f"  {fault}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
