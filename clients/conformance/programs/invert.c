/* SPDX-License-Identifier: Apache-2.0 */
/* def invert(image: Image) -> Image: return ImageOps.invert(image) */
#include "program.h"

static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/invert\",\"file\":\"invert.py\",\"signature\":{\"parameters\":["
    "{\"name\":\"image\",\"type\":{\"kind\":\"image\",\"mode\":\"RGB\"}}],"
    "\"result\":{\"kind\":\"image\",\"mode\":\"RGB\"}},"
    "\"nodes\":[{\"index\":0,\"operator\":\"PIL.ImageOps.invert\",\"specialization\":\"image\","
    "\"label\":\"invert(image)\",\"line\":2,\"features\":[\"pixels\"]}]}";

static double work(const ep_value *args) { return (double)(args[0].shape[0] * args[0].shape[1]); }

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (count != 1 || args[0].kind != EP_IMAGE) {
    return fail(error, EP_INVALID_ARGUMENT, "TypeError", "expected an image");
  }
  int64_t height = args[0].shape[0], width = args[0].shape[1], channels = args[0].shape[2];
  uint8_t *out = own(result, (uint64_t)(height * width * channels));
  if (!out) return fail(error, EP_OUT_OF_MEMORY, "MemoryError", "");
  result->kind = EP_IMAGE;
  result->dtype = EP_UINT8;
  result->rank = 3;
  memcpy(result->shape, args[0].shape, sizeof result->shape);
  result->strides[0] = width * channels;
  result->strides[1] = channels;
  result->strides[2] = 1;
  for (int64_t y = 0; y < height; y++) {
    const uint8_t *row = (const uint8_t *)at(args[0].as.pointer) + y * args[0].strides[0];
    for (int64_t x = 0; x < width * channels; x++) out[y * width * channels + x] = (uint8_t)(255 - row[x]);
  }
  return EP_OK;
}
