# SPDX-License-Identifier: MIT
"""The workloads: each takes a stage and returns what has to be the same bare and recorded.

`NEEDS` names the programs a workload is skipped without.
"""
import glob
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import urllib.request

import harness
import sources

POSTGRES = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)), "/usr/lib/postgresql/bin")


def python_test_suite(stage):
    """CPython's own tests: test_json test_threading test_subprocess test_gc"""
    done = stage.run(["/usr/bin/python3", "-m", "test", "test_json", "test_threading", "test_subprocess", "test_gc"],
                     check=False)
    text = done.stdout.decode()
    return done.returncode, re.findall(r"^(?:test_\w+ (?:failed|passed).*|Result: \w+|.*test[s]? OK.*)$", text, re.M)


def sqlite_queries(stage):
    """tables, indexes, a transaction rolled back, full text search, an integrity check"""
    return stage.run(["sqlite3", "words.db"], stdin=sources.SQL.encode()).stdout


def redis_under_load(stage):
    """redis-benchmark on ten commands, a script, a save and a reload"""
    port = str(harness.free_port())
    client = ["redis-cli", "-p", port]
    server = stage.start(["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", stage.folder, "--save", ""])
    stage.wait_until(lambda: stage.client([*client, "ping"]).stdout == b"PONG\n", "the server")
    benchmark = stage.client(["redis-benchmark", "-p", port, "-q", "-n", "5000", "-r", "1000", "-t",
                              "set,get,incr,lpush,rpop,sadd,hset,spop,zadd,mset"])
    script = stage.client([*client, "eval", "for i=1,1000 do redis.call('rpush','l',i) end return redis.call('llen','l')", "0"])
    saved = stage.client([*client, "save"]).stdout
    reloaded = stage.client([*client, "debug", "reload"]).stdout
    stage.client([*client, "shutdown", "nosave"])
    return benchmark.returncode, script.stdout, saved, reloaded, server.wait(60)


def postgres_pgbench(stage):
    """initdb, pgbench -c 4 with 2,000 transactions, the sums of its tables, a fast stop"""
    data, port = stage.folder / "data", str(harness.free_port())
    user = "postgres" if os.geteuid() == 0 else None
    stage.run([f"{POSTGRES}/initdb", "-D", data, "--no-sync", "-U", "postgres", "-A", "trust"], user=user)
    server = stage.start([f"{POSTGRES}/postgres", "-D", data, "-p", port, "-k", stage.folder, "-c", "fsync=off"], user=user)
    sql = ["psql", "-h", stage.folder, "-p", port, "-U", "postgres", "-Atc"]
    stage.wait_until(lambda: stage.client([*sql, "select 1"]).stdout == b"1\n", "the server")
    where = ["-h", stage.folder, "-p", port, "-U", "postgres", "postgres"]
    stage.run([f"{POSTGRES}/pgbench", "-i", "-q", *where])
    bench = stage.run([f"{POSTGRES}/pgbench", "-c", "4", "-j", "2", "-t", "500", *where]).stdout.decode()
    counts = re.findall(r"number of (?:transactions actually processed|failed transactions): [^ \n]*", bench)
    sums = stage.client([*sql, "select (select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from "
                         "pgbench_branches), count(*) from pgbench_history"]).stdout
    server.send_signal(signal.SIGINT)
    return counts, sums, server.wait(120)


def nginx_under_load(stage):
    """two workers, wrk for three seconds with 32 connections, a graceful stop"""
    port = harness.free_port()
    (stage.folder / "page.html").write_text("<p>page</p>" * 500)
    (stage.folder / "nginx.conf").write_text(sources.NGINX.format(folder=stage.folder, port=port))
    server = stage.start(["nginx", "-p", stage.folder, "-c", stage.folder / "nginx.conf", "-g", "daemon off;"])
    url = f"http://127.0.0.1:{port}/page.html"

    def answer():
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read()
        except OSError:
            return None
    stage.wait_until(answer, "the server")
    load = stage.client(["wrk", "-d", "3s", "-c", "32", "-t", "2", url]).stdout.decode()
    faults = re.findall(r"(?:Non-2xx|Socket errors).*", load)
    same = answer() == (200, b"<p>page</p>" * 500)
    server.send_signal(signal.SIGQUIT)
    return faults, same, server.wait(60)


def git_operations(stage):
    """import of 300 commits, clone, branch, merge, rebase, stash, gc, fsck, bisect, log --stat"""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
           for what, value in (("NAME", "A"), ("EMAIL", "a@b.c"), ("DATE", "1000000000 +0000"))}
    results = []

    def git(*words, **options):
        done = stage.run(["git", *words], env={**who, "GIT_CONFIG_GLOBAL": "/dev/null"}, **options)
        results.append((words[:3], done.returncode, hashlib.sha256(done.stdout).hexdigest()))
        return done
    git("init", "-q", "-b", "main", "origin")
    git("-C", "origin", "fast-import", "--quiet", stdin=sources.fast_import(300))
    git("clone", "-q", "origin", "copy")
    for step in sources.GIT_STEPS:
        git("-C", "copy", *step)
    stage.run(["git", "-C", "copy", "bisect", "run", "sh", "-c", "! grep -q 'line 200' file4.txt"], check=False,
              env={**who, "GIT_CONFIG_GLOBAL": "/dev/null"})
    git("-C", "copy", "bisect", "reset")
    git("-C", "copy", "log", "--stat", "--all")
    return results


def ninja_build(stage):
    """cmake and ninja build a project of eight C++ files with a library and a test"""
    for name, text in sources.cxx_project().items():
        (stage.folder / name).write_text(text)
    stage.run(["cmake", "-G", "Ninja", "-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Release"])
    stage.run(["ninja", "-C", "build", "-j2"])
    test = stage.run(["ctest", "--test-dir", "build"], check=False)
    program = stage.folder / "build" / "program"
    return test.returncode, stage.run([program]).stdout, hashlib.sha256(program.read_bytes()).hexdigest()


def node_program(stage):
    """JSON, regular expressions, crypto, worker threads, a child process"""
    (stage.folder / "work.js").write_text(sources.NODE)
    return stage.run(["node", "work.js"]).stdout


def java_program(stage):
    """java -version, javac, and a program with threads, collections and garbage"""
    (stage.folder / "Work.java").write_text(sources.JAVA)
    version = stage.run(["java", "-version"])
    stage.run(["javac", "Work.java"])
    return version.stderr, stage.run(["java", "-Xmx256m", "-cp", ".", "Work"]).stdout


def gdb_attached(stage):
    """gdb attaches to a busy python3, walks its stack, lets it go on; it takes a snapshot and ends"""
    (stage.folder / "busy.py").write_text(sources.BUSY_PYTHON)
    process = stage.start(["/usr/bin/python3", "-u", "busy.py"], stdout=open(stage.folder / "out", "wb"))
    stage.wait_until(lambda: b"ready" in (stage.folder / "out").read_bytes(), "python3")
    gdb = stage.client(["gdb", "-nx", "-batch", "-p", process.pid, "-ex", "bt 3", "-ex", "info threads", "-ex", "detach"])
    if "LD_PRELOAD" in stage.env:
        asked = subprocess.run([harness.TMTOOL, "snapshot", str(process.pid)], capture_output=True, timeout=60)
        assert asked.returncode == 0, asked.stderr
    (stage.folder / "go").touch()
    return gdb.returncode, b"Thread" in gdb.stdout, process.wait(60), (stage.folder / "out").read_bytes()


NEEDS = {
    python_test_suite: ["/usr/lib/python3.11/test/test_json"],
    sqlite_queries: ["sqlite3"],
    redis_under_load: ["redis-server", "redis-benchmark"],
    postgres_pgbench: [f"{POSTGRES}/pgbench", "psql"],
    nginx_under_load: ["nginx", "wrk"],
    git_operations: ["git"],
    ninja_build: ["cmake", "ninja", "g++"],
    node_program: ["node"],
    java_program: ["java", "javac"],
    gdb_attached: ["gdb"],
}
