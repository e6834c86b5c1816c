#!/usr/bin/env python3
"""Two Icinga 2 nodes with the shipped zones: the master schedules, the satellite has the plugins and runs them."""
# packages: icinga2-bin openssl

import json
import re

from enginelib import harness, icinga_story
from enginelib.icinga2 import TEMPLATES, Authority, Icinga2
from enginelib.simulator import TOKEN, Simulator
from enginelib.tasks import CONTRIB, Tasks

MASTER, SATELLITE = "icinga-master.example.org", "cloud-satellite.example.org"


def zones(tasks, satellite):
    """example-zones.conf with the satellite's real address."""
    text = tasks.example("icinga2/example-zones.conf")
    return text.replace('"192.0.2.20"', '"127.0.0.1"').replace('"5665"', f'"{satellite.port}"')


def shipped(path):
    with open(f"{CONTRIB}/{path}", encoding="utf-8") as source:
        return source.read()


def configure(test, tasks):
    authority = Authority(test)
    satellite = Icinga2(test, authority, SATELLITE)
    satellite.accept_config = True
    master = Icinga2(test, authority, MASTER, plugins="/nonexistent")
    for node in (master, satellite):
        node.zones = lambda: zones(tasks, satellite)
        node.config = ""
        node.environment = tasks.environment
    constants = tasks.example("icinga2/example-constants.conf")
    constants = re.sub(r'(CozeToken = )"[^"]*"', lambda match: match[1] + json.dumps(TOKEN), constants)
    master.include(master.put("constants.conf", constants, mode=0o640))
    master.put("zones.d/cloud-commands/cloud-task-plugins.conf", shipped("icinga2/cloud-task-plugins.conf"))
    master.put("zones.d/master/services.conf", TEMPLATES + shipped("icinga2/example-services.conf"))
    hosts = tasks.example("icinga2/example-hosts.conf")
    told = hosts.replace("// vars.cloud_tasks_endpoint", "vars.cloud_tasks_endpoint")
    test.need(told != hosts, "the example tells where the checks run")
    master.put("zones.d/master/hosts.conf", told)
    return master, satellite


def connected(master):
    found = master.api("GET", f"/v1/objects/endpoints/{SATELLITE}?attrs=connected")["results"]
    return found[0]["attrs"]["connected"]


def commands_synced(satellite):
    found = satellite.api("GET", "/v1/objects/checkcommands?attrs=package")["results"]
    return {row["name"] for row in found if row["attrs"]["package"] == "_cluster"} >= {"123pan_copy", "coze_copy"}


def story(test):
    tasks = Tasks(test, Simulator(test), "cluster")
    master, satellite = configure(test, tasks)
    for node, zone in ((master, "master"), (satellite, "cloud-satellite")):
        good, said = node.validate(zone)
        test.need(good, f"icinga2 daemon -C accepts the configuration of {node.node}", said)
    satellite.start("cloud-satellite")
    master.start("master")
    test.wait("the satellite gets the check commands", lambda: commands_synced(satellite))
    test.wait("the satellite is connected", lambda: connected(master))
    test.ok(True, "the satellite is connected and got the check commands of the global zone")
    failed = icinga_story.whole(test, master, tasks)
    for plugin, attrs in failed.items():
        source = attrs["last_check_result"]["check_source"]
        test.ok(source == SATELLITE, f"{plugin}: the check ran on the satellite", source)
    icinga_story.metrics(test, master, failed)
    icinga_story.no_secret(test, master, failed, TOKEN)
    master.stop()
    satellite.stop()


harness.main("icinga2-cluster", story)
