// SPDX-License-Identifier: Apache-2.0
// The size after `brotli -q 11`: what a page fetches.

import { brotliCompressSync, constants } from "node:zlib";

export function brotliSize(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}
