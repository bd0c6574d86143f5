/* SPDX-License-Identifier: Apache-2.0 */
/* def add_row(a: float32[n, d], row: float32[d]) -> float32[n, d]: return a + row */
#include "program.h"

#define FLOATS(shape) "{\"kind\":\"array\",\"dtype\":\"float32\",\"shape\":" shape "}"
static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/add-row\",\"file\":\"add_row.py\",\"signature\":{\"parameters\":["
    "{\"name\":\"a\",\"type\":" FLOATS("[\"n\",\"d\"]") "},{\"name\":\"row\",\"type\":" FLOATS("[\"d\"]") "}],"
    "\"result\":" FLOATS("[\"n\",\"d\"]") "},"
    "\"nodes\":[{\"index\":0,\"operator\":\"numpy.add\",\"specialization\":\"float32_2_float32_1\","
    "\"label\":\"a + row\",\"line\":2,\"features\":[\"items\"]}]}";

static double work(const ep_value *args) { return (double)(args[0].shape[0] * args[0].shape[1]); }

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 2 || args[0].rank != 2 || args[1].rank != 1 || args[0].dtype != EP_FLOAT32) {
    return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected float32[n, d] and float32[d]");
  }
  int64_t rows = args[0].shape[0], columns = args[0].shape[1];
  float *out = own(result, (uint64_t)(rows * columns) * 4);
  if (!out) return fail(error, EP_OUT_OF_MEMORY, "MemoryError", "");
  result->kind = EP_ARRAY;
  result->dtype = EP_FLOAT32;
  result->rank = 2;
  result->shape[0] = rows;
  result->shape[1] = columns;
  result->strides[0] = columns * 4;
  result->strides[1] = 4;
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      const char *a = (const char *)at(args[0].as.pointer) + i * args[0].strides[0] + j * args[0].strides[1];
      const char *b = (const char *)at(args[1].as.pointer) + j * args[1].strides[0];
      out[i * columns + j] = *(const float *)a + *(const float *)b;
    }
  }
  return EP_OK;
}
