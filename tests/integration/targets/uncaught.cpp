// SPDX-License-Identifier: MIT
// Ends by an exception that nobody catches.
#include <new>
#include <stdexcept>

#include "truth.h"

int main() {
    LIVE(new, 501, ::operator new(opaque(501)));
    throw std::runtime_error("nobody catches this");
}
