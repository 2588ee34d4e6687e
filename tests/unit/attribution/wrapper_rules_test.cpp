// SPDX-License-Identifier: MIT
#include "analyzer/attribution/wrapper_rules.h"

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "analyzer/model/frame_table.h"
#include "tests/support/catch.h"

namespace tracemalloc::analyze {

namespace {

class RoleOf {
public:
    FrameRole function(const char* name, const char* file = nullptr,
                       const char* module = "/bin/app") {
        Frame frame;
        frame.function = name != nullptr ? names_.intern(name) : Name();
        frame.filename = file != nullptr ? names_.intern(file) : Name();
        frame.module = names_.intern(module);
        return rules.role_of(frame);
    }

    WrapperRules rules;

private:
    NamePool names_;
};

}  // namespace

TEST_CASE("the compiled-in table is the file, and every line of it is a rule, once") {
    std::ifstream file(TM_WRAPPER_RULES);
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CHECK(text == builtin_rules_text());
    CHECK_NOTHROW(WrapperRules());
    std::set<std::string> seen;
    file.seekg(0);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') {
            INFO(line);
            CHECK(seen.insert(line).second);
        }
    }
}

TEST_CASE("a line that is no rule is refused by number") {
    CHECK_THROWS_WITH(WrapperRules("function f\n\nfunctio f\n"),
                      "line 3 of the wrapper rules is not KIND PATTERN");
    CHECK_THROWS_AS(WrapperRules("function"), std::invalid_argument);
    CHECK_THROWS_AS(WrapperRules("function "), std::invalid_argument);
    CHECK_THROWS_AS(WrapperRules("function f "), std::invalid_argument);
}

TEST_CASE("allocation entry points and customary wrappers") {
    RoleOf role;
    for (const char* name :
         {"malloc", "operator new(unsigned long)", "operator new[](unsigned long)", "xmalloc",
          "g_malloc0", "g_strdup", "PyMem_RawMalloc", "_PyObject_Malloc", "sqlite3MemMalloc",
          "sqlite3DbMallocRawNN", "zmalloc_usable", "ggc_alloc_no_dtor", "xmalloc.constprop.0",
          "ggc_internal_alloc(unsigned long, void (*)(void*), unsigned long, unsigned long)"}) {
        INFO(name);
        CHECK(role.function(name, "/src/any.c") == FrameRole::wrapper);
    }
}

TEST_CASE("what decides to allocate is no wrapper") {
    RoleOf role;
    for (const char* name :
         {"main", "allocate", "free", "Pool::malloc(unsigned long)", "ns::xmalloc(int)",
          "operator delete(void*)", "my_malloc", "mallocator", "PyDict_New", "sqlite3VdbeMemGrow",
          "Arena::operator new(unsigned long)"}) {
        INFO(name);
        CHECK(role.function(name, "/src/any.c") == FrameRole::program);
    }
}

TEST_CASE("the C++ library: by file, and by name where no file is known") {
    RoleOf role;
    const char* const push = "std::vector<int, std::allocator<int> >::push_back(int&&)";
    CHECK(role.function(push, "/usr/include/c++/12/bits/stl_vector.h") == FrameRole::wrapper);
    CHECK(role.function("f", "/usr/include/x86_64-linux-gnu/c++/12/bits/gthr-default.h") ==
          FrameRole::wrapper);
    CHECK(role.function(push) == FrameRole::wrapper);
    CHECK(role.function("void std::vector<int>::_M_realloc_insert<int>(int&&)") ==
          FrameRole::wrapper);
    CHECK(role.function("std::hash<Mine>::operator()(Mine) const", "/src/mine.h") ==
          FrameRole::program);
    CHECK(role.function("std::string mine::name(int)") == FrameRole::program);
    CHECK(role.function("stdish::f()") == FrameRole::program);
}

TEST_CASE("a module alone speaks for a library frame") {
    RoleOf role;
    CHECK(role.function("qsort", nullptr, "/lib/x86_64-linux-gnu/libc.so.6") == FrameRole::library);
    CHECK(role.function(nullptr, nullptr, "/usr/lib/libstdc++.so.6.0.30") == FrameRole::library);
    CHECK(role.function(nullptr, nullptr, "/lib64/ld-linux-x86-64.so.2") == FrameRole::library);
    CHECK(role.function(nullptr, nullptr, "/opt/libc.so.6.d/libmine.so") == FrameRole::program);
}

TEST_CASE("patterns can be added, for a simple name or a full one") {
    RoleOf role;
    CHECK(role.function("Pool<int>::take(int)", "/src/pool.h") == FrameRole::program);
    role.rules.add_function("Pool::*");
    CHECK(role.function("Pool<int>::take(int)", "/src/pool.h") == FrameRole::wrapper);
    role.rules.add_function("Heap<long>::take(int)");
    CHECK(role.function("Heap<long>::take(int)", "/src/heap.h") == FrameRole::wrapper);
    CHECK(role.function("Heap<int>::take(int)", "/src/heap.h") == FrameRole::program);
}

}  // namespace tracemalloc::analyze
