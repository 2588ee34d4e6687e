// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/demangle.h"

#include <string>

#include "tests/support/catch.h"

using namespace tracemalloc::analyze;

namespace {

/// f(a<int, int>, b<a, a>, c<b, b>, …): each type stands twice in the next one.
std::string doubled(int times) {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string name = "_Z1f1aIiiE";
    for (int round = 0; round < times; ++round) {
        const auto reference = static_cast<std::size_t>(2 * round);
        std::string digits(1, kDigits[reference % 36]);
        if (reference >= 36) {
            digits.insert(0, 1, kDigits[reference / 36]);
        }
        const std::string last = "S" + digits + "_";
        name += std::string("1") + static_cast<char>('b' + round % 20) + "I" + last + last + "E";
    }
    return name;
}

}  // namespace

TEST_CASE("names are demangled, or left as they are") {
    CHECK(demangle("_ZN4deep4leafEi") == "deep::leaf(int)");
    CHECK(demangle("_ZN4deep4leafEi.part.0") == "deep::leaf(int) [clone .part.0]");
    CHECK(demangle("main") == "main");
    CHECK(demangle("memcpy@@GLIBC_2.14") == "memcpy");
    CHECK(demangle("_Z") == "_Z");
    CHECK(demangle("_ZN4deep") == "_ZN4deep");
    CHECK(demangle("") == "");
    CHECK(demangle("@") == "@");
}

TEST_CASE("a name that stands for gigabytes is left as it is") {
    const std::string small = demangle(doubled(3).c_str());
    CHECK(small ==
          "f(a<int, int>, b<a<int, int>, a<int, int> >, "
          "c<b<a<int, int>, a<int, int> >, b<a<int, int>, a<int, int> > >, "
          "d<c<b<a<int, int>, a<int, int> >, b<a<int, int>, a<int, int> > >, "
          "c<b<a<int, int>, a<int, int> >, b<a<int, int>, a<int, int> > > >)");
    for (const int times : {12, 30, 100}) {
        const std::string name = doubled(times);
        const std::string text = demangle(name.c_str());
        CHECK(text.size() <= 256 * 1024);
        CHECK((times < 20 || text == name));
    }
}

TEST_CASE("names of any length and depth end") {
    for (const char* piece : {"P", "N", "I", "S_", "T_", "1aI", "F", "X", "Dp", "L_Z"}) {
        std::string name = "_Z1f";
        while (name.size() < 60'000) {
            name += piece;
        }
        CHECK_FALSE(demangle(name.c_str()).empty());
    }
}
