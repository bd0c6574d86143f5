// SPDX-License-Identifier: Apache-2.0
// What a program keeps of the memory that its calls used. Prints what is wrong; nothing when all is well.
#include "everypath/runtime.hpp"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

using ep::kept_blocks;
using ep::KeptBlocks;
using ep::Storage;

static constexpr size_t mebi = size_t{1} << 20;

static void check(bool good, const char* what) {
  if (!good) printf("%s\n", what);
}

static long page_faults() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

static void calls_use_the_same_memory() {
  Storage* first = Storage::create(mebi);
  const void* place = first->data();
  Storage::release(first);
  const long before = page_faults();
  for (int call = 0; call < 100; ++call) {
    Storage* storage = Storage::create(mebi);
    check(storage->data() == place, "a block of the same size is not the one that was released");
    memset(storage->data(), call, mebi);
    Storage::release(storage);
  }
  check(page_faults() - before < 300, "memory that was used before faults again");  // 25,600 without
}

static void blocks_fit() {
  kept_blocks.give_back();
  Storage::release(Storage::create(8 * mebi));
  Storage* small = Storage::create(mebi);
  check(small->size < 2 * mebi, "a small array holds a large block");
  Storage* large = Storage::create(9 * mebi);
  check(large->size >= 9 * mebi, "a block is too small");
  Storage* half = Storage::create(5 * mebi);
  check(half->size >= 8 * mebi, "a block of less than twice the size was not taken");
  Storage* const all[] = {small, large, half};
  for (Storage* each : all) Storage::release(each);
  kept_blocks.give_back();
  Storage::release(Storage::create(100));
  check(kept_blocks.bytes == 0, "a small block was kept");
  Storage::release(Storage::create(KeptBlocks::most + 1));
  check(kept_blocks.bytes == 0, "a block beyond the limit was kept");
}

static void what_is_kept_is_bounded() {
  Storage* held[40];
  for (Storage*& each : held) each = Storage::create(3 * mebi);
  for (Storage* each : held) {
    Storage::release(each);
    check(kept_blocks.bytes <= KeptBlocks::most, "more is kept than the limit");
  }
  check(kept_blocks.bytes > 3 * mebi, "nothing is kept");
  for (size_t size = 1; size < 40; ++size) Storage::release(Storage::create(size << 16));
  Storage* recent = Storage::create(size_t{39} << 16);
  check(recent->size < size_t{40} << 16, "a size of the last call has no block");
  Storage::release(recent);
  kept_blocks.give_back();
  check(kept_blocks.bytes == 0, "a block was left when all were given back");
}

static void* work(void* seed) {
  unsigned state = static_cast<unsigned>(reinterpret_cast<uintptr_t>(seed));
  for (int call = 0; call < 3000; ++call) {
    Storage* held[3];
    unsigned char marks[3];
    for (int i = 0; i < 3; ++i) {
      state = state * 1664525u + 1013904223u;
      marks[i] = static_cast<unsigned char>(state >> 24);
      held[i] = Storage::create((size_t{1} + (state >> 8) % 6) << 16);
      unsigned char* data = static_cast<unsigned char*>(held[i]->data());
      data[0] = data[held[i]->size - 3 * Storage::alignment] = marks[i];
    }
    for (int i = 0; i < 3; ++i) {
      const unsigned char* data = static_cast<const unsigned char*>(held[i]->data());
      check(data[0] == marks[i] && data[held[i]->size - 3 * Storage::alignment] == marks[i], "two calls had one block");
      Storage::release(held[i]);
    }
    if (call % 100 == 0) kept_blocks.give_back();
  }
  return nullptr;
}

static void threads_share_them() {
  pthread_t threads[4];
  for (uintptr_t i = 0; i < 4; ++i) pthread_create(&threads[i], nullptr, work, reinterpret_cast<void*>(i + 1));
  for (pthread_t each : threads) pthread_join(each, nullptr);
  kept_blocks.give_back();
  check(kept_blocks.bytes == 0, "threads lost count of what is kept");
}

int main() {
  calls_use_the_same_memory();
  blocks_fit();
  what_is_kept_is_bounded();
  threads_share_them();
}
