# SPDX-License-Identifier: MIT
"""The input of the workloads. All of it is the same in every run."""

SQL = """
create table words(id integer primary key, word text, weight real);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000)
insert into words select i, 'word' || (i * 7919 % 40009), i * 0.5 from n;
commit;
create index by_word on words(word, weight);
begin; delete from words; select count(*) from words; rollback;
select count(*), min(word), max(word), sum(weight) from words where word > 'word5';
create virtual table text using fts5(body);
insert into text select group_concat(word, ' ') from words group by id / 20;
select count(*) from text where text match 'word77*';
pragma integrity_check;
vacuum;
select sum(length(word)) from words;
"""

NGINX = """
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}; gzip on; gzip_types text/html; }}
}}
"""

NODE = """
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const crypto = require('crypto');
function work(seed) {
    const rows = Array.from({ length: 20000 }, (_, i) => ({ id: i, name: 'n' + ((i * seed) % 9973) }));
    const text = JSON.stringify(JSON.parse(JSON.stringify(rows)));
    return crypto.createHash('sha256').update(text.replace(/n(\\d+)/g, (_, d) => 'm' + d)).digest('hex');
}
if (isMainThread) {
    const seeds = [3, 5, 7];
    Promise.all(seeds.map(seed => new Promise((good, bad) =>
        new Worker(__filename, { workerData: seed }).on('message', good).on('error', bad)))).then(all => {
        console.log(all.join('\\n'));
        console.log(require('child_process').execFileSync('/bin/echo', ['child']).toString().trim());
    });
} else {
    parentPort.postMessage(work(workerData));
}
"""

JAVA = """
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Work {
    static long work(int seed) {
        Map<String, List<Integer>> map = new HashMap<>();
        for (int i = 0; i < 200000; i++) {
            map.computeIfAbsent("k" + (i * (long) seed % 4999), k -> new ArrayList<>()).add(i);
        }
        return map.values().stream().mapToLong(l -> l.stream().mapToLong(Integer::longValue).sum()).sum();
    }
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<Long>> all = new ArrayList<>();
        for (int seed = 1; seed <= 8; seed++) { final int s = seed; all.add(pool.submit(() -> work(s))); }
        for (Future<Long> one : all) System.out.println(one.get());
        pool.shutdown();
        System.gc();
        System.out.println(IntStream.range(0, 1000).mapToObj(Integer::toHexString).collect(Collectors.joining()).hashCode());
    }
}
"""

BUSY_PYTHON = """
import os, threading
def churn(kept=[]):
    while not os.path.exists("go"):
        kept.append("x" * 1000)
        del kept[:-500]
threads = [threading.Thread(target=churn) for _ in range(3)]
for thread in threads: thread.start()
print("ready")
for thread in threads: thread.join()
print("done")
"""

GIT_STEPS = (
    ("checkout", "-q", "-b", "topic", "HEAD~20"),
    ("commit", "-q", "--allow-empty", "-m", "topic"),
    ("rebase", "-q", "main"),
    ("checkout", "-q", "main"),
    ("merge", "-q", "--no-ff", "-m", "merge", "topic"),
    ("diff", "HEAD~30", "--stat"),
    ("blame", "file3.txt"),
    ("grep", "-c", "line 11"),
    ("archive", "--format=tar", "HEAD"),
    ("gc", "-q", "--prune=now"),
    ("fsck", "--strict"),
    ("count-objects",),
    ("bisect", "start", "HEAD", "HEAD~200"),
)


def fast_import(commits):
    text = []
    for number in range(1, commits + 1):
        body = "".join(f"line {line * number % 397}\n" for line in range(60))
        text.append(f"commit refs/heads/main\ncommitter A <a@b.c> {number * 1000} +0000\ndata 8\nchange {number % 10}\n"
                    f"M 100644 inline file{number % 7}.txt\ndata {len(body)}\n{body}\n")
    return "".join(text).encode()


def cxx_project():
    files = {"CMakeLists.txt": "cmake_minimum_required(VERSION 3.16)\nproject(small CXX)\nset(CMAKE_CXX_STANDARD 17)\n"
                               "enable_testing()\nadd_library(parts STATIC {})\nadd_executable(program main.cpp)\n"
                               "target_link_libraries(program parts)\nadd_test(NAME runs COMMAND program)\n"
                               .format(" ".join(f"part{n}.cpp" for n in range(7)))}
    for number in range(7):
        files[f"part{number}.cpp"] = (
            "#include <map>\n#include <regex>\n#include <string>\n"
            f"int part{number}(const std::string& text) {{\n    std::map<std::string, int> found;\n"
            f"    const std::regex word(\"[a-z]{{{number + 1},}}\");\n"
            "    for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) ++found[at->str()];\n"
            "    return static_cast<int>(found.size());\n}\n")
    calls = " + ".join(f"part{n}(text)" for n in range(7))
    files["main.cpp"] = ("#include <cstdio>\n#include <string>\n" + "".join(f"int part{n}(const std::string&);\n" for n in range(7)) +
                         "int main() {\n    std::string text;\n    for (int i = 0; i < 500; ++i) text += \"ab\" + std::to_string(i % 37) + \"cde \";\n"
                         f"    std::printf(\"%d\\n\", {calls});\n}}\n")
    return files
