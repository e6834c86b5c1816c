#!/usr/bin/env python3
"""A generic JSON check, as many sites have one: json_check.py URL TOKEN PATH WANTED

Asks once with a verified connection, follows PATH (a.b.c) into the answer and
is OK if the value there is WANTED. Stands for the checks that the plugins replace.
"""
import json
import sys
import urllib.request


def main():
    url, token, path, wanted = sys.argv[1:]
    request = urllib.request.Request(url, headers={"Authorization": "Bearer " + token})
    with urllib.request.urlopen(request, timeout=10) as answer:
        value = json.load(answer)
    for name in path.split("."):
        value = value[name]
    good = value == wanted
    print("OK" if good else "CRITICAL", "-", path, "is", value)
    return 0 if good else 2


sys.exit(main())
