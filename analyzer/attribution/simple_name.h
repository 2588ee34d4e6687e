// SPDX-License-Identifier: MIT
//
// A demangled C++ name as its author would say it, for rules to match:
//
//     void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int&&)
//         → std::vector::_M_realloc_insert
//     foo(int)::{lambda(char)#2}::operator()(char) const    → foo::{lambda}::operator()
//     (anonymous namespace)::Pool::take[abi:cxx11]() [clone .part.0]
//         → (anonymous namespace)::Pool::take
//     xmalloc.constprop.0                                   → xmalloc
//
// Dropped: return type, parameters, template arguments, ABI tags, clone suffixes. Kept: the names
// of operators. A name that is not C++ comes back as it is, without clone suffix. Total for any
// text.
#pragma once

#include <string>
#include <string_view>

namespace tracemalloc::analyze {

std::string simple_name(std::string_view demangled);

}  // namespace tracemalloc::analyze
