// Makes what the browser keeps so that the desk starts with the server gone: a service worker that knows every file of
// the build, and each file compressed once, here, instead of at every visit.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type Plugin } from "vite";

/** Fetched when a camera is first used on a browser that cannot read barcodes by itself; never part of the first load. */
const SCANNER = /zxing|barcode/;
const COMPRESSIBLE = /\.(js|css|svg|wasm|webmanifest|json)$/;

export function shell(options: { out: string; version: string }): Plugin {
  return {
    name: "guisach-shell",
    apply: "build",
    async closeBundle() {
      const files = join(options.out, "files", "desk");
      // The page itself is given out by Django, under the desk's own policy, and not as a bare file.
      renameSync(join(files, "index.html"), join(options.out, "index.html"));
      const names = readdirSync(files, { recursive: true, encoding: "utf8" })
        .map((name) => name.replaceAll("\\", "/"))
        .filter((name) => /\.[a-z0-9]+$/.test(name))
        .sort();
      await worker(options, files, names);
      for (const name of names.filter((name) => COMPRESSIBLE.test(name))) compress(join(files, name));
    },
  };
}

async function worker({ out, version }: { out: string; version: string }, files: string, names: string[]) {
  const entries = names
    .filter((name) => !SCANNER.test(name) && !name.endsWith(".map"))
    .map((name) => ({
      url: `/desk/${name}`,
      revision: name.startsWith("assets/") ? null : digest(readFileSync(join(files, name))), // assets name their content
    }));
  entries.push({ url: "/desk/", revision: digest(readFileSync(join(out, "index.html"))) });
  const scanner = names.filter((name) => SCANNER.test(name)).map((name) => `/desk/${name}`);
  const part = join(out, "worker");
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: {
      __SHELL__: JSON.stringify(entries),
      __SCANNER__: JSON.stringify(scanner),
      __VERSION__: JSON.stringify(version),
      "process.env.NODE_ENV": '"production"',
    },
    build: {
      outDir: part,
      target: ["chrome111", "firefox114", "safari16.4"],
      reportCompressedSize: false,
      lib: { entry: "src/sw.ts", formats: ["iife"], name: "worker", fileName: () => "sw.js" },
    },
  });
  mkdirSync(out, { recursive: true });
  renameSync(join(part, "sw.js"), join(out, "sw.js"));
  rmSync(part, { recursive: true });
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function compress(file: string) {
  const content = readFileSync(file);
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  if (brotli.length < content.length) writeFileSync(`${file}.br`, brotli);
  const gzip = gzipSync(content, { level: 9 });
  if (gzip.length < content.length) writeFileSync(`${file}.gz`, gzip);
}
