// Never says it is ready.
process.stdout.write('still thinking\n');
setInterval(() => undefined, 60_000);
