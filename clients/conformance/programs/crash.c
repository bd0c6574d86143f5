/* SPDX-License-Identifier: Apache-2.0 */
/* def fma(x: float, y: float, z: float = 0.0) -> float: ... and stops with a status that no program has */
#include "fma-description.h"

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 3) return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected 3 arguments");
  (void)args, (void)result;
  return 99;
}
