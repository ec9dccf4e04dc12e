// SPDX-License-Identifier: Apache-2.0
// A small static file server on localhost, for the demo and the browser tests.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css",
  ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm", ".ml": "text/plain; charset=utf-8",
};

// `directories` are searched in order. `intercept(request, response, path)` may answer itself and return true.
export function serve(directories, { port = 0, intercept } = {}) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (intercept?.(request, response, path)) return;
    for (const directory of directories) {
      const file = join(directory, path.endsWith("/") ? `${path}index.html` : path);
      const stat = statSync(file, { throwIfNoEntry: false });
      if (!stat?.isFile()) continue;
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-length": stat.size, "cache-control": "no-cache",
      });
      if (request.method === "HEAD") response.end();
      else createReadStream(file).pipe(response);
      return;
    }
    response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", () => resolve({ server, port: server.address().port, close: () => server.close() }));
  });
}
