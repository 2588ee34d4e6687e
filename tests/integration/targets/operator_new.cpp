// SPDX-License-Identifier: MIT
// Every form of operator new and delete: sized, aligned, nothrow, array; success and failure.
#include <cstdint>
#include <new>

#include "truth.h"

namespace {

struct alignas(64) Wide {
    char bytes[192];
};

struct Thrower {
    char bytes[40];
    Thrower() { throw 7; }
};

using std::align_val_t;
using std::nothrow;

void functions() {
    LIVE(new, 10, ::operator new(opaque(10)));
    LIVE(new_zero, 0, ::operator new(opaque(0)));
    LIVE(new_array, 11, ::operator new[](opaque(11)));
    LIVE(new_nothrow, 12, ::operator new(opaque(12), nothrow));
    LIVE(new_array_nothrow, 13, ::operator new[](opaque(13), nothrow));
    LIVE(new_aligned, 14, ::operator new (opaque(14), align_val_t{64}));
    LIVE(new_array_aligned, 15, ::operator new[](opaque(15), align_val_t{128}));
    LIVE(new_aligned_nothrow, 16, ::operator new (opaque(16), align_val_t{64}, nothrow));
    LIVE(new_array_aligned_nothrow, 17, ::operator new[](opaque(17), align_val_t{64}, nothrow));
}

void expressions() {
    LIVE(new_int, sizeof(int), new int(5));
    LIVE(new_ints, 50 * sizeof(int), new int[opaque(50)]);
    LIVE(new_wide, sizeof(Wide), new Wide);
    LIVE(new_wides, 3 * sizeof(Wide), new Wide[opaque(3)]);
    LIVE(new_nothrow_int, sizeof(long), new (nothrow) long(6));
}

void failures(std::size_t huge) {
    try {
        hold(::operator new(huge));
    } catch (const std::bad_alloc&) {
        say("result new bad_alloc");
    }
    try {
        hold(::operator new[](huge));
    } catch (const std::bad_alloc&) {
        say("result new[] bad_alloc");
    }
    try {
        hold(::operator new (huge, align_val_t{64}));
    } catch (const std::bad_alloc&) {
        say("result aligned new bad_alloc");
    }
    try {
        hold(::operator new[](huge, align_val_t{64}));
    } catch (const std::bad_alloc&) {
        say("result aligned new[] bad_alloc");
    }
    LIVE(new_nothrow_fail, 0, ::operator new(huge, nothrow));
    LIVE(new_array_nothrow_fail, 0, ::operator new[](huge, nothrow));
    LIVE(new_aligned_nothrow_fail, 0, ::operator new (huge, align_val_t{64}, nothrow));
    LIVE(new_array_aligned_nothrow_fail, 0, ::operator new[](huge, align_val_t{64}, nothrow));
    try {
        hold(new Thrower);
    } catch (int value) {
        say("result constructor threw %d", value);
    }
    LIVE(new_after_failures, 18, ::operator new(opaque(18)));
}

std::size_t handler_calls;
void* reserve;

void handlers(std::size_t huge) {
    reserve = TEMPORARY(::operator new(opaque(5000)));
    std::set_new_handler([] {
        ::operator delete(reserve);  // the classic handler gives back a reserve
        reserve = nullptr;
        if (++handler_calls == 3)
            std::set_new_handler(nullptr);
    });
    try {
        hold(::operator new(huge));
    } catch (const std::bad_alloc&) {
        say("result handler calls %zu", handler_calls);
    }
    std::set_new_handler([] { throw 8; });
    try {
        hold(::operator new(huge));
    } catch (int value) {
        say("result handler threw %d", value);
    }
    std::set_new_handler(nullptr);
    LIVE(new_after_handlers, 19, ::operator new(opaque(19)));
}

void releases() {
    ::operator delete(nullptr);
    ::operator delete(TEMPORARY(::operator new(opaque(20))));
    ::operator delete(TEMPORARY(::operator new(opaque(21))), 21);
    ::operator delete[](TEMPORARY(::operator new[](opaque(22))));
    ::operator delete[](TEMPORARY(::operator new[](opaque(23))), 23);
    ::operator delete(TEMPORARY(::operator new(opaque(24), nothrow)), nothrow);
    ::operator delete[](TEMPORARY(::operator new[](opaque(25), nothrow)), nothrow);
    constexpr align_val_t wide{64};
    ::operator delete(TEMPORARY(::operator new(opaque(26), wide)), wide);
    ::operator delete(TEMPORARY(::operator new(opaque(27), wide)), 27, wide);
    ::operator delete[](TEMPORARY(::operator new[](opaque(28), wide)), wide);
    ::operator delete[](TEMPORARY(::operator new[](opaque(29), wide)), 29, wide);
    ::operator delete(TEMPORARY(::operator new(opaque(30), wide, nothrow)), wide, nothrow);
    ::operator delete[](TEMPORARY(::operator new[](opaque(31), wide, nothrow)), wide, nothrow);
}

}  // namespace

int main() {
    const std::size_t huge = opaque(SIZE_MAX / 2);
    functions();
    expressions();
    failures(huge);
    handlers(huge);
    releases();
    return 0;
}
