"""What a plugin's --help says, read into rows; for the generators of manual pages and completions, and for tests/docs.py."""

import pathlib
import re
import subprocess
from dataclasses import dataclass

PLUGINS = ("check_123pan_copy", "check_123pan_offline", "check_koodrive_task", "check_coze_copy")

OPTION = re.compile(r"  (?:-(\w), |    )--([a-z0-9][a-z0-9-]*)((?:\[?=).+)?")
CONDITION = re.compile(r"  (\w+) +(OK|WARNING|CRITICAL|UNKNOWN) +(.+)")
CHOICES = re.compile(r"[^|]+(\|[^|]+)+")


@dataclass
class Option:
    name: str
    letter: str  # "" where it has none
    argument: str  # "" where it takes none
    optional: bool  # whether the argument may be left out
    section: str
    text: str

    @property
    def usage(self):
        """The option as --help and README.md print it."""
        letter = f"-{self.letter}, " if self.letter else ""
        argument = f"[={self.argument}]" if self.optional else f"={self.argument}" if self.argument else ""
        return f"{letter}--{self.name}{argument}"

    @property
    def repeatable(self):
        return "repeatable" in self.text

    @property
    def choices(self):
        """The words that the argument can be: those of "N|all|none" are all and none."""
        if not CHOICES.fullmatch(self.argument):
            return []
        return [word for word in self.argument.split("|") if not word.isupper()]


@dataclass
class Condition:
    name: str
    state: str
    meaning: str


class Help:
    """The help of one plugin."""

    def __init__(self, directory, plugin):
        self.plugin = plugin
        self.text = run(pathlib.Path(directory) / plugin)
        paragraphs = self.text.split("\n\n")
        self.version = paragraphs[0].split()[-1]
        self.about = joined(paragraphs[1])
        self.options, self.conditions, self.notes = [], [], ""
        for paragraph in paragraphs[2:]:
            self._take(paragraph)
        self.url = re.search(r"base URL is (\S+) unless", self.text)[1]
        if not self.options or not self.conditions or not self.notes:
            raise SystemExit(f"the help of {plugin} is not understood")

    def _take(self, paragraph):
        head, _, rest = paragraph.partition("\n")
        if head.startswith("Conditions"):
            self.conditions = [Condition(*CONDITION.fullmatch(line).groups()) for line in rest.splitlines()]
        elif head.startswith(("Usage:", "Exit codes:", "Example:")):
            pass
        elif head.endswith(":"):
            self._take_options(head[:-1], rest)
        else:
            self.notes = joined(paragraph)

    def _take_options(self, section, lines):
        for line in lines.splitlines():
            found = OPTION.fullmatch(line)
            if found:
                letter, name, argument = found[1] or "", found[2], found[3] or ""
                optional = argument.startswith("[=")
                argument = argument[2:-1] if optional else argument[1:]
                self.options.append(Option(name, letter, argument, optional, section, ""))
            elif line.startswith("        ") and self.options:
                option = self.options[-1]
                option.text = f"{option.text} {line.strip()}".strip()
            else:
                raise SystemExit(f"the help of {self.plugin} has a line that is not understood: {line}")

    def option(self, name):
        return next(option for option in self.options if option.name == name)

    @property
    def metrics(self):
        words = re.search(r"METRIC is (.*?)\. ", self.option("warning").text)[1]
        return re.findall(r"[a-z_]+", re.sub(r"\([^)]*\)| or ", " ", words))

    @property
    def states(self):
        return ["ok", "warning", "critical", "unknown"]


def joined(paragraph):
    return " ".join(paragraph.split())


def run(executable):
    try:
        done = subprocess.run([executable, "--help"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    except OSError as err:
        raise SystemExit(f"{executable}: {err.strerror}") from None
    if done.returncode != 3 or not done.stdout:
        raise SystemExit(f"{executable} --help ends with {done.returncode}, not 3")
    # The state directory depends on how the plugins were configured; the pages do not.
    return re.sub(r"/\S*/lib/cloud-task-plugins", "LOCALSTATEDIR/lib/cloud-task-plugins", done.stdout.decode("utf-8"))


def all_plugins(directory):
    return [Help(directory, plugin) for plugin in PLUGINS]
