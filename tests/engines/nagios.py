#!/usr/bin/env python3
"""Nagios Core 4 with the shipped files: a task runs, fails and succeeds; what the operator and the pager see."""
# packages: nagios4-core msmtp-mta

import re

from enginelib import harness, perfdata
from enginelib.nagios4 import Nagios4
from enginelib.simulator import Simulator
from enginelib.tasks import CONTRIB, MANY, TASKS, WHY, Tasks, faults_of_the_list

SERVICES = {"check_123pan_copy": "cloud-tasks!copy photos-2024", "check_123pan_offline": "cloud-tasks!offline film",
            "check_koodrive_task": "cloud-tasks!KooDrive move", "check_coze_copy": "cloud-tasks!Coze bots"}
LIST = "cloud-tasks!all copies"
HARD = "1"


def resource_macros(text):
    """The $USERn$ of resource.cfg.example."""
    return {int(number): value for number, value in re.findall(r"^\$USER(\d+)\$=(.*)$", text, re.M)}


def hard(state):
    return lambda status: status["current_state"] == str(state) and status["state_type"] == HARD \
        and status["has_been_checked"] == "1"


def everywhere(test, engine, state, phase):
    """Wait until each plugin's service is in a hard state; {plugin: status}"""
    return {plugin: engine.wait_for(service, f"{plugin}: {phase}, so the service is {state}, hard",
                                    hard(("OK", "WARNING", "CRITICAL", "UNKNOWN").index(state)))
            for plugin, service in SERVICES.items()}


def the_story(test, engine, tasks):
    seen = everywhere(test, engine, "OK", "running")
    test.ok(all("running" in status["plugin_output"] for status in seen.values()), "a running task is OK and says so",
            seen)

    tasks.move_all("failed")
    seen = everywhere(test, engine, "CRITICAL", "failed")
    for plugin, status in seen.items():
        test.ok(WHY[plugin] in status["plugin_output"], f"{plugin}: the first line says why", status)
    for plugin, service in SERVICES.items():
        where = service.split("!")[1]
        page = test.wait(f"{plugin}: the pager is called", lambda: [
            line for line in engine.read("pager").splitlines() if where in line and "is CRITICAL" in line])
        test.ok(WHY[plugin] in page[0], f"{plugin}: the pager says why", page)

    tasks.move_all("succeeded")
    everywhere(test, engine, "OK", "succeeded")
    for plugin, service in SERVICES.items():
        where = service.split("!")[1]
        test.ok(test.wait(f"{plugin}: the recovery is told", lambda: [
            line for line in engine.read("pager").splitlines() if where in line and line.startswith("RECOVERY")]),
            f"{plugin}: recovered for the pager too")


def performance_data(test, engine):
    for plugin, service in SERVICES.items():
        rows = test.wait(f"{plugin}: performance data of all states is written", lambda: {
            0, 2} <= {state for state, _ in engine.perfdata(service)} and engine.perfdata(service))
        good = True
        for state, data in (row for row in rows if row[0] in (0, 2)):
            try:
                read = perfdata.parse(data)
                good = good and read["tasks"][0] == 1 and read["failed"][0] == (1 if state == 2 else 0)
            except (perfdata.BadPerfdata, KeyError) as error:
                test.note(f"{data}: {error!r}")
                good = False
        test.ok(good, f"{plugin}: the performance data file counts tasks and failures", rows)


def refused_token(test, engine, tasks):
    tasks.simulator.world(tasks.name, require_token="another-token")
    for plugin, service in SERVICES.items():
        status = engine.wait_for(service, f"{plugin}: a refused token is UNKNOWN, hard", hard(3))
        test.ok(not perfdata.looks_failed(status["plugin_output"]),
                f"{plugin}: a refused token does not look like a failed task", status)
    tasks.simulator.world(tasks.name)


def long_output(test, engine):
    """Nagios cuts output beyond 4096 bytes at random, so ours has to end by itself, every time."""
    for number in range(10):
        before = engine.service(LIST)["last_check"]
        status = engine.wait_for(LIST, f"the list of {MANY} failed copies is checked", lambda status: (
            status["last_check"] != before and status["current_state"] == "2"))
        try:
            wrong, told = faults_of_the_list(status["plugin_output"], status["performance_data"],
                                             status["long_plugin_output"])
        except perfdata.BadPerfdata as error:
            wrong, told = [str(error)], 0
        if not test.ok(not wrong, f"long output is whole and harmless, check {number + 1}: {told} of {MANY} are told",
                       *wrong, status):
            break


def story(test):
    tasks = Tasks(test, Simulator(test), "nagios")
    tasks.many()
    services = test.write("services.cfg", tasks.example("nagios/example-services.cfg"))
    macros = resource_macros(tasks.example("nagios/resource.cfg.example"))
    test.need(sorted(macros) == [11, 12, 13], "resource.cfg.example sets the three accounts", macros)
    engine = Nagios4(test, macros, [f"{CONTRIB}/nagios/cloud-task-plugins.cfg", services], tasks.environment)
    good, said = engine.validate()
    test.need(good and "Total Warnings: 0" in said, "nagios4 -v accepts the shipped files without a warning", said)
    engine.start()
    the_story(test, engine, tasks)
    performance_data(test, engine)
    refused_token(test, engine, tasks)
    long_output(test, engine)
    engine.stop()


assert set(SERVICES) == set(TASKS)
harness.main("nagios", story)
