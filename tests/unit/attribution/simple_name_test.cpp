// SPDX-License-Identifier: MIT
#include "analyzer/attribution/simple_name.h"

#include "tests/support/catch.h"

namespace tracemalloc::analyze {

TEST_CASE("parameters, template arguments and return types are dropped") {
    CHECK(simple_name("std::vector<int, std::allocator<int> >::push_back(int&&)") ==
          "std::vector::push_back");
    CHECK(simple_name("void std::vector<int, std::allocator<int> >::_M_realloc_insert<int>("
                      "__gnu_cxx::__normal_iterator<int*, std::vector<int> >, int&&)") ==
          "std::vector::_M_realloc_insert");
    CHECK(simple_name("std::_Vector_base<int, std::allocator<int> >::_M_allocate(unsigned long)") ==
          "std::_Vector_base::_M_allocate");
    CHECK(simple_name("std::map<std::string, int>& ns::make<std::map<int, int> >(int)") ==
          "ns::make");
    CHECK(simple_name("unsigned long foo<(Kind)1>(int)") == "foo");
    CHECK(simple_name("void foo<(1>2)>()") == "foo");
    CHECK(simple_name("decltype (std::declval<T>()) foo<int>(int)") == "foo");
    CHECK(simple_name("ns::Widget::size() const") == "ns::Widget::size");
}

TEST_CASE("operators keep their names") {
    CHECK(simple_name("operator new(unsigned long)") == "operator new");
    CHECK(simple_name("operator new[](unsigned long, std::align_val_t)") == "operator new[]");
    CHECK(simple_name("operator delete(void*)") == "operator delete");
    CHECK(simple_name("Foo::operator()(int) const") == "Foo::operator()");
    CHECK(simple_name("Foo<int>::operator[](int)") == "Foo::operator[]");
    CHECK(simple_name("std::ostream& std::operator<< <char>(std::ostream&, char)") ==
          "std::operator<<");
    CHECK(simple_name("bool operator< <int>(A<int> const&, A<int> const&)") == "operator<");
    CHECK(simple_name("Foo::operator->() const") == "Foo::operator->");
    CHECK(simple_name("Foo::operator unsigned long() const") == "Foo::operator unsigned long");
    CHECK(simple_name("operator_table(int)") == "operator_table");
    CHECK(simple_name("my_operator(int)") == "my_operator");
}

TEST_CASE("unnamed entities stay recognisable") {
    CHECK(simple_name("(anonymous namespace)::Pool::take(int)") ==
          "(anonymous namespace)::Pool::take");
    CHECK(simple_name("foo(int)::{lambda(char)#2}::operator()(char) const") ==
          "foo::{lambda}::operator()");
    CHECK(simple_name("main::{lambda()#1}::operator()() const") == "main::{lambda}::operator()");
    CHECK(simple_name("ns::f(int) const::Local::g()") == "ns::f::Local::g");
    CHECK(simple_name("std::_Function_handler<void (), main::{lambda()#1}>::_M_invoke("
                      "std::_Any_data const&)") == "std::_Function_handler::_M_invoke");
}

TEST_CASE("tags and clone suffixes are dropped") {
    CHECK(simple_name("std::to_string[abi:cxx11](int)") == "std::to_string");
    CHECK(simple_name("foo(int) [clone .isra.0]") == "foo");
    CHECK(simple_name("xmalloc.constprop.0") == "xmalloc");
    CHECK(simple_name("xmalloc.part.0.cold") == "xmalloc");
    CHECK(simple_name("strdup") == "strdup");
    CHECK(simple_name("non-virtual thunk to ns::X::f()") == "ns::X::f");
}

TEST_CASE("any text has an answer") {
    for (const char* text :
         {"",         "(",         ")",   "<",   ">", "((((",  "<<<<",     "{",  "}",  "[",
          "operator", "operator ", "a<b", "a(b", " ", "foo<(", "{lambda(", "::", "(a", "-"}) {
        CHECK(simple_name(text).size() <= std::string(text).size() + 1);
    }
    CHECK(simple_name(std::string(100000, '<')).empty());
    CHECK(simple_name(std::string(100000, '(')).empty());
}

}  // namespace tracemalloc::analyze
