#!/usr/bin/env python3
"""Checkmk: the local check and the MRPE lines, read by the rules of Checkmk's documentation.

# packages:

Debian has no Checkmk. The grammar below is that of its server (2.0 to 2.3): a line that is not of it makes the
discovery of all local checks of a host fail, and of two services with one name the last one counts.
"""

import os
import re
import shlex
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from enginelib.harness import main
from enginelib.simulator import TOKEN, Simulator

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../contrib/checkmk")
RUNNING, ENDED, FAILED = 1, 2, 3  # statuses of a copy task
LINE = re.compile(r"""(?P<state>[0-3]) (?P<name>"[^"']+"|'[^"']+'|[^ "']+) (?P<metrics>[^ ]+)(?: +(?P<text>.*))?""")
METRIC = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=-?[0-9]+(\.[0-9]+)?")
MRPE = re.compile(r"(?P<name>\S+)\s+(?:\((?P<options>[a-z_]+=\w+(?::[a-z_]+=\w+)*)\)\s+)?(?P<command>/\S+.*)")


def read_lines(output):
    """The services of a local section, and the lines that Checkmk would not understand."""
    services, wrong, names = {}, [], []
    for line in output.splitlines():
        found = LINE.fullmatch(line)
        if not found or found["metrics"] != "-" and not all(
                METRIC.fullmatch(part) for part in found["metrics"].split("|")):
            wrong.append(line)
            continue
        names.append(found["name"].strip("\"'"))
        services[names[-1]] = int(found["state"]), found["text"] or ""
    wrong += [f"twice: {name}" for name in set(names) if names.count(name) > 1]
    return services, wrong


class Story:
    def __init__(self, harness):
        self.harness, self.ok = harness, harness.ok
        self.simulator = Simulator(harness)
        self.conf = harness.directory("check_mk")
        self.local = harness.directory("local")
        self.script = shutil.copy(os.path.join(CONTRIB, "cloud_tasks"), self.local)
        self.token_file = harness.write("check_mk/token", TOKEN + "\n", 0o600)
        self.sections = {}

    def section(self, name, world, *lines):
        self.simulator.world(world)
        self.sections[name] = [f"url={self.simulator.url(world)}", f"token-file={self.token_file}", "retries=0", *lines]
        self.harness.write("check_mk/cloud-tasks.ini", "".join(
            f"[{section}]\n" + "".join(f"{line}\n" for line in text) for section, text in self.sections.items()), 0o600)

    def run(self, *pairs, plugins=None, end="\n"):
        lines = ("# comment", "", *pairs)
        self.harness.write("check_mk/cloud_tasks.cfg", end.join(lines) + (end if end == "\n" else ""))
        done = self.harness.run([self.script], env=self.harness.environment(
            MK_CONFDIR=self.conf, CLOUD_TASKS_PLUGIN_DIR=plugins or self.harness.plugins))
        services, wrong = read_lines(done.stdout)
        self.ok(not wrong and done.returncode == 0, f"Checkmk understands {', '.join(pairs)}",
                wrong, done.stdout, done.stderr)
        return services

    def states(self):
        self.section("photos", "photos", "task=f=照片", "task=r=movies; 2024 | new", "task=l=lossy")
        self.section("other", "other", "task=f=photos")
        self.simulator.task("photos", "f", system="copy", status=FAILED, message="源文件|不存在; \\new\\tmp\r\nOK")
        self.simulator.task("photos", "r", system="copy", status=RUNNING)
        self.simulator.task("photos", "l", system="copy", status=ENDED, failed=3)
        self.simulator.task("other", "f", system="copy", status=ENDED)
        services = self.run("check_123pan_copy photos", "check_123pan_copy other")
        states = {name: state for name, (state, _) in services.items()}
        failed = "photos 123PAN COPY 照片"
        self.ok(len(states) == 6 and states.get(failed) == 2 and states.get("photos 123PAN COPY lossy") == 1
                and states.get("other 123PAN COPY photos") == 0 and states.get("photos 123PAN COPY") == 2
                and states.get("other 123PAN COPY") == 0,
                "each task and each run is a service with its state", services)
        foreign = self.run("check_123pan_copy photos", "check_123pan_copy other", end="\r\n")
        self.ok(foreign.keys() == services.keys(), "CR LF, and a last line without any, hide no section", foreign)
        text = services.get(failed, (0, ""))[1]
        self.ok("不存在" in text and "\\" not in text, "the reason is told, with no escape that Checkmk would read", text)

    def names(self):
        """Names that could hide one another, or break the line."""
        self.section("names", "names", "task=f=same", "task=e=same", "task=g=it's", 'task=h=it"s', "task=i=back\\slash")
        for task in "fghi":
            self.simulator.task("names", task, system="copy", status=FAILED)
        self.simulator.task("names", "e", system="copy", status=ENDED)
        services = self.run("check_123pan_copy names")
        bad = [name for name, (state, _) in services.items() if state == 2]
        self.ok(len(bad) == 5, "no failed task is hidden by another of its name", services)

    def runs_that_cannot_be_made(self):
        self.section("lost", "lost", "task=f", "nonsense=1")
        services = self.run("check_123pan_copy lost")
        self.ok([state for state, _ in services.values()] == [3], "a wrong option is UNKNOWN", services)
        broken = self.harness.directory("broken")
        self.harness.write("broken/check_123pan_copy", "#!/bin/sh\nkill -SEGV $$\n", 0o755)
        services = self.run("check_123pan_copy photos", plugins=broken)
        self.ok(services.get("photos 123PAN COPY", (0,))[0] == 3, "a plugin that crashes is UNKNOWN", services)
        for pair in ("check_123pan_copy", "check_123pan_copy a'b", "rm photos"):
            services = self.run(pair)
            self.ok([state for state, _ in services.values()] == [3], f"a wrong line is UNKNOWN: {pair}", services)
        os.unlink(os.path.join(self.conf, "cloud_tasks.cfg"))
        done = self.harness.run([self.script], env=self.harness.environment(MK_CONFDIR=self.conf))
        self.ok(done.stdout.startswith("3 ") and not read_lines(done.stdout)[1], "no configuration is UNKNOWN", done)

    def mrpe(self):
        """The agent splits a line at blanks and runs the command by a shell."""
        with open(os.path.join(CONTRIB, "mrpe.cfg"), encoding="utf-8") as text:
            lines = [line.strip() for line in text if line.strip() and not line.startswith("#")]
        self.section("moves", "moves", "task=k")
        self.simulator.task("moves", "k", system="koodrive", status=2)
        for line, code in zip(lines, (2, 0)):
            found = MRPE.fullmatch(line)
            command = (found["command"] if found else "false").replace("/usr/lib/nagios/plugins", self.harness.plugins)
            done = self.harness.run(["sh", "-c", command.replace("/etc/check_mk", shlex.quote(self.conf))])
            self.ok(found and done.returncode == code and done.stdout, f"MRPE: {line.split()[0]}", done)
        self.ok(len(lines) == 2, "both lines were run")


def story(harness):
    tale = Story(harness)
    for chapter in (tale.states, tale.names, tale.runs_that_cannot_be_made, tale.mrpe):
        chapter()


if __name__ == "__main__":
    main("checkmk", story)
