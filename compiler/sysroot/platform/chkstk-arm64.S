// SPDX-License-Identifier: Apache-2.0
// Touches each page of a large stack frame in turn, as Windows demands; x15 holds its size in 16-byte units.
// After LLVM's compiler-rt, lib/builtins/aarch64/chkstk.S (Apache-2.0 WITH LLVM-exception).
  .text
  .globl __chkstk
__chkstk:
  lsl x16, x15, #4
  mov x17, sp
1:
  sub x17, x17, #4096
  subs x16, x16, #4096
  ldr xzr, [x17]
  b.gt 1b
  ret
