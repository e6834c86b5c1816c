#!/usr/bin/env python3
"""Performance data of all plugins and conditions, read by Monitoring::Plugin, by Icinga 2, and after the guidelines."""
# packages: icinga2-bin libmonitoring-plugin-perl

import json
import os

from enginelib import harness, perfdata
from enginelib.icinga2 import read_perfdata_offline
from enginelib.simulator import Simulator
from enginelib.tasks import TASKS, Tasks

PERL = r"""
use strict; use warnings; use JSON::PP; use Monitoring::Plugin::Performance;
my @read = Monitoring::Plugin::Performance->parse_perfstring($ARGV[0]);
print JSON::PP->new->encode([map { { label => $_->label, value => $_->value + 0, uom => $_->uom, warning => $_->warning,
	critical => $_->critical, min => $_->min, max => $_->max } } @read]);
"""
SECONDS = {"s": "seconds", "%": "percent", "B": "bytes", "": ""}
THRESHOLDS = ["-w", "age=100d", "-c", "age=200d", "-w", "stalled=90d", "-w", "time=50", "-c", "time=60",
              "-c", "failed=5", "-w", "unfinished=@10:20"]
OWN_THRESHOLDS = {"check_123pan_copy": ["-w", "failed_files=20:"], "check_123pan_offline": ["-w", "progress=~:100"]}


def runs(test, tasks):
    """(what, plugin, arguments) of everything whose output is read."""
    state = ["--state-dir", tasks.state]
    base = ["-t", "60", f"--url={tasks.url}"]
    for plugin, task in TASKS.items():
        limits = THRESHOLDS + OWN_THRESHOLDS.get(plugin, [])
        token = ["--token-file", os.path.join(tasks.directory, f"{account(plugin)}.token")]
        for phase in ("running", "failed", "succeeded"):
            yield f"{plugin} {phase}", plugin, base + token + ["-T", f"{task}=label"], phase
            yield f"{plugin} {phase}, thresholds", plugin, base + token + state + ["-T", task] + limits, phase
        yield f"{plugin} missing", plugin, base + token + ["-T", "987654321"], "failed"
        yield f"{plugin} refused", plugin, base + ["--token-file", tasks.wrong, "-T", task], "failed"
    yield "many tasks", "check_123pan_copy", base + [
        "--token-file", os.path.join(tasks.directory, "123pan.token"), "--tasks-file",
        os.path.join(tasks.directory, "copies.tasks")], "failed"


def account(plugin):
    return {"check_koodrive_task": "koodrive", "check_coze_copy": "coze"}.get(plugin, "123pan")


def read_by_perl(test, data):
    done = test.run(["perl", "-e", PERL, data])
    if done.returncode != 0:
        test.need(False, "Monitoring::Plugin reads performance data", data, done.stderr)
    return {read["label"]: read for read in json.loads(done.stdout)}


def plain(text):
    """A threshold that Icinga can take: a number and nothing else."""
    try:
        return float(text)
    except ValueError:
        return None


def agree(test, data):
    """Do the three readers read the same? Tells what is wrong."""
    ours = perfdata.parse(data)
    perl = read_by_perl(test, data)
    icinga = read_perfdata_offline(test, [item for _, item in perfdata.items(data)])
    icinga = {read["label"]: read for read in icinga if read}
    wrong = []
    for label, (value, unit, *limits) in ours.items():
        theirs, module = icinga.get(label), perl.get(label)
        if not theirs or not module:
            wrong.append(f"{label}: lost by {'Monitoring::Plugin' if theirs else 'Icinga'}")
            continue
        if theirs["value"] != value or module["value"] != value:
            wrong.append(f"{label}: {value} became {theirs['value']} and {module['value']}")
        if theirs["unit"] != SECONDS.get(unit) or (module["uom"] or "") != unit:
            wrong.append(f"{label}: unit {unit!r} became {theirs['unit']!r} and {module['uom']!r}")
        if [module[name] or "" for name in ("warning", "critical", "min", "max")] != limits:
            wrong.append(f"{label}: limits {limits} became {module}")
        if [theirs[name] for name in ("warn", "crit", "min", "max")] != [plain(limit) for limit in limits]:
            wrong.append(f"{label}: limits {limits} became {theirs}")
    if len(icinga) != len(ours) or len(perl) != len(ours):
        wrong.append(f"{len(ours)} metrics became {len(icinga)} and {len(perl)}")
    return len(ours), wrong


def read_all(test, tasks):
    seen = set()
    for what, plugin, arguments, phase in runs(test, tasks):
        tasks.move_all(phase)
        done = test.run([os.path.join(test.plugins, plugin), *arguments])
        _, data, _ = perfdata.split_output(done.stdout)
        try:
            count, wrong = agree(test, data)
            seen.update(perfdata.parse(data))
        except perfdata.BadPerfdata as error:
            count, wrong = 0, [str(error)]
        test.ok(count and not wrong and not done.stderr, f"{what}: all readers agree on {count} metrics",
                *wrong, done.stdout, done.stderr)
    test.ok({"tasks", "failed", "time"} <= seen, f"metrics seen: {' '.join(sorted(seen))}")


def story(test):
    harness.require_programs("perl", "icinga2")
    tasks = Tasks(test, Simulator(test), "perfdata")
    tasks.many()
    tasks.wrong = test.write("secrets/wrong.token", "another-token\n", mode=0o640)
    read_all(test, tasks)


harness.main("perfdata", story)
