"""What Icinga 2 has to show of one task of each plugin, wherever the check runs."""

import json

from . import perfdata
from .tasks import WHY

SERVICES = {"check_123pan_copy": "123pan!photos-2024", "check_123pan_offline": "123pan!film",
            "check_koodrive_task": "koodrive!move", "check_coze_copy": "coze!support-bot"}


def first_line(attrs):
    return attrs["last_check_result"]["output"].split("\n")[0]


def whole(test, engine, tasks):
    """running, failed, succeeded: OK, CRITICAL, OK, the reason in the first line; {plugin: attributes when failed}"""
    for plugin, service in SERVICES.items():
        attrs = engine.check_until(service, 0, f"{plugin}: running, so the service is OK")
        test.ok("running" in first_line(attrs), f"{plugin}: a running task is OK and says so", attrs)
    tasks.move_all("failed")
    failed = {}
    for plugin, service in SERVICES.items():
        attrs = engine.check_until(service, 2, f"{plugin}: failed, so the service is CRITICAL, hard")
        test.ok(WHY[plugin] in first_line(attrs), f"{plugin}: a failed task is CRITICAL, and the first line says why",
                attrs)
        failed[plugin] = attrs
    tasks.move_all("succeeded")
    for plugin, service in SERVICES.items():
        attrs = engine.check_until(service, 0, f"{plugin}: succeeded, so the service is OK")
        test.ok("succeeded" in first_line(attrs), f"{plugin}: a succeeded task is OK again", attrs)
    return failed


def metrics(test, engine, failed):
    """Icinga's own parser reads every metric as we do."""
    for plugin, attrs in failed.items():
        items = attrs["last_check_result"]["performance_data"]
        ours = perfdata.parse(" ".join(items))
        theirs = engine.read_perfdata(items)
        good = len(items) >= 3 and None not in theirs and all(
            ours[read["label"]][0] == read["value"] for read in theirs) and len(theirs) == len(ours)
        test.ok(good and ours["failed"][0] == 1, f"{plugin}: Icinga reads all of its {len(items)} metrics",
                items, theirs)


def no_secret(test, engine, failed, secret):
    for plugin, attrs in failed.items():
        said = json.dumps(attrs["last_check_result"], ensure_ascii=False)
        test.ok(attrs["last_check_result"]["command"] and secret not in said,
                f"{plugin}: the result, its command line included, holds no secret", said)
    for kind in ("services", "hosts", "checkcommands"):
        said = json.dumps(engine.api("GET", f"/v1/objects/{kind}"))
        test.ok(secret not in said, f"no secret is to be read in the {kind} of the API")
