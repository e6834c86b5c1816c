"""Icinga Director without a web server: a private MariaDB and icingacli."""

import json
import os
import secrets

from .harness import free_port, require_programs

MODULES = "/usr/share/icingaweb2/modules"
RESOURCES = """\
[director_db]
type = "db"
db = "mysql"
host = "127.0.0.1"
port = "{port}"
dbname = "director"
username = "director"
password = "{password}"
charset = "utf8"
"""
KICKSTART = """\
[config]
endpoint = "{endpoint}"
host = "127.0.0.1"
port = "{port}"
username = "{user}"
password = "{password}"
"""
WEB = f"""\
[global]
module_path = "{MODULES}"
show_stacktraces = "1"
config_backend = "ini"
[logging]
log = "none"
"""


class Director:
    def __init__(self, harness, icinga):
        self.cli_program, self.install_db, self.server, self.client = require_programs(
            "icingacli", "mariadb-install-db", "mariadbd", "mariadb")
        self.harness, self.icinga = harness, icinga
        self.base = harness.directory("director")
        self.socket = os.path.join(self.base, "s")
        self.password = secrets.token_hex(12)
        self.port = self.process = None

    def start(self):
        self._start_database()
        self._write_config()
        self.cli("migration", "run", "--verbose")
        self.cli("kickstart", "run")
        self.harness.ok(True, "Director is up, with its schema and its kickstart done")

    def _start_database(self):
        data = self.harness.directory("director", "db")
        done = self.harness.run([self.install_db, "--no-defaults", f"--datadir={data}", "--skip-test-db",
                                 "--auth-root-authentication-method=normal"], limit=300)
        self.harness.need(done.returncode == 0, "MariaDB has its tables", done.stdout, done.stderr)
        for _ in range(5):  # somebody else may have taken the port meanwhile
            self.port = free_port()
            self.process = self.harness.spawn("mariadbd", [
                self.server, "--no-defaults", f"--datadir={data}", f"--socket={self.socket}",
                f"--pid-file={self.base}/pid", "--bind-address=127.0.0.1", f"--port={self.port}"], must_live=False)
            self.harness.wait("MariaDB answers", lambda: self.process.poll() is not None
                              or self.sql("select 1").returncode == 0)
            if self.process.poll() is None:
                break
        self.harness.need(self.process.poll() is None, "MariaDB is up")
        self.process.must_live = True
        grants = "".join(f"grant all on director.* to director@'{host}' identified by '{self.password}';"
                         for host in ("127.0.0.1", "localhost"))
        done = self.sql(f"create database director character set utf8; {grants}")
        self.harness.need(done.returncode == 0, "MariaDB has the Director's database", done.stderr)

    def sql(self, text):
        return self.harness.run([self.client, "--no-defaults", "-S", self.socket, "-uroot", "-e", text])

    def _write_config(self):
        def put(name, text):
            self.harness.write(f"director/web/{name}", text, mode=0o600)

        put("resources.ini", RESOURCES.format(port=self.port, password=self.password))
        put("config.ini", WEB)
        put("modules/director/config.ini", '[db]\nresource = "director_db"\n')
        put("modules/director/kickstart.ini", KICKSTART.format(
            endpoint=self.icinga.node, port=self.icinga.port, user=self.icinga.user, password=self.icinga.password))
        enabled = self.harness.directory("director", "web", "enabledModules")
        for module in ("incubator", "reactbundle", "director"):
            if os.path.isdir(f"{MODULES}/{module}"):
                os.symlink(f"{MODULES}/{module}", os.path.join(enabled, module))
        self.harness.give(self.base)

    def cli(self, *words, text=None):
        """Run `icingacli director WORDS`, text on its standard input; give what it prints."""
        environment = self.harness.environment(ICINGAWEB_CONFIGDIR=os.path.join(self.base, "web"))
        done = self.harness.run([self.cli_program, "director", *words], env=environment, text_in=text, limit=300)
        said = done.stdout + done.stderr
        if done.returncode != 0 or "Fatal error" in said or "ERROR" in said:
            self.harness.need(False, f"icingacli director {' '.join(words[:3])}", done.returncode, said)
        return done.stdout

    def create(self, kind, name, **properties):
        self.cli(kind, "create", name, "--json", json.dumps(properties))

    def deploy(self):
        return self.cli("config", "deploy")

    def stop(self):
        self.harness.stop(self.process)
