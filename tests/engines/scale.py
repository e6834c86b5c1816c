#!/usr/bin/env python3
"""What docs/scaling.md says, measured: a service a task against one service for many, alone and in the engines.

Not a test of anything: it prints numbers, and fails only if a check does. SCALE_SERVICES, SCALE_TASKS, SCALE_SAMPLE and
SCALE_REPEATS make it smaller; SCALE_PARTS is which of alone, nagios, icinga2, satellite to do.
"""
# packages: nagios4-core icinga2-bin openssl msmtp-mta

import os
import statistics
import subprocess
import time

from enginelib import harness
from enginelib.icinga2 import TEMPLATES, Authority, Icinga2
from enginelib.nagios4 import Nagios4
from enginelib.simulator import TOKEN, Simulator

SERVICES, TASKS, SAMPLE, REPEATS = (
    int(os.environ.get(f"SCALE_{name}", default))
    for name, default in (("SERVICES", 300), ("TASKS", 1000), ("SAMPLE", 100), ("REPEATS", 3)))
PARTS = os.environ.get("SCALE_PARTS", "alone nagios icinga2 satellite").split()
WORLD, PLUGIN = "scale", "check_coze_copy"  # Coze: one request a task, whatever its status
CERTIFICATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../simulator/certs.sh")
LOOP = 'wanted=$1; n=$2; shift 2; for i in $(seq "$n"); do "$@" --task="bulk-$i"; [ $? = "$wanted" ] || exit 1; done'
TICKS = os.sysconf("SC_CLK_TCK")

COMMAND = """
object CheckCommand "scale" {{
  command = [ "{plugin}" ]
  timeout = 2m
  arguments = {{
    "--url" = "{url}"
    "--token-file" = "{token}"
    "--timeout" = "110"
    "--task" = "$scale_task$"
    "--tasks-file" = "$scale_file$"
  }}
}}
"""
HOST = """
template Service "scale" {{ check_command = "scale"; check_interval = 1d; enable_active_checks = false{endpoint} }}
object Host "scale" {{ import "test-host"; check_command = "dummy" }}
object Service "all" {{ import "scale"; host_name = "scale"; vars.scale_file = "{file}" }}
for (number in range({services})) {{
  object Service "one-" + number use (number) {{
    import "scale"
    host_name = "scale"
    vars.scale_task = "bulk-" + number
  }}
}}
"""
ZONES = """
object Endpoint "{master}" {{ }}
object Endpoint "{satellite}" {{ host = "127.0.0.1"; port = "{port}" }}
object Zone "master" {{ endpoints = [ "{master}" ] }}
object Zone "satellite" {{ endpoints = [ "{satellite}" ]; parent = "master" }}
"""


# -- measuring --------------------------------------------------------------------------------------------------------

def processes():
    """{pid: (parent, CPU seconds of its own, CPU seconds of its children that ended)}"""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="latin1") as stat:
                words = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        user, system, dead_user, dead_system = (int(word) / TICKS for word in words[11:15])
        found[int(name)] = (int(words[1]), user + system, dead_user + dead_system)
    return found


def tree_cpu(root):
    """CPU seconds of a daemon and all below it: (its own, of the checks that ended)"""
    found, own, ended, todo = processes(), 0.0, 0.0, [root]
    while todo:
        pid = todo.pop()
        todo += [child for child, row in found.items() if row[0] == pid]
        own, ended = own + found[pid][1], ended + found[pid][2]
    return own, ended


class Site:
    """The simulator and how to ask it."""

    def __init__(self, test):
        certificates = test.directory("certificates")
        subprocess.run(["sh", CERTIFICATES, certificates], stdin=subprocess.DEVNULL, capture_output=True, check=True)
        self.authority = f"{certificates}/ca.pem"
        self.test, self.simulator = test, Simulator(test, "--tls-port=0", f"--cert={certificates}/good.pem",
                                                    f"--key={certificates}/good.key")
        self.simulator.world(WORLD)
        self.url = self.simulator.url(WORLD)
        with open(test.path("simulator.port"), encoding="ascii") as ports:
            self.https = f"https://127.0.0.1:{dict(line.strip().split('=') for line in ports)['https']}/world/{WORLD}"
        test.directory("secrets", mode=0o750)
        self.token = test.write("secrets/token", TOKEN + "\n", mode=0o640)
        self.file = test.write("secrets/tasks", "".join(f"bulk-{number}\n" for number in range(TASKS)), mode=0o640)

    def counters(self):
        seen = self.simulator.control("GET", f"world/{WORLD}")
        return seen["requests"], seen["connections"]

    def argv(self, *options, plugin=PLUGIN, url=None):
        return [os.path.join(self.test.plugins, plugin), f"--url={url or self.url}", f"--token-file={self.token}",
                "--timeout=110", *options]

    def measure(self, argv):
        """Run to the end: seconds of wall clock and of CPU (its own and its children's), requests, connections."""
        before, began = self.counters(), time.monotonic()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            self.test.need(False, f"exit 0 of {argv}", child.returncode)
        after = self.counters()
        return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "requests": after[0] - before[0],
                "connections": after[1] - before[1]}


def tell(what, rows):
    """The median of each member, and how far the values went."""
    words = []
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        spread = f" ({values[0]:.4g}-{values[-1]:.4g})" if values[0] != values[-1] else ""
        words.append(f"{name} {statistics.median(values):.4g}{spread}")
    print(f"{what} [{len(rows)}]: {', '.join(words)}", flush=True)


# -- the plugin alone -------------------------------------------------------------------------------------------------

def alone(test, site):
    def repeat(what, argv):
        tell(what, [site.measure(argv) for _ in range(REPEATS)])

    def shell(argv, wanted=0):
        return ["bash", "-c", LOOP, "loop", str(wanted), str(SAMPLE), *argv]

    repeat(f"/bin/true, {SAMPLE} runs from a shell", shell(["/bin/true"]))
    repeat(f"--version, {SAMPLE} runs from a shell", shell([site.argv()[0], "--version"], 3))
    for plugin in ("check_coze_copy", "check_123pan_copy"):
        argv = site.argv(plugin=plugin)
        repeat(f"{plugin}, {SAMPLE} runs from a shell", shell(argv))
        repeat(f"{plugin}, one run for {TASKS}", [*argv, f"--tasks-file={site.file}"])
    https = site.argv(f"--ca-file={site.authority}", url=site.https)
    repeat(f"https, {SAMPLE} runs from a shell", shell(https))
    repeat(f"https, one run for {TASKS}", [*https, f"--tasks-file={site.file}"])
    state = test.directory("state", mode=0o700)
    remember = site.argv(f"--tasks-file={site.file}", "--remember", f"--state-dir={state}")
    site.measure(remember)
    repeat(f"one run for {TASKS} remembered", remember)
    test.ok(True, "all runs ended with 0")
    slow(test, site)


def slow(test, site):
    """Answers that take 0.1 seconds: the wall clock goes by --parallel and --rate."""
    for number in range(200):
        site.simulator.task(WORLD, f"slow-{number}", system="coze", delay=0.1)
    listed = test.write("secrets/slow", "".join(f"slow-{number}\n" for number in range(200)), mode=0o640)
    for options in (["--parallel=8"], ["--parallel=32"], ["--parallel=100"], ["--rate=20"]):
        tell(f"200 tasks, 0.1 s an answer, {options[0]}",
             [site.measure(site.argv(f"--tasks-file={listed}", *options)) for _ in range(3)])


# -- in an engine -----------------------------------------------------------------------------------------------------

def in_engine(site, what, n, roots, force, all_done):
    """Force n checks and wait for their results; roots: {name: pid of a daemon}"""
    rows = []
    for _ in range(REPEATS):
        before, asked, began = {name: tree_cpu(pid) for name, pid in roots.items()}, site.counters(), time.time()
        force(began)
        site.test.wait(what, lambda at=began: all_done(at), every=0.05)
        row = {"wall": time.time() - began, "services/s": n / (time.time() - began)}
        row["requests"] = site.counters()[0] - asked[0]
        for name, pid in roots.items():
            own, ended = (after - earlier for after, earlier in zip(tree_cpu(pid), before[name]))
            row |= {f"{name} ms/service": own * 1000 / n, f"checks by {name} ms/service": ended * 1000 / n}
        rows.append(row)
    tell(what, rows)


def nagios(test, site):
    command = " ".join(site.argv())
    define = ("define command {{\n command_name {0}\n command_line " + command + " {1}\n}}\n").format
    service = ("define service {{\n use generic-service\n host_name scale\n service_description {0}\n"
               " check_command {1}\n active_checks_enabled 0\n}}\n").format
    objects = test.write("scale.cfg", "".join([
        define("one", "--task=$ARG1$"), define("all", f"--tasks-file={site.file}"),
        "define host {\n use generic-host\n host_name scale\n address 127.0.0.1\n max_check_attempts 1\n}\n",
        service("all", "all"), *(service(f"one-{number}", f"one!bulk-{number}") for number in range(SERVICES))]))
    engine = Nagios4(test, {}, [objects], {})
    good, said = engine.validate()
    test.need(good, "nagios4 -v accepts the services", said)
    engine.start()
    lines = [0]

    def force(names):
        def ask(began):
            lines[0] = engine.read("perfdata").count("\n")
            line = f"[{int(began)}] SCHEDULE_FORCED_SVC_CHECK;scale;{{}};{int(began)}\n".format
            pipe = os.open(engine.file("rw/nagios.cmd"), os.O_WRONLY)
            for first in range(0, len(names), 40):  # whole lines, below what a pipe takes in one piece
                os.write(pipe, "".join(line(name) for name in names[first:first + 40]).encode())
            os.close(pipe)
        return ask

    for what, names in ((f"Nagios, {SERVICES} services", [f"one-{number}" for number in range(SERVICES)]),
                        (f"Nagios, one service for {TASKS}", ["all"])):
        in_engine(site, what, len(names), {"engine": engine.process.pid}, force(names),
                  lambda _, n=len(names): engine.read("perfdata").count("\n") >= lines[0] + n)
    states = {status["current_state"] for status in engine.services().values()}
    test.ok(states == {"0"}, "all services are OK", states)
    engine.stop()


def icinga(test, site, engine, roots, what):
    """The same in an Icinga that runs; one request to its API forces all."""
    def force(pattern):
        return lambda _: engine.api("POST", "/v1/actions/reschedule-check",
                                    {"type": "Service", "filter": f'match("{pattern}", service.name)', "force": True})

    def done(pattern, n):
        text = (f'len(get_objects(Service).filter(s => match("{pattern}", s.name) && s.last_check_result && '
                "s.last_check_result.schedule_end > %f && s.last_check_result.state == 0))")
        return lambda began: engine.script(text % began) == n

    for name, pattern, n in ((f"{SERVICES} services", "one-*", SERVICES), (f"one service for {TASKS}", "all", 1)):
        in_engine(site, f"{what}, {name}", n, roots, force(pattern), done(pattern, n))


def command_text(site):
    return COMMAND.format(plugin=site.argv()[0], url=site.url, token=site.token)


def icinga2(test, site):
    engine = Icinga2(test)
    engine.config += command_text(site) + HOST.format(endpoint="", file=site.file, services=SERVICES)
    engine.start()
    icinga(test, site, engine, {"engine": engine.process.pid}, "Icinga 2")
    engine.stop()


def satellite(test, site):
    authority = Authority(test)
    far = Icinga2(test, authority, "satellite")
    master = Icinga2(test, authority, "master")
    zones = ZONES.format(master=master.node, satellite=far.node, port=far.port)
    for node in (far, master):
        node.zones = lambda: zones
        node.config = command_text(site)
    objects = HOST.format(endpoint=f'; command_endpoint = "{far.node}"', file=site.file, services=SERVICES)
    master.put("zones.d/master/services.conf", TEMPLATES + objects)
    far.start("satellite", fixed_port=True)
    master.start("master")
    test.wait("the satellite is connected", lambda: master.script(f'get_object(Endpoint, "{far.node}").connected'))
    icinga(test, site, master, {"master": master.process.pid, "satellite": far.process.pid}, "satellite")
    master.stop()
    far.stop()


def story(test):
    site = Site(test)
    with open("/proc/loadavg", encoding="ascii") as load:
        print(f"{os.cpu_count()} processors, load {load.read().strip()}", flush=True)
    for part in PARTS:
        {"alone": alone, "nagios": nagios, "icinga2": icinga2, "satellite": satellite}[part](test, site)


harness.main("scale", story)
