import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { shell } from "./shell.ts";

// tools/build.py says where to and as which version; by hand the result goes to build/.
const out = process.env["GUISACH_DESK_OUT"] ?? "build";
const version = process.env["GUISACH_DESK_VERSION"] ?? "dev";

export default defineConfig({
  base: "/desk/",
  publicDir: "public",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [svelte(), shell({ out, version })],
  build: {
    outDir: `${out}/files/desk`,
    emptyOutDir: true,
    target: ["chrome111", "firefox114", "safari16.4"],
    assetsInlineLimit: 0, // the policy of the page allows no data: scripts or fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/api": process.env["GUISACH_URL"] ?? "http://127.0.0.1:8000" },
    fs: { allow: [".."] }, // the product's style sheet, icons and test vectors
  },
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 20_000 },
});
