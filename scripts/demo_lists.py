# SPDX-License-Identifier: MIT
"""The Python program that scripts/demo records: keeps texts or buffers, as standard input says."""
import json
import sys

kept = []
for line in sys.stdin:
    if line == "names\n":
        kept.append([json.dumps({"name": f"n{i}", "text": "x" * 600}) for i in range(2000)])
    else:
        kept.append([bytearray(8000) for i in range(100)])
    print(line.strip(), "made", flush=True)
