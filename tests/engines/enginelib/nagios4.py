"""A private Nagios Core 4: every path below one directory, its command pipe and status file as the interface."""

import os
import re
import time

from .harness import require_programs

# What a distribution's own configuration brings along, and a contact whose pager is a file.
OBJECTS = r"""
define timeperiod {
    timeperiod_name                 always
    alias                           always
    sunday                          00:00-24:00
    monday                          00:00-24:00
    tuesday                         00:00-24:00
    wednesday                       00:00-24:00
    thursday                        00:00-24:00
    friday                          00:00-24:00
    saturday                        00:00-24:00
}
define command {
    command_name                    pager
    command_line                    /usr/bin/printf "%s\n" "$NOTIFICATIONTYPE$ $HOSTNAME$/$SERVICEDESC$ is $SERVICESTATE$: $SERVICEOUTPUT$" >>{base}/pager
}
define command {
    command_name                    nothing
    command_line                    /bin/true
}
define contact {
    contact_name                    operator
    service_notification_period     always
    host_notification_period        always
    service_notification_options    w,u,c,r
    host_notification_options       n
    service_notification_commands   pager
    host_notification_commands      nothing
}
define host {
    name                            generic-host
    register                        0
    check_period                    always
    notification_period             always
    contacts                        operator
    initial_state                   o
}
define service {
    name                            generic-service
    register                        0
    check_period                    always
    check_interval                  5
    retry_interval                  1
    max_check_attempts              3
    notification_period             always
    notification_interval           0
    contacts                        operator
    flap_detection_enabled          0
}
"""

MAIN = r"""
log_file={base}/nagios.log
cfg_file={base}/objects.cfg
{files}
object_cache_file={base}/objects.cache
precached_object_file={base}/objects.precache
resource_file={base}/resource.cfg
status_file={base}/status.dat
status_update_interval=1
nagios_user={user}
nagios_group={group}
check_external_commands=1
command_file={base}/rw/nagios.cmd
query_socket={base}/rw/nagios.qh
lock_file={base}/nagios.pid
temp_file={base}/nagios.tmp
temp_path={base}/tmp
check_result_path={base}/checkresults
state_retention_file={base}/retention.dat
retain_state_information=0
check_for_updates=0
bare_update_check=1
event_broker_options=0
log_rotation_method=n
use_syslog=0
interval_length={interval_length}
check_result_reaper_frequency=1
service_check_timeout=120
execute_host_checks=0
enable_notifications=1
enable_event_handlers=0
enable_flap_detection=0
service_inter_check_delay_method=n
max_service_check_spread=1
check_workers=2
process_performance_data=1
service_perfdata_file={base}/perfdata
service_perfdata_file_mode=a
service_perfdata_file_template=$HOSTNAME$!$SERVICEDESC$\t$SERVICESTATEID$\t$SERVICEPERFDATA$
illegal_object_name_chars=`~!$%^&*|'"<>?,()=
illegal_macro_output_chars=`~$&|'"<>
date_format=iso8601
"""


def _unescape(text):
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


class Nagios4:
    def __init__(self, harness, macros, files, environment, interval_length=1):
        """macros: {number: value} of resource.cfg; files: object files; a "minute" lasts interval_length seconds"""
        self.program, = require_programs("nagios4")
        self.harness, self.environment = harness, environment
        self.base = harness.directory("nagios")
        for part in ("rw", "tmp", "checkresults"):
            harness.directory("nagios", part)
        values = {"base": self.base, "user": harness.user, "group": harness.group, "interval_length": interval_length,
                  "files": "\n".join(f"cfg_file={path}" for path in files)}
        self._put("objects.cfg", OBJECTS, values)
        self.main = self._put("nagios.cfg", MAIN, values)
        lines = "".join(f"$USER{number}$={value}\n" for number, value in {1: harness.plugins, **macros}.items())
        harness.write("nagios/resource.cfg", lines, mode=0o640)
        harness.logs.append(self.file("nagios.log"))
        self.process = None

    def _put(self, name, template, values):
        text = re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), template)
        return self.harness.write(f"nagios/{name}", text)

    def file(self, name):
        return os.path.join(self.base, name)

    def read(self, name):
        try:
            with open(self.file(name), encoding="utf-8", errors="replace") as source:
                return source.read()
        except FileNotFoundError:
            return ""

    def validate(self):
        """`nagios4 -v`: (good, what it printed)"""
        done = self.harness.run([self.program, "-v", self.main])
        return done.returncode == 0, done.stdout + done.stderr

    def start(self):
        self.process = self.harness.spawn("nagios4", [self.program, self.main],
                                          env=self.harness.environment(**self.environment))
        self.harness.wait("Nagios takes commands", lambda: self._hears() and self.services())
        self.harness.ok(True, "Nagios is up")

    def stop(self):
        self.harness.stop(self.process)

    def services(self):
        """{"HOST!SERVICE": {member of status.dat: value}}"""
        found, current = {}, None
        for line in self.read("status.dat").splitlines():
            if line.startswith("servicestatus {"):
                current = {}
            elif line == "\t}" and current is not None:
                found[f"{current['host_name']}!{current['service_description']}"] = current
                current = None
            elif current is not None and "=" in line:
                key, value = line.strip("\t").split("=", 1)
                current[key] = _unescape(value) if key == "long_plugin_output" else value
        return found

    def service(self, name):
        return self.services().get(name, {})

    def force(self, name):
        """Ask for a check now; Nagios may forget it while it starts, so ask again if nothing comes."""
        host, service = name.split("!")
        self.command(f"SCHEDULE_FORCED_SVC_CHECK;{host};{service};{int(time.time())}")

    def _hears(self):
        """Does somebody read the command pipe? If not, opening it raises, and wait() asks again."""
        os.close(os.open(self.file("rw/nagios.cmd"), os.O_WRONLY | os.O_NONBLOCK))
        return True

    def command(self, text):
        line = f"[{int(time.time())}] {text}\n"
        pipe = os.open(self.file("rw/nagios.cmd"), os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(pipe, line.encode())
        finally:
            os.close(pipe)

    def wait_for(self, name, what, probe):
        """Force checks of a service until probe(its status) is true; give that status."""
        asked = [0.0]

        def done():
            if time.monotonic() - asked[0] > 3:
                self.force(name)
                asked[0] = time.monotonic()
            status = self.service(name)
            return status if status and probe(status) else None

        return self.harness.wait(what, done)

    def perfdata(self, name):
        """The lines of the performance data file of a service: [(state, data)]"""
        rows = [line.split("\t", 2) for line in self.read("perfdata").splitlines()]
        return [(int(row[1]), row[2]) for row in rows if len(row) == 3 and row[0] == name]
