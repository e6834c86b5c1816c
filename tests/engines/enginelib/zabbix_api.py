"""The API of Zabbix 6.0, as far as the tests use it."""

import json
import urllib.request

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy of the environment
USER, PASSWORD = "Admin", "zabbix"


class ZabbixError(OSError):
    """The API refused something; the text is its own. An OSError, so that what waits for an effect asks again."""


class ZabbixApi:
    def __init__(self, url):
        self.url, self.session = url, None

    def login(self):
        self.session = self.call("user.login", username=USER, password=PASSWORD)
        return True

    def call(self, method, *positional, **named):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(positional) or named}
        if self.session:
            body["auth"] = self.session
        request = urllib.request.Request(self.url, json.dumps(body).encode(),
                                         {"Content-Type": "application/json-rpc"})
        with _direct.open(request, timeout=120) as answer:
            text = answer.read()
        try:
            result = json.loads(text)
        except ValueError as error:
            raise ZabbixError(f"{method}: no JSON: {text[:500]!r}") from error
        if "error" in result:
            raise ZabbixError(f"{method}: {result['error'].get('data') or result['error']}")
        return result["result"]

    def import_yaml(self, text):
        """Import as the frontend does when all boxes are ticked."""
        both = {"createMissing": True, "updateExisting": True}
        every = dict(both, deleteMissing=True)
        return self.call("configuration.import", format="yaml", source=text, rules={
            "groups": both, "templates": both, "valueMaps": every, "items": every, "discoveryRules": every,
            "triggers": every, "templateLinkage": {"createMissing": True}})

    def template(self, name):
        found = self.call("template.get", filter={"host": [name]}, output=["templateid", "name"])
        return found[0] if found else None

    def host(self, name, shown, template, macros, port=10050):
        """Make a host with one template; macros without their braces. The frontend shows it under the second name."""
        group = self.call("hostgroup.get", filter={"name": ["Discovered hosts"]})[0]["groupid"]
        return self.call("host.create", host=name, name=shown, groups=[{"groupid": group}],
                         templates=[{"templateid": self.template(template)["templateid"]}],
                         macros=[{"macro": "{$%s}" % macro, "value": value} for macro, value in macros.items()],
                         interfaces=[{"type": 1, "main": 1, "useip": 1, "ip": "127.0.0.1", "dns": "",
                                      "port": str(port)}])["hostids"][0]

    def items(self, host):
        """The items of a host by key; the value is None where there never was one."""
        found = self.call("item.get", hostids=[host], selectItemDiscovery=["ts_delete"],
                          output=["key_", "name", "lastvalue", "lastclock", "state", "error", "value_type"])
        for item in found:
            item["value"] = item["lastvalue"] if item["lastclock"] != "0" else None
        return {item["key_"]: item for item in found}

    def value(self, host, key):
        found = self.call("item.get", hostids=[host], filter={"key_": key}, output=["lastvalue", "lastclock"])
        return found[0]["lastvalue"] if found and found[0]["lastclock"] != "0" else None

    def problems(self, host):
        """The open problems of a host: name to severity."""
        found = self.call("problem.get", hostids=[host], output=["name", "severity"])
        return {problem["name"]: int(problem["severity"]) for problem in found}
