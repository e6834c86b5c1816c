"""A private Icinga 2: every path below one directory, its REST API on loopback, no systemd."""

import base64
import json
import os
import secrets
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from .harness import free_port, require_programs

NODE = "engine-master"

TEMPLATES = """
template Host "test-host" {
  check_command = "dummy"
  check_interval = 1d
  enable_notifications = false
  enable_active_checks = false
}
"""


def _openssl(*argv):
    subprocess.run(["openssl", *argv], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=120)


class Authority:
    """A certificate authority of elliptic curve keys: quick to make, even on a slow machine."""

    def __init__(self, harness):
        require_programs("openssl")
        self.harness = harness
        self.directory = harness.path("authority")
        os.makedirs(self.directory, exist_ok=True)
        self.certificate, self.key = self._file("ca.crt"), self._file("ca.key")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                 "-subj", "/CN=Icinga CA", "-addext", "basicConstraints=critical,CA:TRUE",
                 "-keyout", self.key, "-out", self.certificate)
        os.chmod(self.certificate, 0o644)

    def _file(self, name):
        return os.path.join(self.directory, name)

    def sign(self, name, directory):
        """Put NAME.key, NAME.crt and ca.crt into a directory."""
        key, request = os.path.join(directory, f"{name}.key"), self._file(f"{name}.csr")
        extension = self._file(f"{name}.ext")
        with open(extension, "w", encoding="ascii") as out:
            out.write(f"subjectAltName=DNS:{name},DNS:localhost,IP:127.0.0.1\n")
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                 "-keyout", key, "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                 "-days", "3650", "-extfile", extension, "-out", os.path.join(directory, f"{name}.crt"))
        with open(self.certificate, encoding="ascii") as source:
            text = source.read()
        with open(os.path.join(directory, "ca.crt"), "w", encoding="ascii") as out:
            out.write(text)
        os.chmod(key, 0o600)


class Icinga2:
    def __init__(self, harness, authority=None, node=NODE, plugins=None):
        self.program, = require_programs("icinga2")
        self.harness, self.node = harness, node
        self.plugins = plugins or harness.plugins
        self.base = harness.directory(node)
        self.port = free_port()
        self.process = None
        self.config = "\n".join(['object Zone "director-global" { global = true }', TEMPLATES])
        self.zones = self.own_zone
        self.accept_config = False
        self.environment = {}
        for part in ("etc/zones.d", "data/certs", "log", "cache", "spool/perfdata", "spool/tmp", "run"):
            os.makedirs(os.path.join(self.base, part), exist_ok=True)
        self.authority = authority or Authority(harness)
        self.authority.sign(node, os.path.join(self.base, "data/certs"))
        self.user, self.password = "engine-tests", secrets.token_hex(16)
        self._opener = None

    def own_zone(self):
        return (f'object Endpoint NodeName {{ host = "127.0.0.1"; port = "{self.port}" }}\n'
                f'object Zone ZoneName {{ endpoints = [ NodeName ] }}\n')

    # -- configuration ------------------------------------------------------------------------------------------------

    def file(self, *parts):
        return os.path.join(self.base, *parts)

    def put(self, name, text, mode=0o644):
        return self.harness.write(os.path.join(self.node, "etc", name), text, mode)

    def include(self, path):
        self.config += f'\ninclude "{path}"\n'

    def _main_config(self, zone_name):
        return f"""
const NodeName = "{self.node}"
const ZoneName = "{zone_name}"
const PluginDir = "{self.plugins}"
include <itl>
{self.zones()}
object IcingaApplication "app" {{ enable_notifications = false; enable_event_handlers = false }}
object CheckerComponent "checker" {{ }}
object FileLogger "main-log" {{ severity = "information"; path = LogDir + "/icinga2.log" }}
object ApiListener "api" {{
  bind_host = "127.0.0.1"
  bind_port = {self.port}
  accept_commands = true
  accept_config = {"true" if self.accept_config else "false"}
}}
include "api-user.conf"
{self.config}
"""

    def _write(self, zone_name):
        user = f'object ApiUser "{self.user}" {{ password = "{self.password}"; permissions = [ "*" ] }}\n'
        self.put("api-user.conf", user, mode=0o600)
        main = self.put("icinga2.conf", self._main_config(zone_name))
        self.harness.give(self.base)
        places = {"ConfigDir": "etc", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
                  "InitRunDir": "run", "ZonesDir": "etc/zones.d", "StatePath": "data/icinga2.state",
                  "ModAttrPath": "data/modified-attributes.conf", "PidPath": "run/icinga2.pid",
                  "ObjectsPath": "cache/icinga2.debug", "VarsPath": "cache/icinga2.vars"}
        return [self.program, "daemon", "-c", main] + [f"-D{key}={self.file(where)}" for key, where in places.items()]

    def _env(self):
        return self.harness.environment(ICINGA2_USER=self.harness.user, ICINGA2_GROUP=self.harness.group,
                                        **self.environment)

    def validate(self, zone_name="master"):
        """`icinga2 daemon -C`: (good, what it printed)"""
        done = self.harness.run(self._write(zone_name) + ["-C"], env=self._env())
        return done.returncode == 0, done.stdout + done.stderr

    # -- life ---------------------------------------------------------------------------------------------------------

    def start(self, zone_name="master", fixed_port=False):
        """Start; on a port that somebody else took meanwhile, on another one."""
        for attempt in range(1 if fixed_port else 5):
            if attempt:
                self.port = free_port()
            argv = self._write(zone_name)
            self.process = self.harness.spawn(self.node, argv, env=self._env(), must_live=False)
            self.harness.wait(f"{self.node} runs", lambda: self.process.poll() is not None or self._answers())
            if self.process.poll() is None:
                break
        log = self.file("log/icinga2.log")
        if log not in self.harness.logs:
            self.harness.logs.append(log)
        self.harness.need(self.process.poll() is None, f"Icinga 2 is up ({self.node})")
        self.process.must_live = True

    def _answers(self):
        try:
            return self.api("GET", "/v1/status/IcingaApplication")["results"][0]["name"] == "IcingaApplication"
        except (OSError, ValueError, KeyError, IndexError):
            return False

    def stop(self):
        self.harness.stop(self.process)

    def _open(self, request, timeout=60):
        if not self._opener:
            context = ssl.create_default_context(cafile=self.authority.certificate)
            self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                                       urllib.request.HTTPSHandler(context=context))
        return self._opener.open(request, timeout=timeout)

    def api(self, method, path, body=None):
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"https://localhost:{self.port}{path}", method="POST", data=json.dumps(body or {}).encode(),
            headers={"Accept": "application/json", "X-HTTP-Method-Override": method, "Authorization": f"Basic {login}"})
        try:
            with self._open(request) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise OSError(f"{method} {path}: {error.code} {text}") from error

    # -- services -----------------------------------------------------------------------------------------------------

    def names(self):
        return sorted(found["name"] for found in self.api("GET", "/v1/objects/services?attrs=name")["results"])

    def service(self, name):
        """The attributes of HOST!SERVICE."""
        quoted = urllib.parse.quote(name, safe="")
        return self.api("GET", f"/v1/objects/services/{quoted}")["results"][0]["attrs"]

    def reschedule(self, name):
        self.api("POST", "/v1/actions/reschedule-check",
                 {"type": "Service", "filter": "service.__name == n", "filter_vars": {"n": name}, "force": True})

    def check(self, name):
        """Force a check, wait for its result, and give the service's attributes."""
        result = self.service(name).get("last_check_result") or {}
        before = result.get("schedule_end", 0)
        asked = [0.0]

        def done():
            now = time.monotonic()
            if not asked[0] or now - asked[0] > 30:  # a request can be lost while the daemon is busy starting
                self.reschedule(name)
                asked[0] = now
            attrs = self.service(name)
            return attrs if (attrs.get("last_check_result") or {}).get("schedule_end", 0) > before else None

        return self.harness.wait(f"{name} is checked", done)

    def check_until(self, name, state, what):
        """Force checks until the service is in a hard state."""
        seen = {}

        def done():
            seen.update(self.check(name))
            return int(seen["state"]) == state and int(seen["state_type"]) == 1

        self.harness.wait(what, done)
        return seen

    def script(self, text):
        """Evaluate Icinga's own language in the daemon."""
        answer = self.api("POST", "/v1/console/execute-script", {"session": "t", "sandboxed": False, "command": text})
        return answer["results"][0]["result"]

    def read_perfdata(self, items):
        return self.script(perfdata_script(items))


def perfdata_script(items):
    """Icinga's own parser over items of performance data; null for one that it rejects."""
    return (f"var r = []; for (p in {json.dumps(items)}) {{ try {{ var v = parse_performance_data(p); "
            "r.add({ label = v.label, value = v.value, unit = v.unit, warn = v.warn, crit = v.crit, min = v.min, "
            "max = v.max }) } except { r.add(null) } }; r")


def read_perfdata_offline(harness, items):
    """The same with no daemon running."""
    program, = require_programs("icinga2")
    script = perfdata_script(items).removesuffix("r") + "Json.encode(r)"
    done = harness.run([program, "console", "-x", "critical", "--eval", script],
                       env=harness.environment(ICINGA2_USER=harness.user, ICINGA2_GROUP=harness.group))
    return json.loads(json.loads(done.stdout))
