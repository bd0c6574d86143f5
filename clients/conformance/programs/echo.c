/* SPDX-License-Identifier: Apache-2.0 */
/* Returns a tuple of deep copies of its arguments, one of every kind. */
#include "program.h"

#define TYPE(kind) "{\"kind\":\"" kind "\"}"
#define SCALAR(dtype) "{\"kind\":\"scalar\",\"dtype\":\"" dtype "\"}"
#define ARRAY(dtype, shape) "{\"kind\":\"array\",\"dtype\":\"" dtype "\",\"shape\":" shape "}"
#define PAIR "{\"kind\":\"tuple\",\"items\":[" TYPE("int") "," TYPE("str") "]}"
#define FLOATS "{\"kind\":\"list\",\"item\":" TYPE("float") "}"
#define COUNTS "{\"kind\":\"dict\",\"key\":" TYPE("str") ",\"value\":" TYPE("int") "}"
#define PARAMETER(name, type) "{\"name\":\"" name "\",\"type\":" type "}"
static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/echo\",\"file\":\"echo.py\",\"signature\":{\"parameters\":["
    PARAMETER("nothing", TYPE("none")) "," PARAMETER("flag", TYPE("bool")) "," PARAMETER("count", TYPE("int")) ","
    PARAMETER("text", TYPE("str")) "," PARAMETER("data", TYPE("bytes")) "," PARAMETER("level", SCALAR("uint8")) ","
    PARAMETER("share", SCALAR("float32")) "," PARAMETER("pair", PAIR) "," PARAMETER("floats", FLOATS) ","
    PARAMETER("counts", COUNTS) "," PARAMETER("mask", ARRAY("bool", "[null]")) ","
    PARAMETER("longs", ARRAY("int64", "[2,null]")) "],\"result\":{\"kind\":\"tuple\",\"items\":["
    TYPE("none") "," TYPE("bool") "," TYPE("int") "," TYPE("str") "," TYPE("bytes") "," SCALAR("uint8") ","
    SCALAR("float32") "," PAIR "," FLOATS "," COUNTS "," ARRAY("bool", "[null]") "," ARRAY("int64", "[2,null]")
    "]}},\"nodes\":[]}";

static double work(const ep_value *args) { return (void)args, 1; }

static int32_t copy(const ep_value *from, ep_value *to);

static int32_t copy_items(const ep_value *from, ep_value *to, uint64_t count) {
  const ep_value *items = at(from->as.pointer);
  ep_value *copies = own(to, count * sizeof(ep_value));
  if (!copies) return EP_OUT_OF_MEMORY;
  for (uint64_t i = 0; i < count; i++) copy(&items[i], &copies[i]);
  return EP_OK;
}

static int32_t copy(const ep_value *from, ep_value *to) {
  static const uint8_t item_bytes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16};
  *to = *from;
  switch (from->kind) {
  case EP_STR:
  case EP_BYTES:
    memcpy(own(to, from->size), at(from->as.pointer), from->size);
    return EP_OK;
  case EP_TUPLE:
  case EP_LIST:
    return copy_items(from, to, from->size);
  case EP_DICT:
    return copy_items(from, to, from->size * 2);
  case EP_ARRAY: {
    uint64_t bytes = item_bytes[from->dtype];
    for (uint32_t axis = 0; axis < from->rank; axis++) bytes *= (uint64_t)from->shape[axis];
    memcpy(own(to, bytes), at(from->as.pointer), bytes);
    return EP_OK;
  }
  default:
    return EP_OK;
  }
}

static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  ep_value tuple = {.kind = EP_TUPLE, .size = count, .as.pointer = address(args)};
  (void)error;
  return copy(&tuple, result);
}
