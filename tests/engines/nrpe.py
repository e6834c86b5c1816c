#!/usr/bin/env python3
"""NRPE with the shipped commands: exit code and text arrive through check_nrpe, long output too."""
# packages: nagios-nrpe-server nagios-nrpe-plugin

from enginelib import harness, perfdata
from enginelib.nrpe import Nrpe
from enginelib.simulator import TOKEN, Simulator
from enginelib.tasks import MANY, TASKS, WHY, Tasks, faults_of_the_list


def ask_until(test, engine, plugin, state, phase):
    """Ask until the wanted exit code comes, for a busy machine may give UNKNOWN (timeout) in between."""
    answer = []

    def done():
        answer[:] = engine.ask(plugin)
        return answer[0] == state

    test.wait(f"{plugin}: {phase}, exit code {state}", done, every=1)
    return answer[1]


def the_story(test, engine, tasks):
    for phase, state in (("running", 0), ("failed", 2), ("succeeded", 0)):
        tasks.move_all(phase)
        for plugin in TASKS:
            said = ask_until(test, engine, plugin, state, phase)
            first, data, _ = perfdata.split_output(said)
            wanted = WHY[plugin] if state else phase
            test.ok(wanted in first and TOKEN not in said,
                    f"{plugin}: {phase}, exit code {state}, and the text says so", said)
            test.ok(perfdata.parse(data)["tasks"][0] == 1, f"{plugin}: {phase}: the performance data is whole", said)


def refusals(test, engine, tasks):
    code, said = engine.ask("check_123pan_copy", "-a", "--map=failed=ok")
    test.ok(code == 3 and "OK -" not in said, "arguments from the network are refused", code, said)
    tasks.simulator.world(tasks.name, require_token="another-token")
    said = ask_until(test, engine, "check_123pan_copy", 3, "refused token")
    test.ok(not perfdata.looks_failed(said), "a refused token does not look like a failed task", said)
    tasks.simulator.world(tasks.name)


def long_output(test, engine, tasks):
    tasks.many()
    said = ask_until(test, engine, "check_123pan_copy", 2, f"{MANY} failed copies")
    wrong, told = faults_of_the_list(*perfdata.split_output(said))
    test.ok(not wrong, f"of {MANY} failed copies {told} are told, the others counted, and hostile text is harmless",
            *wrong, said)


def story(test):
    tasks = Tasks(test, Simulator(test), "nrpe")
    commands = tasks.example("nagios/cloud-task-plugins-nrpe.cfg")
    engine = Nrpe(test, test.write("commands.cfg", commands))
    engine.start()
    the_story(test, engine, tasks)
    refusals(test, engine, tasks)
    long_output(test, engine, tasks)
    engine.stop()


harness.main("nrpe", story)
