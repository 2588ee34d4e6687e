// SPDX-License-Identifier: MIT
// Each form of operator new once for a block that stays, once for one that goes; strings and a map.
// Each must be seen once, whatever allocator serves them.
#include <cstdlib>
#include <map>
#include <new>
#include <string>

#include "truth.h"

int main() {
    constexpr auto kWide = std::align_val_t{64};
    LIVE(plain, 6101, ::operator new(opaque(6101)));
    LIVE(array, 6102, ::operator new[](opaque(6102)));
    LIVE(nothrow, 6103, ::operator new(opaque(6103), std::nothrow));
    LIVE(array_nothrow, 6104, ::operator new[](opaque(6104), std::nothrow));
    LIVE(aligned, 6105, ::operator new(opaque(6105), kWide));
    LIVE(array_aligned, 6106, ::operator new[](opaque(6106), kWide));
    LIVE(aligned_nothrow, 6107, ::operator new(opaque(6107), kWide, std::nothrow));
    LIVE(array_aligned_nothrow, 6108, ::operator new[](opaque(6108), kWide, std::nothrow));
    LIVE(eight_bytes, 8, ::operator new(opaque(8)));

    ::operator delete(TEMPORARY(::operator new(opaque(6201))));
    ::operator delete[](TEMPORARY(::operator new[](opaque(6202))));
    ::operator delete (TEMPORARY(::operator new(opaque(6203))), std::size_t{6203});
    ::operator delete[](TEMPORARY(::operator new[](opaque(6204))), std::size_t{6204});
    ::operator delete(TEMPORARY(::operator new(opaque(6205), std::nothrow)), std::nothrow);
    ::operator delete[](TEMPORARY(::operator new[](opaque(6206), std::nothrow)), std::nothrow);
    ::operator delete(TEMPORARY(::operator new(opaque(6207), kWide)), kWide);
    ::operator delete[](TEMPORARY(::operator new[](opaque(6208), kWide)), kWide);
    ::operator delete (TEMPORARY(::operator new(opaque(6209), kWide)), std::size_t{6209}, kWide);
    ::operator delete[](TEMPORARY(::operator new[](opaque(6210), kWide)), std::size_t{6210}, kWide);

    std::map<int, std::string> names;
    for (int index = 0; index < 1000; ++index)
        names[index] = std::string(static_cast<std::size_t>(index % 100), 'n');
    std::size_t letters = 0;
    for (const auto& [number, name] : names)
        letters += name.size();
    say("result letters %d", static_cast<int>(letters));
    return 0;
}
