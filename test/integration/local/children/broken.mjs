// Ends before it is ready.
process.stderr.write('the configuration is missing\n');
process.exitCode = 1;
