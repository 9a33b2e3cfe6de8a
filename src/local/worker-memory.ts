/**
 * workerNodeArgs keeps a worker's memory small: a young generation large enough for the pages under way, and an old one
 * that is collected before it grows for no reason. One thread beside the program's own collects and compiles: with Node's four,
 * a machine of few cores is busy with having them wait for each other. Production sets the same in NODE_OPTIONS, see the Dockerfile.
 */
export const workerNodeArgs = ['--max-semi-space-size=32', '--max-old-space-size=512', '--v8-pool-size=1'] as const;
