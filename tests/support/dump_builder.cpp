// SPDX-License-Identifier: MIT
#include "tests/support/dump_builder.h"

#include <algorithm>
#include <cstring>

#include "common/crc32.h"
#include "common/varint.h"

namespace tracemalloc::test {

using dump::SectionKind;

namespace {

template <typename Record>
void append(SectionBytes& section, const Record& record) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&record);
    section.bytes.insert(section.bytes.end(), bytes, bytes + sizeof(record));
    ++section.count;
}

void append_number(SectionBytes& section, std::uint64_t number) {
    unsigned char room[kMaxVarintBytes];
    section.bytes.insert(section.bytes.end(), room, put_varint(room, number));
}

template <typename Record>
void put(std::vector<std::byte>& file, std::size_t offset, const Record& record) {
    std::memcpy(file.data() + offset, &record, sizeof(record));
}

}  // namespace

SectionBytes packed_rows(std::uint64_t count, const std::vector<std::uint64_t>& numbers) {
    SectionBytes section;
    section.count = count;
    for (const std::uint64_t number : numbers) {
        append_number(section, number);
    }
    return section;
}

std::vector<std::byte> assemble(const DumpSections& sections) {
    std::vector<std::byte> file(sizeof(dump::Header));
    std::vector<dump::Section> table;
    for (const auto& [kind, section] : sections) {
        table.push_back({kind, crc32(section.bytes.data(), section.bytes.size()), file.size(),
                         section.bytes.size(), section.count});
        const auto* const bytes = reinterpret_cast<const std::byte*>(section.bytes.data());
        file.insert(file.end(), bytes, bytes + section.bytes.size());
        file.resize((file.size() + 7) / 8 * 8);
    }
    dump::Header header{};
    std::memcpy(header.magic, dump::kMagic, sizeof(header.magic));
    header.version = dump::kVersion;
    header.header_bytes = sizeof(header);
    header.table_offset = file.size();
    header.section_count = static_cast<std::uint32_t>(table.size());
    header.table_crc = crc32(table.data(), table.size() * sizeof(dump::Section));
    const auto* const table_bytes = reinterpret_cast<const std::byte*>(table.data());
    file.insert(file.end(), table_bytes, table_bytes + table.size() * sizeof(dump::Section));
    const auto* const marker = reinterpret_cast<const std::byte*>(dump::kEndMarker);
    file.insert(file.end(), marker, marker + sizeof(dump::kEndMarker));
    header.file_bytes = file.size();
    put(file, 0, header);
    seal_header(file);
    return file;
}

void seal_header(std::vector<std::byte>& file) {
    constexpr std::size_t kCrc = offsetof(dump::Header, header_crc);
    put(file, kCrc, crc32(file.data(), kCrc));
}

DumpBuilder::DumpBuilder() {
    for (std::uint32_t kind = 1; kind <= static_cast<std::uint32_t>(SectionKind::blocks); ++kind) {
        sections_[kind];
    }
    process.exe = process.command_line = process.host = process.session = {dump::kNone, 0};
    snapshot.number = 1;
    snapshot.reason = dump::SnapshotReason::exit;
    snapshot.nframe = 32;
    snapshot.flags = dump::kFrozen;
}

SectionBytes& DumpBuilder::at(SectionKind kind) {
    return sections_[static_cast<std::uint32_t>(kind)];
}

dump::Text DumpBuilder::text(std::string_view text) {
    SectionBytes& strings = at(SectionKind::strings);
    const dump::Text result{static_cast<std::uint32_t>(strings.bytes.size()),
                            static_cast<std::uint32_t>(text.size())};
    strings.bytes.insert(strings.bytes.end(), text.begin(), text.end());
    strings.count = strings.bytes.size();
    return result;
}

std::uint32_t DumpBuilder::add_module(std::string_view path, std::uint64_t load_bias) {
    dump::Module module{};
    module.path = text(path);
    module.build_id = {dump::kNone, 0};
    module.load_bias = load_bias;
    module.start = load_bias;
    module.end = load_bias + 0x100000;
    module.kind = dump::ModuleKind::file;
    append(at(SectionKind::modules), module);
    return static_cast<std::uint32_t>(at(SectionKind::modules).count - 1);
}

void DumpBuilder::add_segment(std::uint32_t module, std::uint64_t vaddr) {
    append(at(SectionKind::segments), dump::Segment{module, 5, vaddr, 0x1000, vaddr});
}

std::uint32_t DumpBuilder::add_address(std::uint64_t address, std::uint32_t module,
                                       std::uint32_t flags) {
    append(at(SectionKind::addresses), dump::Address{address, module, flags});
    return static_cast<std::uint32_t>(at(SectionKind::addresses).count - 1);
}

std::uint32_t DumpBuilder::add_stack(const std::vector<std::uint32_t>& addresses,
                                     std::uint32_t flags) {
    SectionBytes& stacks = at(SectionKind::stacks);
    const auto differ = std::mismatch(addresses.rbegin(), addresses.rend(),
                                      previous_stack_.rbegin(), previous_stack_.rend())
                            .first;
    const auto shared = static_cast<std::size_t>(differ - addresses.rbegin());
    append_number(stacks, flags);
    append_number(stacks, addresses.size());
    append_number(stacks, shared);
    for (std::size_t i = 0; i + shared < addresses.size(); ++i) {
        append_number(stacks, addresses[i]);
    }
    previous_stack_ = addresses;
    return static_cast<std::uint32_t>(stacks.count++);
}

void DumpBuilder::add_block(std::uint32_t stack, std::uint64_t size, std::uint64_t count) {
    SectionBytes& blocks = at(SectionKind::blocks);
    const bool is_same_stack = blocks.count > 0 && stack == previous_block_stack_;
    append_number(blocks, stack - previous_block_stack_);
    append_number(blocks, is_same_stack ? size - previous_block_size_ : size);
    append_number(blocks, count);
    previous_block_stack_ = stack;
    previous_block_size_ = size;
    memory.traced_bytes += size * count;
    memory.traced_blocks += count;
    ++blocks.count;
}

void DumpBuilder::add_traffic(std::uint32_t stack, std::uint64_t count, std::uint64_t size,
                              std::uint64_t temporary_count, std::uint64_t temporary_size) {
    SectionBytes& traffic = at(SectionKind::traffic);
    append_number(traffic, stack - previous_traffic_stack_);
    for (const std::uint64_t number : {count, size, temporary_count, temporary_size}) {
        append_number(traffic, number);
    }
    previous_traffic_stack_ = stack;
    ++traffic.count;
}

void DumpBuilder::add_calls(std::uint32_t function, std::uint64_t count) {
    append(at(SectionKind::calls), dump::FunctionCalls{function, 0, count});
}

void DumpBuilder::add_loss(std::uint32_t reason, std::uint64_t count) {
    append(at(SectionKind::losses), dump::Loss{reason, 0, count});
}

void DumpBuilder::add_frame(std::uint32_t address, std::string_view function,
                            std::string_view filename, std::uint32_t lineno, bool inlined,
                            bool hands_on) {
    const auto text_or_none = [this](std::string_view name) {
        return name.empty() ? dump::Text{dump::kNone, 0} : text(name);
    };
    const dump::Text function_text = text_or_none(function);
    const dump::Text filename_text = text_or_none(filename);
    append(at(SectionKind::frames), dump::SourceFrame{address, inlined ? 1U : 0U, function_text,
                                                      filename_text, lineno, hands_on ? 1U : 0U});
}

void DumpBuilder::add_source(const dump::SourceDump& source) {
    append(at(SectionKind::sources), source);
}

void DumpBuilder::add_crash(const dump::CrashFacts& facts) {
    append(at(SectionKind::crash), facts);
}

void DumpBuilder::add_label(std::uint32_t stack, std::uint32_t domain, std::string_view tag) {
    const dump::Text none{dump::kNone, 0};
    append(at(SectionKind::labels),
           dump::StackLabel{stack, domain, tag.empty() ? none : text(tag)});
}

void DumpBuilder::set_sampling(std::uint64_t mean_bytes, std::uint32_t flags) {
    append(at(SectionKind::sampling), dump::SamplingInfo{mean_bytes, flags, 0});
}

void DumpBuilder::add_rate(std::uint32_t stack, std::uint64_t mean_bytes) {
    append(at(SectionKind::sample_rates), dump::StackRate{stack, 0, mean_bytes});
}

void DumpBuilder::add_epoch(std::uint32_t snapshots, std::uint32_t flags,
                            std::int64_t start_unix_ns) {
    append(at(SectionKind::epochs), dump::Epoch{snapshots, flags, start_unix_ns});
}

void DumpBuilder::add_birth(std::uint32_t row, std::uint32_t epoch, std::uint64_t count) {
    SectionBytes& births = at(SectionKind::births);
    const bool is_same_row = births.count > 0 && row == previous_birth_row_;
    append_number(births, row - previous_birth_row_);
    append_number(births, is_same_row ? epoch - previous_birth_epoch_ : epoch);
    append_number(births, count);
    previous_birth_row_ = row;
    previous_birth_epoch_ = epoch;
    ++births.count;
}

DumpSections DumpBuilder::sections() const {
    DumpSections all = sections_;
    append(all[static_cast<std::uint32_t>(SectionKind::process)], process);
    append(all[static_cast<std::uint32_t>(SectionKind::snapshot)], snapshot);
    append(all[static_cast<std::uint32_t>(SectionKind::memory)], memory);
    return all;
}

}  // namespace tracemalloc::test
