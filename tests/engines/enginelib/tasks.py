"""One task of each provider, and how to move it."""

import os
import re

from . import perfdata
from .simulator import TOKEN

CONTRIB = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../contrib"))
REASON = "源文件不存在"

# What each plugin asks about, and what the provider says while the task runs, after it failed, after it succeeded.
STORIES = {
    "check_123pan_copy": ("copy", {"status": 1}, {"status": 3, "message": REASON}, {"status": 2}),
    "check_123pan_offline": ("offline", {"status": 0, "process": 42}, {"status": 1}, {"status": 2, "process": 100}),
    "check_koodrive_task": ("koodrive", {"status": 1}, {"status": 3, "result_code": "18000205"}, {"status": 2}),
    "check_coze_copy": ("coze", {"status": "in_progress"}, {"status": "failed", "reasons": [
        {"entity_id": "1", "entity_name": "bot", "entity_type": "bot", "failed_reason": REASON}]},
        {"status": "successful"}),
}
# What the first line has to hold after the task failed.
WHY = {"check_123pan_copy": REASON, "check_123pan_offline": "failed", "check_koodrive_task": "18000205",
       "check_coze_copy": REASON}
# What a provider might say to spoil an engine's reading: perfdata of its own, more lines, colours, an early end.
HOSTILE = "a|b=1;2;3\r\n| c=9\nOK - \x1b[32mall is well; " + REASON * 7
MANY = 300
PHASES = {"running": 1, "failed": 2, "succeeded": 3}

# The addresses, files and task ids in the examples of contrib.
URLS = ("https://open-api.123pan.com", "https://cn.myhuaweicloud-koodrive.com", "https://api.coze.cn")
TASKS = {"check_123pan_copy": "1ketmmu1000d86isuyq33su100w1bnp6", "check_123pan_offline": "403316",
         "check_koodrive_task": "1534087020903704704", "check_coze_copy": "7456700123456789012"}
ETC = "/etc/cloud-task-plugins"


class Tasks:
    """The tasks that contrib's examples watch, in a world of their own."""

    def __init__(self, harness, simulator, world):
        self.harness, self.simulator, self.name = harness, simulator, world
        self.url = simulator.url(world)
        simulator.world(world)
        self.directory = harness.directory("secrets", mode=0o750)
        self.state = harness.directory("state", mode=0o700)
        self.environment = {"CLOUD_TASKS_STATE_DIR": self.state}
        for name in ("123pan.token", "koodrive.token", "coze.token"):
            harness.write(f"secrets/{name}", TOKEN + "\n", mode=0o640)
        for name, plugin in (("copies", "check_123pan_copy"), ("offline", "check_123pan_offline"),
                             ("koodrive", "check_koodrive_task"), ("coze", "check_coze_copy")):
            harness.write(f"secrets/{name}.tasks", f"{TASKS[plugin]} the-{name}\n", mode=0o640)
        for plugin in TASKS:
            self.move(plugin, "running")

    def move(self, plugin, phase):
        story = STORIES[plugin]
        self.simulator.task(self.name, TASKS[plugin], system=story[0], **story[PHASES[phase]])

    def move_all(self, phase):
        for plugin in TASKS:
            self.move(plugin, phase)

    def many(self):
        """Let the list of copies hold MANY failed ones with a hostile reason."""
        names = [f"copy-{number:04d}" for number in range(MANY)]
        for name in names:
            self.simulator.task(self.name, name, system="copy", status=3, message=HOSTILE)
        self.harness.write("secrets/copies.tasks", "".join(f"{name}\n" for name in names), mode=0o640)

    def example(self, path):
        """The text of a file of contrib, its addresses and paths replaced by ours."""
        with open(os.path.join(CONTRIB, path), encoding="utf-8") as source:
            text = source.read()
        for url in URLS:
            text = text.replace(url, self.url)
        return text.replace(ETC, self.directory).replace("/usr/lib/nagios/plugins", self.harness.plugins)


def faults_of_the_list(first, data, long):
    """What is wrong with an engine's view of the MANY failed copies: [complaint]; and how many it names."""
    wrong = []
    read = perfdata.parse(data)
    if read.get("tasks", [None])[0] != MANY or read.get("failed", [None])[0] != MANY:
        wrong.append(f"the performance data does not count {MANY} failed tasks")
    if {"b", "c"} & set(read):
        wrong.append("a provider's text became performance data")
    if len(f"{first} | {data}\n{long}".encode()) > 4096:
        wrong.append("more than 4096 bytes")
    lines = [line for line in long.split("\n") if line]
    told = [line for line in lines if line.startswith("[CRITICAL] copy-")]
    more = re.fullmatch(r"\.\.\. and (\d+) more", lines[-1].strip()) if lines else None
    if not more or len(told) != len(lines) - 1 or len(told) + int(more[1]) != MANY:
        wrong.append(f"the lines are not one a task, and then how many more there are: {len(told)} of {len(lines)}")
    if REASON not in first or "\x1b" in first + long or "|" in first + long:
        wrong.append("the reason is not in the first line, or not made harmless")
    return wrong, len(told)
