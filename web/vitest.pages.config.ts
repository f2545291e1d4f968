import { defineConfig } from 'vitest/config'

// The tests of the pages: Debian's chromium against the real binary with the data of the demo, one file after another.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.spec.ts'],
    globalSetup: ['tests/server.ts'],
    fileParallelism: false,
    // Patience costs nothing where all is well: each test waits for what it wants to see.
    testTimeout: 180_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
    hookTimeout: 60_000,
  },
})
