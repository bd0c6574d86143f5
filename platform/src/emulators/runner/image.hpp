// SPDX-License-Identifier: Apache-2.0
// A program in memory, whatever format it came in: the entrances of its C ABI, and the way to close it again.
#pragma once
#include "everypath.h"

namespace runner {

struct Image {
  uint32_t (*abi_version)();
  const char *(*describe)();
  int32_t (*invoke)(const ep_value *, uint32_t, ep_value *, ep_error *);
  void (*release)(ep_value *);
  /** What `close` gives back. */
  void *start;
  uint64_t size;
};

/** Opens a program through the system's own loader: ELF on Linux, PE on Windows. Null, or what is wrong. */
const char *open_native(const char *path, Image *image);
void close_native(const Image &image);

/** The image whose entrances `find` gives by name. */
template <typename Find> Image image_of(void *start, Find find) {
  Image image{};
  image.abi_version = reinterpret_cast<decltype(image.abi_version)>(find("ep_abi_version"));
  image.describe = reinterpret_cast<decltype(image.describe)>(find("ep_describe"));
  image.invoke = reinterpret_cast<decltype(image.invoke)>(find("ep_invoke"));
  image.release = reinterpret_cast<decltype(image.release)>(find("ep_release"));
  image.start = start;
  return image;
}

#ifndef _WIN32
/** Maps a Mach-O image with its own rights, applies its fixups and binds its imports. Null, or what is wrong. */
const char *open_macho(const char *path, Image *image);
/** The same for a PE image on arm64, whose calls are those of Linux but for variadic ones. */
const char *open_pe(const char *path, Image *image);
void close_mapped(const Image &image);

/** What an import of an image for another system stands for here; null for what there is nothing for. */
void *apple_import(const char *name);
void *windows_import(const char *name);
#endif

} // namespace runner
