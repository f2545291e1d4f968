import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** LongestFirst begins with the file that takes longest by far, beside which all others run. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const turn = ({ moduleId }: TestSpecification) => (moduleId.endsWith('/everywhere.spec.ts') ? 0 : 1)
    return (await super.sort(files)).sort((a, b) => turn(a) - turn(b))
  }
}

// The tests of the pages: Debian's chromium against the real binary with the data of the demo, two files at a time.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests/**/*.spec.ts'],
    globalSetup: ['tests/server.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Patience costs nothing where all is well: each test waits for what it wants to see.
    testTimeout: 300_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
    hookTimeout: 120_000,
  },
})
