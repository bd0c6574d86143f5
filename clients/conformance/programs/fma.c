/* SPDX-License-Identifier: Apache-2.0 */
/* def fma(x: float, y: float, z: float = 0.0) -> float: return x * y + z */
#include "fma-description.h"

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 3) return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected 3 arguments");
  result->kind = EP_FLOAT;
  result->as.f = args[0].as.f * args[1].as.f + args[2].as.f;
  return EP_OK;
}
