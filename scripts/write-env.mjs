#!/usr/bin/env node
// Writes the passwords that docker-compose.yml asks for into a file that only its owner can read.
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const passwords = {
  POSTGRES_PASSWORD: 'the superuser of PostgreSQL',
  CROSSWALK_DB_PASSWORD: "Crosswalk's own database",
  TEMPORAL_DB_PASSWORD: "Temporal's databases",
};

const defaultFile = join(dirname(dirname(fileURLToPath(import.meta.url))), '.env');

const help = `Usage: node scripts/write-env.mjs [FILE]

Writes random passwords for docker-compose.yml into FILE (default: .env beside docker-compose.yml),
readable by its owner only (mode 0600). An existing file is never changed.

Passwords written:
${Object.entries(passwords).map(([name, purpose]) => `  ${name.padEnd(22)} ${purpose}`).join('\n')}

Exit codes: 0 written, 1 not written, 2 wrong usage.
`;

function content() {
  const lines = Object.entries(passwords).flatMap(([name, purpose]) => [
    `# The password of ${purpose}.`,
    // 256 bits in letters, digits, - and _: it needs no quoting in this file, in an address or in SQL.
    `${name}=${randomBytes(32).toString('base64url')}`,
    '',
  ]);
  return ['# Passwords of this installation, read by docker compose. Keep a copy in a safe place and out of version control.', '', ...lines].join('\n');
}

function write(file) {
  // Fails where anything of that name exists, a dangling link included, and is private from its first moment.
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    fchmodSync(descriptor, 0o600);
    writeSync(descriptor, content());
  } catch (error) {
    // Half a file would be taken for a whole one.
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function explain(error, file) {
  if (error.code === 'EEXIST') {
    return `${file} exists already; nothing was changed.\nThe databases were made with its passwords, so keep it. To begin anew, move it away and remove the data volume first (see docs/deploy.md).\n`;
  }
  return `${file} was not written: ${error.message}\nCheck that its folder exists and can be written, then try again.\n`;
}

function main(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
    if (parsed.positionals.length > 1) throw new Error(`One FILE at most, not ${parsed.positionals.length}.`);
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${help}`);
    return 2;
  }
  if (parsed.values.help) {
    process.stdout.write(help);
    return 0;
  }
  const file = resolve(parsed.positionals[0] ?? defaultFile);
  try {
    write(file);
  } catch (error) {
    process.stderr.write(explain(error, file));
    return 1;
  }
  process.stdout.write(`Wrote ${file}, readable by its owner only, with new random values for ${Object.keys(passwords).join(', ')}.\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
