#!/usr/bin/env python3
"""Icinga Director on a private MariaDB: the basket is imported and deployed, and its commands run the story."""
# packages: icinga2-bin openssl icingacli icingaweb2-module-director php-mysql mariadb-server

import json

from enginelib import harness, icinga_story
from enginelib.director import Director
from enginelib.icinga2 import Icinga2
from enginelib.simulator import TOKEN, Simulator
from enginelib.tasks import CONTRIB, TASKS, Tasks

BASKET = f"{CONTRIB}/icinga-director/cloud-task-plugins.json"
COMMANDS = {"check_123pan_copy": "123pan_copy", "check_123pan_offline": "123pan_offline",
            "check_koodrive_task": "koodrive_task", "check_coze_copy": "coze_copy"}


def import_basket(test, director):
    with open(BASKET, encoding="utf-8") as source:
        text = source.read()
    for _ in range(2):  # a second import, as after an upgrade, changes nothing and breaks nothing
        director.cli("basket", "restore", text=text)
    for plugin, command in COMMANDS.items():
        said = director.cli("command", "show", command)
        test.ok(plugin in said and "$cloudtask_token_file$" in said, f"the basket brings {command}", said)
    fields = {field["varname"]: field for field in json.loads(text)["Datafield"].values()}
    secret = [name for name in fields if name.endswith(("token_file", "secret_file", "key_file", "client_key"))]
    test.ok(len(secret) >= 5 and all(fields[name]["settings"]["visibility"] == "hidden" for name in secret),
            f"hidden fields: {' '.join(secret)}")


def create_services(director, tasks):
    accounts = {"123pan": "123pan", "koodrive": "koodrive", "coze": "coze"}
    for host, account in accounts.items():
        director.create("host", host, object_type="object", check_command="dummy", enable_active_checks=False,
                        vars={"cloudtask_url": tasks.url, "cloudtask_token_file": f"{tasks.directory}/{account}.token"})
    for plugin, service in icinga_story.SERVICES.items():
        host, name = service.split("!")
        director.create("service", name, object_type="object", host=host, check_command=COMMANDS[plugin],
                        max_check_attempts="3", enable_active_checks=True,
                        vars={"cloudtask_task": [f"{TASKS[plugin]}={name}"], "cloudtask_verbose": True,
                              "cloudtask_timeout": "30"})


def deployed(engine):
    found = engine.api("GET", "/v1/objects/checkcommands?attrs=package")["results"]
    ours = {row["name"] for row in found if row["attrs"]["package"] == "director"}
    return ours >= set(COMMANDS.values()) and engine.names() == sorted(icinga_story.SERVICES.values())


def every_argument(test, engine):
    """What Icinga got has every argument of the basket."""
    with open(BASKET, encoding="utf-8") as source:
        wanted = json.load(source)["Command"]
    for name, command in wanted.items():
        got = engine.api("GET", f"/v1/objects/checkcommands/{name}")["results"][0]["attrs"]
        same = set(got["arguments"]) == set(command["arguments"]) and all(
            bool(got["arguments"][key].get(what)) == bool(argument.get(what))
            for key, argument in command["arguments"].items() for what in ("value", "set_if", "required", "skip_key"))
        test.ok(same, f"{name}: Icinga has all {len(command['arguments'])} arguments", got)


def story(test):
    tasks = Tasks(test, Simulator(test), "director")
    engine = Icinga2(test)
    director = Director(test, engine)
    engine.start()
    director.start()
    import_basket(test, director)
    create_services(director, tasks)
    test.note(director.deploy())
    test.wait("the commands and services are deployed", lambda: deployed(engine), limit=180)
    test.ok(True, "Icinga 2 took the deployment")
    every_argument(test, engine)
    failed = icinga_story.whole(test, engine, tasks)
    icinga_story.metrics(test, engine, failed)
    icinga_story.no_secret(test, engine, failed, TOKEN)
    director.stop()
    engine.stop()


harness.main("director", story)
