#!/usr/bin/env python3
"""Make the other templates from cloud_copy_tasks.yaml.

    variants.py          write them
    variants.py --check  say which are not up to date, exit 1 if any

From the template "Cloud copy tasks" come the one for an agent and the one for zabbix_sender: only the first item
differs. Each file then gets a Chinese twin in zh_CN/, translated by zh_CN.tsv (English, tab, Chinese; {} stands for a
macro). The twins have the UUIDs, keys, macros and technical names of the English templates, so importing one over the
other changes the language and nothing else.
"""

import hashlib
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = "cloud_copy_tasks.yaml"
RAW_KEY = re.compile(r'cloud_tasks\["\{\$CLOUD\.PLUGIN\}".*?"\]')
AGENT_KEY = "cloud.tasks[{$CLOUD.PLUGIN},{$CLOUD.SECTION}]"
FILE_MACROS = ("TASKS.FILE", "TOKEN.FILE", "EXTRA.OPTS", "URL", "STATE.DIR", "TIMEOUT")
SECTION_MACRO = """        - macro: '{$CLOUD.SECTION}'
          value: ''
          description: 'The section of the agent''s ini file with the options. Empty: the one with the plugin''s name.'
"""
SCALAR = re.compile(r"^(\s*(?:- )?)(name|description|event_name|newvalue|error_handler_params): '(.*)'$")
NOT_TRANSLATED = {"name": ("Templates/Applications",), "error_handler_params": ("gone", "unknown")}
SHARED_UUIDS = ("a571c0d144b14fd4a87a9d9b2aa9fcd6",)  # of a template group that Zabbix brings along


def another_uuid(match, salt):
    """A version 4 UUID that is always the same for the same template and variant."""
    if match[1] in SHARED_UUIDS:
        return match[0]
    digits = hashlib.sha256(f"{salt} {match[1]}".encode()).hexdigest()[:32]
    return f"uuid: {digits[:12]}4{digits[13:16]}{'89ab'[int(digits[16], 16) % 4]}{digits[17:]}"


def split_templates(text):
    """The head of the file and its templates, each as text."""
    parts = re.split(r"(?m)^(?=    - uuid: \w+\n      template: )", text)
    return parts[0], parts[1:]


def without_macros(text, names):
    for name in names:
        text, count = re.subn(r"        - macro: '\{\$CLOUD\.%s\}'\n(?:          .*\n)+" % re.escape(name), "", text)
        if count != 1:
            sys.exit(f"variants.py: the macro {name} stands {count} times in the template")
    return text


def variant(text, name, summary, key, raw_item):
    """The first template of the file under another name, with another first item."""
    head, templates = split_templates(text)
    body = templates[0]
    body = re.sub(r"\bCloud copy tasks\b", name, body)
    body = re.sub(r"(?m)^        Watches the copy tasks .*$", f"        {summary}", body, count=1)
    body = RAW_KEY.sub(lambda _: key, body)
    body, count = re.subn(r"          type: EXTERNAL\n(          key: .*\n)          delay: .*\n", raw_item, body)
    if count != 1:
        sys.exit("variants.py: the item of the external check was not found")
    body = re.sub(r"uuid: (\w{32})", lambda match: another_uuid(match, name), body)
    return head, body


def agent_variant(text):
    head, body = variant(text, "Cloud copy tasks by agent",
                         "Watches the copy tasks of a tasks-file through the user parameter of an agent.", AGENT_KEY,
                         r"\1          delay: '{$CLOUD.INTERVAL}'\n")
    body = without_macros(body, FILE_MACROS)
    next_macro = "        - macro: '{$CLOUD.STALLED}'\n"
    return head + body.replace(next_macro, SECTION_MACRO + next_macro)


def sender_variant(text):
    head, body = variant(text, "Cloud copy tasks by sender",
                         "Watches the copy tasks of a tasks-file, the answers being sent by zabbix_sender.",
                         "cloud.tasks.raw", r"          type: TRAP\n\1          delay: '0'\n")
    return head + without_macros(body, ("PLUGIN", "INTERVAL", *FILE_MACROS))


def read_table():
    with open(os.path.join(HERE, "zh_CN.tsv"), encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != 2 or row[0].count("{}") != row[1].count("{}"):
            sys.exit(f"variants.py: zh_CN.tsv: not two texts with the same number of {{}}: {row}")
    return dict(rows)


def take_macros_out(text):
    """The text with {} for each of its macros, which may be nested, and the macros."""
    plain, macros, depth = "", [], 0
    for char in text:
        if char == "{":
            depth += 1
            if depth == 1:
                plain += "{}"
                macros.append("")
        if depth:
            macros[-1] += char
        else:
            plain += char
        if char == "}":
            depth -= 1
    return plain, macros


def put_macros_in(plain, macros):
    parts = plain.split("{}")
    return parts[0] + "".join(macro + part for macro, part in zip(macros, parts[1:]))


def translate_line(line, table, used, missing):
    scalar, bare = SCALAR.match(line), line.strip()
    if not scalar:  # a line of a script or of a longer description
        if bare in table:
            used.add(bare)
            line = line.replace(bare, table[bare])
        return line
    plain, macros = take_macros_out(scalar[3].replace("''", "'"))
    if plain in table and plain not in NOT_TRANSLATED.get(scalar[2], ()):
        used.add(plain)
        chinese = put_macros_in(table[plain], macros).replace("'", "''")
        return f"{scalar[1]}{scalar[2]}: '{chinese}'"
    if re.search("[a-z]{2}", plain) and plain not in NOT_TRANSLATED.get(scalar[2], ()):
        missing.append(plain)
    return line


def translate(text, table, used):
    """Translate the texts that people read; one that is not in the table is an error."""
    missing = []
    lines = [translate_line(line, table, used, missing) for line in text.splitlines()]
    if missing:
        sys.exit("variants.py: not in zh_CN.tsv:\n" + "\n".join(dict.fromkeys(missing)))
    return "\n".join(lines) + "\n"


def make_all():
    with open(os.path.join(HERE, SOURCE), encoding="utf-8") as source:
        text = source.read()
    english = {"cloud_copy_tasks_agent.yaml": agent_variant(text), "cloud_copy_tasks_sender.yaml": sender_variant(text)}
    table, used = read_table(), set()
    chinese = {f"zh_CN/{name}": translate(body, table, used) for name, body in {SOURCE: text, **english}.items()}
    if set(table) - used:
        sys.exit("variants.py: zh_CN.tsv has what no template has:\n" + "\n".join(set(table) - used))
    return {**english, **chinese}


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    stale = []
    for name, text in make_all().items():
        path = os.path.join(HERE, name)
        if arguments:
            if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
                stale.append(name)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as target:
            target.write(text)
    if stale:
        sys.exit(f"not up to date, run variants.py: {', '.join(stale)}")


if __name__ == "__main__":
    main(sys.argv[1:])
