/* SPDX-License-Identifier: Apache-2.0 */
/* What a program says of itself that stands for `fma`, and the size of its one node. */
#ifndef FMA_DESCRIPTION_H
#define FMA_DESCRIPTION_H

#include "program.h"

static const char description[] =
    "{\"abi\":1,\"tag\":\"@test/fma\",\"file\":\"fma.py\",\"signature\":{\"parameters\":["
    "{\"name\":\"x\",\"type\":{\"kind\":\"float\"}},{\"name\":\"y\",\"type\":{\"kind\":\"float\"}},"
    "{\"name\":\"z\",\"type\":{\"kind\":\"float\"},\"default\":0.0}],\"result\":{\"kind\":\"float\"}},"
    "\"nodes\":[{\"index\":0,\"operator\":\"test.fma\",\"specialization\":\"float_float_float\","
    "\"label\":\"x * y + z\",\"line\":2,\"features\":[\"items\"]}]}";

static double work(const ep_value *args) { return (void)args, 1; }

#endif
