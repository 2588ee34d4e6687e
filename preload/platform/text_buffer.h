// SPDX-License-Identifier: MIT
//
// Text in a fixed buffer, cut when it is full: what snprintf would do, without its locale, its
// locks and its allocations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracemalloc::preload {

template <std::size_t Capacity>
class TextBuffer {
public:
    TextBuffer& operator<<(std::string_view text) noexcept {
        for (const char letter : text) {
            append(letter);
        }
        return *this;
    }
    TextBuffer& operator<<(const char* text) noexcept { return *this << std::string_view(text); }
    TextBuffer& operator<<(std::uint64_t number) noexcept {
        char digits[20];
        std::size_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        while (count > 0) {
            append(digits[--count]);
        }
        return *this;
    }
    void append(char letter) noexcept {
        if (length_ + 1 < Capacity) {
            text_[length_++] = letter;
            text_[length_] = '\0';
        } else {
            is_cut_ = true;
        }
    }
    void clear() noexcept {
        length_ = 0;
        text_[0] = '\0';
        is_cut_ = false;
    }

    [[nodiscard]] const char* c_str() const noexcept { return text_; }
    [[nodiscard]] std::string_view view() const noexcept { return {text_, length_}; }
    [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

private:
    std::size_t length_ = 0;
    bool is_cut_ = false;
    char text_[Capacity] = {};
};

}  // namespace tracemalloc::preload
