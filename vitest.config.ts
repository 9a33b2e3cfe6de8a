import { defineConfig } from 'vitest/config';

const servers = { globalSetup: ['test/support/global-setup.ts'], testTimeout: 120_000, hookTimeout: 300_000 };

// The slow ones take many minutes: `npm run test:faults`.
const allFaults = process.env['CROSSWALK_FAULTS'] === 'all';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts', 'test/replay/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts', 'test/connectors/**/*.test.ts', 'test/workflows/**/*.test.ts'], exclude: ['test/connectors/conformance*.test.ts'], ...servers, fileParallelism: false } },
      { test: { name: 'conformance', include: ['test/connectors/conformance*.test.ts'] } },
      { test: { name: 'fault-rows', include: ['test/faults/rows/**/*.test.ts'], ...servers, fileParallelism: false } },
      { test: { name: 'faults', include: ['test/faults/*.test.ts', ...(allFaults ? ['test/faults/slow/**/*.test.ts'] : [])], testTimeout: 1_800_000, hookTimeout: 300_000, fileParallelism: false } },
    ],
  },
});
