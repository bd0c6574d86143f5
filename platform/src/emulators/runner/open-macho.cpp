// SPDX-License-Identifier: Apache-2.0
// Maps a Mach-O dynamic library as dyld does: segments with their rights, chained fixups, exports from the trie. Refuses
// what programs do not have (thread locals, initialisers, other kinds of fixups) rather than skip it.
// After Apple's <mach-o/loader.h> and <mach-o/fixup-chains.h>.
#include "image.hpp"
#include "mapped-file.hpp"

namespace runner {
namespace {

constexpr uint32_t SEGMENT = 0x19, FIXUPS = 0x80000034, TRIE = 0x80000033;
constexpr uint32_t OLD_FIXUPS = 0x22, OLD_FIXUPS_ONLY = 0x80000022;

struct Segment {
  uint32_t command, size;
  char name[16];
  uint64_t address, bytes, file_offset, file_bytes;
  uint32_t most_rights, rights, sections, flags;
};

struct Part {
  uint32_t command, size, offset, bytes;
};

struct Header {
  uint32_t magic, cpu, subcpu, kind, commands, command_bytes, flags, reserved;
};

constexpr uint32_t CPU =
#if defined(__aarch64__)
    0x0100000c;
#else
    0x01000007;
#endif

struct Layout {
  Segment segments[16];
  uint32_t count = 0;
  Part fixups{}, trie{};
};

const char *refuse_sections(const File &file, uint64_t at, const Segment &segment) {
  for (uint32_t index = 0; index < segment.sections; index++) {
    const uint32_t kind = file.get<uint32_t>(at + 72 + index * 80 + 64) & 0xff;
    if (kind == 9 || kind == 10 || kind == 0x16) return "it has initialisers";
    if (kind >= 0x11 && kind <= 0x15) return "it has thread locals";
  }
  return nullptr;
}

const char *read_layout(const File &file, Layout &layout) {
  const auto header = file.get<Header>(0);
  if (header.magic != 0xfeedfacf || header.kind != 6) return "it is no 64-bit Mach-O dynamic library";
  if (header.cpu != CPU) return "it is for another processor";
  uint64_t at = sizeof header;
  for (uint32_t index = 0; index < header.commands; index++) {
    const auto command = file.get<Part>(at);
    if (command.size < 8 || !file.holds(at, command.size)) return "its load commands are cut short";
    if (command.command == OLD_FIXUPS || command.command == OLD_FIXUPS_ONLY) return "its fixups are not chained";
    if (command.command == FIXUPS) layout.fixups = command;
    if (command.command == TRIE) layout.trie = command;
    if (command.command == SEGMENT) {
      const auto segment = file.get<Segment>(at);
      if (layout.count == 16) return "it has too many segments";
      if (!file.holds(segment.file_offset, segment.file_bytes) || segment.file_bytes > segment.bytes)
        return "a segment lies outside the file";
      if ((segment.rights & 6) == 6) return "a segment is writable and executable";
      if (const char *reason = refuse_sections(file, at, segment)) return reason;
      layout.segments[layout.count++] = segment;
    }
    at += command.size;
  }
  return nullptr;
}

const char *bind(const File &file, const Space &space, const Part &fixups, uint64_t base, uint64_t where,
                 uint64_t entry) {
  const auto import = file.get<uint32_t>(fixups.offset + file.get<uint32_t>(fixups.offset + 8) + (entry & 0xffffff) * 4);
  const uint64_t name = fixups.offset + file.get<uint32_t>(fixups.offset + 12) + (import >> 9);
  if (!file.holds(name, 1)) return "an import's name lies outside the file";
  void *found = apple_import(reinterpret_cast<const char *>(file.at(name)));
  if (!found) return "it imports what nothing stands in for";
  const uint64_t value = reinterpret_cast<uint64_t>(found) + ((entry >> 24) & 0xff);
  memcpy(space.start() + where - base, &value, 8);
  return nullptr;
}

const char *fix_segment(const File &file, const Space &space, const Part &fixups, uint64_t base, uint64_t starts) {
  const auto page_bytes = file.get<uint16_t>(starts + 4), format = file.get<uint16_t>(starts + 6);
  const auto offset = file.get<uint64_t>(starts + 8);
  if (format != 2 && format != 6) return "its fixups have an unknown form";
  const auto slide = reinterpret_cast<uint64_t>(space.start());
  for (uint32_t page = 0; page < file.get<uint16_t>(starts + 20); page++) {
    const auto first = file.get<uint16_t>(starts + 22 + page * 2);
    if (first == 0xffff) continue;
    if (first & 0x8000) return "its fixups have an unknown form";
    for (uint64_t at = offset + uint64_t(page) * page_bytes + first, next = 1; next != 0; at += next * 4) {
      if (!space.holds(at, 8)) return "a fixup lies outside the image";
      const auto entry = space.get<uint64_t>(at);
      next = (entry >> 51) & 0xfff;
      if (entry >> 63) {
        if (const char *reason = bind(file, space, fixups, 0, at, entry)) return reason;
        continue;
      }
      const uint64_t target = (entry & 0xfffffffff) - (format == 2 ? base : 0);
      if (!space.holds(target, 0)) return "a fixup points outside the image";
      const uint64_t value = (slide + target) | ((entry >> 36) & 0xff) << 56;
      memcpy(space.start() + at, &value, 8);
    }
  }
  return nullptr;
}

const char *fix(const File &file, const Space &space, const Part &fixups, uint64_t base) {
  if (fixups.bytes == 0) return nullptr;
  if (file.get<uint32_t>(fixups.offset + 20) != 1 || file.get<uint32_t>(fixups.offset + 24) != 0)
    return "its imports have an unknown form";
  const uint64_t image = fixups.offset + file.get<uint32_t>(fixups.offset + 4);
  for (uint32_t index = 0; index < file.get<uint32_t>(image); index++) {
    const auto starts = file.get<uint32_t>(image + 4 + index * 4);
    if (starts == 0) continue;
    if (const char *reason = fix_segment(file, space, fixups, base, image + starts)) return reason;
  }
  return nullptr;
}

uint64_t read_leb(const File &file, uint64_t &at) {
  uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const auto byte = file.get<uint8_t>(at++);
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

/** Offset of an export in the image, by the trie that dyld walks; 0 when there is none. */
uint64_t find_export(const File &file, const Part &trie, const char *name) {
  uint64_t node = 0;
  for (int depth = 0; depth < 64; depth++) {
    uint64_t at = trie.offset + node;
    const uint64_t terminal = read_leb(file, at);
    if (*name == 0) {
      if (terminal == 0 || read_leb(file, at) != 0) return 0;
      return read_leb(file, at);
    }
    at += terminal;
    bool found = false;
    for (uint32_t children = file.get<uint8_t>(at++); children > 0 && !found; children--) {
      const char *rest = name;
      bool same = true;
      for (uint8_t byte = file.get<uint8_t>(at++); byte != 0; byte = file.get<uint8_t>(at++)) {
        same = same && *rest == char(byte);
        if (same) rest++;
      }
      const uint64_t child = read_leb(file, at);
      if (same) name = rest, node = child, found = true;
    }
    if (!found) return 0;
  }
  return 0;
}

const char *protect(const Layout &layout, const Space &space, uint64_t base) {
  for (uint32_t index = 0; index < layout.count; index++) {
    const Segment &segment = layout.segments[index];
    if (segment.bytes == 0) continue;
    uint8_t *start = space.start() + (segment.address - base);
    const bool written = (segment.rights & 2) && !(segment.flags & 0x10 /* SG_READ_ONLY */);
    const Access access = segment.rights & 4 ? Access::read_execute : written ? Access::read_write : Access::read;
    if (access == Access::read_execute) finish_code(start, segment.bytes);
    // Not rounded up to Apple's page: on a system with smaller ones that would reach what lies behind the image.
    if (!allow(start, segment.bytes, access)) return "the system refuses a segment's rights";
  }
  return nullptr;
}

} // namespace

const char *open_macho(const char *path, Image *image) {
  const File file(path);
  if (!file.read()) return "it cannot be read";
  Layout layout;
  if (const char *reason = read_layout(file, layout)) return reason;
  if (layout.count == 0) return "it has no segments";
  const uint64_t base = layout.segments[0].address;
  uint64_t end = base;
  for (uint32_t index = 0; index < layout.count; index++) {
    const Segment &segment = layout.segments[index];
    // Apple's kernel maps whole pages: on another page size the image would not start.
    if (segment.address < end || segment.address % (CPU == 0x0100000c ? PAGE : 4096) != 0)
      return "a segment is not aligned to a page";
    end = segment.address + segment.bytes;
  }
  if (end - base > (uint64_t(1) << 30)) return "it is too large";
  Space space(end - base);
  if (!space.there() || !allow(space.start(), space.size(), Access::read_write)) return "there is no memory for it";
  for (uint32_t index = 0; index < layout.count; index++) {
    const Segment &segment = layout.segments[index];
    memcpy(space.start() + (segment.address - base), file.at(segment.file_offset), segment.file_bytes);
  }
  if (const char *reason = fix(file, space, layout.fixups, base)) return reason;
  if (const char *reason = protect(layout, space, base)) return reason;
  auto find = [&](const char *name) -> void * {
    const uint64_t offset = find_export(file, layout.trie, name);
    return offset != 0 && space.holds(offset, 4) ? space.start() + offset : nullptr;
  };
  image->abi_version = reinterpret_cast<decltype(image->abi_version)>(find("_ep_abi_version"));
  image->describe = reinterpret_cast<decltype(image->describe)>(find("_ep_describe"));
  image->invoke = reinterpret_cast<decltype(image->invoke)>(find("_ep_invoke"));
  image->release = reinterpret_cast<decltype(image->release)>(find("_ep_release"));
  space.keep(&image->start, &image->size);
  return nullptr;
}

void close_mapped(const Image &image) { release_space(static_cast<uint8_t *>(image.start), image.size); }

} // namespace runner
