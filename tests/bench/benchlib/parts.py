"""What is measured, and the tables of it."""
import json
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple

from . import measure

DELAY_MS = 50
TOKEN = "t" * 40
QUESTION = "/v1/entities/copy_tasks/"
UNMEASURED = "-"
MONITORING_PLUGINS = ("/usr/lib/nagios/plugins", "/usr/lib/monitoring-plugins",
                      "/usr/lib64/nagios/plugins")
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Bench:
    """Where everything is, and the environments to run it in."""

    def __init__(self, build, directory, site):
        self.directory, self.site = directory, site
        self.tools = os.path.join(build, "tests/bench")
        self.spawn = os.path.join(self.tools, "spawn")
        self.plugin = os.path.join(build, "plugins/check_coze_copy")
        self.bare = {"PATH": os.environ["PATH"], "HOME": directory}
        # The directory alone: curl then takes the system's bundle beside it, as it
        # always does, and the plugins pass it by, as they always do.
        self.linked = dict(self.bare, SSL_CERT_DIR=site.store, CLOUD_TASKS_TOKEN=TOKEN)
        self.bundled = dict(self.bare, SSL_CERT_FILE=site.bundle)

    def tasks(self, n):
        path = os.path.join(self.directory, "tasks.%d" % n)
        with open(path, "w", encoding="ascii") as f:
            f.writelines("task-%05d\n" % i for i in range(n))
        return path

    def ask(self, url, n, *options):
        return [self.plugin, "-u", url, "--tasks-file=" + self.tasks(n), "-t", "600",
                *options]

    def state(self):
        path = os.path.join(self.directory, "state")
        shutil.rmtree(path, ignore_errors=True)
        os.mkdir(path, 0o700)
        return path


def table(title, heads, rows):
    print("\n%s\n\n| %s |\n|%s" % (title, " | ".join(heads), "---|" * len(heads)))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    sys.stdout.flush()


def ms(seconds):
    return "%.1f" % (seconds * 1e3)


def mib(kb):
    return "%.1f" % (kb / 1024)


def peer_plugin(name):
    for directory in MONITORING_PLUGINS:
        path = os.path.join(directory, name)
        if os.access(path, os.X_OK):
            return path
    print("(%s is not installed, and left out)" % name)
    return None


# ---------------------------------------------------------------- one check

def one_rows(bench):
    site, port = bench.site, bench.site.url2.rsplit(":", 1)[1]
    url = site.url2 + QUESTION + "x"
    header = "Authorization: Bearer " + TOKEN
    python = [os.environ.get("PYTHON3", sys.executable), os.path.join(HERE, "json_check.py"), url, TOKEN,
              "data.task_status", "successful"]
    rows = {
        "plugin": ([bench.plugin, "-u", site.url2, "-T", "x"], bench.linked, 0),
        "bare libcurl": ([bench.tools + "/bare_one", url, site.ca, site.store, TOKEN],
                         bench.bare, 0),
        "curl -s": (["curl", "-s", "-H", header, url], bench.linked, 0),
        "curl -s, jq": (["sh", "-c", 'curl -s -H "$1" "$2" | jq -e .data.task_status', "sh",
                         header, url], bench.linked, 0),
        "Python": (python, bench.bundled, 0),
    }
    for name in ("check_http", "check_curl"):
        path = peer_plugin(name)
        if path: # neither can be told of another authority, so they verify nothing here
            rows[name + ", unverified"] = (
                [path, "-I", "127.0.0.1", "-p", port, "-S", "-u", QUESTION + "x", "-k", header,
                 "-s", "successful"], bench.bare, 0)
    rows["plugin --version"] = ([bench.plugin, "--version"], bench.bare, 3)
    rows["empty program"] = ([bench.tools + "/empty"], bench.bare, 0)
    return rows


def one(bench, rounds):
    rows = one_rows(bench)
    costs = measure.in_turn(bench.spawn, rows, rounds)
    counted = bool(shutil.which("valgrind"))
    counts = {name: measure.instructions(*row) if counted else 0
              for name, row in rows.items()}
    curl = "curl -s"

    def ratio(name):
        return "%.3f" % (counts[name] / counts[curl]) if counted else UNMEASURED
    table("One verified HTTPS check, HTTP/2, median of %d" % rounds,
          ("", "CPU ms", "of curl", "wall ms", "peak MiB", "10^6 instructions", "of curl"),
          [(name, ms(cost.cpu), "%.2f" % (cost.cpu / costs[curl].cpu), ms(cost.wall),
            mib(cost.rss), "%.1f" % (counts[name] / 1e6) if counted else UNMEASURED,
            ratio(name)) for name, cost in costs.items()])
    return True


# --------------------------------------------------------------- many tasks

def many_rows(bench, url, n, parallel):
    site = bench.site
    config = os.path.join(bench.directory, "curl.%d" % n)
    with open(config, "w", encoding="ascii") as f:
        f.writelines('url = "%s%stask-%05d"\noutput = "/dev/null"\n' % (url, QUESTION, i)
                     for i in range(n))
    rows = {
        "plugin": (bench.ask(url, n, "-j", str(parallel)), bench.linked, 0),
        "bare": ([bench.tools + "/bare_many", url + QUESTION, str(n), str(parallel), site.ca,
                  site.store, TOKEN], bench.bare, 0),
    }
    # curl -Z refuses more than 300 at once.
    if n <= 1000 and parallel <= 300:
        rows["curl"] = (["curl", "-s", "-Z", "--parallel-max", str(parallel), "-K", config,
                         "-H", "Authorization: Bearer " + TOKEN], bench.linked, 0)
    return rows


def many_case(bench, url, version, delay, n, parallel, rounds):
    costs = measure.in_turn(bench.spawn, many_rows(bench, url, n, parallel), rounds)
    plugin, bare, curl = (costs.get(name) for name in ("plugin", "bare", "curl"))
    return (version, delay, n, parallel, ms(plugin.cpu), ms(bare.cpu),
            "%.2f" % (plugin.cpu / bare.cpu), ms(curl.cpu) if curl else UNMEASURED,
            ms(plugin.wall), ms(bare.wall), ms(curl.wall) if curl else UNMEASURED,
            mib(plugin.rss), mib(bare.rss))


def many(bench, rounds):
    site = bench.site
    sizes = ((1, 8), (10, 8), (100, 8), (1000, 8), (1000, 100), (10000, 8), (10000, 100))
    rows = []
    for version, delay, url in (("1.1", 0, site.url1), ("2", 0, site.url2),
                                ("1.1", DELAY_MS, site.slow1), ("2", DELAY_MS, site.slow2)):
        for n, parallel in sizes:
            if delay and n * delay / parallel > 5000:
                continue # minutes of waiting that say nothing
            times = max(3, rounds // 3) if n == 10000 else rounds
            rows.append(many_case(bench, url, version, delay, n, parallel, times))
    table("Many tasks, median of %d (10,000 tasks: %d)" % (rounds, max(3, rounds // 3)),
          ("HTTP", "ms an answer", "tasks", "-j", "plugin CPU ms", "bare", "ratio", "curl -Z",
           "plugin wall ms", "bare", "curl -Z", "plugin peak MiB", "bare"), rows)
    return True


def memory(bench, rounds):
    rows = []
    for n in (1, 1000, 10000):
        outputs = {name: (bench.ask(bench.site.url2, n, "-o", name), bench.linked, 0)
                   for name in ("nagios", "json", "checkmk", "openmetrics")}
        costs = measure.in_turn(bench.spawn, outputs, rounds)
        rows.append((n, *(mib(costs[name].rss) for name in outputs)))
    table("Peak memory in MiB, HTTP/2, -j 8", ("tasks", "nagios", "json", "checkmk",
                                               "openmetrics"), rows)
    return True


# ------------------------------------------------------------------ history

def history(bench, rounds):
    state = bench.state()
    kept = os.path.join(bench.directory, "remembered")
    os.mkdir(kept, 0o700)

    def row(*options):
        return bench.ask(bench.site.url2, 10000, *options), bench.linked, 0
    rows = {
        "no history": row(),
        "history (-w age=1h)": row("-w", "age=1h", "--state-dir=" + state),
        "--remember, all asked": row("--remember", "--state-dir=" + kept, "--map=empty=ok"),
    }
    runs = {name: [] for name in rows}
    runs["--remember, none asked"] = []
    for _ in range(rounds):
        shutil.rmtree(kept)
        os.mkdir(kept, 0o700)
        for name, command in rows.items():
            runs[name].append(measure.once(bench.spawn, *command))
        runs["--remember, none asked"].append(
            measure.once(bench.spawn, *rows["--remember, all asked"]))
    costs = {name: measure.Cost(found) for name, found in runs.items()}
    none = costs["no history"]
    table("10,000 tasks, HTTP/2, -j 8, median of %d" % rounds,
          ("", "CPU ms", "more than without", "wall ms", "peak MiB"),
          [(name, ms(cost.cpu), ms(cost.cpu - none.cpu), ms(cost.wall), mib(cost.rss))
           for name, cost in costs.items()])
    return True


# -------------------------------------------------------------------- stalls

def stall_run(bench, url, parallel):
    command = bench.ask(url, 500, "-j", str(parallel), "-o", "json")
    started = time.monotonic()
    done = subprocess.run(command, env=bench.linked, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    ids = [task["id"] for task in json.loads(done.stdout)["tasks"]]
    if done.returncode != 0 or ids != ["task-%05d" % i for i in range(500)]:
        print("not ok - %s: exit code %d, %d tasks, in the order given: %s"
              % (" ".join(command), done.returncode, len(ids), ids == sorted(ids)))
        return None
    return seconds


def stall(bench, rounds):
    """nginx closes each connection after 100 requests here, so that streams move."""
    good = True
    rows = []
    for url, parallel in ((bench.site.url2, 8), (bench.site.url2, 100),
                          (bench.site.slow2, 100), (bench.site.url1, 8)):
        found = [stall_run(bench, url, parallel) for _ in range(rounds)]
        good = good and None not in found
        times = sorted(s for s in found if s is not None)
        rows.append((url.rsplit("/", 1)[-1], parallel, len(times), ms(times[len(times) // 2]),
                     ms(times[-1])))
    table("500 tasks again and again, all judged and in the order given",
          ("server", "-j", "runs", "median ms", "longest ms"), rows)
    return good


Part = namedtuple("Part", "run rounds keepalive")
PARTS = {
    "one": Part(one, 31, 1000000),
    "many": Part(many, 9, 1000000),
    "memory": Part(memory, 3, 1000000),
    "history": Part(history, 9, 1000000),
    "stall": Part(stall, 100, 100),
}
