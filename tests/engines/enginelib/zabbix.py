"""A private Zabbix 6.0: its own PostgreSQL cluster, the server, the frontend with the API, an agent; no systemd."""

import glob
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import urllib.parse

from .harness import PATIENCE, free_port, require_programs
from .zabbix_api import PASSWORD, USER, ZabbixApi

FRONTEND = "/usr/share/zabbix"
SCHEMA = "/usr/share/zabbix-server-pgsql"

# Drops the rows of Zabbix's own templates; a row may have several lines, and all but the last statement are INSERTs.
NO_TEMPLATES = r"""
/^INSERT INTO / {
    skip = $3 ~ /^(hosts|hosts_.*|host_.*|hostmacro|interface|items|item_.*|triggers|trigger_.*|functions)$/ ||
        $3 ~ /^(graphs|graphs_items|valuemap|valuemap_mapping|lld_.*|group_prototype)$/
}
/^COMMIT;/ { skip = 0 }
!skip
"""

POSTGRES_CONF = """
listen_addresses = ''
port = {port}
unix_socket_directories = '{base}'
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 64MB
max_parallel_workers_per_gather = 0
"""

SERVER_CONF = """
LogType=file
LogFile={base}/zabbix_server.log
LogFileSize=0
PidFile={base}/zabbix_server.pid
SocketDir={base}
DBHost={database}
DBPort={database_port}
DBName=zabbix
DBUser=zabbix
ListenIP=127.0.0.1
ListenPort={port}
SourceIP=127.0.0.1
ExternalScripts={scripts}
AlertScriptsPath={base}
Timeout={timeout}
StartPollers=8
StartPollersUnreachable=1
StartPreprocessors=2
StartLLDProcessors=1
StartTrappers=2
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartODBCPollers=0
StartHistoryPollers=1
StartProxyPollers=0
StartTimers=1
StartEscalators=1
StartAlerters=1
StartDBSyncers=1
CacheUpdateFrequency=1
CacheSize=64M
StatsAllowedIP=127.0.0.1
User={user}
"""

AGENT_CONF = """
LogType=file
LogFile={base}/zabbix_agentd.log
PidFile={base}/zabbix_agentd.pid
Server=127.0.0.1
Hostname=agent
ListenIP=127.0.0.1
ListenPort={port}
StartAgents=2
Timeout={timeout}
User={user}
Include={include}
"""

FRONTEND_CONF = """<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '{database}';
$DB['PORT'] = '{database_port}';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'zabbix';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['KEY_FILE'] = $DB['CERT_FILE'] = $DB['CA_FILE'] = $DB['CIPHER_LIST'] = '';
$DB['VERIFY_HOST'] = false;
$DB['VAULT_URL'] = $DB['VAULT_DB_PATH'] = $DB['VAULT_TOKEN'] = '';
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '{port}';
$ZBX_SERVER_NAME = '';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
"""


def low_free_port():
    """A free port that Zabbix takes: it allows none above 32767."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def _programs():
    directories = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    postgres = directories[-1] if directories else "/usr/lib/postgresql/bin"
    return require_programs(f"{postgres}/initdb", f"{postgres}/postgres", "psql", "zabbix_server", "zabbix_agentd",
                            "zabbix_sender", "php")


class Zabbix:
    """up() starts everything; timeout is the Timeout of the server."""

    def __init__(self, harness, timeout=15):
        (self.initdb, self.postgres, self.psql, self.server_program, self.agent_program, self.sender_program,
         self.php) = _programs()
        self.harness, self.timeout = harness, timeout
        if os.getuid() == 0:
            account = pwd.getpwnam("zabbix")
            harness.user, harness.group = "zabbix", "zabbix"
            shutil.chown(harness.plugins, account.pw_uid, account.pw_gid)
        self.base = harness.directory("zabbix")
        self.scripts = harness.directory("externalscripts")
        self.database = harness.path("database")
        self.database_port = 5432  # names the socket's file only
        self.port = self.agent_port = self.api = self.web = None

    def up(self):
        self._database_up()
        self._server_up()
        self._frontend_up()

    def down(self):
        """In this order the database has nobody left to wait for; what goes wrong here is seen to by the harness."""
        for process in reversed(list(self.harness.processes)):
            if process.title in ("zabbix_server", "zabbix_agentd", "frontend"):
                self.harness.stop(process, 60)
        for process in list(self.harness.processes):
            if process.title == "postgres":
                process.must_live = False
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    pass
                self.harness.stop(process)

    # -- the database -------------------------------------------------------------------------------------------------

    def _as_postgres(self):
        if os.getuid() != 0:
            return {}
        account = pwd.getpwnam("postgres")
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def _must(self, what, argv, **more):
        """Run a command of the set-up as the database's owner."""
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/",
                              text=True, errors="replace", timeout=600, check=False,
                              env=self.harness.environment(), **self._as_postgres(), **more)
        if done.returncode != 0:
            self.harness.need(False, what, *done.stdout.splitlines()[-40:])
        return done.stdout

    def _query(self, database, *arguments):
        return self._must(f"SQL in {database}", [self.psql, "-h", self.database, "-p", str(self.database_port), "-qAtX",
                                                 "-v", "ON_ERROR_STOP=1", "-U", "zabbix", *arguments, database])

    def _database_up(self):
        os.makedirs(self.database, exist_ok=True)
        os.chmod(self.database, 0o755)
        if os.getuid() == 0:
            shutil.chown(self.database, "postgres", "postgres")
        cluster = os.path.join(self.database, "cluster")
        self._must("initdb", [self.initdb, "-D", cluster, "-U", "zabbix", "-E", "UTF8", "--locale=C.UTF-8",
                              "-A", "trust", "-N"])
        with open(os.path.join(cluster, "postgresql.conf"), "a", encoding="ascii") as conf:
            conf.write(POSTGRES_CONF.format(port=self.database_port, base=self.database))
        owner = self.harness.user, self.harness.group
        if os.getuid() == 0:
            self.harness.user, self.harness.group = "postgres", "postgres"
        try:
            self.harness.spawn("postgres", [self.postgres, "-D", cluster])
        finally:
            self.harness.user, self.harness.group = owner
        self.harness.wait("PostgreSQL answers", self._database_answers)
        self._query("postgres", "-c", "CREATE DATABASE zabbix")
        # Without the templates that come along, and the checks of foreign keys: in a third of the time.
        load = (f"{{ gzip -dc {SCHEMA}/schema.sql.gz {SCHEMA}/images.sql.gz; "
                f'gzip -dc {SCHEMA}/data.sql.gz | awk "$1"; }}')
        self._must("load Zabbix's schema", [
            "env", "PGOPTIONS=-c session_replication_role=replica", "bash", "-o", "pipefail", "-c",
            f'{load} | "${{@:2}}"', "load", NO_TEMPLATES, self.psql, "-h", self.database, "-p", str(self.database_port),
            "-U", "zabbix", "-qX1", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "zabbix"])
        self._query("zabbix", "-c", "VACUUM ANALYZE")

    def _database_answers(self):
        done = subprocess.run([self.psql, "-h", self.database, "-p", str(self.database_port), "-U", "zabbix", "-qAtX",
                               "-c", "SELECT 1", "postgres"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=self.harness.environment(), cwd="/", timeout=60, check=False, **self._as_postgres())
        return done.stdout.strip() == "1"

    # -- the server ---------------------------------------------------------------------------------------------------

    def _start(self, what, begin, answers):
        """Another process may take a port first, so a program that ends at once is started again with another."""
        for _ in range(3):
            process = begin()
            state = self.harness.wait(
                what, lambda ours=process: "ended" if ours.poll() is not None else answers() and "up")
            if state == "up":
                process.must_live = True
                return
            self.harness.note(f"{process.title} ended with {process.returncode}")
            self.harness.stop(process)
        self.harness.need(False, what)

    def _server_up(self):
        log = os.path.join(self.base, "zabbix_server.log")
        self.harness.logs.append(log)
        self._start("the Zabbix server starts", self._begin_server, lambda: self._server_answers(log))

    def _begin_server(self):
        self.port = low_free_port()
        conf = self.harness.write("zabbix/zabbix_server.conf", SERVER_CONF.format(
            base=self.base, database=self.database, database_port=self.database_port, port=self.port,
            scripts=self.scripts, timeout=self.timeout, user=self.harness.user))
        return self.harness.spawn("zabbix_server", [self.server_program, "-f", "-c", conf], must_live=False,
                                  env=self.harness.environment(CLOUD_TASKS_PLUGIN_DIR=self.harness.plugins))

    def _server_answers(self, log):
        with open(log, encoding="utf-8", errors="replace") as lines:
            started = re.findall(r"started \[(poller|trapper|preprocessing manager|history syncer)", lines.read())
        if len(set(started)) < 4:
            return False
        with socket.create_connection(("127.0.0.1", self.port), timeout=10):
            return True

    # -- the frontend -------------------------------------------------------------------------------------------------

    def _frontend_up(self):
        """Debian's frontend reads its configuration in /etc; a copy reads ours."""
        root = self.harness.path("frontend")
        shutil.copytree(FRONTEND, root, symlinks=True)
        ours = os.path.join(root, "conf", "zabbix.conf.php")
        with open(ours, "w", encoding="ascii") as conf:
            text = FRONTEND_CONF
            for name in ("database", "database_port", "port"):
                text = text.replace("{%s}" % name, str(getattr(self, name)))
            conf.write(text)
        reader = os.path.join(root, "include/classes/core/CConfigFile.php")
        with open(reader, encoding="utf-8") as source:
            text = source.read()
        with open(reader, "w", encoding="utf-8") as target:
            target.write(re.sub(r"(CONFIG_FILE_PATH = )'[^']*'", lambda found: f"{found[1]}'{ours}'", text))
        sessions, locale = self.harness.directory("sessions"), self.harness.directory("locale")
        for name in ("en_US.utf8", "zh_CN.utf8", "C.utf8"):  # wanted by the frontend; one that is always there will do
            os.symlink("/usr/lib/locale/C.utf8", os.path.join(locale, name))
        self.harness.give(root)
        self._start("the frontend answers", lambda: self._begin_frontend(root, sessions, locale),
                    lambda: self.api.login())

    def _begin_frontend(self, root, sessions, locale):
        port = free_port()
        self.web = f"http://127.0.0.1:{port}"
        self.api = ZabbixApi(f"{self.web}/api_jsonrpc.php")
        settings = ("max_execution_time=300", "max_input_time=300", "post_max_size=16M", "memory_limit=256M",
                    "date.timezone=UTC", "display_errors=0", "log_errors=0", f"session.save_path={sessions}")
        return self.harness.spawn(
            "frontend", [self.php, *(part for setting in settings for part in ("-d", setting)),
                         "-S", f"127.0.0.1:{port}", "-t", root],
            env=self.harness.environment(LOCPATH=locale, PHP_CLI_SERVER_WORKERS="3"), must_live=False)

    def screenshot(self, chromium, path, request, size="1400,800"):
        """The frontend takes the login in the address, so one call of the browser is enough."""
        login = urllib.parse.urlencode({"request": request, "name": USER, "password": PASSWORD, "autologin": 1,
                                        "enter": "Sign in"})
        done = subprocess.run(
            [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-default-apps", f"--user-data-dir={self.harness.path('chromium')}", "--lang=en-US",
             f"--window-size={size}", "--virtual-time-budget=10000", f"--screenshot={path}",
             f"{self.web}/index.php?{login}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=PATIENCE, check=False)
        return os.path.exists(path), done.stdout

    # -- what runs elsewhere ------------------------------------------------------------------------------------------

    def agent_up(self, include):
        """An agent with the user parameters of the given file."""
        self.harness.logs.append(os.path.join(self.base, "zabbix_agentd.log"))
        self._start("the agent listens", lambda: self._begin_agent(include), self._agent_listens)

    def _begin_agent(self, include):
        self.agent_port = low_free_port()
        conf = self.harness.write("zabbix/zabbix_agentd.conf", AGENT_CONF.format(
            base=self.base, port=self.agent_port, timeout=self.timeout, user=self.harness.user, include=include))
        return self.harness.spawn("zabbix_agentd", [self.agent_program, "-f", "-c", conf], must_live=False,
                                  env=self.harness.environment(CLOUD_TASKS_PLUGIN_DIR=self.harness.plugins))

    def _agent_listens(self):
        with socket.create_connection(("127.0.0.1", self.agent_port), timeout=10):
            return True
