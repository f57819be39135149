/** Vitest runs everything under tests/ except the specs of the browser, which are Playwright's. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    // ONNX Runtime has crashed in worker threads.
    pool: 'forks',
    // For what hangs: many times what anything takes on a quiet machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A busy machine may need more than the second that Vitest waits for what should soon be so.
    expect: { poll: { timeout: 30_000 } },
  },
})
