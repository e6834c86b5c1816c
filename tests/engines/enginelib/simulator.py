"""The simulator of the providers, as the tests use it."""

import json
import os
import urllib.parse
import urllib.request

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy of the environment
TOKEN = "t0ken-of-the-engine-tests"


class Simulator:
    def __init__(self, harness, *options):
        self.harness = harness
        program = os.environ.get("SIMULATOR", "")
        if not os.access(program, os.X_OK):
            harness.need(False, f"the simulator {program or '(set SIMULATOR)'} is built")
        port_file = harness.path("simulator.port")
        harness.spawn("simulator", [program, "--port=0", f"--port-file={port_file}", *options],
                      as_engine=False)
        self.port = harness.wait("the simulator listens", lambda: self._read_port(port_file))

    @staticmethod
    def _read_port(path):
        with open(path, encoding="ascii") as ports:
            values = dict(line.strip().split("=", 1) for line in ports if "=" in line)
        return int(values["http"]) if "http" in values else None

    def url(self, world):
        return f"http://127.0.0.1:{self.port}/world/{world}"

    def control(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_sim/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        with _direct.open(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def world(self, name, **settings):
        """Make a world that accepts TOKEN only, unless settings say otherwise."""
        self.control("PUT", f"world/{name}", {"require_token": TOKEN, **settings})

    def task(self, world, task, **members):
        self.control("PUT", f"world/{world}/task/{urllib.parse.quote(task)}", members)
