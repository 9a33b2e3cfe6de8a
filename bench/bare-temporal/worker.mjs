// A worker of its own with nothing but the three calls, so that both sides have a process of the same kind.
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Agent, request } from 'undici';

const dispatcher = new Agent({ connections: 64 });
const { BENCH_TARGET: target = '', BENCH_TOKEN: token = '', TEMPORAL_ADDRESS: address = '' } = process.env;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection, taskQueue: 'bare', workflowsPath: fileURLToPath(new URL('./workflow.mjs', import.meta.url)), maxConcurrentActivityTaskExecutions: 200,
  activities: {
    post: async ({ id }) => {
      const { statusCode, body } = await request(target, { dispatcher, method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ channel: '#bench', text: id, client_msg_id: id }) });
      await body.dump();
      if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
    },
  },
});
process.on('SIGTERM', () => worker.shutdown());
process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
await worker.run();
await connection.close();
process.exit(0);
