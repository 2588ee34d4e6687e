// SPDX-License-Identifier: MIT
//
// C++ containers that come and go: strings, vectors, lists, maps and shared pointers.
// In:  churn ROUNDS
#include <cstdio>
#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/bench/programs/call_depth.h"

namespace {

struct Order {
    std::string customer;
    std::vector<int> items;
};

std::string name_of(unsigned long number) {
    return "customer number " + std::to_string(number);
}

std::size_t count_words(bench::Random& random) {
    std::unordered_map<std::string, int> words;
    for (int i = 0; i < 200; ++i)
        ++words[name_of(random.below(150))];
    return words.size();
}

std::size_t take_orders(bench::Random& random) {
    std::map<std::string, std::vector<std::shared_ptr<Order>>> by_customer;
    for (int i = 0; i < 100; ++i) {
        auto order = std::make_shared<Order>();
        order->customer = name_of(random.below(40));
        for (unsigned long item = random.below(20); item > 0; --item)
            order->items.push_back(static_cast<int>(item));
        by_customer[order->customer].push_back(std::move(order));
    }
    return by_customer.size();
}

std::size_t sort_lines(bench::Random& random) {
    std::list<std::string> lines;
    for (int i = 0; i < 100; ++i)
        lines.push_back(name_of(random.below(1000)) + ", a line of text");
    lines.sort();
    return lines.front().size();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: churn ROUNDS\n");
        return 2;
    }
    bench::Random random(7);
    std::size_t sum = 0;
    for (long round = std::atol(argv[1]); round > 0; --round)
        sum += count_words(random) + take_orders(random) + sort_lines(random);
    std::printf("%zu\n", sum);
}
