"""A private NRPE server on loopback and its client."""

from .harness import free_port, require_programs

CONFIG = """\
pid_file={base}/nrpe.pid
server_address=127.0.0.1
server_port={port}
nrpe_user={user}
nrpe_group={group}
allowed_hosts=127.0.0.1
dont_blame_nrpe=0
allow_bash_command_substitution=0
disable_syslog=1
log_file={base}/nrpe.log
command_timeout=60
connection_timeout=300
include={commands}
"""


class Nrpe:
    def __init__(self, harness, commands):
        """commands: path of a file of command[NAME]=LINE"""
        self.harness, self.commands = harness, commands
        self.server, self.client = require_programs("nrpe", "/usr/lib/nagios/plugins/check_nrpe")
        self.base = harness.directory("nrpe")
        self.port = self.process = None

    def start(self):
        for _ in range(5):  # somebody else may have taken the port meanwhile
            self.port = free_port()
            config = self.harness.write("nrpe/nrpe.cfg", CONFIG.format(
                base=self.base, port=self.port, user=self.harness.user, group=self.harness.group,
                commands=self.commands))
            self.process = self.harness.spawn("nrpe", [self.server, "-c", config, "-f"], must_live=False)
            self.harness.wait("NRPE answers", lambda: self.process.poll() is not None or self.ask()[0] == 0)
            if self.process.poll() is None:
                break
        if f"{self.base}/nrpe.log" not in self.harness.logs:
            self.harness.logs.append(f"{self.base}/nrpe.log")
        self.harness.need(self.process.poll() is None, "NRPE is up")
        self.process.must_live = True

    def ask(self, command=None, *more):
        """(exit code, output) of check_nrpe"""
        argv = [self.client, "-D", "-H", "127.0.0.1", "-p", str(self.port), "-t", "60"]
        done = self.harness.run(argv + (["-c", command] if command else []) + list(more))
        return done.returncode, done.stdout

    def stop(self):
        self.harness.stop(self.process)
