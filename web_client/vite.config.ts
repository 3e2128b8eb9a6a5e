import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

/** Three pages from one build; `/assets` is served from the origin's root because the chat also lives in frames. */
export default defineConfig({
  root: here,
  base: "/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: resolve(here, "index.html"),
        desk: resolve(here, "desk.html"),
        board: resolve(here, "board.html"),
      },
    },
  },
  server: {
    proxy: {
      "/api": "http://127.0.0.1:8080",
      "/socket.io": { target: "ws://127.0.0.1:8080", ws: true },
    },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
  },
});
