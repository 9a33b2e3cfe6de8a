import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const servers = { globalSetup: ['test/support/global-setup.ts'], testTimeout: 120_000, hookTimeout: 300_000 };

// The slow ones take many minutes: `npm run test:faults`.
const allFaults = process.env['CROSSWALK_FAULTS'] === 'all';

export default defineConfig({
  test: {
    // Much of what tests do is to wait for servers, so one file more than there are processors pays. The slow ones measure, and want the machine for themselves.
    maxWorkers: allFaults ? 1 : availableParallelism() + 1,
    // Loading the modules anew for each file costs more than most of the tests.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts', 'test/replay/**/*.test.ts'], testTimeout: 30_000 } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts', 'test/connectors/**/*.test.ts', 'test/workflows/**/*.test.ts'], exclude: ['test/connectors/conformance*.test.ts'], ...servers } },
      { extends: true, test: { name: 'conformance', include: ['test/connectors/conformance*.test.ts'] } },
      { extends: true, test: { name: 'fault-rows', include: ['test/faults/rows/**/*.test.ts'], ...servers } },
      { extends: true, test: { name: 'faults', include: ['test/faults/*.test.ts', ...(allFaults ? ['test/faults/slow/**/*.test.ts'] : [])], testTimeout: 1_800_000, hookTimeout: 300_000 } },
    ],
  },
});
