#!/usr/bin/env python3
"""The state directory under load, under SIGKILL and on bad ground.

  PLUGINS=DIR SIMULATOR=FILE tests/state.py [--kills N]

Prints "ok - ..." and "not ok - ..." lines, exit code 1 if any failed.
"""
import concurrent.futures
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

PLUGINS = os.path.abspath(os.environ["PLUGINS"])
SIMULATOR = os.path.abspath(os.environ["SIMULATOR"])
FAILED = []


def check(good, what, more=""):
    print(("ok - " if good else "not ok - ") + what, flush=True)
    if not good:
        FAILED.append(what)
        print("  " + str(more)[:2000].replace("\n", "\n  "), flush=True)


class Simulator:
    def __init__(self, scratch):
        port_file = os.path.join(scratch, "port")
        self.process = subprocess.Popen(
            [SIMULATOR, "--port=0", "--port-file=" + port_file],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not os.path.exists(port_file):
            if time.monotonic() > end:
                raise SystemExit("the simulator does not start")
            time.sleep(0.02)
        with open(port_file, encoding="ascii") as file:
            ports = dict(line.strip().split("=") for line in file if "=" in line)
        self.url = "http://127.0.0.1:" + ports["http"]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + "/_sim/" + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def secret(path, text):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text + "\n")
    return path


def run(plugin, *options, env=None):
    done = subprocess.run([os.path.join(PLUGINS, plugin), "-t", "60", *options],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=env or {"PATH": "/usr/bin:/bin"},
                          timeout=120, check=False)
    return done.returncode, done.stdout.decode()


def history(directory):
    """The ids of all histories, each file read strictly."""
    ids = []
    for path in glob.glob(os.path.join(directory, "history-*.json")):
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        assert json.loads(lines[0])["tasks"] == len(lines) - 1, path
        ids += [json.loads(line)["id"] for line in lines[1:]]
    return sorted(ids)


def new_directory(scratch, name):
    path = os.path.join(scratch, name)
    os.mkdir(path, 0o750)
    return path


def many_at_once(simulator, scratch):
    state = new_directory(scratch, "many")
    world = simulator.url + "/world/many"
    simulator.control("PUT", "world/many", {
        "client_id": "client", "client_secret": "a-long-secret", "token_lifetime": 86400,
        "max_tokens": 3, "refuse_over_limit": True})
    file = secret(os.path.join(scratch, "client"), "a-long-secret")

    def one(i):
        return run("check_123pan_offline", "-u", world, "-T", str(2000000 + i),
                   "--client-id=client", "--client-secret-file=" + file,
                   "--state-dir=" + state, "-w", "age=30d", "-t", "100")
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        results = list(pool.map(one, range(100)))
    seen = simulator.control("GET", "world/many")
    check(all(code == 0 for code, _ in results), "100 checks at once are all OK",
          [text for code, text in results if code][:3])
    check(seen["token_requests"] == 1, "100 checks at once ask for one token", seen)
    check(history(state) == [str(2000000 + i) for i in range(100)],
          "100 checks at once lose no history", history(state))
    modes = {oct(os.stat(path).st_mode & 0o777) for path in glob.glob(state + "/*")}
    check(modes == {"0o600"}, "every file of the state directory has mode 0600", modes)


def killed(simulator, scratch, kills):
    state = new_directory(scratch, "killed")
    token = secret(os.path.join(scratch, "token"), "a-long-token")
    chance = random.Random(7)
    hit = 0
    for i in range(kills):
        with subprocess.Popen(
                [PLUGINS + "/check_123pan_offline", "-u", simulator.url, "-T",
                 str(2000000 + i % 20), "--token-file=" + token, "--state-dir=" + state,
                 "--remember", "-w", "stalled=1d"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env={}) as process:
            time.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            hit += process.wait() == -signal.SIGKILL
    check(hit > 0, "%d of %d runs were killed" % (hit, kills))
    try:
        ids = history(state)
        check(len(ids) == len(set(ids)), "the history is whole after SIGKILL", ids)
    except (AssertionError, ValueError, IndexError) as wrong:
        check(False, "the history is whole after SIGKILL", wrong)
    code, text = run("check_123pan_offline", "-u", simulator.url, "-T", "2000001",
                     "--token-file=" + token, "--state-dir=" + state, "--remember")
    check(code == 0 and "set aside" not in text, "the next run reads it", text)
    left = glob.glob(state + "/*.new")
    check(not left, "and leaves no temporary file", left)


def remembered(simulator, scratch):
    state = new_directory(scratch, "remembered")
    token = secret(os.path.join(scratch, "token2"), "a-long-token")
    options = ("-u", simulator.url + "/world/remembered", "-T", "failed",
               "--token-file=" + token, "--state-dir=" + state, "--remember")
    first = run("check_123pan_copy", *options)
    before = simulator.control("GET", "world/remembered")["requests"]
    later = [run("check_123pan_copy", *options) for _ in range(20)]
    after = simulator.control("GET", "world/remembered")["requests"]
    check(first[0] == 2 and all(code == 2 for code, _ in later),
          "a failed task that is remembered stays CRITICAL", later[0])
    check(before == after, "20 checks of it make no request", (before, after))


def bad_ground(simulator, scratch):
    token = secret(os.path.join(scratch, "token3"), "a-long-token")

    def ask(directory):
        return run("check_123pan_copy", "-u", simulator.url, "-T", "running", "-T", "failed",
                   "--token-file=" + token, "--state-dir=" + directory, "-w", "stalled=1d")
    file = os.path.join(scratch, "a-file")
    with open(file, "w", encoding="ascii"):
        pass
    open_to_all = new_directory(scratch, "open")
    os.chmod(open_to_all, 0o777)
    for directory, what in ((os.path.join(scratch, "none"), "missing"), (file, "a file"),
                            (open_to_all, "writable for all")):
        code, text = ask(directory)
        check(code == 2 and "state directory" in text and "failed" in text.split("|")[0],
              "a state directory that is %s is told, and the tasks are judged" % what, text)
    linked = new_directory(scratch, "linked")
    ask(linked)
    path = glob.glob(linked + "/history-*.json")[0]
    os.rename(path, path + ".real")
    os.symlink(path + ".real", path)
    code, text = ask(linked)
    check(code == 2 and "symbolic link" in text, "a symbolic link is not followed", text)


def full_disk(simulator, scratch):
    mount = new_directory(scratch, "full")
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=100,mode=0750", "tmpfs", mount],
            stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("# no full disk: a tmpfs cannot be mounted here")
        return
    try:
        token = secret(os.path.join(scratch, "token4"), "a-long-token")

        def ask(task):
            return run("check_123pan_offline", "-u", simulator.url, "-T", task,
                       "--token-file=" + token, "--state-dir=" + mount, "-w", "stalled=1d")
        code, text = ask("2000001")
        check(code == 0, "a small disk takes a history", text)
        filler = os.open(mount + "/filler", os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filler, b"x" * 4096)
        except OSError:
            os.close(filler)
        code, text = ask("2000002")
        check(code == 3 and "No space left" in text and "2000002 succeeded" in text,
              "a full disk is told, and the task is judged", text)
        check(history(mount) == ["2000001"], "the history stays as it was", history(mount))
        simulator.control("PUT", "world/full", {
            "client_id": "client", "client_secret": "a-long-secret", "token_lifetime": 86400})
        file = secret(os.path.join(scratch, "client2"), "a-long-secret")
        code, text = run("check_123pan_offline", "-u", simulator.url + "/world/full", "-T",
                         "2000001", "--client-id=client", "--client-secret-file=" + file,
                         "--state-dir=" + mount)
        seen = simulator.control("GET", "world/full")
        check(code == 3 and seen["token_requests"] == 0,
              "no token is asked for that cannot be kept", (text, seen))
    finally:
        subprocess.run(["umount", mount], check=False)


def main():
    kills = int(sys.argv[2]) if sys.argv[1:2] == ["--kills"] else 100
    scratch = tempfile.mkdtemp(prefix="cloud-tasks-state.")
    simulator = Simulator(scratch)
    try:
        many_at_once(simulator, scratch)
        killed(simulator, scratch, kills)
        remembered(simulator, scratch)
        bad_ground(simulator, scratch)
        full_disk(simulator, scratch)
    finally:
        simulator.end()
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
