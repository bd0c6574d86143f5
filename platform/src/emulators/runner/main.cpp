// SPDX-License-Identifier: Apache-2.0
// Runs programs on cases for whoever writes to its standard input: cases come once, then files to run on them. Answers
// each case with what the program gave, and says only the number of an answer that it gave before. A program that
// crashes takes the process with it; that is what the process is for. `../protocol.ts` is the other side.
#include "image.hpp"
#include "invoke.hpp"
#include "result.hpp"
#include "system.hpp"
#include <stdlib.h>
#include <string.h>

namespace runner {
namespace {

/** Where arguments lie in every process, so that their pointers are written once. */
uint8_t *const ARENA = reinterpret_cast<uint8_t *>(uint64_t(1) << 37);
constexpr uint64_t ARENA_BYTES = uint64_t(1) << 30;

enum Operation : uint32_t { hold_case = 1, forget_cases = 2, run_elf = 3, run_macho = 4, run_pe = 5 };
enum Reply : uint32_t { taken = 1, opened = 2, refused = 3, answered = 4, ended = 5 };

struct Request {
  uint32_t operation;
  /** hold_case: number of the case. */
  uint32_t index;
  /** Bytes that follow: the case's arena, or the path of a file. */
  uint64_t bytes;
  /** hold_case: where in the arena the arguments, the result and the error lie, and how many arguments there are. */
  uint32_t arguments, count, result, error;
};

struct Response {
  uint32_t reply;
  uint32_t index;
  /** answered: number of the answer among those of this case. */
  uint32_t answer;
  int32_t status;
  /** 1: the arguments changed. 2: x18 changed. 4: a result that no program may give. */
  uint32_t faults;
  /** The answer was sent before: nothing follows. */
  uint32_t known;
  uint64_t bytes;
};

constexpr uint32_t MAX_CASES = 4096, MAX_ANSWERS = 16;

struct Case {
  Request request;
  uint8_t *arena;
  Bytes answers[MAX_ANSWERS];
  uint32_t answer_count;
};

Case cases[MAX_CASES];
uint32_t case_count = 0;

void send(const Response &response, const void *data) {
  write_exactly(&response, sizeof response);
  if (response.bytes > 0) write_exactly(data, response.bytes);
}

void say(Reply reply, const char *text) { send({reply, 0, 0, 0, 0, 0, text ? strlen(text) : 0}, text); }

void forget() {
  for (uint32_t index = 0; index < case_count; index++) {
    Case &each = cases[index];
    for (uint32_t answer = 0; answer < each.answer_count; answer++) free(each.answers[answer].data);
    free(each.arena);
  }
  memset(cases, 0, sizeof(Case) * case_count);
  case_count = 0;
}

/** The number of this answer among those of its case; it is kept when it is new and there is room. */
uint32_t number(Case &one, Bytes &answer, bool *known) {
  for (uint32_t index = 0; index < one.answer_count; index++) {
    const Bytes &each = one.answers[index];
    *known = each.size == answer.size && memcmp(each.data, answer.data, answer.size) == 0;
    if (*known) return index;
  }
  if (one.answer_count == MAX_ANSWERS) return MAX_ANSWERS;
  one.answers[one.answer_count] = answer;
  answer = {};
  return one.answer_count++;
}

void run_case(const Image &image, bool mapped, uint32_t index) {
  Case &one = cases[index];
  const Request &request = one.request;
  memcpy(ARENA, one.arena, request.bytes);
  auto *result = reinterpret_cast<ep_value *>(ARENA + request.result);
  auto *error = reinterpret_cast<ep_error *>(ARENA + request.error);
  memset(result, 0, sizeof *result);
  memset(error, 0, sizeof *error);
  const auto [status, kept] =
      enter(image, reinterpret_cast<ep_value *>(ARENA + request.arguments), request.count, result, error);
  const uint64_t from = request.arguments;
  uint32_t faults = memcmp(ARENA + from, one.arena + from, request.bytes - from) == 0 ? 0 : 1;
  if (!kept && mapped) faults |= 2;
  // status, then the result or the error, then what the result points to.
  Bytes answer{};
  const uint64_t head = append(answer, sizeof *result);
  if (status == EP_OK) {
    ep_value copy = *result;
    if (!flatten(copy, answer)) faults |= 4;
    memcpy(answer.data + head, &copy, sizeof copy);
    image.release(result);
  } else {
    const uint64_t at = append(answer, sizeof *error);
    memcpy(answer.data + at, error, sizeof *error);
  }
  bool known = false;
  const Bytes sent = answer;
  const uint32_t which = number(one, answer, &known);
  send({answered, index, which, status, faults, known, known ? 0 : sent.size}, sent.data);
  free(answer.data);
}

/** Null when all cases ran, else why not. */
const char *run(const Image &image, bool mapped) {
  if (!image.abi_version || !image.describe || !image.invoke || !image.release) return "it does not export the C ABI";
  if (image.abi_version() != EP_ABI_VERSION) return "it speaks another version of the C ABI";
  say(opened, image.describe());
  for (uint32_t index = 0; index < case_count; index++)
    if (cases[index].arena) run_case(image, mapped, index);
  return nullptr;
}

void open_and_run(uint32_t operation, const char *path) {
  say(taken, nullptr);
  Image image{};
  const char *reason = nullptr;
#ifndef _WIN32
  if (operation == run_macho) reason = open_macho(path, &image);
  if (operation == run_pe) reason = open_pe(path, &image);
  const bool mapped = operation != run_elf;
#else
  const bool mapped = false;
#endif
  if (!mapped) reason = open_native(path, &image);
  if (reason) return say(refused, reason);
  reason = run(image, mapped);
#ifndef _WIN32
  if (mapped) close_mapped(image);
#endif
  if (!mapped) close_native(image);
  say(reason ? refused : ended, reason);
}

void hold(const Request &request, uint8_t *bytes) {
  if (request.index >= MAX_CASES || request.bytes > ARENA_BYTES) leave(4);
  if (request.index >= case_count) case_count = request.index + 1;
  cases[request.index] = {request, bytes, {}, 0};
  if (!allow(ARENA, (request.bytes + 65535) & ~uint64_t(65535), Access::read_write)) leave(5);
}

} // namespace
} // namespace runner

extern "C" int runner_main() {
  using namespace runner;
  if (reserve(ARENA, ARENA_BYTES) != ARENA) return 6;
  for (;;) {
    Request request;
    if (!read_exactly(&request, sizeof request)) return 0;
    if (request.bytes > ARENA_BYTES) return 4;
    auto *bytes = static_cast<uint8_t *>(malloc(request.bytes + 1));
    if (!bytes || !read_exactly(bytes, request.bytes)) return 4;
    bytes[request.bytes] = 0;
    if (request.operation == hold_case) {
      hold(request, bytes);
      continue;
    }
    if (request.operation == forget_cases) forget();
    else open_and_run(request.operation, reinterpret_cast<char *>(bytes));
    free(bytes);
  }
}
