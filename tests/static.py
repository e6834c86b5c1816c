#!/usr/bin/env python3
"""Whether the statically linked plugins do what the others do, for less: static.py BUILD

BUILD has the simulator and the plugins as they are usually built. The static ones are
built first (contrib/packaging/static/build), or are where --static=DIR says. Prints
"ok - " and "not ok - " lines. What needs root and a mount namespace is told as left out
where there is none; everything stays on the loopback.
"""
import argparse
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(HERE, "bench"))
from benchlib.measure import instructions  # noqa: E402 (the path is needed first)
from benchlib.site import free_port, wait_for  # noqa: E402

NAMES = ("123pan_copy", "123pan_offline", "coze_copy", "koodrive_task")
# What a check may cost of what it costs as usually built; found were 0.6 and 0.4.
INSTRUCTIONS_MAX = 0.80
FAULTS_MAX = 0.70
NO_SOURCE = 75 # the exit code of a build that got no source from the mirror
SILENT_RESOLVER = "127.0.0.99"
WELL = "COZE COPY OK - succeeded succeeded"
failures = []


def report(good, what, *details):
    print("%s - %s" % ("ok" if good else "not ok", what), flush=True)
    if not good:
        failures.append(what)
        for detail in details:
            print("  | " + str(detail).rstrip().replace("\n", "\n  | "), flush=True)


def build_static(out, *options):
    done = subprocess.run([TOP + "/contrib/packaging/static/build", "--out=" + out, *options],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode == NO_SOURCE:
        print("# left out: " + done.stderr.strip())
        sys.exit(0)
    log = re.search(r"see (\S+\.log)$", done.stderr.strip())
    tail = ""
    if log:
        with open(log[1], encoding="utf-8", errors="replace") as f:
            tail = f.read()[-3000:]
    report(done.returncode == 0, "the static build", done.stdout, done.stderr, tail)
    print("".join("# %s\n" % line for line in done.stdout.splitlines()), end="", flush=True)
    return done.returncode == 0


class Simulator:
    """http, https: the ports. store: the directory with its authority."""

    def __init__(self, program, scratch):
        certs = os.path.join(scratch, "certs")
        subprocess.run(["sh", HERE + "/simulator/certs.sh", certs], check=True)
        self.certs, self.store = certs, certs + "/ca.d"
        port_file = os.path.join(scratch, "port")
        self.process = subprocess.Popen(
            [program, "--port=0", "--tls-port=0", "--cert=" + certs + "/good.pem",
             "--key=" + certs + "/good.key", "--port-file=" + port_file],
            stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not os.path.exists(port_file):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the simulator does not start")
            time.sleep(0.05)
        with open(port_file, encoding="ascii") as f:
            text = f.read()
        self.http = int(re.search(r"^http=(\d+)$", text, re.M)[1])
        self.https = int(re.search(r"^https=(\d+)$", text, re.M)[1])

    def close(self):
        self.process.terminate()
        self.process.wait()


def environment(simulator=None, **more):
    plain = {"PATH": os.environ["PATH"], "LC_ALL": "C", "CLOUD_TASKS_TOKEN": "any-token"}
    if simulator:
        plain["SSL_CERT_DIR"] = simulator.store
    return dict(plain, **more)


def ask(command, env):
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=300, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def check(directory, url, *options):
    return [directory + "/check_coze_copy", "-u", url, "-T", "succeeded", "-t", "60",
            "--retries=0", *options]


# ------------------------------------------------------------------ what is known already

def try_cases(static, simulator):
    env = dict(os.environ, PLUGINS=static, SIMULATOR=simulator)
    done = subprocess.run([HERE + "/run-cases"], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    count = re.search(r"^(\d+) passed, 0 failed$", done.stdout, re.M)
    report(done.returncode == 0 and count and int(count[1]) > 0,
           "the cases: " + (done.stdout.splitlines() or ["nothing said"])[-1], done.stdout[-5000:],
           done.stderr[-2000:])


def try_trust(static, simulator, build):
    env = dict(os.environ, PLUGINS=static, SIMULATOR=simulator)
    done = subprocess.run([HERE + "/trust.sh", build], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    good = len(re.findall(r"^ok - ", done.stdout, re.M))
    report(done.returncode == 0 and good > 0 and "not ok - " not in done.stdout,
           "whom it trusts: %d tries" % good, done.stdout, done.stderr)


# ------------------------------------------------------------------------- the network

def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def socks_greeting(peer):
    """Plays a SOCKS5 server that lets anybody in; returns the port that is asked for."""
    peer.recv(1 + 1 + 255)
    peer.sendall(b"\5\0")
    wanted = peer.recv(512)
    peer.sendall(b"\5\0\0\1\0\0\0\0\0\0")
    return int.from_bytes(wanted[-2:], "big")


class Relay:
    """A TCP relay to a port of the loopback, on ::1 or as a SOCKS5 proxy."""

    def __init__(self, family, to=None):
        self.to, self.used = to, 0
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            peer = self.listener.accept()[0]
            self.used += 1
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        port = self.to or socks_greeting(peer)
        with peer, socket.create_connection(("127.0.0.1", port)) as server:
            back = threading.Thread(target=pump, args=(server, peer), daemon=True)
            back.start()
            pump(peer, server)
            back.join()


def try_network(static, simulator):
    url = "https://127.0.0.1:%d" % simulator.https
    code, said = ask(check(static, url), environment(simulator))
    report(code == 0 and WELL in said, "a verified check", said)
    socks = Relay(socket.AF_INET)
    for option in ("--proxy=socks5://127.0.0.1:%d", "--proxy=socks5h://127.0.0.1:%d"):
        before = socks.used
        code, said = ask(check(static, url, option % socks.port), environment(simulator))
        report(code == 0 and WELL in said and socks.used > before,
               "through a SOCKS proxy, %s" % option.split(":")[0], said)
    before = socks.used
    code, said = ask(check(static, url), environment(
        simulator, https_proxy="socks5://127.0.0.1:%d" % socks.port, NO_PROXY="127.0.0.1"))
    report(code == 0 and WELL in said and socks.used == before, "past it with NO_PROXY", said)
    try:
        six = Relay(socket.AF_INET6, simulator.http)
    except OSError:
        print("# left out: there is no IPv6 here")
        return
    code, said = ask(check(static, "http://[::1]:%d" % six.port), environment())
    report(code == 0 and WELL in said and six.used > 0, "over IPv6", said)


def try_http2(static, simulator, scratch):
    nghttpx = shutil.which("nghttpx")
    if not nghttpx:
        print("# left out: HTTP/2, nghttpx is missing (Debian: nghttp2-proxy)")
        return
    port, log = free_port(), os.path.join(scratch, "access.log")
    with subprocess.Popen(
            [nghttpx, "--conf=/dev/null", "--workers=1", "--frontend=127.0.0.1,%d" % port,
             "--backend=127.0.0.1,%d" % simulator.http, "--accesslog-file=" + log,
             "--errorlog-file=/dev/null", simulator.certs + "/good.key",
             simulator.certs + "/good.pem"], stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port, server)
            code, said = ask(check(static, "https://127.0.0.1:%d" % port),
                             environment(simulator))
        finally:
            server.terminate()
    with open(log, encoding="utf-8", errors="replace") as f:
        lines = f.read()
    report(code == 0 and WELL in said and "/succeeded HTTP/2" in lines, "over HTTP/2", said, lines)


# --------------------------------------------------------------- with the system changed

def bound(here, there):
    """The beginning of a command that sees HERE in the place of the file THERE."""
    return ["unshare", "--mount", "sh", "-c",
            'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh", here, there]


def can_bind(scratch):
    probe = os.path.join(scratch, "probe")
    open(probe, "w", encoding="ascii").close()
    return shutil.which("unshare") and subprocess.run(
        bound(probe, "/etc/resolv.conf") + ["true"], capture_output=True, check=False
    ).returncode == 0


def try_deadline(static, scratch):
    """A name server that never answers must not hold a check beyond its deadline."""
    conf = os.path.join(scratch, "resolv.conf")
    with open(conf, "w", encoding="ascii") as f:
        f.write("nameserver %s\noptions timeout:30 attempts:5\n" % SILENT_RESOLVER)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        try:
            server.bind((SILENT_RESOLVER, 53))
        except OSError as error:
            print("# left out: the deadline, no name server on %s: %s" % (SILENT_RESOLVER, error))
            return
        began = time.monotonic()
        code, said = ask(bound(conf, "/etc/resolv.conf") +
                         check(static, "https://nobody.example.org", "-t", "2"), environment())
        took = time.monotonic() - began
        server.setblocking(False)
        try:
            asked = b"nobody" in server.recv(512)
        except OSError:
            asked = False
        report(code == 3 and asked and 1 < took < 20,
               "the deadline holds while the name server is silent (%.1f s)" % took, said)


POLICY = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
CipherString = DEFAULT@SECLEVEL=5
"""


def try_policy(static, usual, simulator, scratch):
    """A policy that no certificate here meets: what openssl.cnf asks for holds."""
    conf = os.path.join(scratch, "policy.cnf")
    with open(conf, "w", encoding="ascii") as f:
        f.write(POLICY)
    url = "https://127.0.0.1:%d" % simulator.https
    for name, plugins in (("as usually built", usual), ("static", static)):
        code, said = ask(bound(conf, "/etc/ssl/openssl.cnf") + check(plugins, url),
                         environment(simulator))
        report(code == 3 and "unreachable" in said,
               "the policy of /etc/ssl/openssl.cnf holds, " + name, said)


# ----------------------------------------------------------------------------- the cost

def faults(command, env):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
    ask(command, env)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - before


def try_cost(static, usual, simulator):
    url = "https://127.0.0.1:%d" % simulator.https
    env = environment(simulator)
    rows = [("page faults", FAULTS_MAX, [faults(check(p, url), env) for p in (static, usual)])]
    if shutil.which("valgrind"):
        rows.append(("instructions", INSTRUCTIONS_MAX,
                     [instructions(check(p, url), env) for p in (static, usual)]))
    else:
        print("# left out: instructions, valgrind is missing")
    for what, most, (here, there) in rows:
        report(0 < here <= most * there, "%s of a check: %d, %.2f of %d as usually built, "
               "at most %.2f" % (what, here, here / there, there, most))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--static", metavar="DIR", help="where they are built already")
    parser.add_argument("--install-packages", action="store_true",
                        help="get what their build needs with apt-get first")
    parser.add_argument("build", metavar="BUILD")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    program = build + "/tests/simulator/cloudsim"
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        out = os.path.abspath(arguments.static or os.path.join(scratch, "static"))
        options = ["--install-packages"] if arguments.install_packages else []
        if not arguments.static and not build_static(out, *options):
            return 1
        static, usual = out + "/plugins", build + "/plugins"
        for name in NAMES:
            said = ask([static + "/check_" + name, "--version"], environment())[1]
            report(said.startswith("check_%s " % name), "check_%s tells its version" % name, said)
        simulator = Simulator(program, scratch)
        try:
            try_network(static, simulator)
            try_http2(static, simulator, scratch)
            if can_bind(scratch):
                try_deadline(static, scratch)
                try_policy(static, usual, simulator, scratch)
            else:
                print("# left out: the deadline and the policy, no mount namespace here")
            try_cost(static, usual, simulator)
        finally:
            simulator.close()
        try_trust(static, program, build)
        try_cases(static, program)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
