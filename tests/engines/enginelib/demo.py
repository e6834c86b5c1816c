"""Nagios with its own web page, watching tasks of the simulator move. Started by contrib/demo.sh.

python3 -m enginelib.demo CGI-DIRECTORY HTML-DIRECTORY STYLESHEETS BUSYBOX [PICTURE CHROMIUM]
"""

import os
import subprocess
import sys
import time
import urllib.request

from . import harness
from .nagios4 import Nagios4
from .simulator import TOKEN, Simulator
from .tasks import CONTRIB

HOST = """
define command {
    command_name            check_nothing
    command_line            /bin/true
}
define host {
    use                     generic-host
    host_name               cloud-tasks
    alias                   Tasks in the cloud
    address                 127.0.0.1
    check_command           check_nothing
    max_check_attempts      1
}
"""
SERVICE = """
define service {{
    use                     generic-service
    host_name               cloud-tasks
    service_description     {name}
    check_command           {command}
    check_interval          1
    max_check_attempts      1
}}
"""
SERVICES = {
    "copy: holiday photos": "check_123pan_copy!demo=holiday-photos",
    "copy: shop pictures": "check_123pan_copy!ended=shop-pictures",
    "copy: archive 2019": "check_123pan_copy!partial=archive-2019",
    "copy: token expired": "check_123pan_copy!fault-denied=old-account",
    "copy: eight at once": "check_123pan_copy!bulk-1!" + " ".join(f"-T bulk-{n}" for n in range(2, 9)),
    "offline: film": "check_123pan_offline!9000=film",
    "offline: backup": "check_123pan_offline!1003=backup",
    "KooDrive: handover": "check_koodrive_task!demo=handover",
    "KooDrive: offboarding": "check_koodrive_task!succeeded=offboarding",
    "Coze: support bot": "check_coze_copy!demo=support-bot",
    "Coze: sales bot": "check_coze_copy!running=sales-bot",
}
CGI = """\
main_config_file={main}
physical_html_path={html}
url_html_path=/nagios4
show_context_help=0
use_pending_states=1
use_authentication=0
refresh_rate=5
enable_page_tour=0
escape_html_tags=1
"""
PAGE = "/cgi-bin/nagios4/status.cgi?host=all"
HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1280,480", "--virtual-time-budget=3000")


def nagios(test, simulator):
    base = simulator.url("demo")
    token = test.write("token", TOKEN + "\n", mode=0o640)
    services = "".join(SERVICE.format(name=name, command=command) for name, command in SERVICES.items())
    account = f"--url={base} --token-file={token} -t 10"
    engine = Nagios4(test, {number: account for number in (11, 12, 13)}, [
        f"{CONTRIB}/nagios/cloud-task-plugins.cfg", test.write("services.cfg", HOST + services)], {}, interval_length=5)
    engine.start()
    host = "PROCESS_HOST_CHECK_RESULT;cloud-tasks;0;stands for the accounts in the cloud"
    test.wait("Nagios takes the host for up", lambda: engine.command(host) or True)
    return engine


def web(test, engine, cgi, html, stylesheets, busybox):
    """Nagios's own CGIs behind busybox httpd; the page's address."""
    root = test.directory("web", "cgi-bin")
    os.symlink(cgi, os.path.join(root, "nagios4"))
    pages = test.directory("web", "nagios4")
    for name in os.listdir(html):
        if name != "stylesheets":
            os.symlink(os.path.join(html, name), os.path.join(pages, name))
    os.symlink(stylesheets, os.path.join(pages, "stylesheets"))
    config = test.write("cgi.cfg", CGI.format(main=engine.main, html=html))
    for _ in range(5):
        port = harness.free_port()
        server = test.spawn("web", [busybox, "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", test.path("web")],
                            env=test.environment(NAGIOS_CGI_CONFIG=config), must_live=False)
        address = f"http://127.0.0.1:{port}{PAGE}"
        test.wait("the page is there", lambda: server.poll() is not None or b"holiday photos" in fetch(address))
        if server.poll() is None:
            return address
    raise OSError("the web server does not start")


def fetch(address):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(address, timeout=30) as answer:
        return answer.read()


def picture(test, engine, address, path, chromium):
    """The page as a picture, once the first task has failed."""
    test.wait("a task fails", lambda: engine.service("cloud-tasks!copy: holiday photos")["current_state"] == "2"
              and all(status["has_been_checked"] == "1" for status in engine.services().values()), limit=400)
    profile = test.directory("chromium")
    subprocess.run([chromium, *HEADLESS, f"--user-data-dir={profile}", f"--screenshot={os.path.abspath(path)}",
                    address], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=180,
                   env=test.environment(HOME=profile))
    print(f"The picture is {path}", flush=True)


def story(test):
    cgi, html, stylesheets, busybox, *shot = sys.argv[1:]
    engine = nagios(test, Simulator(test, "--demo"))
    address = web(test, engine, cgi, html, stylesheets, busybox)
    if shot:
        picture(test, engine, address, *shot)
        return
    print(f"""
The page:    {address}
What to see: "holiday photos", "film", "handover" and "support bot" wait, run, and fail within two minutes;
             "token expired" is UNKNOWN, not CRITICAL: nobody could be asked.
To stop:     Ctrl-C, or  kill {os.getpid()}
""", flush=True)
    try:
        while engine.process.poll() is None:
            time.sleep(1)
        test.ok(False, "Nagios runs")
    except harness.Stopped:
        print("Stopping.", flush=True)


if __name__ == "__main__":
    harness.main("demo", story)
