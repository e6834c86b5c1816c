"""Running programs in turn, and what each of them cost."""
import os
import re
import statistics
import subprocess
import tempfile


class Cost:
    """Medians of some runs: cpu and wall in seconds, rss in kB."""

    def __init__(self, runs):
        self.runs = len(runs)
        self.cpu, self.wall, self.rss = (statistics.median(r[i] for r in runs)
                                         for i in range(3))


def once(spawn, command, environment, wanted=0):
    out = subprocess.run([spawn] + command, env=environment, check=True,
                         stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    cpu, wall, rss, code = out.split()
    if int(code) != wanted:
        said = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        raise RuntimeError("%s ended with %s: %s" % (command, code, said.stdout + said.stderr))
    return float(cpu), float(wall), int(rss)


def in_turn(spawn, rows, rounds):
    """rows: name -> (command, environment, wanted exit code). A B C A B C ..."""
    runs = {name: [] for name in rows}
    for _ in range(rounds):
        for name, row in rows.items():
            runs[name].append(once(spawn, *row))
    return {name: Cost(costs) for name, costs in runs.items()}


def instructions(command, environment, wanted=0):
    """Instructions of one run in user space, counted by callgrind."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--trace-children=yes",
             "--callgrind-out-file=" + os.path.join(scratch, "out.%p")] + command,
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
    counts = re.findall(r"Collected : (\d+)", done.stderr)
    if done.returncode != wanted or not counts:
        raise RuntimeError("%s ended with %d: %s" % (command, done.returncode,
                                                     done.stdout + done.stderr))
    return sum(int(n) for n in counts)
