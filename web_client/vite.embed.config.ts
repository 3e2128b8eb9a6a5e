import { resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;

/** The embed script is one classic script with a stable name: host pages refer to it for years. */
export default defineConfig({
  root: here,
  publicDir: false,
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
