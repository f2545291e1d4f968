import { defineConfig } from 'vitest/config'

// Takes pictures of the pages, in Debian's chromium against the real binary with the data of the demo.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/pictures/*.ts'],
    globalSetup: ['tests/server.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
})
