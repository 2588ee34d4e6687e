// SPDX-License-Identifier: MIT
// What the C++ library allocates for the program is put down to the program's line, inlined or not.
// A size of `?` is the library's own business.
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "truth.h"

namespace {

struct Record {
    long fields[5];
};

void tell(const char* what, int line) {
    say("truth %s ? 1 %d", what, line);
}

}  // namespace

int main() {
    alignas(16) static char room[9][128];
    auto* numbers = new (room[0]) std::vector<int>();
    numbers->reserve(opaque(100));
    say("truth vector_reserve 400 1 %d", __LINE__ - 1);
    auto* pushed = new (room[1]) std::vector<Record>();
    pushed->push_back(Record{});
    say("truth vector_push_back %zu 1 %d", sizeof(Record), __LINE__ - 1);
    auto* text = new (room[2]) std::string(opaque(100), 'x');
    say("truth string 101 1 %d", __LINE__ - 1);
    auto* shared = new (room[3]) std::shared_ptr<Record>(std::make_shared<Record>());
    tell("make_shared", __LINE__ - 1);
    auto* unique = new (room[4]) std::unique_ptr<Record>(std::make_unique<Record>());
    say("truth make_unique %zu 1 %d", sizeof(Record), __LINE__ - 1);
    auto* tree = new (room[5]) std::map<int, long>();
    tree->emplace(1, 2);
    tell("map_emplace", __LINE__ - 1);
    auto* chain = new (room[6]) std::list<long>();
    chain->push_back(4);
    tell("list_push_back", __LINE__ - 1);
    Record captured{};
    auto* call = new (room[7]) std::function<long()>([captured] { return captured.fields[0]; });
    tell("function", __LINE__ - 1);
    auto* table = new (room[8]) std::unordered_map<int, int>();
    (*table)[1] = 2;
    say("truth unordered_map_index ? 2 %d", __LINE__ - 1);  // a node and the buckets
    say("result %zu %zu %zu %zu %zu %ld %zu", numbers->size(), pushed->size(), text->size(),
        tree->size(), chain->size(), (*call)(), table->size());
    hold(shared->get());
    hold(unique->get());
    _exit(0);  // nothing is destroyed
}
