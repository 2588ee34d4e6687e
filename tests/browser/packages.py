# SPDX-License-Identifier: MIT
"""What the tests here need and may not have: a browser, node, and the packages from npm."""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
CHROMIUM = "/usr/bin/chromium"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def install_packages(folder):
    """Playwright's library without a browser of its own, and speedscope, by the lock file."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip(f"{program} is not installed (scripts/bootstrap test)")
    if not pathlib.Path(CHROMIUM).exists():
        skip(f"{CHROMIUM} is not installed (scripts/bootstrap test)")
    folder.mkdir(parents=True, exist_ok=True)
    names = ("package.json", "package-lock.json", ".npmrc")
    wanted = b"".join((HERE / name).read_bytes() for name in names)
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    for name in names:
        shutil.copy(HERE / name, folder / name)
    done = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True,
                          timeout=300)
    if done.returncode != 0:
        skip(f"npm ci: {done.stderr.strip().splitlines()[-1:]}")
    stamp.write_bytes(wanted)
