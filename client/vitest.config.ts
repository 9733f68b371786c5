import { defineConfig } from "vitest/config"

// React's two builds differ in what they read and say: everything runs on both.
export default defineConfig({
  test: {
    projects: ["development", "production"].map((mode) => ({
      oxc: { jsx: { runtime: "automatic", development: false } },
      test: {
        name: mode,
        env: { NODE_ENV: mode },
        include: ["src/**/*.test.{ts,tsx}"],
        setupFiles: ["src/webpack-globals.ts"],
      },
    })),
  },
})
