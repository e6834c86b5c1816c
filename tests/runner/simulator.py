"""Starts the simulator, talks to its control paths, and ends it by its process id."""

import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.parse

from proxy import Proxy

_HTTPS = re.compile(r'@HTTPS(?::([a-z]+))?@')


class Simulator:
    """One running process."""

    def __init__(self, program, certificate=None):
        command = [program, '--port=0']
        if certificate:
            command += ['--tls-port=0', '--cert=%s.pem' % certificate, '--key=%s.key' % certificate]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.ports = {}
        for _ in range(2 if certificate else 1):
            name, _, port = self.process.stdout.readline().decode().strip().partition('=')
            self.ports[name] = int(port or 0)
        if not all(self.ports.values()):
            raise OSError('the simulator %s did not start' % program)

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def control(self, method, path, document=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.ports['http'], timeout=60)
        try:
            body = None if document is None else json.dumps(document).encode()
            connection.request(method, '/_sim/' + path, body=body)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 300:
            raise ValueError('the simulator refuses %s %s: %s' % (method, path, answer.decode('utf-8', 'replace')))
        return json.loads(answer) if answer.strip() else {}


class Stage:
    """What one case has of a simulator: its script, its world and its addresses."""

    def __init__(self, simulator, case_name, places):
        self.simulator = simulator
        self.name = re.sub('[^A-Za-z0-9._-]', '.', case_name)[:100]
        base = 'http://127.0.0.1:%d' % simulator.ports['http']
        self.places = dict(places, **{
            '@URL@': '%s/case/%s' % (base, self.name),
            '@WORLD@': '%s/world/%s' % (base, self.name),
            '@HOST@': '127.0.0.1:%d' % simulator.ports['http'],
            '@PORT@': str(simulator.ports['http']),
            '@CASE@': self.name,
        })

    def put_script(self, document):
        self.simulator.control('PUT', 'case/' + self.name, document)

    def seen(self):
        return self.simulator.control('GET', 'case/' + self.name)

    def prepare_world(self, lines):
        """`settings JSON`, `task ID JSON`, `remove ID` and `revoke`, one a line."""
        world = 'world/' + self.name
        for line in lines:
            verb, _, rest = line.partition(' ')
            if verb == 'settings':
                self.simulator.control('PUT', world, json.loads(rest))
            elif verb == 'task':
                task, _, rest = rest.partition(' ')
                self.simulator.control('PUT', '%s/task/%s' % (world, urllib.parse.quote(task)), json.loads(rest))
            elif verb == 'remove':
                self.simulator.control('DELETE', '%s/task/%s' % (world, urllib.parse.quote(rest)))
            elif verb == 'revoke':
                self.simulator.control('POST', world + '/revoke')
            else:
                raise ValueError('[world] knows no ' + verb)

    def counts(self):
        return self.simulator.control('GET', 'world/' + self.name)

    def leave(self):
        self.simulator.control('DELETE', 'case/' + self.name)


class Stages:
    """The simulator of all cases, and one more for each certificate that a case asks for."""

    def __init__(self, program, certs_script):
        self.program = program
        self.certs_script = certs_script
        self.lock = threading.Lock()
        self.running = {}
        self.certs = None
        self.proxy = Proxy()

    def stage(self, case_name, text):
        """A stage fit for the placeholders that the case's text holds."""
        wanted = _HTTPS.search(text)
        certificate = (wanted[1] or 'good') if wanted else None
        with self.lock:
            if ('@CERTS@' in text or certificate) and not self.certs:
                self.certs = tempfile.mkdtemp(prefix='certs-')
                subprocess.run([self.certs_script, self.certs], check=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
            if certificate not in self.running:
                path = os.path.join(self.certs, certificate) if certificate else None
                self.running[certificate] = Simulator(self.program, path)
        simulator = self.running[certificate]
        places = {'@PROXY@': '127.0.0.1:%d' % self.proxy.port, '@CERTS@': self.certs or ''}
        stage = Stage(simulator, case_name, places)
        if wanted:
            stage.places[wanted[0]] = 'https://127.0.0.1:%d/case/%s' % (simulator.ports['https'], stage.name)
        return stage

    def end(self):
        for simulator in self.running.values():
            simulator.end()
        self.proxy.end()
        if self.certs:
            shutil.rmtree(self.certs, ignore_errors=True)
