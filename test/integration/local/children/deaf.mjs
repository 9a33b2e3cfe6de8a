// Ignores SIGTERM.
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);
process.stdout.write('{"ready":true}\n');
