"""nginx on free loopback ports, and a copy of the system's trust store that knows it."""
import os
import re
import shutil
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CERTS = os.path.join(os.path.dirname(HERE), "simulator", "certs.sh")
SYSTEM_DIRECTORY = "/etc/ssl/certs"
BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
           "/etc/ssl/cert.pem")
# What Coze's document shows, without the task's id.
ANSWER = ('{"data":{"entity_type":"bot","task_status":"successful",'
          '"source_entity_id":"7530938808750080001","target_entity_id":"7530938808750067001",'
          '"target_workspace_id":"7498204883280400001"},"code":0,"msg":"",'
          '"detail":{"logid":"20241210152726467C48D89D6DB20001"}}')

CONF = """
daemon off;
master_process off;
worker_processes 1;
pid %(dir)s/nginx.pid;
error_log %(dir)s/error.log;
worker_rlimit_nofile 8192;
events { worker_connections 4000; }
http {
    access_log off;
    client_body_temp_path %(dir)s/body;
    proxy_temp_path %(dir)s/proxy;
    fastcgi_temp_path %(dir)s/fastcgi;
    uwsgi_temp_path %(dir)s/uwsgi;
    scgi_temp_path %(dir)s/scgi;
    ssl_certificate %(dir)s/certs/good.pem;
    ssl_certificate_key %(dir)s/certs/good.key;
    ssl_session_cache off;
    default_type application/json;
    keepalive_requests %(keepalive)d;
    %(upstream)s
%(servers)s
}
"""

SERVER = """
    server {
        listen 127.0.0.1:%(port)d ssl%(http2)s;
        location / { return 200 '%(answer)s'; }
        %(slow)s
    }
"""

UPSTREAM = """
    upstream slow {
        server 127.0.0.1:%d;
        keepalive 1500;
        keepalive_requests 1000000;
    }
"""

SLOW = """
        location /slow/ {
            proxy_pass http://slow;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering on;
        }
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find_nginx():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def wait_for(port, process, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended with %d" % process.returncode)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not listen")


def copy_trust(directory, ca, links):
    """The system's hashed directory and bundle, with one more authority in both."""
    store = os.path.join(directory, "store")
    os.mkdir(store)
    for name in os.listdir(SYSTEM_DIRECTORY) if links else ():
        if re.fullmatch(r"[0-9a-f]{8}\.\d", name):
            shutil.copy(os.path.join(SYSTEM_DIRECTORY, name), os.path.join(store, name))
    with open(ca, encoding="ascii") as f:
        ours = f.read()
    name = subprocess.run(["openssl", "x509", "-hash", "-noout", "-in", ca], check=True,
                          capture_output=True, text=True).stdout.strip() + ".0"
    with open(os.path.join(store, name), "w", encoding="ascii") as f:
        f.write(ours)
    bundle = os.path.join(directory, "bundle.pem")
    system = next((b for b in BUNDLES if os.path.exists(b)), None)
    with open(bundle, "w", encoding="utf-8") as f:
        if system:
            with open(system, encoding="utf-8") as old:
                f.write(old.read())
        f.write(ours)
    return store, os.path.join(store, name), bundle


class Site:
    """url1, url2: base URLs, over HTTP/1.1 and HTTP/2. slow1, slow2: behind a delay.

    store, ca, bundle: the directory, our authority's file in it, the bundle.
    """

    def __init__(self, directory, slow=None, delay_ms=0, keepalive=1000000):
        self.processes = []
        certs = os.path.join(directory, "certs")
        subprocess.run(["sh", CERTS, certs], check=True)
        self.store, self.ca, self.bundle = copy_trust(directory, certs + "/ca.pem", True)
        upstream = ""
        if slow:
            server = subprocess.Popen([slow, str(delay_ms)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
            self.processes.append(server)
            upstream = UPSTREAM % int(server.stdout.readline())
        ports = free_port(), free_port()
        servers = "".join(
            SERVER % {"port": port, "http2": http2, "answer": ANSWER,
                      "slow": SLOW if slow else ""}
            for port, http2 in zip(ports, ("", " http2")))
        conf = os.path.join(directory, "nginx.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write(CONF % {"dir": directory, "keepalive": keepalive, "upstream": upstream,
                            "servers": servers})
        nginx = subprocess.Popen([find_nginx(), "-p", directory, "-c", conf],
                                 stderr=subprocess.DEVNULL)
        self.processes.append(nginx)
        wait_for(ports[0], nginx)
        self.url1, self.url2 = ("https://127.0.0.1:%d" % port for port in ports)
        self.slow1, self.slow2 = self.url1 + "/slow", self.url2 + "/slow"

    def close(self):
        for process in reversed(self.processes):
            if process.stdin:
                process.stdin.close()
            process.terminate()
            process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
