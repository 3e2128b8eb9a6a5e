import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;

/** Host pages may be in another encoding than ours, and a classic script is read in the page's. */
const inAscii: Plugin = {
  name: "wenjin-ascii",
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type !== "chunk") continue;
      output.code = output.code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    }
  },
};

/** The embed script is one classic script with a stable name: host pages refer to it for years. */
export default defineConfig({
  root: here,
  publicDir: false,
  plugins: [inAscii],
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2020",
    lib: {
      entry: resolve(here, "src/embed/embed.ts"),
      formats: ["iife"],
      name: "wenjinEmbed",
      fileName: () => "embed.js",
    },
  },
});
