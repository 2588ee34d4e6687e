// SPDX-License-Identifier: MIT
#include "preload/capture/call_frame_program.h"

#include <cstddef>
#include <cstring>

#include "preload/capture/frame_step.h"
#include "preload/capture/table_bytes.h"
#include "preload/platform/attributes.h"

namespace tracemalloc::preload {

namespace {

// Numbers of registers in x86-64's DWARF.
constexpr std::uint64_t kBpRegister = 6;
constexpr std::uint64_t kSpRegister = 7;
constexpr std::uint64_t kReturnAddress = 16;

constexpr unsigned char kPcRelative4 = 0x1b;  // DW_EH_PE_pcrel | DW_EH_PE_sdata4

/// Where a register of the caller is.
struct Saved {
    enum class Kind : std::uint8_t { untouched, at_offset, undefined } kind = Kind::untouched;
    std::int64_t offset = 0;  ///< from the cfa
};

/// One row of the table: what holds at a pc.
struct Row {
    std::uint64_t cfa_register = 0;
    std::int64_t cfa_offset = 0;
    Saved bp;
    Saved return_address;
};

/// What entries of one kind have in common.
struct CommonEntry {
    std::uint64_t code_factor = 0;
    std::int64_t data_factor = 0;
    bool has_augmentation = false;
    bool is_plain = false;
    TableBytes program{nullptr, nullptr};
};

CommonEntry read_common(const unsigned char* entry) noexcept {
    CommonEntry common;
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, entry, sizeof bytes);
    TableBytes in(entry + 4, entry + 4 + bytes);
    if (bytes == 0xffff'ffff || in.take<std::uint32_t>() != 0 || in.take<unsigned char>() != 1) {
        return common;
    }
    const char* const augmentation = reinterpret_cast<const char*>(in.position());
    in.skip(std::strlen(augmentation) + 1);
    common.code_factor = in.take_unsigned();
    common.data_factor = in.take_signed();
    if (in.take_unsigned() != kReturnAddress) {
        return common;
    }
    common.is_plain = true;
    common.has_augmentation = augmentation[0] == 'z';
    if (common.has_augmentation) {
        const std::uint64_t extra = in.take_unsigned();
        TableBytes data = in;
        in.skip(extra);
        bool has_encoding = false;
        for (const char* letter = augmentation + 1; *letter != '\0'; ++letter) {
            if (*letter == 'R') {
                has_encoding = data.take<unsigned char>() == kPcRelative4;
            } else if (*letter == 'P') {
                // A personality: its encoding, then 4 bytes or 8 by the encoding's low bits.
                const unsigned format = data.take<unsigned char>() & 0x0fU;
                data.skip(format == 0x0b || format == 0x03 ? 4 : 8);
            } else if (*letter == 'L') {
                data.skip(1);
            } else {
                common.is_plain = false;  // a signal frame among others
            }
        }
        common.is_plain = common.is_plain && has_encoding;
    } else {
        common.is_plain = false;
    }
    common.program = in;
    return common;
}

class Machine {
public:
    Machine(const CommonEntry& common, std::uintptr_t start, std::uintptr_t pc) noexcept
        : code_factor_(common.code_factor),
          data_factor_(common.data_factor),
          location_(start),
          pc_(pc) {}

    /// False when the program says something that is not plain. Stops behind the row of pc. All of
    /// an instruction is inlined here: the program of a long function has thousands of them.
    bool run(TableBytes program) noexcept {
        while (!program.is_empty() && location_ <= pc_) {
            const auto operation = program.take<unsigned char>();
            const unsigned operand = operation & 0x3fU;
            switch (operation >> 6) {
                case 1:
                    advance(operand);
                    break;
                case 2:
                    save(operand, program.take_unsigned());
                    break;
                case 3:
                    restore(operand);
                    break;
                default:
                    if (!execute_extended(operand, program)) {
                        return false;
                    }
            }
        }
        return true;
    }
    void keep_initial() noexcept { initial_ = row_; }
    [[nodiscard]] const Row& row() const noexcept { return row_; }

private:
    TM_INLINE bool execute_extended(unsigned operation, TableBytes& program) noexcept {
        switch (operation) {
            case 0x00:  // nop
                return true;
            case 0x02:
                advance(program.take<std::uint8_t>());
                return true;
            case 0x03:
                advance(program.take<std::uint16_t>());
                return true;
            case 0x04:
                advance(program.take<std::uint32_t>());
                return true;
            case 0x05: {  // offset_extended
                const std::uint64_t number = program.take_unsigned();
                save(number, program.take_unsigned());
                return true;
            }
            case 0x06:  // restore_extended
                restore(program.take_unsigned());
                return true;
            case 0x07:  // undefined
                set(program.take_unsigned(), {Saved::Kind::undefined, 0});
                return true;
            case 0x08:  // same_value
                set(program.take_unsigned(), {});
                return true;
            case 0x0a:  // remember_state
                remembered_[depth_] = row_;
                return ++depth_ < kMostRemembered;
            case 0x0b:  // restore_state
                if (depth_ == 0) {
                    return false;
                }
                row_ = remembered_[--depth_];
                return true;
            case 0x0c:  // def_cfa
                row_.cfa_register = program.take_unsigned();
                row_.cfa_offset = static_cast<std::int64_t>(program.take_unsigned());
                return true;
            case 0x0d:  // def_cfa_register
                row_.cfa_register = program.take_unsigned();
                return true;
            case 0x0e:  // def_cfa_offset
                row_.cfa_offset = static_cast<std::int64_t>(program.take_unsigned());
                return true;
            case 0x2e:  // GNU_args_size
                program.take_unsigned();
                return true;
            default:
                return false;
        }
    }

    TM_INLINE void advance(std::uint64_t factored) noexcept {
        location_ += factored * code_factor_;
    }
    TM_INLINE void save(std::uint64_t number, std::uint64_t factored) noexcept {
        set(number, {Saved::Kind::at_offset, static_cast<std::int64_t>(factored) * data_factor_});
    }
    TM_INLINE void restore(std::uint64_t number) noexcept {
        set(number, number == kBpRegister ? initial_.bp : initial_.return_address);
    }
    TM_INLINE void set(std::uint64_t number, Saved saved) noexcept {
        if (number == kBpRegister) {
            row_.bp = saved;
        } else if (number == kReturnAddress) {
            row_.return_address = saved;
        }
    }

    static constexpr std::size_t kMostRemembered = 8;

    std::uint64_t code_factor_;
    std::int64_t data_factor_;
    std::uintptr_t location_;
    std::uintptr_t pc_;
    Row row_;
    Row initial_;
    Row remembered_[kMostRemembered];
    std::size_t depth_ = 0;
};

FrameRule rule_of(const Row& row) noexcept {
    if (row.return_address.kind == Saved::Kind::undefined) {
        return FrameRule(FrameRule::Kind::outermost);
    }
    const bool is_plain = row.return_address.kind == Saved::Kind::at_offset &&
                          row.return_address.offset == -8 && row.cfa_offset % 8 == 0 &&
                          row.cfa_offset > 0 && row.cfa_offset <= kLargestFrame &&
                          (row.bp.kind == Saved::Kind::untouched ||
                           (row.bp.kind == Saved::Kind::at_offset && row.bp.offset % 8 == 0 &&
                            row.bp.offset > -32'768 && row.bp.offset < 0));
    if (!is_plain || (row.cfa_register != kSpRegister && row.cfa_register != kBpRegister)) {
        return {};
    }
    return FrameRule(row.cfa_register == kSpRegister ? FrameRule::Kind::stack_pointer
                                                     : FrameRule::Kind::frame_pointer,
                     static_cast<std::int32_t>(row.cfa_offset),
                     static_cast<std::int16_t>(row.bp.offset));  // 0: untouched
}

}  // namespace

FrameRule read_call_frame(const unsigned char* entry, std::uintptr_t pc) noexcept {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, entry, sizeof bytes);
    if (bytes == 0 || bytes == 0xffff'ffff) {
        return {};
    }
    TableBytes in(entry + 4, entry + 4 + bytes);
    const unsigned char* const pointer_at = in.position();
    const CommonEntry common = read_common(pointer_at - in.take<std::uint32_t>());
    if (!common.is_plain) {
        return {};
    }
    const auto start_at = reinterpret_cast<std::uintptr_t>(in.position());
    const std::uintptr_t start =
        start_at + static_cast<std::uintptr_t>(std::intptr_t{in.take<std::int32_t>()});
    const std::uint64_t length = in.take<std::uint32_t>();
    if (pc < start || pc - start >= length) {
        return FrameRule(FrameRule::Kind::no_table);
    }
    in.skip(in.take_unsigned());

    Machine machine(common, start, pc);
    if (!machine.run(common.program)) {
        return {};
    }
    machine.keep_initial();
    return machine.run(in) ? rule_of(machine.row()) : FrameRule{};
}

}  // namespace tracemalloc::preload
