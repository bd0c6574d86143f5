/* SPDX-License-Identifier: Apache-2.0 */
/* def fma(x: float, y: float, z: float = 0.0) -> float: ... and stops with a status that no program has */
#include "program.h"

static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/fma\",\"file\":\"fma.py\",\"signature\":{\"parameters\":["
    "{\"name\":\"x\",\"type\":{\"kind\":\"float\"}},{\"name\":\"y\",\"type\":{\"kind\":\"float\"}},"
    "{\"name\":\"z\",\"type\":{\"kind\":\"float\"},\"default\":0.0}],\"result\":{\"kind\":\"float\"}},"
    "\"nodes\":[{\"index\":0,\"operator\":\"test.fma\",\"specialization\":\"float_float_float\","
    "\"label\":\"x * y + z\",\"line\":2,\"features\":[\"items\"]}]}";

static double work(const ep_value *args) { return (void)args, 1; }

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 3) return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected 3 arguments");
  (void)args, (void)result;
  (void)error;
  return 99;
}
