/** How long a process may take to stop in order once its parent has gone. */
const GRACE_MS = 10_000;

/**
 * endWithStdin stops this process when the pipe on its standard input closes, which the kernel does when the parent
 * dies, however it dies. Only where the parent asked for it by CROSSWALK_PARENT_PIPE=1.
 */
export function endWithStdin(): void {
  if (process.env['CROSSWALK_PARENT_PIPE'] !== '1') return;
  process.stdin.resume();
  process.stdin.once('close', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), GRACE_MS).unref();
  });
  // The pipe is no reason to stay once everything else has ended.
  if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
}
