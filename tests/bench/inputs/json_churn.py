# SPDX-License-Identifier: MIT
"""Decodes, changes and encodes a JSON file again and again. In: FILE ROUNDS."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as source:
    text = source.read()
for round_number in range(int(sys.argv[2])):
    records = json.loads(text)
    for record in records:
        record["name"] = record["name"].upper()
        record["tags"] = sorted(set(record["tags"]))
    by_name = {}
    for record in records:
        by_name.setdefault(record["name"], []).append(record)
    print(len(json.dumps(by_name)))
