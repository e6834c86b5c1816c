#!/usr/bin/env python3
"""Prometheus: the metrics, the script for node_exporter's textfile collector and the alert rules, in the real programs.

# packages: prometheus prometheus-node-exporter

promtool comes with the package prometheus; there is no smaller one.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from enginelib.harness import free_port, main, require_programs
from enginelib.simulator import TOKEN, Simulator

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRIB = os.path.join(HERE, "../../contrib/prometheus")
RUNNING, ENDED, FAILED = 1, 2, 3  # statuses of a copy task
LABEL = 'it\'s a "label" \\ 照片'
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy of the environment


def get(url):
    with _direct.open(url, timeout=60) as answer:
        return answer.read().decode()


class Story:
    def __init__(self, harness):
        self.harness, self.ok = harness, harness.ok
        self.promtool, self.prometheus, self.exporter = require_programs("promtool", "prometheus",
                                                                         "prometheus-node-exporter")
        self.simulator = Simulator(harness)
        self.directory = harness.directory("textfile")
        self.script = shutil.copy(os.path.join(CONTRIB, "cloud-tasks-textfile"), harness.scratch)
        self.rules = shutil.copy(os.path.join(CONTRIB, "cloud-tasks.rules.yml"), harness.scratch)
        self.token_file = harness.write("token", TOKEN + "\n", 0o600)
        self.web = self.metrics = None

    def promtool_says(self, what, *arguments, text=None):
        done = subprocess.run([self.promtool, *arguments], input=text, capture_output=True, text=True, timeout=300,
                              check=False, **({} if text is not None else {"stdin": subprocess.DEVNULL}))
        self.ok(done.returncode == 0, what, done.stdout, done.stderr)

    def run(self, name, *options, plugin="check_123pan_copy", plugins=None):
        return self.harness.run(
            [self.script, os.path.join(self.directory, f"{name}.prom"), plugin, *options],
            env=self.harness.environment(CLOUD_TASKS_PLUGIN_DIR=plugins or self.harness.plugins))

    def ask(self, name):
        done = self.run(name, f"--url={self.simulator.url(name)}", f"--token-file={self.token_file}",
                        f"--task=one-id={LABEL}", "--task=two-id", "--retries=0")
        self.ok(done.returncode == 0 and not done.stdout + done.stderr, f"{name}: the script writes its file", done)
        return self.read(name)

    def read(self, name):
        with open(os.path.join(self.directory, f"{name}.prom"), encoding="utf-8") as text:
            return text.read()

    def rules_alone(self):
        self.promtool_says("promtool finds the rules good", "check", "rules", self.rules)
        self.promtool_says("the rules alert, hold and end as they should", "test", "rules",
                           os.path.join(HERE, "prometheus.rules.test.yml"))

    def files(self):
        for world in ("photos", "logos"):
            self.simulator.world(world)
            self.simulator.task(world, "two-id", system="copy", status=RUNNING)
        self.simulator.task("photos", "one-id", system="copy", status=FAILED, message="gone")
        self.simulator.task("logos", "one-id", system="copy", status=ENDED, failed=3)
        photos, logos = self.ask("photos"), self.ask("logos")
        self.promtool_says("promtool finds the metrics good", "check", "metrics", text=photos)
        for text, line in ((photos, 'cloud_task_condition{run="photos",plugin="check_123pan_copy",task="one-id",'
                                    'label="it\'s a \\"label\\" \\\\ 照片",condition="failed"} 1'),
                           (photos, 'cloud_task_run_state{run="photos",plugin="check_123pan_copy"} 2'),
                           (logos, 'cloud_task_failed_files{run="logos",plugin="check_123pan_copy",task="one-id",'
                                   'label="it\'s a \\"label\\" \\\\ 照片"} 3')):
            self.ok(line in text.splitlines(), f"the file has {line}", text)
        self.ok(sorted(os.listdir(self.directory)) == ["logos.prom", "photos.prom"], "nothing else is left behind",
                os.listdir(self.directory))

    def failures_of_the_script(self):
        broken = self.harness.directory("broken")
        self.harness.write("broken/check_123pan_copy",
                           "#!/bin/sh\necho 'cloud_task_run_state{plugin=\"x\"} 0'\n", 0o755)
        done = self.run("broken", plugins=broken)
        self.ok(done.returncode == 0 and 'cloud_task_run_state{run="broken",plugin="check_123pan_copy"} 3'
                in self.read("broken").splitlines(), "half an answer becomes UNKNOWN", done, self.read("broken"))
        self.promtool_says("promtool finds that good, too", "check", "metrics", text=self.help_for(self.read("broken")))
        os.unlink(os.path.join(self.directory, "broken.prom"))
        for options, what in ((("a b",), "a name with a blank"), (("x", "no_plugin"), "another program")):
            done = self.run(options[0], plugin=options[-1] if len(options) > 1 else "check_123pan_copy")
            self.ok(done.returncode == 1 and done.stderr, f"{what} is refused", done)
        done = self.harness.run([self.script, "/nonexistent/x.prom", "check_123pan_copy"])
        self.ok(done.returncode == 1 and done.stderr, "a directory that is not there is an error", done)

    @staticmethod
    def help_for(text):
        """promtool wants a help text for each metric; the short answer of the script has none."""
        return "".join(f"# HELP {line.split()[2]} x\n{line}\n" if line.startswith("# TYPE") else f"{line}\n"
                       for line in text.splitlines())

    def never_half_a_file(self):
        path, seen = os.path.join(self.directory, "photos.prom"), 0
        command = [self.script, path, "check_123pan_copy", f"--url={self.simulator.url('photos')}", "--task=one-id",
                   "--task=two-id", f"--token-file={self.token_file}"]
        writer = self.harness.spawn("writer", ["sh", "-c", f"for i in $(seq 20); do {shlex.join(command)}; done"],
                                    must_live=False, env=self.harness.environment(
                                        CLOUD_TASKS_PLUGIN_DIR=self.harness.plugins))
        while writer.poll() is None:
            seen += 1
            if not self.read("photos").endswith("# EOF\n"):
                self.ok(False, "a reader never sees half a file", self.read("photos"))
                return
        self.harness.stop(writer)
        self.ok(seen > 20, "a reader never sees half a file", f"{seen} looks")

    def up(self):
        """node_exporter and Prometheus; a port that another process took is tried again."""
        for attempt in (1, 2, 3):
            ports = free_port(), free_port()
            self.metrics, self.web = (f"http://127.0.0.1:{port}" for port in ports)
            config = self.harness.write("prometheus.yml", CONFIG.format(rules=self.rules, port=ports[0]))
            processes = (
                self.harness.spawn("node_exporter", [
                    self.exporter, "--collector.disable-defaults", "--collector.textfile",
                    f"--collector.textfile.directory={self.directory}", f"--web.listen-address=127.0.0.1:{ports[0]}"],
                    must_live=False),
                self.harness.spawn("prometheus", [
                    self.prometheus, f"--config.file={config}", f"--storage.tsdb.path={self.harness.directory('tsdb')}",
                    f"--web.listen-address=127.0.0.1:{ports[1]}"], must_live=False))
            state = self.harness.wait("Prometheus and node_exporter answer", lambda: self.answers(processes))
            if state == "up":
                return
            self.harness.note(f"one of them ended, attempt {attempt}")
            for process in processes:
                self.harness.stop(process)
        self.harness.need(False, "Prometheus and node_exporter start")

    def answers(self, processes):
        if any(process.poll() is not None for process in processes):
            return "ended"
        return "up" if get(f"{self.web}/-/ready") and get(f"{self.metrics}/metrics") else None

    def alerts(self):
        found = json.loads(get(f"{self.web}/api/v1/alerts"))["data"]["alerts"]
        return {(alert["labels"]["alertname"], alert["labels"].get("run"), alert["labels"].get("task"))
                for alert in found if alert["state"] == "firing"}

    def run_state(self, run, value):
        found = json.loads(get(f'{self.web}/api/v1/query?query=cloud_task_run_state%7Brun=%22{run}%22%7D'))
        return [result["value"][1] for result in found["data"]["result"]] == [value]

    def alerting(self):
        text = get(f"{self.metrics}/metrics")
        self.ok("node_textfile_scrape_error 0" in text.splitlines() and text.count("\ncloud_task_run_state{") == 2,
                "node_exporter reads two files of one plugin", text[-3000:])
        failed, lost = ("CloudTaskFailed", "photos", "one-id"), ("CloudTaskLostFiles", "logos", "one-id")
        self.harness.wait("the alerts fire", lambda: {failed, lost} <= self.alerts())
        self.ok(self.alerts() == {failed, lost}, "a failed task and one with losses alert, nothing else",
                self.alerts())
        os.rename(self.token_file, self.token_file + ".away")
        self.ask("photos")
        os.rename(self.token_file + ".away", self.token_file)
        self.harness.wait("Prometheus sees the run that could not be made", lambda: self.run_state("photos", "3"))
        self.rules_ran()
        self.ok(failed in self.alerts(), "a run that could not be made does not end the alert", self.alerts())
        self.simulator.task("photos", "one-id", system="copy", status=ENDED)
        self.ask("photos")
        self.harness.wait("the alert ends", lambda: failed not in self.alerts())
        self.ok(True, "a success ends the alert")

    def rules_ran(self):
        """Wait until the rules were evaluated twice."""
        def last():
            groups = json.loads(get(f"{self.web}/api/v1/rules"))["data"]["groups"]
            return groups[0]["lastEvaluation"]
        for _ in range(2):
            before = last()
            self.harness.wait("the rules are evaluated", lambda seen=before: last() != seen)


def story(harness):
    tale = Story(harness)
    for chapter in (tale.rules_alone, tale.files, tale.failures_of_the_script, tale.never_half_a_file, tale.up,
                    tale.alerting):
        chapter()


if __name__ == "__main__":
    main("prometheus", story)
