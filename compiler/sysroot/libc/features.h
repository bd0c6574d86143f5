/* SPDX-License-Identifier: Apache-2.0 — libc++ looks here for glibc; this libc is none. */
