# SPDX-License-Identifier: MIT
"""What the real programs of the benchmark read: made here, always the same, in a temporary folder."""
import functools
import json
import pathlib
import random
import shutil
import subprocess

WORDS = 4000
#: Instantiated by -O2; `#include <regex>` alone is what -O0 compiles.
REGEX_USER = """#include <iostream>
#include <regex>
int main() {
    const std::regex pattern("(a|b)*c{2,3}[[:alpha:]]+");
    for (std::string line; std::getline(std::cin, line);)
        if (std::regex_match(line, pattern)) std::cout << line << "\\n";
}
"""
MAP_USER = """#include <map>
#include <string>
#include <vector>
int main(int argc, char** argv) {
    std::map<std::string, std::vector<std::string>> index;
    for (int i = 0; i < argc; ++i) index[argv[i]].push_back(argv[argc - i - 1]);
    return static_cast<int>(index.size());
}
"""
SOURCES = {"regex.ii": "#include <regex>\n", "regex_user.ii": REGEX_USER, "map_user.ii": MAP_USER}


class Inputs:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @functools.cache
    def preprocessed(self, name):
        source, result = self.folder / f"{name}.cpp", self.folder / name
        source.write_text(SOURCES[name])
        subprocess.run(["g++", "-std=c++17", "-E", str(source), "-o", str(result)], check=True, timeout=60)
        return result

    @functools.cache
    def text(self, lines):
        """Lines of ten words, a few words being frequent as in any language."""
        generator = random.Random(1)
        vocabulary = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz", k=generator.randint(2, 12)))
                      for _ in range(WORDS)]
        path = self.folder / f"text.{lines}"
        with open(path, "w", encoding="ascii") as out:
            for _ in range(lines):
                out.write(" ".join(vocabulary[int(WORDS * generator.random() ** 3)] for _ in range(10)) + "\n")
        return path

    @functools.cache
    def records(self, count):
        generator = random.Random(2)
        path = self.folder / f"records.{count}.json"
        path.write_text(json.dumps([
            {"id": i, "name": f"name {i % 977}", "tags": [f"tag{generator.randrange(50)}" for _ in range(4)],
             "position": {"x": generator.random(), "y": generator.random()}} for i in range(count)]))
        return path

    @functools.cache
    def sql(self, rows):
        path = self.folder / f"index.{rows}.sql"
        path.write_text(f"""
            create table word(id integer primary key, name text, weight real, place text);
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})
            insert into word select i, 'name ' || (i * 7919 % {rows}), i * 0.5, 'place ' || (i % 1009) from n;
            create index word_name on word(name);
            create index word_place on word(place, weight);
            select place, count(*), group_concat(name) from word group by place order by 2 desc limit 3;
            """)
        return path

    @functools.cache
    def repository(self, commits):
        """A repository made by git fast-import: 40 files, each commit changes three of them."""
        folder = self.folder / f"repository.{commits}"
        subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True, timeout=60)
        generator = random.Random(3)
        files = [[f"line {i} of file {n}" for i in range(200)] for n in range(40)]
        stream = []
        for commit in range(commits):
            stream.append(f"commit refs/heads/main\ncommitter Some One <one@example.org> {1600000000 + commit * 60}"
                          f" +0000\ndata {len(message(commit))}\n{message(commit)}\n")
            for number in generator.sample(range(40), 3):
                for _ in range(5):
                    files[number][generator.randrange(200)] = f"changed {commit} {generator.random()}"
                text = "\n".join(files[number]) + "\n"
                stream.append(f"M 100644 inline folder{number % 7}/file{number}.txt\ndata {len(text)}\n{text}\n")
        subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input="".join(stream).encode(),
                       check=True, timeout=300)
        return folder

    @functools.cache
    def smt(self, queens):
        """The queens of a chess board as an SMT problem."""
        names = [f"q{i}" for i in range(queens)]
        lines = [f"(declare-const {name} Int)\n(assert (and (>= {name} 0) (< {name} {queens})))" for name in names]
        lines += [f"(assert (distinct {' '.join(names)}))"]
        for i in range(queens):
            for j in range(i):
                lines.append(f"(assert (not (= (- q{i} q{j}) {i - j})))\n(assert (not (= (- q{j} q{i}) {i - j})))")
        path = self.folder / f"queens.{queens}.smt2"
        path.write_text("\n".join([*lines, "(check-sat)", "(get-model)"]) + "\n")
        return path


def message(commit):
    return f"Change some lines\n\nThis is commit {commit}.\n"


def cc1plus():
    """Path of the C++ compiler proper, or None."""
    if not shutil.which("g++"):
        return None
    done = subprocess.run(["g++", "-print-prog-name=cc1plus"], capture_output=True, text=True, timeout=20, check=False)
    return shutil.which(done.stdout.strip())
