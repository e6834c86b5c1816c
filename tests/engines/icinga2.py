#!/usr/bin/env python3
"""Icinga 2 with the shipped files: `apply for` over the tasks, the story of each, metrics, secrets, long output."""
# packages: icinga2-bin openssl

import json
import re

from enginelib import harness, icinga_story, perfdata
from enginelib.icinga2 import Icinga2
from enginelib.icinga_story import SERVICES, first_line
from enginelib.simulator import TOKEN, Simulator
from enginelib.tasks import CONTRIB, MANY, Tasks, faults_of_the_list

MORE = """
object Host "more" {{
  import "cloud-account"
  vars.cloudtask_url = "{url}"
  vars.cloudtask_token_file = "{directory}/123pan.token"
  // every kind of argument
  vars.cloud_tasks["arguments"] = {{
    system = "123pan_copy"
    id = "1ketmmu1000d86isuyq33su100w1bnp6"
    cloudtask_warning = [ "age=100d", "failed_files=5" ]
    cloudtask_critical = "age=200d"
    cloudtask_map = "waiting=warning"
    cloudtask_verbose = true
    cloudtask_remember = false
    cloudtask_retries = 0
    cloudtask_state_dir = "{state}"
  }}
  vars.cloud_tasks["hangs"] = {{ system = "koodrive_task", id = "fault-silence", cloudtask_timeout = "2" }}
  vars.cloud_tasks["gone"] = {{ system = "coze_copy", id = "never-was" }}
}}
object Service "many" {{
  import "cloud-task"
  host_name = "more"
  check_command = "123pan_copy"
  vars.cloudtask_tasks_file = "{directory}/copies.tasks"
}}
"""


def every_file(engine, tasks):
    """Include all that is shipped, in an operator's order."""
    constants = tasks.example("icinga2/example-constants.conf")
    constants = re.sub(r'(CozeToken = )"[^"]*"', lambda match: match[1] + json.dumps(TOKEN), constants)
    engine.include(engine.put("constants.conf", constants, mode=0o640))
    engine.include(f"{CONTRIB}/icinga2/cloud-task-plugins.conf")
    engine.include(f"{CONTRIB}/icinga2/example-services.conf")
    engine.include(engine.put("hosts.conf", tasks.example("icinga2/example-hosts.conf")))
    engine.include(engine.put("more.conf", MORE.format(url=tasks.url, directory=tasks.directory, state=tasks.state)))


def arguments(test, engine):
    command = engine.check("more!arguments")["last_check_result"]["command"]
    wanted = {"--warning=age=100d", "--warning=failed_files=5", "--critical=age=200d", "--map=waiting=warning",
              "--retries=0", "--timeout=30"}
    given = {f"{option}={value}" for option, value in zip(command, command[1:])}
    test.ok(wanted <= given and command.count("--warning") == 2, "arrays, strings and numbers become arguments",
            command)
    test.ok("--verbose" in command and "--remember" not in command, "flags are set and not set", command)


def a_missing_task(test, engine):
    attrs = engine.check_until("more!gone", 3, "a task that the provider does not know is UNKNOWN")
    test.ok(not perfdata.looks_failed(first_line(attrs)), "a missing task does not look like a failed one", attrs)


def a_silent_provider(test, engine):
    attrs = engine.check_until("more!hangs", 3, "a provider that never answers makes the service UNKNOWN")
    test.ok("deadline" in first_line(attrs) and "Timeout exceeded" not in attrs["last_check_result"]["output"],
            "the plugin's own deadline comes before Icinga's, and says so", attrs)


def refused_token(test, engine, tasks):
    tasks.simulator.world(tasks.name, require_token="another-token")
    for plugin, service in SERVICES.items():
        attrs = engine.check_until(service, 3, f"{plugin}: a refused token is UNKNOWN")
        test.ok(not perfdata.looks_failed(first_line(attrs)),
                f"{plugin}: a refused token is UNKNOWN and does not look like a failed task", attrs)
    tasks.simulator.world(tasks.name)


def long_output(test, engine):
    result = engine.check_until("more!many", 2, f"{MANY} failed copies in one service")["last_check_result"]
    first, _, rest = result["output"].partition("\n")
    wrong, told = faults_of_the_list(first, " ".join(result["performance_data"]), rest)
    test.ok(not wrong, f"of {MANY} failed copies {told} are told, the others counted, and hostile text is harmless",
            *wrong, result)


def story(test):
    tasks = Tasks(test, Simulator(test), "icinga2")
    tasks.many()
    engine = Icinga2(test)
    engine.environment = tasks.environment
    every_file(engine, tasks)
    good, said = engine.validate()
    test.need(good and "warning" not in said.lower(), "icinga2 daemon -C accepts the shipped files and warns of nothing",
              said)
    engine.start()
    wanted = sorted([*SERVICES.values(), "more!arguments", "more!gone", "more!hangs", "more!many"])
    test.ok(engine.names() == wanted, "`apply for` makes one service a task", engine.names())
    failed = icinga_story.whole(test, engine, tasks)
    icinga_story.metrics(test, engine, failed)
    icinga_story.no_secret(test, engine, failed, TOKEN)
    arguments(test, engine)
    a_missing_task(test, engine)
    a_silent_provider(test, engine)
    refused_token(test, engine, tasks)
    long_output(test, engine)
    engine.stop()


harness.main("icinga2", story)
