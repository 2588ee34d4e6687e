# SPDX-License-Identifier: MIT
"""File systems that are full or read-only: small ones, mounted in a namespace of their own."""
import shutil
import subprocess
import unittest

import harness

#: Arguments: how to mount, the folder, then the program. What is left there is listed at the end.
SCRIPT = """
mount -t tmpfs -o "$1" tmpfs "$2" || exit 99
[ "$3" = fill ] && head -c 8192 /dev/zero >"$2/filler"
[ "$3" = readonly ] && { mount -o remount,ro "$2" || exit 99; }
shift 3
"$@"
status=$?
ls "$OUT"
exit $status
"""


def mount_is_possible():
    if shutil.which("unshare") is None:
        return False
    probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return probe.returncode == 0


@unittest.skipUnless(mount_is_possible(), "no right to mount in a namespace")
class Disks(harness.TestCase):
    def record_on(self, size, state):
        with harness.Recording([]) as run:
            disk = run.directory / "disk"
            disk.mkdir()
            preload = f"LD_PRELOAD={run.env.pop('LD_PRELOAD')}"
            run.env["TRACEMALLOC_OUTPUT"] = f"{disk}/%n.bin"
            run.env["OUT"] = str(disk)
            run.argv = ["unshare", "-rm", "sh", "-c", SCRIPT, "sh", size, str(disk), state,
                        "env", preload, harness.target("limited"), "nothing", "ask"]
            self.assertEqual(5, run.finish(), run.stderr)
            # env itself is recorded until it becomes the program; only the program ends.
            return run.stderr.decode().splitlines(), run.stdout.decode().splitlines()[1:]

    def test_full(self):
        lines, left = self.record_on("size=8k", "fill")
        self.assertEqual(3, len(lines), lines)
        self.assertTrue(all(line.endswith(": no space left on the device") for line in lines), lines)
        self.assertEqual(["filler"], left, "no half of a dump stays behind")

    def test_read_only(self):
        lines, left = self.record_on("size=64k", "readonly")
        self.assertEqual(3, len(lines), lines)
        self.assertTrue(all(line.endswith(": read-only file system") for line in lines), lines)
        self.assertEqual([], left)

    def test_room(self):
        lines, left = self.record_on("size=1m", "empty")
        self.assertEqual([], lines)
        self.assertEqual(["1.bin", "2.bin", "3.bin"], left)


if __name__ == "__main__":
    unittest.main()
