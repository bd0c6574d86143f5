// SPDX-License-Identifier: Apache-2.0
// Touches each page of a large stack frame in turn, as Windows demands; rax holds the frame's size.
// After LLVM's compiler-rt, lib/builtins/x86_64/chkstk.S (Apache-2.0 WITH LLVM-exception).
  .text
  .globl ___chkstk_ms
___chkstk_ms:
  pushq %rcx
  pushq %rax
  cmpq $0x1000, %rax
  leaq 24(%rsp), %rcx
  jb 1f
2:
  subq $0x1000, %rcx
  testq %rcx, (%rcx)
  subq $0x1000, %rax
  cmpq $0x1000, %rax
  ja 2b
1:
  subq %rax, %rcx
  testq %rcx, (%rcx)
  popq %rax
  popq %rcx
  retq
