#!/usr/bin/env python3
"""Zabbix 6.0 with the shipped templates: what becomes a problem, what closes it, and what must not.

# packages: zabbix-server-pgsql zabbix-frontend-php zabbix-agent php-cli php-pgsql php8.2-cgi postgresql

php8.2-cgi stands for php's choice of a web server's module, which would be apache. SHOT=FILE.png ends the story with a
screenshot of the problems page, by chromium.
"""

import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from enginelib.harness import main, require_programs
from enginelib.simulator import TOKEN, Simulator
from enginelib.zabbix import Zabbix

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../contrib/zabbix")
FILES = ("cloud_copy_tasks.yaml", "cloud_copy_tasks_agent.yaml", "cloud_copy_tasks_sender.yaml")
TEMPLATES = {"Cloud copy tasks": "云复制任务", "Cloud copy single task": "云复制任务（每主机一个任务）",
             "Cloud copy tasks by agent": "云复制任务（通过 agent）",
             "Cloud copy tasks by sender": "云复制任务（通过 zabbix_sender）"}
SHOWN = {"copies": "123pan copies", "fifty": "123pan nightly batch", "single": "123pan migration",
         "token": "123pan CRM export"}
WARNING, HIGH = 2, 4
RUNNING, ENDED, FAILED = 1, 2, 3  # statuses of a copy task
COMMON = {"CLOUD.INTERVAL": "3s", "CLOUD.UNKNOWN.CHECKS": "#2", "CLOUD.TIMEOUT": "10",
          "CLOUD.DISCOVERY.HEARTBEAT": "10s"}


class Story:
    def __init__(self, harness):
        self.harness, self.ok = harness, harness.ok
        self.zabbix = Zabbix(harness)
        self.simulator = Simulator(harness)
        self.token_file = harness.write("token", TOKEN + "\n", 0o640)
        self.state = harness.directory("state", mode=0o700)
        for name in ("cloud_tasks", "cloud_tasks_send"):
            shutil.copy(os.path.join(CONTRIB, name), self.zabbix.scripts)
        self.hosts = {}
        self.api = None
        self.begun = time.monotonic()

    # -- the parts of a step ------------------------------------------------------------------------------------------

    def chapter(self, title):
        self.harness.note(f"{time.monotonic() - self.begun:.0f} s: {title}")

    def tasks_file(self, world, tasks):
        return self.harness.write(f"{world}.list", "".join(f"{task} {label}\n" for task, label in tasks.items()))

    def macros(self, world, **more):
        state = self.harness.directory(f"state/{world}", mode=0o700)
        return {**COMMON, "CLOUD.URL": self.simulator.url(world), "CLOUD.TOKEN.FILE": self.token_file,
                "CLOUD.STATE.DIR": state, **{name.replace("_", "."): value for name, value in more.items()}}

    def host(self, name, template, macros, port=10050):
        self.hosts[name] = self.api.host(name, SHOWN.get(name, name), template, macros, port)

    def value(self, host, key, wanted):
        """Wait until an item has a value that is wanted, or that a function wants."""
        def probe():
            value = self.api.value(self.hosts[host], key)
            return value is not None and (wanted(value) if callable(wanted) else value == wanted)
        return self.harness.wait(f"{host}: {key} becomes {'right' if callable(wanted) else wanted}", probe)

    def problem(self, host, severity, name):
        """Wait for a problem of this very name."""
        def probe():
            found = self.api.problems(self.hosts[host])
            return found.get(name) == severity
        self.wait_or_show(host, f"{host}: problem {severity}: {name}", probe)
        self.ok(True, f"{host}: {name}")

    def closed(self, host, *names):
        """Wait until no problem's name begins so."""
        self.wait_or_show(host, f"{host}: closed: {', '.join(names)}", lambda: not self.open(host, *names))
        self.ok(True, f"{host}: closed: {', '.join(names)}")

    def open(self, host, *names):
        return [problem for problem in self.api.problems(self.hosts[host]) if problem.startswith(names)]

    def wait_or_show(self, host, what, probe):
        try:
            self.harness.wait(what, probe)
        except Exception:
            for name, severity in self.api.problems(self.hosts[host]).items():
                self.harness.note(f"open on {host}: {severity} {name}")
            for key, item in sorted(self.api.items(self.hosts[host]).items()):
                self.harness.note(f"{key} = {item['value']!r} {item['error']}")
            raise

    # -- the chapters -------------------------------------------------------------------------------------------------

    def templates(self, directory, names):
        for name in FILES:
            with open(os.path.join(CONTRIB, directory, name), encoding="utf-8") as source:
                self.api.import_yaml(source.read())
            self.ok(True, f"{os.path.join(directory, name)} is imported")
        seen = {name: self.api.template(name)["name"] for name in TEMPLATES}
        self.ok(seen == names, f"the templates are named in {directory or 'English'}", seen)

    def begin(self):
        done = subprocess.run([sys.executable, os.path.join(CONTRIB, "variants.py"), "--check"], check=False, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.ok(done.returncode == 0, "the variants of the template are up to date", done.stderr)
        self.zabbix.up()
        self.api = self.zabbix.api
        self.chapter("Zabbix is up")
        self.templates("", {name: name for name in TEMPLATES})

    def make_hosts(self):
        self.copies = {"photos-id": "photos", "logos-id": "logos", "lossy-id": "lossy", "slow-id": "slow movie"}
        for world in ("copies", "fifty", "single", "hang", "agent", "sender"):
            self.simulator.world(world)
        self.simulator.task("copies", "photos-id", system="copy", status=FAILED, message="源文件不存在")
        self.simulator.task("copies", "logos-id", system="copy", status=RUNNING)
        self.simulator.task("copies", "lossy-id", system="copy", status=ENDED, failed=3)
        self.simulator.task("copies", "slow-id", system="copy", status=RUNNING)
        self.simulator.task("single", "4711", system="offline", status=3, process=17)
        self.simulator.task("hang", "one-id", system="copy", status=RUNNING)
        fifty = {f"bulk-{number}": f"copy {number}" for number in range(1, 50)}
        self.simulator.task("fifty", "fiftieth", system="copy", status=FAILED, message="quota | used up")
        self.host("copies", "Cloud copy tasks", {
            **self.macros("copies", CLOUD_TASKS_FILE=self.tasks_file("copies", self.copies)),
            'CLOUD.FAILED.FILES:"lossy"': "2", 'CLOUD.STALLED:"slow movie"': "5s"})
        self.host("fifty", "Cloud copy tasks", self.macros(
            "fifty", CLOUD_TASKS_FILE=self.tasks_file("fifty", {**fifty, "fiftieth": "copy 50"}), CLOUD_KEEP="0"))
        self.host("single", "Cloud copy single task",
                  self.macros("single", CLOUD_PLUGIN="check_123pan_offline", CLOUD_TASK_ID="4711"))
        self.host("hang", "Cloud copy single task",
                  {**self.macros("hang", CLOUD_TASK_ID="one-id"), "CLOUD.NODATA": "40s", "CLOUD.TIMEOUT": "60"})

        self.simulator.control("PUT", "world/token", {"client_id": "me", "client_secret": "s3cret",
                                                      "token_lifetime": 7200})
        self.simulator.task("token", "one-id", system="copy", status=RUNNING)
        secret = self.harness.write("client-secret", "s3cret\n", 0o600)
        ini = self.harness.write("client.ini", f"[me]\nclient-id=me\nclient-secret-file={secret}\n"
                                               "map=running=critical\n", 0o640)
        self.host("token", "Cloud copy single task", {
            **self.macros("token", CLOUD_TASK_ID="one-id"), "CLOUD.TOKEN.FILE": "", "CLOUD.EXTRA.OPTS": f"me@{ini}"})

    def failures(self):
        """A failed task is a problem that says why; others are so in their own ways."""
        self.value("hang", "cloud.task.condition", "running")
        self.simulator.task("hang", "one-id", system="copy", status=RUNNING, fault="silence")
        self.problem("copies", HIGH, "Cloud task photos failed: 源文件不存在")
        self.problem("copies", WARNING, "Cloud task lossy ended with losses: 3 files were not copied; "
                                        "failed files: img-0001.jpg, img-0002.jpg, img-0003.jpg")
        self.problem("copies", HIGH, "Cloud task lossy lost 3 files")
        self.wait_or_show("copies", "the slow task hangs",
                          lambda: self.open("copies", "Cloud task slow movie hangs: no"))
        self.ok(True, "copies: a task hangs by the limit of its own")
        self.problem("single", WARNING, "Cloud task 4711 is retrying: 17 %")
        self.problem("token", HIGH, "Cloud task one-id is critical: running CRITICAL: status 1")
        self.wait_or_show("token", "the token expires", lambda: self.open(
            "token", "Cloud tasks: the token expires in 2h", "Cloud tasks: the token expires in 1h"))
        self.ok(True, "token: a token that expires soon is a problem")
        self.wait_or_show("copies", "four problems, no other", lambda: sorted(
            name.split(":")[0] for name in self.api.problems(self.hosts["copies"])) == [
                "Cloud task lossy ended with losses", "Cloud task lossy lost 3 files", "Cloud task photos failed",
                "Cloud task slow movie hangs"])
        self.ok(True, "copies: there is no other problem")

    def fifty(self):
        self.problem("fifty", HIGH, "Cloud task copy 50 failed: quota | used up")
        self.value("fifty", "cloud.tasks.number[tasks]", "50")
        states = self.harness.wait("50 tasks are discovered", self.states_of_fifty)
        self.ok(sorted(states) == ["0"] * 49 + ["2"], "fifty: 50 tasks are discovered, each with its state", states)

    def states_of_fifty(self):
        items = self.api.items(self.hosts["fifty"])
        values = [item["value"] for key, item in items.items() if key.startswith("cloud.task.state[")]
        return values if len(values) == 50 and None not in values else None

    def unknown_closes_nothing(self):
        """One task that cannot be asked, then a provider that is not there at all."""
        self.simulator.task("copies", "photos-id", system="copy", status=ENDED, fault="html502")
        self.value("copies", "cloud.task.condition[photos-id]", "unreachable")
        self.wait_or_show("copies", "the task cannot be asked",
                          lambda: self.open("copies", "Cloud task photos cannot be asked: "))
        self.ok(self.open("copies", "Cloud task photos failed"), "copies: UNKNOWN does not close a failed task",
                self.api.problems(self.hosts["copies"]))
        os.rename(self.token_file, self.token_file + ".away")
        try:
            self.wait_or_show("copies", "the run cannot be made",
                              lambda: self.open("copies", "Cloud tasks: no task could be asked: "))
            self.wait_or_show("fifty", "the run cannot be made",
                              lambda: self.open("fifty", "Cloud tasks: no task could be asked: "))
        finally:
            os.rename(self.token_file + ".away", self.token_file)
        self.ok(self.open("copies", "Cloud task photos failed"), "copies: nor does a run that could not be made")
        self.ok(self.open("fifty", "Cloud task copy 50 failed"), "fifty: nor does a run that could not be made")
        self.closed("fifty", "Cloud tasks: no task could be asked")
        self.closed("copies", "Cloud tasks: no task could be asked")

    def recovery(self):
        for task in ("photos-id", "slow-id", "lossy-id"):
            self.simulator.task("copies", task, system="copy", status=ENDED)
        self.simulator.task("single", "4711", system="offline", status=2, process=100)
        self.closed("copies", "Cloud task photos failed", "Cloud task photos cannot be asked")
        self.closed("copies", "Cloud task lossy", "Cloud task slow movie")
        self.closed("single", "Cloud task 4711")

    def vanished(self):
        """A failed task that is taken from the list takes its problem along; its items go after CLOUD.KEEP."""
        self.simulator.task("copies", "logos-id", system="copy", status=FAILED, message="gone wrong")
        self.problem("copies", HIGH, "Cloud task logos failed: gone wrong")
        del self.copies["logos-id"]
        self.tasks_file("copies", self.copies)
        self.tasks_file("fifty", {"bulk-1": "copy 1"})
        self.closed("copies", "Cloud task logos")
        self.value("copies", "cloud.task.condition[logos-id]", "gone")
        self.value("copies", "cloud.task.state[logos-id]", "4")
        self.harness.wait("the item is to be deleted", lambda: self.api.items(
            self.hosts["copies"])["cloud.task.state[logos-id]"]["itemDiscovery"]["ts_delete"] != "0")
        self.ok(True, "copies: the items of a vanished task are kept for a while")
        self.harness.wait("49 tasks are deleted", lambda: [key for key in self.api.items(
            self.hosts["fifty"]) if key.startswith("cloud.task.state[")] == ["cloud.task.state[bulk-1]"])
        self.ok(True, "fifty: the items of 49 vanished tasks are deleted")
        self.closed("fifty", "Cloud task copy 50")

    def elsewhere(self):
        """The same answers through an agent, and by zabbix_sender."""
        self.simulator.task("agent", "one-id", system="copy", status=FAILED, message="by agent")
        self.simulator.task("sender", "one-id", system="copy", status=FAILED, message='by "sender" \\ 用完')
        tasks = self.tasks_file("agent", {"one-id": "first"})
        ini = self.harness.write("cloud-tasks.ini", "".join(f"{line}\n" for line in (
            "[copies]", f"tasks-file={tasks}", f"token-file={self.token_file}", f"url={self.simulator.url('agent')}",
            "timeout=3", "[sent]", f"tasks-file={tasks}", f"token-file={self.token_file}",
            f"url={self.simulator.url('sender')}", "timeout=30")), 0o640)
        with open(os.path.join(CONTRIB, "userparameter_cloud_tasks.conf"), encoding="utf-8") as source:
            text = source.read()
        self.zabbix.agent_up(self.harness.write("userparameter.conf", text.replace(
            "/usr/local/bin", self.zabbix.scripts).replace("/etc/zabbix/cloud-tasks.ini", ini)))
        self.host("agent", "Cloud copy tasks by agent", {**COMMON, "CLOUD.SECTION": "copies"}, self.zabbix.agent_port)
        self.host("sender", "Cloud copy tasks by sender", {})
        self.problem("agent", HIGH, "Cloud task first failed: by agent")
        # The first answers may come before the server knows the item, or the task's own items.
        self.wait_or_show("sender", "the sent answer becomes a problem", lambda: self.send(ini) and self.open(
            "sender", 'Cloud task first failed: by "sender" \\ 用完'))
        self.ok(True, "sender: a sent answer becomes a problem, quotes and all")

    def send(self, ini):
        done = self.harness.run(
            [os.path.join(self.zabbix.scripts, "cloud_tasks_send"), "sender", "check_123pan_copy",
             f"--extra-opts=sent@{ini}"], env=self.harness.environment(
                 CLOUD_TASKS_PLUGIN_DIR=self.harness.plugins,
                 ZABBIX_SENDER=f"{self.zabbix.sender_program} -z 127.0.0.1 -p {self.zabbix.port}"))
        return done.returncode == 0

    def timeout_is_noticed(self):
        self.wait_or_show("hang", "no answer is a problem",
                          lambda: self.open("hang", "Cloud tasks: no answer from the plugin"))
        raw = next(item for key, item in self.api.items(self.hosts["hang"]).items() if key.startswith("cloud_tasks["))
        self.ok("Timeout" in raw["error"], "hang: a plugin that ran into Zabbix's Timeout is noticed", raw["error"])
        self.simulator.task("hang", "one-id", system="copy", status=RUNNING)
        self.closed("hang", "Cloud tasks: no answer from the plugin")

    def chinese(self):
        """The other language comes over the same templates, hosts stay linked."""
        self.templates("zh_CN", TEMPLATES)
        self.harness.wait("the discovered item is renamed", lambda: self.api.items(self.hosts["copies"])[
            "cloud.task.state[photos-id]"]["name"] == "云任务 photos：状态")
        self.ok(True, "copies: the items of discovered tasks are renamed")
        self.simulator.world("chinese")
        self.simulator.task("chinese", "photos-id", system="copy", status=FAILED, message="空间不足")
        self.host("chinese", "Cloud copy tasks", self.macros(
            "chinese", CLOUD_TASKS_FILE=self.tasks_file("chinese", {"photos-id": "照片"})))
        self.problem("chinese", HIGH, "云任务 照片 失败：空间不足")

    def screenshot(self, path):
        chromium, = require_programs("chromium")
        done, output = self.zabbix.screenshot(chromium, path, "zabbix.php?action=problem.view&filter_set=1&kiosk=1"
                                                              "&show_tags=0&show_opdata=0", "1480,335")
        self.ok(done, f"a picture of the problems is in {path}", output)

    def nothing_unsupported(self):
        for name, host in self.hosts.items():
            bad = {key: item["error"] for key, item in self.api.items(host).items() if item["state"] != "0"}
            self.ok(not bad, f"{name}: all items are supported", bad)


def story(harness):
    tale = Story(harness)
    try:
        tale.begin()
        tale.make_hosts()
        for chapter in (tale.failures, tale.fifty, tale.unknown_closes_nothing, tale.recovery, tale.vanished,
                        tale.elsewhere, tale.timeout_is_noticed, tale.chinese, tale.nothing_unsupported):
            tale.chapter(chapter.__name__.replace("_", " "))
            chapter()
            if chapter == tale.fifty and os.environ.get("SHOT"):
                tale.screenshot(os.environ["SHOT"])
        tale.chapter("the end")
    finally:
        tale.zabbix.down()


if __name__ == "__main__":
    main("zabbix", story)
