// SPDX-License-Identifier: MIT
#include "analyzer/symbolize/returned_result.h"

namespace tracemalloc::analyze {

namespace {

constexpr std::uint8_t kRax = 0;
constexpr std::uint8_t kRsp = 4;
constexpr std::uint8_t kRbp = 5;
/// The longest end of a wrapper that was seen has 12; a loop of jumps must end.
constexpr int kMostInstructions = 32;

enum class Step { go_on, returned, unknown };

/// The registers that hold the result, followed from instruction to instruction.
class ResultWalk {
public:
    ResultWalk(std::span<const unsigned char> code, std::size_t at) noexcept
        : code_(code), at_(at) {}

    Step step() noexcept {
        std::uint8_t rex = 0;
        std::uint8_t opcode = byte();
        if ((opcode & 0xf0U) == 0x40U) {
            rex = opcode;
            opcode = byte();
        }
        if ((opcode & 0xf8U) == 0x58U) {  // pop
            return set(static_cast<std::uint8_t>((opcode & 7U) | extension(rex, 0)), false);
        }
        if ((rex & 8U) != 0) {
            return step_wide(rex, opcode);
        }
        return rex == 0 ? step_plain(opcode) : Step::unknown;
    }

private:
    struct Operands {
        std::uint8_t mode;
        std::uint8_t reg;
        std::uint8_t rm;
    };

    /// Behind the end there are only bytes that stop the walk.
    std::uint8_t byte() noexcept { return at_ < code_.size() ? code_[at_++] : kStop; }

    static std::uint8_t extension(std::uint8_t rex, unsigned bit) noexcept {
        return static_cast<std::uint8_t>(((rex >> bit) & 1U) << 3U);
    }

    Operands operands(std::uint8_t rex) noexcept {
        const std::uint8_t modrm = byte();
        return {static_cast<std::uint8_t>(modrm >> 6U),
                static_cast<std::uint8_t>(((modrm >> 3U) & 7U) | extension(rex, 2)),
                static_cast<std::uint8_t>((modrm & 7U) | extension(rex, 0))};
    }

    [[nodiscard]] bool holds(std::uint8_t reg) const noexcept {
        return ((holders_ >> reg) & 1U) != 0;
    }

    Step set(std::uint8_t reg, bool holds_result) noexcept {
        const auto bit = static_cast<std::uint16_t>(1U << reg);
        holders_ = static_cast<std::uint16_t>(holds_result ? holders_ | bit : holders_ & ~bit);
        return Step::go_on;
    }

    /// Instructions on 64 bits.
    Step step_wide(std::uint8_t rex, std::uint8_t opcode) noexcept {
        const Operands to = operands(rex);
        if (opcode == 0x8d) {  // lea rsp, [rbp - n]
            is_known_nonzero_ = false;
            skip(to.mode == 1 ? 1 : 4);
            return to.reg == kRsp && to.rm == kRbp && (to.mode == 1 || to.mode == 2)
                       ? Step::go_on
                       : Step::unknown;
        }
        if (to.mode != 3) {
            return Step::unknown;
        }
        switch (opcode) {
            case 0x85:  // test
                is_known_nonzero_ = to.reg == to.rm && holds(to.reg);
                return Step::go_on;
            case 0x89:  // mov rm, reg
                return set(to.rm, holds(to.reg));
            case 0x8b:  // mov reg, rm
                return set(to.reg, holds(to.rm));
            case 0x09:  // or rm, reg
                is_known_nonzero_ = holds(to.reg) || holds(to.rm);
                return set(to.rm, false);
            case 0x81:  // add rsp, n
            case 0x83:
                is_known_nonzero_ = false;
                skip(opcode == 0x83 ? 1 : 4);
                return to.reg == 0 && to.rm == kRsp ? Step::go_on : Step::unknown;
            default:
                return Step::unknown;
        }
    }

    Step step_plain(std::uint8_t opcode) noexcept {
        switch (opcode) {
            case 0xc3:
                return holds(kRax) ? Step::returned : Step::unknown;
            case 0xc9:  // leave
                return set(kRbp, false);
            case 0x74:
            case 0x75:
                return branch(opcode == 0x75, 1);
            case 0xeb:
            case 0xe9:
                return jump(opcode == 0xeb ? 1 : 4);
            case 0x0f:
                opcode = byte();
                return opcode == 0x84 || opcode == 0x85 ? branch(opcode == 0x85, 4) : Step::unknown;
            default:
                return Step::unknown;
        }
    }

    /// je is not taken by a result that is not null, jne is.
    Step branch(bool is_taken, std::size_t bytes) noexcept {
        if (!is_known_nonzero_) {
            return Step::unknown;
        }
        if (is_taken) {
            return jump(bytes);
        }
        skip(bytes);
        return Step::go_on;
    }

    Step jump(std::size_t bytes) noexcept {
        std::uint32_t distance = 0;
        for (std::size_t index = 0; index < bytes; ++index) {
            distance |= std::uint32_t{byte()} << (8 * index);
        }
        const std::int64_t signed_distance =
            bytes == 1 ? static_cast<std::int8_t>(distance) : static_cast<std::int32_t>(distance);
        // A target outside of the code is a large number here, and the next byte stops the walk.
        at_ += static_cast<std::size_t>(signed_distance);
        return Step::go_on;
    }

    void skip(std::size_t bytes) noexcept { at_ += bytes; }

    static constexpr std::uint8_t kStop = 0xcc;  ///< a breakpoint

    std::span<const unsigned char> code_;
    std::size_t at_;
    std::uint16_t holders_ = 1U << kRax;
    bool is_known_nonzero_ = false;  ///< the zero flag comes from the result, or from more bits
};

}  // namespace

bool returns_result(std::span<const unsigned char> code, std::size_t at) noexcept {
    ResultWalk walk(code, at);
    for (int count = 0; count < kMostInstructions; ++count) {
        const Step step = walk.step();
        if (step != Step::go_on) {
            return step == Step::returned;
        }
    }
    return false;
}

}  // namespace tracemalloc::analyze
