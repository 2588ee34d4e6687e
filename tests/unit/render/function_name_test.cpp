// SPDX-License-Identifier: MIT
#include "analyzer/render/function_name.h"

#include "analyzer/render/terminal_text.h"
#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

TEST_CASE("parameters go first, then template arguments, then namespaces") {
    const std::string name = "std::vector<int, std::allocator<int>>::push_back(int const&)";
    CHECK(shorten_function(name, 60) == name);
    CHECK(shorten_function(name, 50) == "std::vector<int, std::allocator<int>>::push_back");
    CHECK(shorten_function(name, 30) == "std::vector<…>::push_back");
    CHECK(shorten_function(name, 12) == "…::push_back");
}

TEST_CASE("operators keep their signs") {
    CHECK(shorten_function("ns::operator<<(Stream&, int)", 20) == "ns::operator<<");
    CHECK(shorten_function("T<int>::operator()(long) const", 24) == "T<int>::operator() const");
    CHECK(shorten_function("T<int>::operator->(long)", 18) == "T<int>::operator->");
    CHECK(shorten_function("myoperator<int>(long)", 14) == "myoperator<…>");
}

TEST_CASE("an anonymous namespace is no parameter list") {
    CHECK(shorten_function("(anonymous namespace)::fill(int, int)", 27) ==
          "(anonymous namespace)::fill");
}

TEST_CASE("what is not a C++ name is cut all the same") {
    CHECK(shorten_function("broken<<<((", 6) == "…<<<((");
    CHECK(shorten_function(std::string(1000, '('), 10) == "…" + std::string(9, '('));
    CHECK(display_width(shorten_function("a>b)c<d(e", 4)) <= 4);
}
