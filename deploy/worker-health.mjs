// The health check of a worker container: a worker that polls holds a connection to the Temporal server all the time,
// and drops it within a minute when the server no longer answers.
import { readFileSync } from 'node:fs';

const ESTABLISHED = '01';
const address = process.env.TEMPORAL_ADDRESS ?? '';
const port = Number(/:(\d+)$/.exec(address)?.[1]);

// Each line of these tables holds the local address, the remote address and the state, ports in hexadecimal.
function connectedPorts(table) {
  return table.split('\n').slice(1).flatMap((line) => {
    const [, , remote, state] = line.trim().split(/\s+/);
    return remote !== undefined && state === ESTABLISHED ? [Number.parseInt(remote.split(':')[1], 16)] : [];
  });
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without IPv6 has no table for it.
    return '';
  }
}

if (!(port > 0)) {
  process.stderr.write('TEMPORAL_ADDRESS names no port; set it to HOST:PORT.\n');
  process.exitCode = 1;
} else if (['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => connectedPorts(read(path))).includes(port)) {
  process.stdout.write(`connected to port ${port}\n`);
} else {
  process.stderr.write(`no connection to the Temporal server at ${address}\n`);
  process.exitCode = 1;
}
