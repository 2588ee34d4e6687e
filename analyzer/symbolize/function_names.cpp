// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/function_names.h"

#include <dwarf.h>

#include <algorithm>
#include <string_view>

#include "analyzer/symbolize/demangle.h"
#include "analyzer/symbolize/die_children.h"

namespace tracemalloc::analyze {

namespace {

constexpr int kMaxReferences = 8;
constexpr int kMaxDepth = 64;
constexpr int kMaxNesting = 16;
constexpr std::size_t kNameLimitBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxHeldScopes = std::size_t{1} << 20U;
// A list of siblings is as long as its unit at most; this stops only forged ones.
constexpr std::size_t kMaxSiblings = std::size_t{1} << 24U;

const char* string_of(Dwarf_Die& die, unsigned attribute_name) {
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(&die, attribute_name, &attribute));
}

const char* linkage_name(Dwarf_Die& die) {
    const char* const name = string_of(die, DW_AT_linkage_name);
    return name != nullptr ? name : string_of(die, DW_AT_MIPS_linkage_name);
}

/// Where the function is declared, which is where its scopes are around it.
Dwarf_Die declaration_of(Dwarf_Die die) {
    for (int step = 0; step < kMaxReferences; ++step) {
        Dwarf_Attribute attribute;
        Dwarf_Die next;
        if (dwarf_attr(&die, DW_AT_abstract_origin, &attribute) == nullptr &&
            dwarf_attr(&die, DW_AT_specification, &attribute) == nullptr) {
            break;
        }
        if (dwarf_formref_die(&attribute, &next) == nullptr) {
            break;
        }
        die = next;
    }
    return die;
}

bool is_scope(Dwarf_Die& die) {
    switch (dwarf_tag(&die)) {
        case DW_TAG_namespace:
        case DW_TAG_module:
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
        case DW_TAG_interface_type:
        case DW_TAG_enumeration_type:
        case DW_TAG_subprogram:
        case DW_TAG_inlined_subroutine:
        case DW_TAG_lexical_block:
            return true;
        default:
            return false;
    }
}

constexpr std::string_view kUnnamedScope = "{unnamed}::";

}  // namespace

Name FunctionNames::find(Dwarf_Die& function) {
    Dwarf_Die declaration = declaration_of(function);
    const auto [entry, is_new] = names_.try_emplace(declaration.addr);
    Name& known = entry->second;  // stays where it is when make_name() adds more
    if (is_new && nesting_ < kMaxNesting) {
        ++nesting_;
        const std::string name = make_name(function, declaration);
        known = name.empty() ? Name() : table_.name(name.substr(0, kNameLimitBytes));
        --nesting_;
    }
    return known;
}

std::string FunctionNames::make_name(Dwarf_Die& function, Dwarf_Die& declaration) {
    const char* const mangled = linkage_name(function);
    std::string whole = mangled != nullptr ? demangle(mangled) : std::string();
    const char* const name = dwarf_diename(&function);
    const bool is_readable = !whole.empty() && whole.compare(0, 2, "_Z") != 0;
    if (is_readable || name == nullptr) {
        return whole;
    }
    std::string prefix = enclosing_scopes(declaration);
    const std::string_view own(name);
    if (prefix.ends_with(kUnnamedScope) && (own == "operator()" || own == "_FUN")) {
        prefix.replace(prefix.size() - kUnnamedScope.size(), kUnnamedScope.size(), "{lambda}::");
    }
    return prefix + name;
}

std::string FunctionNames::enclosing_scopes(Dwarf_Die& die) {
    std::string prefix;
    Dwarf_Die scope;
    if (dwarf_diecu(&die, &scope, nullptr, nullptr) == nullptr) {
        return prefix;
    }
    for (int depth = 0; depth < kMaxDepth; ++depth) {
        const std::vector<Dwarf_Die>& inner = inner_scopes(scope);
        const auto after = std::upper_bound(
            inner.begin(), inner.end(), die.addr,
            [](const void* address, const Dwarf_Die& child) { return address < child.addr; });
        if (after == inner.begin() || std::prev(after)->addr == die.addr) {
            return prefix;
        }
        scope = *std::prev(after);
        append_scope(scope, prefix);
    }
    return prefix;
}

void FunctionNames::append_scope(Dwarf_Die& scope, std::string& prefix) {
    switch (dwarf_tag(&scope)) {
        case DW_TAG_lexical_block:
        case DW_TAG_inlined_subroutine:
            return;
        case DW_TAG_subprogram:
            // A member function is defined outside of the scopes that it is declared in. A forged
            // circle ends here, because a name in the making is found as unknown.
            prefix = std::string(find(scope).text()) + "::";
            return;
        default:
            if (const char* const name = dwarf_diename(&scope); name != nullptr) {
                prefix.append(name).append("::");
            } else if (dwarf_tag(&scope) == DW_TAG_namespace) {
                prefix += "(anonymous namespace)::";
            } else {
                prefix += kUnnamedScope;
            }
    }
}

const std::vector<Dwarf_Die>& FunctionNames::inner_scopes(Dwarf_Die& scope) {
    if (held_scopes_ > kMaxHeldScopes) {
        inner_scopes_.clear();
        held_scopes_ = 0;
    }
    const auto [entry, is_new] = inner_scopes_.try_emplace(scope.addr);
    std::vector<Dwarf_Die>& inner = entry->second;
    if (is_new) {
        std::size_t budget = kMaxSiblings;
        for_each_child(scope, [&](Dwarf_Die& child) {
            if (is_scope(child)) {
                inner.push_back(child);
            }
            return --budget > 0;
        });
        held_scopes_ += inner.size() + 1;
    }
    return inner;
}

}  // namespace tracemalloc::analyze
