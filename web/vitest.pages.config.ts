import { defineConfig } from 'vitest/config'

// The tests of the pages: Debian's chromium against the real binary with the data of the demo, one file after another.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.spec.ts'],
    globalSetup: ['tests/server.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
