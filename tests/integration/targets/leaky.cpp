// A server in small: work that allocates and frees much, a cache that fills and then stops, and a
// leak of one block a second. A "second" is a number of operations, so that nothing depends on how
// fast the machine is.
//
//   leaky WORKLOAD      then lines on stdin: a number of seconds to work; answers "done"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

static std::mt19937 random_numbers(7);
static const int kOperations = 1000;

static unsigned below(unsigned limit) {
    return static_cast<unsigned>(random_numbers() % limit);
}

struct Leak {
    Leak* next;
    char payload[40];
};
static Leak* leaked;

static void leak_one() {
    Leak* block = static_cast<Leak*>(malloc(sizeof(Leak)));  // LEAK
    block->next = leaked;
    leaked = block;
}

static std::map<unsigned, std::string> cache;

static void fill_cache() {
    for (unsigned i = 0; i < 50 && cache.size() < 3000; ++i) {
        cache.emplace(static_cast<unsigned>(cache.size()), std::string(200 + below(100), 'c'));
    }
}

static void requests() {
    static std::deque<char*> open;
    for (int i = 0; i < kOperations; ++i) {
        if (open.size() > 400 + below(800)) {
            free(open.front());
            open.pop_front();
        } else {
            open.push_back(static_cast<char*>(malloc(100 + below(2000))));
        }
    }
}

struct Node {
    Node* left;
    Node* right;
};

static Node* grow_tree(unsigned depth) {
    if (depth == 0) {
        return nullptr;
    }
    return new Node{grow_tree(depth - 1), below(4) != 0 ? grow_tree(depth - 1) : nullptr};
}

static void cut_tree(Node* node) {
    if (node != nullptr) {
        cut_tree(node->left);
        cut_tree(node->right);
        delete node;
    }
}

static void trees() {
    static std::list<Node*> kept;
    for (int i = 0; i < kOperations / 100; ++i) {
        kept.push_back(grow_tree(7));
        while (kept.size() > 3 + below(20)) {
            cut_tree(kept.front());
            kept.pop_front();
        }
    }
}

static void index_words() {
    static std::unordered_map<unsigned, std::string> words;
    for (int i = 0; i < kOperations; ++i) {
        const unsigned key = below(4000);
        if (below(2) != 0) {
            words[key] = std::string(20 + below(300), 'w');
        } else {
            words.erase(key);
        }
    }
}

static void buffers() {
    static std::vector<std::vector<int>> all(64);
    for (int i = 0; i < kOperations; ++i) {
        std::vector<int>& one = all[below(64)];
        if (below(50) == 0) {
            std::vector<int>().swap(one);
        } else {
            one.push_back(i);
        }
    }
}

static void sessions() {
    static std::vector<char*> slots(500);
    for (int i = 0; i < kOperations; ++i) {
        char*& slot = slots[below(500)];
        slot = static_cast<char*>(below(3) == 0 ? (free(slot), nullptr)
                                                : realloc(slot, 10 + below(5000)));
    }
}

int main(int argc, char** argv) {
    const std::map<std::string, void (*)()> workloads = {{"requests", requests},
                                                         {"trees", trees},
                                                         {"index", index_words},
                                                         {"buffers", buffers},
                                                         {"sessions", sessions}};
    const auto workload = workloads.find(argc == 2 ? argv[1] : "");
    if (workload == workloads.end()) {
        return 2;
    }
    char line[32];
    while (fgets(line, sizeof line, stdin) != nullptr) {
        for (int second = atoi(line); second > 0; --second) {
            workload->second();
            fill_cache();
            leak_one();
        }
        puts("done");
        fflush(stdout);
    }
    return 0;
}
