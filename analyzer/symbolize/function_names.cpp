// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/function_names.h"

#include <dwarf.h>

#include <algorithm>

#include "analyzer/symbolize/demangle.h"
#include "analyzer/symbolize/die_children.h"

namespace tracemalloc::analyze {

namespace {

constexpr int kMaxReferences = 8;
constexpr int kMaxDepth = 64;
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

/// With the "::" behind it; empty for scopes that have no name of their own.
std::string scope_prefix(Dwarf_Die& scope) {
    const int tag = dwarf_tag(&scope);
    if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) {
        return {};
    }
    if (const char* const name = dwarf_diename(&scope); name != nullptr) {
        return std::string(name) + "::";
    }
    return tag == DW_TAG_namespace ? "(anonymous namespace)::" : "{unnamed}::";
}

}  // namespace

Name FunctionNames::find(Dwarf_Die& function) {
    Dwarf_Die declaration = declaration_of(function);
    const auto [entry, is_new] = names_.try_emplace(declaration.addr);
    if (is_new) {
        const std::string name = make_name(function, declaration);
        entry->second = name.empty() ? Name() : table_.name(name);
    }
    return entry->second;
}

std::string FunctionNames::make_name(Dwarf_Die& function, Dwarf_Die& declaration) {
    if (const char* const mangled = linkage_name(function); mangled != nullptr) {
        return demangle(mangled);
    }
    const char* const name = dwarf_diename(&function);
    return name != nullptr ? enclosing_scopes(declaration) + name : std::string();
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
        prefix += scope_prefix(scope);
    }
    return prefix;
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
