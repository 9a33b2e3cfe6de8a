// Adds to package-lock.json the optional packages of other platforms that an npm install on this one left out, so that
// "npm ci" agrees with the lock on every platform. Run it after each npm install: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const platforms = ['darwin', 'linux', 'win32', 'windows', 'freebsd', 'netbsd', 'openbsd', 'android', 'sunos', 'aix', 'openharmony', 'wasi', 'wasm32'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32', 'arm'];
const osNames = { windows: 'win32', wasi: 'none', wasm32: 'none' };

function missing(at, name) {
  const parents = at.split('/node_modules/').map((_, index, all) => all.slice(0, all.length - index).join('/node_modules/'));
  return ![...parents.map((parent) => `${parent}/node_modules/${name}`), `node_modules/${name}`].some((place) => place in lock.packages);
}

function entryFor(name, version, isDev) {
  const os = platforms.find((candidate) => name.includes(candidate));
  if (os === undefined) return undefined;
  const cpu = processors.find((candidate) => name.includes(candidate));
  const libc = name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined;
  return { version: version.replace(/^[~^]/, ''), ...(cpu && { cpu: [cpu] }), ...(isDev && { dev: true }), optional: true, os: [osNames[os] ?? os], ...(libc && { libc }) };
}

const added = {};
for (const [at, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const entry = missing(at, name) ? entryFor(name, version, dev) : undefined;
    if (entry !== undefined) added[`node_modules/${name}`] = entry;
  }
}
lock.packages = Object.fromEntries(Object.entries({ ...lock.packages, ...added }).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${Object.keys(added).length} packages of other platforms.`);
