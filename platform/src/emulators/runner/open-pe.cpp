// SPDX-License-Identifier: Apache-2.0
// Maps a PE library for arm64 as Windows does: sections with their rights, base relocations, imports by name. Refuses
// what programs do not have (an entry point, thread locals, imports by number) rather than skip it.
// After Microsoft's "PE Format".
#include "image.hpp"
#include "mapped-file.hpp"

namespace runner {
namespace {

struct Directory {
  uint32_t address, size;
};

struct Section {
  char name[8];
  uint32_t bytes, address, file_bytes, file_offset, unused[3], flags;
};

constexpr int EXPORTS = 0, IMPORTS = 1, RELOCATIONS = 5, THREAD_LOCALS = 9, DELAYED = 13;
constexpr uint16_t MACHINE =
#if defined(__aarch64__)
    0xaa64;
#else
    0; // Calls on x86-64 differ between the systems: there Windows itself, or Wine, loads them.
#endif

struct Headers {
  uint64_t optional, sections;
  uint32_t section_count, image_bytes, header_bytes;
  uint64_t base;
};

const char *read_headers(const File &file, Headers &headers) {
  const uint64_t pe = file.get<uint32_t>(60);
  if (file.get<uint16_t>(0) != 0x5a4d || file.get<uint32_t>(pe) != 0x4550) return "it is no PE file";
  if (file.get<uint16_t>(pe + 4) != MACHINE) return "it is for another processor";
  headers.optional = pe + 24;
  if (file.get<uint16_t>(headers.optional) != 0x20b) return "it is no 64-bit PE file";
  headers.section_count = file.get<uint16_t>(pe + 6);
  headers.sections = headers.optional + file.get<uint16_t>(pe + 20);
  headers.base = file.get<uint64_t>(headers.optional + 24);
  headers.image_bytes = file.get<uint32_t>(headers.optional + 56);
  headers.header_bytes = file.get<uint32_t>(headers.optional + 60);
  if (file.get<uint32_t>(headers.optional + 16) != 0) return "it has an entry point";
  if (headers.image_bytes > (1u << 30) || !file.holds(0, headers.header_bytes)) return "its headers are wrong";
  return nullptr;
}

Directory directory(const File &file, const Headers &headers, int index) {
  return file.get<Directory>(headers.optional + 112 + uint64_t(index) * 8);
}

const char *copy_sections(const File &file, const Headers &headers, const Space &space) {
  memcpy(space.start(), file.at(0), headers.header_bytes);
  for (uint32_t index = 0; index < headers.section_count; index++) {
    const auto section = file.get<Section>(headers.sections + index * 40);
    const uint32_t bytes = section.file_bytes < section.bytes ? section.file_bytes : section.bytes;
    if (!space.holds(section.address, section.bytes) || !file.holds(section.file_offset, bytes))
      return "a section lies outside the file";
    memcpy(space.start() + section.address, file.at(section.file_offset), bytes);
  }
  return nullptr;
}

const char *relocate(const Space &space, Directory table, uint64_t slide) {
  for (uint64_t at = table.address; at < uint64_t(table.address) + table.size;) {
    const auto page = space.get<uint32_t>(at), bytes = space.get<uint32_t>(at + 4);
    if (bytes < 8) return "its relocations are cut short";
    for (uint64_t entry = at + 8; entry < at + bytes; entry += 2) {
      const auto packed = space.get<uint16_t>(entry);
      if (packed >> 12 == 0) continue; // padding
      const uint64_t place = page + (packed & 0xfff);
      if (packed >> 12 != 10 || !space.holds(place, 8)) return "a relocation has an unknown form";
      const uint64_t value = space.get<uint64_t>(place) + slide;
      memcpy(space.start() + place, &value, 8);
    }
    at += bytes;
  }
  return nullptr;
}

const char *bind(const Space &space, Directory table) {
  if (table.address == 0) return nullptr;
  for (uint64_t at = table.address; space.get<uint32_t>(at + 12) != 0; at += 20) {
    uint64_t names = space.get<uint32_t>(at), places = space.get<uint32_t>(at + 16);
    for (uint64_t name = 0; (name = space.get<uint64_t>(names)) != 0; names += 8, places += 8) {
      if (name >> 63) return "it imports by number";
      if (!space.holds(name + 2, 1) || !space.holds(places, 8)) return "an import lies outside the image";
      void *found = windows_import(reinterpret_cast<const char *>(space.start() + name + 2));
      if (!found) return "it imports what nothing stands in for";
      const auto value = reinterpret_cast<uint64_t>(found);
      memcpy(space.start() + places, &value, 8);
    }
  }
  return nullptr;
}

const char *protect(const File &file, const Headers &headers, const Space &space) {
  // Sections lie 4 KiB apart; on a system with larger pages two of them may share one.
  for (uint32_t index = 0; index < headers.section_count; index++) {
    const auto section = file.get<Section>(headers.sections + index * 40);
    const bool executes = section.flags & 0x20000000, writes = section.flags & 0x80000000;
    if (executes && writes) return "a section is writable and executable";
    uint8_t *start = space.start() + section.address;
    if (executes) finish_code(start, section.bytes);
    const Access access = executes ? Access::read_execute : writes ? Access::read_write : Access::read;
    if (!allow(start, section.bytes, access)) return "the system refuses a section's rights";
  }
  return nullptr;
}

void *find_export(const Space &space, Directory table, const char *name) {
  const auto count = space.get<uint32_t>(table.address + 24);
  const auto functions = space.get<uint32_t>(table.address + 28), names = space.get<uint32_t>(table.address + 32);
  const auto numbers = space.get<uint32_t>(table.address + 36);
  for (uint32_t index = 0; index < count; index++) {
    const uint64_t each = space.get<uint32_t>(uint64_t(names) + index * 4);
    if (!space.holds(each, 1) || strcmp(reinterpret_cast<const char *>(space.start() + each), name) != 0) continue;
    const uint64_t number = space.get<uint16_t>(uint64_t(numbers) + index * 2);
    const uint64_t address = space.get<uint32_t>(functions + number * 4);
    return space.holds(address, 4) ? space.start() + address : nullptr;
  }
  return nullptr;
}

} // namespace

const char *open_pe(const char *path, Image *image) {
  const File file(path);
  if (!file.read()) return "it cannot be read";
  Headers headers{};
  if (const char *reason = read_headers(file, headers)) return reason;
  if (directory(file, headers, THREAD_LOCALS).size != 0) return "it has thread locals";
  if (directory(file, headers, DELAYED).size != 0) return "it has delayed imports";
  Space space(headers.image_bytes);
  if (!space.there() || !allow(space.start(), space.size(), Access::read_write)) return "there is no memory for it";
  const uint64_t slide = reinterpret_cast<uint64_t>(space.start()) - headers.base;
  if (const char *reason = copy_sections(file, headers, space)) return reason;
  if (const char *reason = relocate(space, directory(file, headers, RELOCATIONS), slide)) return reason;
  if (const char *reason = bind(space, directory(file, headers, IMPORTS))) return reason;
  if (const char *reason = protect(file, headers, space)) return reason;
  const Directory exports = directory(file, headers, EXPORTS);
  auto find = [&](const char *name) { return find_export(space, exports, name); };
  image->abi_version = reinterpret_cast<decltype(image->abi_version)>(find("ep_abi_version"));
  image->describe = reinterpret_cast<decltype(image->describe)>(find("ep_describe"));
  image->invoke = reinterpret_cast<decltype(image->invoke)>(find("ep_invoke"));
  image->release = reinterpret_cast<decltype(image->release)>(find("ep_release"));
  space.keep(&image->start, &image->size);
  return nullptr;
}

} // namespace runner
