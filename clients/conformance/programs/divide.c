/* SPDX-License-Identifier: Apache-2.0 */
/* def halves(x: int, y: int) -> int: return divide(x, y), and divide: return x // y */
#include "program.h"

static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/divide\",\"file\":\"divide.py\",\"signature\":{\"parameters\":["
    "{\"name\":\"x\",\"type\":{\"kind\":\"int\"}},{\"name\":\"y\",\"type\":{\"kind\":\"int\"}}],"
    "\"result\":{\"kind\":\"int\"}},\"nodes\":[]}";

static double work(const ep_value *args) { return (void)args, 1; }

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 2) return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected 2 arguments");
  int64_t x = args[0].as.i, y = args[1].as.i;
  if (y == 0) {
    fail(error, EP_RAISED, "ZeroDivisionError", "integer division or modulo by zero");
    frame(error, 7, "halves");
    frame(error, 3, "divide");
    return EP_RAISED;
  }
  if (x == INT64_MIN && y == -1) return fail(error, EP_UNSUPPORTED, "OverflowError", "an int beyond 64 bits");
  result->kind = EP_INT;
  result->as.i = x / y - (x % y != 0 && (x < 0) != (y < 0));
  return EP_OK;
}
