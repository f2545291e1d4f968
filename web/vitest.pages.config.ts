import { defineConfig } from 'vitest/config'

// The tests of the pages: Debian's chromium against the real binary with the data of the demo, two files at a time.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.spec.ts'],
    globalSetup: ['tests/server.ts'],
    maxWorkers: 2,
    // Patience costs nothing where all is well: each test waits for what it wants to see.
    testTimeout: 300_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
    hookTimeout: 120_000,
  },
})
