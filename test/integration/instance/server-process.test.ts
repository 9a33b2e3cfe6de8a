import { expect, test } from 'vitest';
import { useLaunchedProcesses } from '../../support/launched-processes.js';

const processes = useLaunchedProcesses();

test.each([
  ['one signal', ['SIGTERM']],
  ['two signals', ['SIGTERM', 'SIGINT']],
] as const)('the server process answers, and ends in order by itself after %s', async (_what, signals) => {
  const child = await processes.launch('src/ingress/process.js');
  try {
    expect((await fetch(`${String(child.ready['url'])}/api/health`)).ok).toBe(true);
    for (const signal of signals) process.kill(child.pid, signal);
    expect(await child.exited).toBe('ended with exit code 0');
  } finally {
    await child.stop();
  }
});
