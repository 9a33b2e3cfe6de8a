// Says it is ready, and ends in order on SIGTERM or when its parent is gone.
const [, , mark = 'none'] = process.argv;
process.stdout.write('an ordinary line\n{"level":"info"}\n');
if (process.env.CROSSWALK_PARENT_PIPE === '1') process.stdin.on('close', () => process.exit(3)).resume();
process.once('SIGTERM', () => {
  process.stdout.write(`ended in order, mark ${mark}\n`);
  process.exit(0);
});
setInterval(() => undefined, 60_000);
process.stdout.write(`${JSON.stringify({ ready: true, mark, pid: process.pid })}\n`);
