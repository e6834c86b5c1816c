"""Steps, waiting, and processes that are certain to end."""

import ctypes
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from http.client import HTTPException

PATIENCE = 120  # seconds; for a slow and busy machine, not a measure of anything
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
NOISE = ("HttpServerConnection: ", "ApiListener: New client connection")  # our own polling, in Icinga's log
PLUGIN_NAMES = ("check_123pan_copy", "check_123pan_offline", "check_koodrive_task", "check_coze_copy")


class StepFailed(Exception):
    """A step failed and those after it make no sense; it has been reported."""


class Stopped(BaseException):
    """A signal asked us to end."""


def stop_at_signals():
    def stop(*_):
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)


def become_subreaper():
    """Linux: orphans of what we start become our children, so that none can get lost."""
    try:
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    except (OSError, AttributeError):
        pass


def children():
    """The process ids of our direct children, as far as the system tells."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        try:
            with open(f"/proc/{name}/stat", encoding="latin1") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == os.getpid():
            found.append(int(name))
    return found


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tail(path, lines=40):
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            told = [line for line in log.read().splitlines() if not any(word in line for word in NOISE)]
            return told[-lines:]
    except OSError as error:
        return [str(error)]


class Harness:
    """One test: its scratch directory, its processes and the lines it prints."""

    def __init__(self, name, engine_user="nagios"):
        self.name = name
        self.failed = 0
        self.logs = []
        self.processes = []
        self.scratch = tempfile.mkdtemp(prefix=f"cloud-task-{name}.", dir="/tmp")
        os.chmod(self.scratch, 0o755)
        self.user, self.group = self._engine_user(engine_user)
        self.plugins = self._copy_plugins()

    # -- telling ------------------------------------------------------------------------------------------------------

    def note(self, text):
        for line in str(text).splitlines():
            print("#", line[:4000], flush=True)

    def ok(self, good, what, *evidence):
        """Report one step; the evidence is printed if it failed."""
        print("ok -" if good else "not ok -", what, flush=True)
        if not good:
            self.failed += 1
            for item in evidence:
                self.note(item)
        return bool(good)

    def need(self, good, what, *evidence):
        if not self.ok(good, what, *evidence):
            raise StepFailed(what)

    def show_logs(self):
        for path in self.logs:
            self.note(f"--- the end of {path}")
            self.note("\n".join(tail(path)))

    def wait(self, what, probe, limit=PATIENCE, every=0.1):
        """Poll until probe() gives something true, which is returned. What half an answer raises is asked again."""
        end = time.monotonic() + limit
        last = None
        while time.monotonic() < end:
            try:
                last = probe()
                if last:
                    return last
            except (OSError, HTTPException, LookupError, ValueError) as error:
                last = repr(error)
            for process in self.processes:
                if process.must_live and process.poll() is not None:
                    self.need(False, what, f"{process.title} ended with {process.returncode}")
            time.sleep(every)
        self.need(False, what, f"not within {limit} s", f"last seen: {last!r}")
        return None

    # -- files --------------------------------------------------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.scratch, *parts)

    def directory(self, *parts, mode=0o755):
        path = self.path(*parts)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        self.give(path)
        return path

    def write(self, path, text, mode=0o644):
        """Write a file that belongs to the engine's user."""
        path = self.path(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, mode)
        self.give(path)
        return path

    def give(self, path):
        """Let the engine's user own a path and all below it."""
        if os.getuid() != 0:
            return
        uid, gid = pwd.getpwnam(self.user).pw_uid, grp.getgrnam(self.group).gr_gid
        os.chown(path, uid, gid)
        for base, dirs, files in os.walk(path):
            for name in dirs + files:
                os.chown(os.path.join(base, name), uid, gid, follow_symlinks=False)

    def _engine_user(self, wanted):
        if os.getuid() != 0:
            account = pwd.getpwuid(os.getuid())
        else:
            try:
                account = pwd.getpwnam(wanted)
            except KeyError:
                account = pwd.getpwnam("nobody")
        return account.pw_name, grp.getgrgid(account.pw_gid).gr_name

    def _copy_plugins(self):
        """The build directory may lie where the engine's user cannot look."""
        target = self.directory("plugins")
        for name in PLUGIN_NAMES:
            source = os.path.join(os.environ.get("PLUGINS", ""), name)
            if not os.access(source, os.X_OK):
                print(f"not ok - no plugin {source}: build first, or set PLUGINS", flush=True)
                shutil.rmtree(self.scratch, ignore_errors=True)
                sys.exit(1)
            shutil.copy(source, target)
            os.chmod(os.path.join(target, name), 0o755)
        return target

    # -- processes ----------------------------------------------------------------------------------------------------

    def account(self):
        """Arguments for subprocess: run as the engine's user, with no terminal and little environment."""
        if os.getuid() != 0:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def environment(self, **more):
        return {"PATH": PATH, "LANG": "C.UTF-8", "HOME": self.scratch, **more}

    def run(self, argv, env=None, limit=PATIENCE, text_in=None):
        """Run a command as the engine's user to its end."""
        source = {"stdin": subprocess.DEVNULL} if text_in is None else {"input": text_in}
        return subprocess.run(argv, capture_output=True, text=True, encoding="utf-8", errors="replace", cwd="/",
                              env=env or self.environment(), timeout=limit, check=False, **source, **self.account())

    def spawn(self, title, argv, env=None, as_engine=True, must_live=True):
        log = self.path(f"{title}.out")
        with open(log, "wb") as out:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd="/",
                                       env=env or self.environment(), start_new_session=True,
                                       **(self.account() if as_engine else {}))
        process.title, process.must_live, process.log = title, must_live, log
        self.logs.append(log)
        self.processes.append(process)
        return process

    def stop(self, process, patience=30):
        """End a process we started: politely first. Its orphans are seen to at the end."""
        process.must_live = False
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def stop_all(self):
        for process in reversed(list(self.processes)):
            self.stop(process)
        for _ in range(100):  # orphans of orphans come to us one generation at a time
            left = children()
            if not left:
                return
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except (ProcessLookupError, ChildProcessError):
                    pass

    # -- the whole ----------------------------------------------------------------------------------------------------

    def finish(self):
        self.stop_all()
        if os.environ.get("KEEP"):
            self.note(f"kept: {self.scratch}")
        else:
            shutil.rmtree(self.scratch, ignore_errors=True)


def require_programs(*names):
    """Find programs of an engine, or say what is missing and end."""
    found = []
    for name in names:
        path = name if os.access(name, os.X_OK) else shutil.which(name, path=PATH)
        if not path:
            print(f"not ok - {name} is not installed (run.sh --install fetches it)", flush=True)
            sys.exit(1)
        found.append(path)
    return found


def main(name, story):
    """Run story(harness) and exit with 0 if every step was good."""
    become_subreaper()
    stop_at_signals()
    harness = Harness(name)
    try:
        story(harness)
    except StepFailed:
        pass
    except SystemExit:  # something is not installed; it has been said
        harness.failed += 1
    except Stopped:
        harness.ok(False, "stopped by a signal")
    except Exception:  # a test must not die without its logs
        harness.ok(False, "no unexpected error", traceback.format_exc())
    finally:
        if harness.failed:
            harness.show_logs()
        harness.finish()
    sys.exit(1 if harness.failed else 0)
