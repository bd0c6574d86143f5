// SPDX-License-Identifier: Apache-2.0
// <vector> includes this for std::format, which no program uses: leaving it out halves the time to compile a file.
