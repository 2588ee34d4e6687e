# SPDX-License-Identifier: MIT
"""`tmtool run`: the program's own output, status and signals; where the dumps are; what it refuses."""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import harness

PYTHON = sys.executable
OPERATION = 4
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.005)


class RunCase(harness.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="tm-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name).resolve()
        self.env = harness.clean_environment()

    def run_tool(self, *words, tool=harness.TMTOOL, **options):
        options.setdefault("cwd", self.folder)
        options.setdefault("env", self.env)
        return subprocess.run([tool, "run", *map(str, words)], capture_output=True,
                              timeout=harness.WATCHDOG_SECONDS, **options)

    def start_tool(self, *words, **options):
        process = subprocess.Popen([harness.TMTOOL, "run", *map(str, words)], cwd=self.folder,
                                   env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True, **options)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def compile(self, name, source, *options):
        path = self.folder / name
        (self.folder / "source.c").write_text(source)
        subprocess.run([COMPILER, "-o", path, self.folder / "source.c", *options], check=True,
                       capture_output=True)
        return path

    def commands(self, stderr):
        """The commands it says to type next."""
        return [line.strip() for line in stderr.decode().split("tmtool: next:\n")[1].splitlines()]


class Transparency(RunCase):
    def test_output_and_status(self):
        for code in (0, 1, 2, 3, 42, 127, 255):
            done = self.run_tool("--", "sh", "-c", f"echo out; echo err >&2; exit {code}")
            self.assertEqual(code, done.returncode)
            self.assertEqual(b"out\n", done.stdout)
            self.assertTrue(done.stderr.startswith(b"err\n"), done.stderr)

    def test_death_by_signal(self):
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV, signal.SIGUSR2):
            for options in ((), ("--no-crash-snapshot",)):
                done = self.run_tool(*options, "--", "sh", "-c", f"kill -{int(number)} $$")
                self.assertEqual(128 + number, done.returncode)
                says = done.stderr.decode()
                if number == signal.SIGKILL or options:
                    self.assertIn(f"tmtool: no dump: {number.name} ended the program", says)
                else:
                    self.assertIn(f"killed by {number.name}", says)

    def test_standard_input(self):
        done = self.run_tool("--", "cat", input=b"through\n")
        self.assertEqual(b"through\n", done.stdout)

    def test_the_programs_own_options(self):
        for words in (["--", "echo", "--nframe", "-x", "--"], ["echo", "--nframe", "-x", "--"]):
            done = self.run_tool("--nframe", "3", *words)
            self.assertEqual((0, b"--nframe -x --\n"), (done.returncode, done.stdout))

    def test_signals_are_forwarded_once(self):
        script = ("import signal\n"
                  "wanted = {2, 1, 15, 3, 12, 28, 36, 10}\n"
                  "signal.pthread_sigmask(signal.SIG_BLOCK, wanted)\n"
                  "print('ready', flush=True)\n"
                  "number = 0\n"
                  "while number != 10:\n"
                  "    number = signal.sigwait(wanted)\n"
                  "    print(int(number), flush=True)\n")
        process = self.start_tool("--signal", "none", "--", PYTHON, "-c", script)
        self.assertEqual(b"ready\n", process.stdout.readline())
        for number in (2, 1, 15, 3, 12, 28, 36, 10):
            os.kill(process.pid, number)
            self.assertEqual(b"%d\n" % number, process.stdout.readline())
        rest, _ = process.communicate(timeout=20)
        self.assertEqual((b"", 0), (rest, process.returncode))

    def test_interrupt_from_the_terminal_comes_once_and_stop_stops_all(self):
        script = ("import signal, time\n"
                  "signal.signal(2, lambda n, f: print('int', flush=True))\n"
                  "print('ready', flush=True)\n"
                  "while True: time.sleep(0.05)\n")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            # A shell with job control, as a user has it.
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], {**self.env, "PS1": "$ "})
        self.addCleanup(os.close, terminal)
        seen = bytearray()

        def read_until(pattern):
            def found():
                if select.select([terminal], [], [], 0.01)[0]:
                    seen.extend(os.read(terminal, 4096))
                return re.search(pattern, seen)
            wait_for(found)

        (self.folder / "script.py").write_text(script)
        os.write(terminal, f"{harness.TMTOOL} run --signal none -- {PYTHON} script.py\n".encode())
        read_until(rb"ready\r\n")
        os.write(terminal, b"\x03")
        read_until(rb"int\r\n")
        time.sleep(0.3)
        os.write(terminal, b"\x1a")
        read_until(rb"Stopped")
        self.assertEqual(1, seen.count(b"int\r\n"), bytes(seen))
        os.write(terminal, b"fg\n")
        time.sleep(0.2)
        os.write(terminal, b"\x03")
        read_until(rb"int\r\n[\s\S]*int\r\n")
        os.write(terminal, b"\x1c")  # quit: the program dies of it, tmtool reports it
        read_until(rb"killed by SIGQUIT")
        os.write(terminal, b"echo status $?\n")
        read_until(rb"status 131\r\n")
        os.write(terminal, b"exit\n")
        os.waitpid(pid, 0)

    def test_environment(self):
        self.env["LD_PRELOAD"] = harness.LIB.replace("libtracemalloc.so", "no_such_library.so")
        script = "tr '\\0' '\\n' < /proc/self/environ"
        done = self.run_tool("--nframe", "7", "--output", "x%%.%p.%n", "--signal", "USR2",
                             "--no-exit-snapshot", "--", "sh", "-c", script)
        values = dict(line.split("=", 1) for line in done.stdout.decode().splitlines() if "=" in line)
        self.assertEqual("7", values["TRACEMALLOC_NFRAME"])
        self.assertEqual("USR2", values["TRACEMALLOC_SIGNAL"])
        self.assertEqual("0", values["TRACEMALLOC_EXIT"])
        self.assertEqual(f"{self.folder}/x%%.%p.%n", values["TRACEMALLOC_OUTPUT"])
        self.assertRegex(values["TRACEMALLOC_SESSION"], r"\A[0-9a-f]{16}\Z")
        ours, other = values["LD_PRELOAD"].split(":")
        self.assertTrue(os.path.samefile(ours, harness.LIB))
        self.assertEqual(self.env["LD_PRELOAD"], other)
        self.assertIn(b"the exit snapshot is switched off", done.stderr)


class Summary(RunCase):
    def test_commands_can_be_typed(self):
        script = ("import os, signal\n"
                  "os.kill(os.getpid(), signal.SIGUSR1)\n"
                  "keep = [bytes(1000) for _ in range(100)]\n")
        folder = self.folder / "it's 100% here"
        folder.mkdir()
        done = self.run_tool("--", PYTHON, "-c", script, cwd=folder)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(b"", done.stdout)
        self.assertIn(b"tmtool: 2 dumps of 1 process:\n", done.stderr)
        stats, diff = self.commands(done.stderr)
        self.assertIn(" diff ", diff)
        for command in (stats, diff):
            shown = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
            self.assertEqual(0, shown.returncode, shown.stderr)
            self.assertIn(b" live", shown.stdout.splitlines()[0])

    def test_children_and_other_runs(self):
        self.run_tool("--", "true")
        done = self.run_tool("--", "sh", "-c", "/bin/true; /bin/true; :")
        self.assertIn(b"tmtool: 3 dumps of 3 processes:\n", done.stderr)
        self.assertEqual(1, len(self.commands(done.stderr)))
        self.assertIn("tracemalloc.dash.", self.commands(done.stderr)[0].replace(".sh.", ".dash."))

    def test_folders_in_the_pattern(self):
        (self.folder / pathlib.Path(PYTHON).name).mkdir()
        done = self.run_tool("--output", "%e/.%r-%p-%n", "--", PYTHON, "-c", "")
        self.assertIn(b"tmtool: 1 dump of 1 process:\n", done.stderr)

    def test_why_there_is_no_dump(self):
        done = self.run_tool("--output", "missing/%p.bin", "--", "true")
        self.assertEqual(0, done.returncode)
        self.assertIn(b"does not exist", done.stderr.splitlines()[-1])
        done = self.run_tool("--no-exit-snapshot", "--", "true")
        self.assertIn(b"no dump: the exit snapshot is switched off", done.stderr)
        done = self.run_tool("--", "env", "-u", "LD_PRELOAD", "true")
        self.assertIn(b"tmtool: no dump: ", done.stderr)

    def test_library_in_a_folder_that_ld_preload_cannot_name(self):
        prefix = self.folder / "a b:c"
        for name, source in (("bin", harness.TMTOOL), ("lib", harness.LIB)):
            (prefix / name).mkdir(parents=True)
            shutil.copy(source, prefix / name)
        self.env["TMPDIR"] = str(self.folder)
        done = self.run_tool("--", PYTHON, "-c", "", tool=prefix / "bin" / "tmtool")
        self.assertIn(b"LD_PRELOAD cannot hold the path", done.stderr)
        self.assertIn(b"tmtool: 1 dump of 1 process:\n", done.stderr)
        self.assertNotIn(b"ld.so", done.stderr)

    def test_library_missing(self):
        (self.folder / "bin").mkdir()
        shutil.copy(harness.TMTOOL, self.folder / "bin")
        done = self.run_tool("--", "touch", "ran", tool=self.folder / "bin" / "tmtool")
        self.assertEqual(OPERATION, done.returncode)
        self.assertIn(b"libtracemalloc.so was not found", done.stderr)
        self.assertFalse((self.folder / "ran").exists())


class Refusals(RunCase):
    def assert_refused(self, program, reason):
        done = self.run_tool("--", program)
        self.assertEqual(OPERATION, done.returncode, done.stderr)
        self.assertEqual(b"", done.stdout)
        text = done.stderr.decode()
        self.assertRegex(text, r"\Atmtool: error: [^\n]+\n\Z")
        self.assertIn(reason, text)
        self.assertIn(pathlib.Path(program).name, text)
        self.assertEqual([], list(self.folder.glob("tracemalloc.*")))

    def test_no_program(self):
        self.assert_refused("no-such-program", "not found in PATH")
        self.assert_refused("./no-such-program", "does not exist")
        self.assert_refused(self.folder, "is a folder")
        (self.folder / "data").write_text("data")
        self.assert_refused("./data", "is not executable")
        (self.folder / "data").chmod(0o755)
        self.assert_refused("./data", "neither an ELF program nor a script")
        (self.folder / "empty").touch(0o755)
        self.assert_refused("./empty", "neither an ELF program nor a script")

    def test_raised_rights(self):
        for mode, name in ((0o4755, "setuid"), (0o2755, "setgid")):
            path = self.folder / name
            shutil.copy(shutil.which("true"), path)
            path.chmod(mode)
            self.assert_refused(path, f"is {name}")

    def test_capabilities(self):
        path = self.folder / "able"
        shutil.copy(shutil.which("true"), path)
        # struct vfs_ns_cap_data, revision 2, effective: CAP_NET_BIND_SERVICE
        value = bytes.fromhex("0100000200040000000000000000000000000000")
        try:
            os.setxattr(path, "security.capability", value)
        except OSError as error:
            self.skipTest(f"no right to set file capabilities: {error}")
        self.assert_refused(path, "file capabilities")

    def test_static(self):
        program = self.compile("static", "int main(void) { return 0; }", "-static")
        self.assert_refused(program, "statically linked")

    def test_own_malloc(self):
        source = ("#include <stddef.h>\n"
                  "static char heap[1 << 16]; static size_t used;\n"
                  "%s void* malloc(size_t n) { used += n; return heap + used - n; }\n"
                  "int main(void) { return malloc(1) == 0; }\n")
        for attribute in ("", '__attribute__((visibility("hidden")))'):
            with self.subTest(attribute=attribute):
                program = self.compile("own", source % attribute, "-fno-builtin")
                self.assert_refused(program, "defines its own malloc")

    def test_a_static_function_called_malloc_is_no_hindrance(self):
        program = self.compile("local", "static int malloc(void) { return 3; }\n"
                               "int main(void) { int (*volatile f)(void) = malloc; return f(); }\n",
                               "-fno-builtin")
        self.assertEqual(3, self.run_tool("--", program).returncode)

    def test_other_machines(self):
        program = bytearray(pathlib.Path(shutil.which("true")).read_bytes())
        path = self.folder / "other"
        for offset, value, reason in ((4, b"\x01", "32-bit"), (18, b"\xb7\x00", "another machine")):
            changed = bytearray(program)
            changed[offset:offset + len(value)] = value
            path.write_bytes(changed)
            path.chmod(0o755)
            # With the class byte changed the rest is no ELF file any more; both are refused.
            done = self.run_tool("--", path)
            self.assertEqual(OPERATION, done.returncode)
            self.assertEqual(1, done.stderr.count(b"\n"))
            self.assertIn(reason, done.stderr.decode())

    def test_scripts(self):
        script = self.folder / "script"
        script.write_text("#! /bin/sh -e\nexit 5\n")
        script.chmod(0o755)
        self.assertEqual(5, self.run_tool("--no-exit-snapshot", "--", script).returncode)
        static = self.compile("static", "int main(void) { return 0; }", "-static")
        script.write_text(f"#!{static}\n")
        done = self.run_tool("--", script)
        self.assertEqual(OPERATION, done.returncode)
        self.assertIn(f"'{static}' is statically linked", done.stderr.decode())
        script.write_text("#!/no/such/interpreter\n")
        self.assert_refused(script, "'/no/such/interpreter', which cannot be started")
