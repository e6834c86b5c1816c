#!/usr/bin/env python3
"""Checks the simulator itself: selftest.py CLOUDSIM"""
import base64
import datetime
import hashlib
import hmac
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "data" / "examples"
COPY = "/api/v1/oss/source/copy/process?taskID="
LIST = "/api/v1/oss/source/copy/fail?taskID="
OFFLINE = "/api/v1/oss/offline/download/process?taskID="
KOODRIVE = "/koodrive/ose/v1/task/"
COZE = "/v1/entities/copy_tasks/"
PAN_HEADERS = {"Authorization": "Bearer t", "Platform": "open_platform"}
HARMLESS = {"status-string", "code-string", "slow", "429-once", "503-once"}
TIMEOUT = 60


class Simulator:
    def __init__(self, binary, folder):
        port_file = folder / "ports"
        self.process = subprocess.Popen(
            [binary, f"--port-file={port_file}"], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        self.port = int(line.removeprefix("http="))
        assert port_file.read_text() == line

    def ask(self, target, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.request(method, target, body, headers or PAN_HEADERS)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data, answer.headers

    def json(self, target, method="GET", headers=None, body=None):
        text = json.dumps(body) if body is not None else None
        status, data, _ = self.ask(target, method, headers, text)
        return status, json.loads(data)

    def raw(self, target, timeout=TIMEOUT):
        """What comes on the wire, and how it ended."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as s:
            s.sendall(
                f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n"
                "Platform: open_platform\r\n\r\n".encode()
            )
            got = b""
            try:
                while part := s.recv(1 << 16):
                    got += part
            except ConnectionResetError:
                return got, "reset"
            except TimeoutError:
                return got, "open"
            return got, "closed"


def no_twice(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def looks_good(target, data):
    """Whether a strict reader would say that the task has succeeded."""
    try:
        answer = json.loads(data, object_pairs_hook=no_twice)
        inner = answer if KOODRIVE in target else answer["data"]
        status = inner["task_status" if COZE in target else "status"]
        return (
            type(answer["code"]) in (int, str)
            and int(answer["code"]) == 0
            and type(status) in (int, str)
            and str(status) in ("2", "successful")
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


class Simulated(unittest.TestCase):
    def world(self, **settings):
        name = self.id().rsplit(".", 1)[1]
        status, answer = SIM.json(f"/_sim/world/{name}", "PUT", body=settings)
        self.assertEqual((status, answer), (200, {"ok": True}))
        return f"/world/{name}"

    def stats(self, world):
        return SIM.json("/_sim" + world)[1]


class Tasks(Simulated):
    def test_examples(self):
        for target, name in [
            (COPY + "1ketmmu1000d86isuyq33su100w1bnp6", "123pan_copy_process"),
            (LIST + "1ketmmu1000d86isuyq33su100w1bnp6&limit=100&page=1", "123pan_copy_fail"),
            (OFFLINE + "403316", "123pan_offline_process"),
            (KOODRIVE + "1534087020903704704", "koodrive_task"),
            (COZE + "567456700***", "coze_copy_task"),
        ]:
            status, data, _ = SIM.ask(target)
            self.assertEqual(status, 200)
            self.assertEqual(data, (EXAMPLES / f"{name}.json").read_bytes())

    def test_pages(self):
        seen = []
        for page in range(1, 5):
            _, answer = SIM.json(f"{LIST}lots-250&limit=100&page={page}")
            self.assertEqual(answer["data"]["total"], 250)
            seen += answer["data"]["list"] or []
        self.assertEqual([one["fileId"] for one in seen], list(range(10001, 10251)))
        for wrong in ("limit=101&page=1", "limit=0&page=1", "limit=5", "limit=5&page=0"):
            self.assertEqual(SIM.json(f"{LIST}lots-250&{wrong}")[1]["code"], 1)

    def test_set_and_remove(self):
        world = self.world()
        task = {"system": "copy", "status": 3, "message": "wrong", "failed": 2}
        for name in ("t/1", "running"):
            quoted = name.replace("/", "%2F")
            SIM.json(f"/_sim{world}/task/{quoted}", "PUT", body=task)
            data = SIM.json(world + COPY + quoted)[1]["data"]
            self.assertEqual(data, {"status": 3, "failMsg": "wrong"})
            SIM.json(f"/_sim{world}/task/{quoted}", "DELETE")
            self.assertEqual(SIM.json(world + COPY + quoted)[1]["code"], 1)
        self.assertEqual(SIM.json(COPY + "running")[1]["data"]["status"], 1)
        self.assertEqual(self.stats(world)["requests"], 4)
        status, _ = SIM.json(f"/_sim{world}/task/x", "PUT", body={"system": "copi"})
        self.assertEqual(status, 400)

    def test_headers_are_wanted(self):
        self.assertEqual(SIM.json(COPY + "ended", headers={"Platform": "x"})[1]["code"], 401)
        wrong = {"Authorization": "Bearer t", "Platform": "x"}
        self.assertEqual(SIM.json(COPY + "ended", headers=wrong)[1]["code"], 1)
        for path in (KOODRIVE, COZE):
            self.assertEqual(SIM.ask(path + "ended", headers={"X": "y"})[0], 401)


class Faults(Simulated):
    def names(self):
        text = subprocess.run([BINARY, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        words = text.partition("Faults, with")[2].partition("\n")[2].split()
        return dict(zip(words[1::2], words[::2]))

    def test_none_looks_good(self):
        world = self.world()
        wire = {"reset", "close", "short", "silence", "slow", "huge", "huge-chunked"}
        wire |= {"not-http", "headers", "gzip"}
        faults = self.names()
        self.assertGreater(len(faults), 45)
        for name in set(faults) - wire - HARMLESS:
            for target in (COPY, KOODRIVE, COZE):
                status, data, _ = SIM.ask(f"{world}{target}fault-{name}")
                good = status == 200 and looks_good(target, data)
                self.assertFalse(good, f"{name}: {data[:200]}")
            by_name = SIM.ask(f"{world}{OFFLINE}fault-{name}")
            self.assertEqual(SIM.ask(world + OFFLINE + faults[name])[:2], by_name[:2])

    def test_harmless(self):
        world = self.world()
        for name in HARMLESS - {"slow"}:
            for target in (COPY, KOODRIVE, COZE):
                first = SIM.ask(f"{world}{target}fault-{name}")
                status, data, _ = SIM.ask(f"{world}{target}fault-{name}")
                self.assertTrue(status == 200 and looks_good(target, data), name)
                self.assertEqual(first[0], int(name[:3]) if "once" in name else 200)

    def test_wires(self):
        self.assertEqual(SIM.raw(COPY + "fault-reset"), (b"", "reset"))
        self.assertEqual(SIM.raw(COPY + "fault-close"), (b"", "closed"))
        self.assertEqual(SIM.raw(COPY + "fault-silence", 1), (b"", "open"))
        head, _, body = SIM.raw(COPY + "fault-short")[0].partition(b"\r\n\r\n")
        promised = int(head.lower().split(b"content-length: ")[1].split()[0])
        self.assertTrue(0 < len(body) < promised)
        self.assertTrue(SIM.raw(COPY + "fault-not-http")[0].startswith(b"SSH-"))
        self.assertGreater(len(SIM.raw(COPY + "fault-headers")[0]), 1 << 20)

    def test_slow(self):
        connection = http.client.HTTPConnection("127.0.0.1", SIM.port, timeout=TIMEOUT)
        connection.request("GET", COPY + "fault-slow", headers=PAN_HEADERS)
        answer = connection.getresponse()
        began = time.monotonic()
        self.assertEqual(answer.read(4), b'{"co')
        self.assertGreater(time.monotonic() - began, 2.5)
        connection.close()

    def test_sizes(self):
        _, data, headers = SIM.ask(COPY + "fault-gzip")
        self.assertEqual(headers["Content-Encoding"], "gzip")
        unpack = zlib.decompressobj(31)
        size = 0
        while not unpack.eof:
            size += len(unpack.decompress(data, 1 << 20))
            data = unpack.unconsumed_tail
        self.assertGreater(size, 250 << 20)
        for name, header in (("huge", "Content-Length"), ("huge-chunked", "Transfer-Encoding")):
            connection = http.client.HTTPConnection("127.0.0.1", SIM.port, timeout=TIMEOUT)
            connection.request("GET", COPY + "fault-" + name, headers=PAN_HEADERS)
            answer = connection.getresponse()
            self.assertIn(header, answer.headers)
            self.assertEqual(len(answer.read(2 << 20)), 2 << 20)
            connection.close()


class Cases(Simulated):
    def test_script(self):
        replies = [
            {"match": "page=1", "json": {"n": 1}, "times": 2},
            {"match": "page=1", "status": 503, "body": "no", "headers": {"X-Y": "z"}},
            {"method": "POST", "fill": {"text": "ab", "count": 3, "before": "<", "after": ">"}},
        ]
        self.assertEqual(SIM.json("/_sim/case/s", "PUT", body={"replies": replies})[0], 200)
        got = [SIM.ask("/case/s/a?page=1")[0] for _ in range(4)]
        self.assertEqual(got, [200, 200, 503, 503])
        self.assertEqual(SIM.ask("/case/s/t", "POST", {"X-A": "b"}, b"\xff")[1], b"<ababab>")
        self.assertEqual(SIM.ask("/case/s/none")[0], 599)
        seen = SIM.json("/_sim/case/s")[1]
        self.assertEqual(seen["unmatched"], 1)
        self.assertEqual(seen["requests"][0]["target"], "/a?page=1")
        self.assertEqual(seen["requests"][0]["headers"]["authorization"], "Bearer t")
        self.assertEqual(seen["requests"][4]["body_base64"], "/w==")
        self.assertEqual(SIM.json("/_sim/case/s", "DELETE")[0], 200)
        self.assertEqual(SIM.json("/_sim/case/s")[0], 404)

    def test_typing_errors(self):
        for wrong in ({"stauts": 1}, {"fault": "none"}, {"times": "2"}, {"raw_base64": "?"}):
            status, _ = SIM.json("/_sim/case/w", "PUT", body={"replies": [wrong]})
            self.assertEqual(status, 400, wrong)

    def test_many_at_once(self):
        one = {"json": {}, "delay": 0.5, "times": 1}
        SIM.json("/_sim/case/m", "PUT", body={"replies": [one]})
        silent = [socket.create_connection(("127.0.0.1", SIM.port)) for _ in range(100)]
        for s in silent:
            s.sendall(f"GET {COPY}fault-silence HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        got = []
        threads = [threading.Thread(target=lambda: got.append(SIM.ask("/case/m/")[0])) for _ in range(300)]
        began = time.monotonic()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(got, [200] * 300)
        self.assertLess(time.monotonic() - began, 60)  # 150 s one after the other
        for s in silent:
            s.close()


class PanTokens(Simulated):
    def get(self, world, secret="s"):
        body = {"clientID": "c", "clientSecret": secret}
        headers = {"Platform": "open_platform"}
        return SIM.json(world + "/api/v1/access_token", "POST", headers, body)[1]

    def good(self, world, token):
        headers = {"Authorization": "Bearer " + token, "Platform": "open_platform"}
        return SIM.json(world + COPY + "ended", headers=headers)[1]["code"] == 0

    def test_life(self):
        world = self.world(client_id="c", client_secret="s", token_lifetime=100)
        self.assertEqual(self.get(world, "wrong")["code"], 401)
        first = self.get(world)["data"]
        until = datetime.datetime.fromisoformat(first["expiredAt"])
        self.assertEqual(until.utcoffset(), datetime.timedelta(hours=8))
        self.assertLess(abs(until.timestamp() - time.time() - 100), 30)
        self.assertTrue(self.good(world, first["accessToken"]))
        self.assertFalse(self.good(world, "other"))
        tokens = [self.get(world)["data"]["accessToken"] for _ in range(3)]
        self.assertFalse(self.good(world, first["accessToken"]), "the oldest is kicked out")
        self.assertTrue(all(self.good(world, token) for token in tokens))
        self.world(refuse_over_limit=True)
        self.assertIn("exceeded", self.get(world)["message"])
        self.assertEqual(self.stats(world)["tokens_issued"], 4)
        self.world(clock_offset=101)
        self.assertFalse(self.good(world, tokens[0]), "expired")
        self.assertEqual(self.stats(world)["live_tokens"], 0)
        token = self.get(world)["data"]["accessToken"]
        SIM.json(f"/_sim{world}/revoke", "POST")
        self.assertFalse(self.good(world, token), "revoked")

    def test_fixed(self):
        world = self.world(require_token="fixed")
        self.assertTrue(self.good(world, "fixed"))
        self.assertFalse(self.good(world, "other"))
        for given, status in (("Bearer+fixed", 200), ("fixed", 200), ("Bearer+x", 401)):
            headers = {"Authorization": given}
            self.assertEqual(SIM.ask(world + KOODRIVE + "ended", headers=headers)[0], status)


class Signatures(Simulated):
    def signed(self, path, secret="key", late=0, user="u", extra=None):
        date = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=late)
        headers = {
            "Host": f"127.0.0.1:{SIM.port}",
            "X-Date": date.strftime("%Y%m%dT%H%M%SZ"),
            "X-User-Id": user,
        }
        names = sorted(name.lower() for name in headers)
        values = {name.lower(): value for name, value in headers.items()}
        lines = "".join(f"{name}:{values[name]}\n" for name in names)
        empty = hashlib.sha256(b"").hexdigest()
        request = f"GET\n{path}/\n\n{lines}\n{';'.join(names)}\n{empty}"
        text = "HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
        sign = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
        headers["Authorization"] = (
            f"HMAC-SHA256 AppId=app,SignedHeaders={';'.join(names)},Signature={sign}"
        )
        return SIM.ask(path, headers=headers | (extra or {}))[0]

    def test_koodrive(self):
        path = self.world(koodrive_app_id="app", koodrive_app_secret="key") + KOODRIVE + "ended"
        self.assertEqual(self.signed(path), 200)
        self.assertEqual(self.signed(path, late=800), 200)
        self.assertEqual(self.signed(path, late=1000), 401)
        self.assertEqual(self.signed(path, late=-100), 401)
        self.assertEqual(self.signed(path, secret="other"), 401)
        self.assertEqual(self.signed(path, user=""), 401)
        self.assertEqual(self.signed(path, extra={"X-User-Id": "other"}), 401)
        self.assertEqual(SIM.ask(path)[0], 401, "a plain token")
        self.world(clock_offset=-100)
        self.assertEqual(self.signed(path), 401, "the client's clock is ahead")


class OAuth(Simulated):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.key = self.folder.name + "/key.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        made = ["openssl", "rsa", "-in", self.key, "-pubout"]
        self.public = subprocess.run(made, check=True, capture_output=True, text=True).stdout

    def tearDown(self):
        self.folder.cleanup()

    def jwt(self, head=None, spoil=False, **claims):
        def part(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")

        now = int(time.time())
        base = {"iss": "app", "aud": "api.coze.cn", "iat": now, "exp": now + 60}
        base["jti"] = base64.b16encode(hashlib.sha256(str(time.perf_counter_ns()).encode()).digest()).decode()
        text = part(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "k"} | (head or {})).encode())
        text += b"." + part(json.dumps(base | claims).encode())
        made = ["openssl", "dgst", "-sha256", "-sign", self.key]
        sign = subprocess.run(made, input=text + b"x" * spoil, check=True, capture_output=True).stdout
        return (text + b"." + part(sign)).decode()

    def post(self, world, jwt, **body):
        body = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"} | body
        headers = {"Authorization": "Bearer " + jwt}
        return SIM.json(world + "/api/permission/oauth2/token", "POST", headers, body)

    def test_coze(self):
        world = self.world(coze_public_key=self.public, coze_app_id="app", coze_key_id="k")
        jwt = self.jwt()
        status, answer = self.post(world, jwt, duration_seconds=600)
        self.assertEqual(status, 200)
        self.assertLess(abs(answer["expires_in"] - time.time() - 600), 60)
        headers = {"Authorization": "Bearer " + answer["access_token"]}
        self.assertEqual(SIM.ask(world + COZE + "ended", headers=headers)[0], 200)
        self.assertEqual(SIM.ask(world + COZE + "ended")[0], 401)
        self.assertEqual(self.post(world, jwt)[0], 401, "the jti again")
        self.assertEqual(self.post(world, self.jwt(aud=f"127.0.0.1:{SIM.port}"))[0], 200)
        now = int(time.time())
        for wrong in (
            self.jwt(spoil=True),
            self.jwt(aud="elsewhere"),
            self.jwt(iss="other"),
            self.jwt(exp=now - 1),
            self.jwt(iat=now + 1000),
            self.jwt(head={"kid": "other"}),
            self.jwt(head={"alg": "none"}),
            jwt.rpartition(".")[0] + ".",
            "nonsense",
        ):
            status, answer = self.post(world, wrong)
            self.assertEqual((status, answer["error"]), (401, "invalid_client"), answer)
        self.assertEqual(self.post(world, self.jwt(), grant_type="x")[0], 400)
        self.assertEqual(self.post(world, self.jwt(), duration_seconds=86400)[0], 400)


class Process(unittest.TestCase):
    def test_ends_while_silent(self):
        with tempfile.TemporaryDirectory() as folder:
            own = Simulator(BINARY, pathlib.Path(folder))
            with socket.create_connection(("127.0.0.1", own.port)) as s:
                s.sendall(f"GET {COPY}fault-silence HTTP/1.1\r\nHost: x\r\n".encode())
                s.sendall(b"Authorization: t\r\nPlatform: open_platform\r\n\r\n")
                own.process.send_signal(signal.SIGTERM)
                self.assertEqual(own.process.wait(TIMEOUT), 0)
            own.process.stdout.close()

    def test_bad_options(self):
        for wrong in (["--port=x"], ["--tls-port=0"], ["word"], ["--nothing"]):
            done = subprocess.run([BINARY, *wrong], capture_output=True, timeout=TIMEOUT)
            self.assertEqual(done.returncode, 2)
            self.assertTrue(done.stderr)

    def test_examples_are_fresh(self):
        made = [sys.executable, HERE / "examples.py", "--check", EXAMPLES, HERE / "examples.c"]
        self.assertEqual(subprocess.run(made, check=False).returncode, 0)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    with tempfile.TemporaryDirectory() as scratch:
        SIM = Simulator(BINARY, pathlib.Path(scratch))
        try:
            failed = not unittest.main(exit=False).result.wasSuccessful()
        finally:
            SIM.process.terminate()
            code = SIM.process.wait(TIMEOUT)
            SIM.process.stdout.close()
    sys.exit(f"cloudsim ended with {code}" if code else int(failed))
