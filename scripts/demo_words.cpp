// SPDX-License-Identifier: MIT
//
// The program that scripts/demo records: an index of all words of a text, built as such programs are
// built. It knows nothing of tracemalloc. Reads lines from standard input; answers the line `.`, so
// that the demo knows how far it is.
#include <cstdint>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

struct Place {
    std::uint32_t line;
    std::uint32_t word;
};

class Index {
   public:
    void add_line(const std::string& text) {
        std::istringstream words(text);
        std::uint32_t position = 0;
        for (std::string word; words >> word; ++position)
            places_[word].push_back({static_cast<std::uint32_t>(lines_.size()), position});
        lines_.push_back(std::make_unique<std::string>(text));
    }
    [[nodiscard]] std::size_t words() const { return places_.size(); }
    [[nodiscard]] std::size_t lines() const { return lines_.size(); }

   private:
    std::unordered_map<std::string, std::vector<Place>> places_;
    std::vector<std::unique_ptr<std::string>> lines_;
};

}  // namespace

int main() {
    Index index;
    for (std::string line; std::getline(std::cin, line);) {
        if (line == ".")
            std::cout << index.lines() << " lines, " << index.words() << " words" << std::endl;
        else
            index.add_line(line);
    }
    std::cout << "end: " << index.lines() << " lines, " << index.words() << " words" << std::endl;
    std::cout.flush();
    std::_Exit(0);  // without freeing, so that the last snapshot shows what was live
}
