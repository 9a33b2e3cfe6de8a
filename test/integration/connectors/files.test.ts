import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector, Page, PageToken } from '../../../src/contracts/connector.js';
import type { FileObjectDefinition, FilesSystemDefinition } from '../../../src/contracts/files-definition.js';
import { createConnectorRegistry, type ConnectorRegistry } from '../../../src/connectors/connector-registry.js';
import { createLocalBudget } from '../../../src/http/local-budget.js';
import { createSecretRegister } from '../../../src/http/secret-register.js';
import { SftpServer } from '../../support/sftp-server.js';
import { everything, item } from '../../support/table-system.js';

const signal = new AbortController().signal;
const read: NonNullable<FileObjectDefinition['read']> = { full: 'articles-full-*.csv', changes: 'articles-changed-*.csv', complete: { by: 'stable', forMs: 30_000 }, after: 'keep', pageSize: 2 };
const write: NonNullable<FileObjectDefinition['write']> = { prefix: 'orders-', columns: ['no', 'name', 'note', 'amount'], batch: 10, raw: [] };
const articles: FileObjectDefinition = { id: '/no', idColumn: 'no', csv: { delimiter: ';', quote: '"', encoding: 'utf-8' }, since: { format: 'iso', field: '', overlapMs: 0, safetyLagMs: 0 }, read };
const orders: FileObjectDefinition = { ...articles, read: undefined as never, write, create: { isKeyed: true } };

describe.each(['local', 'sftp'] as const)('a folder with CSV files: %s', (where) => {
  let root: string;
  let server: SftpServer;
  let registry: ConnectorRegistry;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'crosswalk-files-'));
    server = await SftpServer.start(root);
    registry = createConnectorRegistry({ networkAllow: ['loopback'], resolve: (text) => (text === 'secret://env/P' ? 'right' : text), secrets: createSecretRegister(), log: pino({ level: 'silent' }), budgetFor: ({ limits }) => createLocalBudget(limits) });
  });
  afterEach(async () => {
    await registry.close();
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });

  function open(object: Partial<FileObjectDefinition> = articles, sftp: Partial<NonNullable<FilesSystemDefinition['sftp']>> = {}): Connector {
    const definition: FilesSystemDefinition = {
      system: 'erp', title: 'ERP', connector: 'files', medium: 'files', folder: where === 'local' ? root : '/', timeZone: 'UTC', retry: { scheduleMs: [] }, objects: { article: { ...articles, ...object } },
      limits: { burst: 10, concurrency: 2, reserve: 0, timeoutMs: 1_500, settleMs: 0, maxResponseBytes: 1_000_000 },
      ...(where === 'local' ? {} : { sftp: { host: '127.0.0.1', port: server.port, username: 'legacy', password: 'secret://env/P', hostKeys: [server.fingerprint], ...sftp } }),
    };
    return registry.connectorFor(definition);
  }
  /** Leaves a file that was last changed some minutes ago. */
  function put(name: string, content: string | Buffer, minutesAgo = 10): void {
    writeFileSync(join(root, name), content);
    utimesSync(join(root, name), new Date(), new Date(Math.floor(Date.now() / 1_000) * 1_000 - minutesAgo * 60_000));
  }
  const rows = (...ids: readonly (string | number)[]): string => `no;name\n${ids.map((id) => `${id};n${id}\n`).join('')}`;
  const idsOf = (pages: readonly Page[]): readonly string[] => pages.flatMap(({ records }) => records.map(({ id }) => id));
  const left = (): readonly string[] => readdirSync(root).filter((name) => !name.startsWith('.')).toSorted();
  const only = (): string => {
    const [name, ...more] = left();
    if (name === undefined || more.length > 0) throw new Error(`the folder holds ${left().join(', ')}`);
    return readFileSync(join(root, name), 'latin1');
  };

  describe('is read', () => {
    it('from the newest file that holds everything, in pages, and then what changed after it', async () => {
      put('articles-full-1.csv', rows(9), 60);
      put('articles-changed-1.csv', rows(8), 50);
      put('articles-full-2.csv', rows(1, 2, 3), 40);
      put('articles-changed-2.csv', rows(2, 4), 30);
      put('other.csv', rows(7), 20);
      const pages = await everything(open(), 'article');
      expect(pages.map(({ records }) => records.map(({ id }) => id))).toEqual([['1', '2'], ['3'], ['2', '4'], []].filter((page, at) => page.length > 0 || pages[at]?.records.length === 0));
      expect(pages.at(-1)?.next).toBeNull();
      const [first] = pages[0]?.records ?? [];
      expect(first).toMatchObject({ data: { no: '1', name: 'n1' }, version: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(new Set(pages.flatMap(({ records }) => records.map(({ version }) => version))).size).toBe(2);
    });

    it('by what came since', async () => {
      put('articles-full-1.csv', rows(1, 2), 60);
      put('articles-changed-1.csv', rows(3), 40);
      put('articles-changed-2.csv', rows(4), 20);
      expect(idsOf(await everything(open(), 'article', { sinceMs: Date.now() - 50 * 60_000 }))).toEqual(['3', '4']);
      expect(idsOf(await everything(open(), 'article', { sinceMs: Date.now() - 5 * 60_000 }))).toEqual([]);
    });

    it('from a place that was stored, while newer files come', async () => {
      put('articles-full-1.csv', rows(1, 2, 3, 4, 5), 60);
      const [, second] = await everything(open(), 'article');
      put('articles-full-2.csv', rows(9), 20);
      put('articles-changed-1.csv', rows(6), 30);
      const rest: Page[] = [];
      for await (const page of open().list('article', { signal, from: second?.next as PageToken })) rest.push(page);
      expect(idsOf(rest)).toEqual(['5', '6']);
    });

    it('not on from a place in a file that has changed', async () => {
      put('articles-full-1.csv', rows(1, 2, 3, 4, 5), 60);
      const [first] = await everything(open(), 'article');
      put('articles-full-1.csv', rows(1, 2, 3, 4, 5, 6), 50);
      await expect(open().list('article', { signal, from: first?.next as PageToken }).next()).rejects.toMatchObject({ detail: { code: 'page-token-expired' } });
    });

    it('only from files that have lain still, or have their marker', async () => {
      put('articles-full-1.csv', rows(1), 60);
      put('articles-full-2.csv', rows(1, 2), 0);
      expect(idsOf(await everything(open(), 'article'))).toEqual(['1']);
      const marked = open({ read: { ...read, complete: { by: 'marker', suffix: '.done' } } });
      await expect(everything(marked, 'article')).rejects.toMatchObject({ detail: { outcome: 'retry' } });
      put('articles-full-2.csv.done', '', 0);
      expect(idsOf(await everything(marked, 'article'))).toEqual(['1', '2']);
    });

    it('never as empty because there is no file', async () => {
      await expect(everything(open(), 'article')).rejects.toMatchObject({ message: expect.stringContaining('nothing is taken from that'), detail: { outcome: 'retry' } });
      put('articles-full-1.csv', '');
      await expect(everything(open(), 'article')).rejects.toMatchObject({ message: expect.stringContaining('it is empty'), detail: { outcome: 'fail' } });
    });

    it('in its encoding, and not in another', async () => {
      put('articles-full-1.csv', Buffer.from('no;name\n1;M\xfcller \x80\n', 'latin1'));
      await expect(everything(open(), 'article')).rejects.toMatchObject({ message: expect.stringContaining('not encoded in utf-8'), detail: { outcome: 'fail' } });
      const [page] = await everything(open({ csv: { ...articles.csv, encoding: 'windows-1252' } }), 'article');
      expect(page?.records[0]?.data).toEqual({ no: '1', name: 'Müller €' });
    });

    it('with the bad rows beside the good ones', async () => {
      put('articles-full-1.csv', 'no;name\n1;a\n2\n;b\n3;"x;\ny"\n');
      const pages = await everything(open(), 'article');
      expect(idsOf(pages)).toEqual(['1', '3']);
      expect(pages.flatMap(({ bad }) => bad.map(({ reason }) => reason))).toEqual(['the row has 1 cells, and the header 2', expect.stringContaining('it has no id at /no')]);
    });

    it('not where a file was cut off within quotes', async () => {
      put('articles-full-1.csv', 'no;name\n1;a\n2;"b');
      await expect(everything(open(), 'article')).rejects.toMatchObject({ message: expect.stringContaining('never closed'), detail: { outcome: 'fail' } });
    });

    it.skipIf(where === 'sftp')('not through a link that leads out of it', async () => {
      symlinkSync('/etc/passwd', join(root, 'articles-full-1.csv'));
      await expect(everything(open({ read: { ...read, complete: { by: 'stable', forMs: 0 } } }), 'article')).rejects.toMatchObject({ detail: { outcome: 'retry' } });
    });

    it('and what was read is moved away once a later run has come to its end, and only then', async () => {
      const moving = open({ read: { ...read, after: 'move' } });
      put('articles-changed-1.csv', rows(1), 600);
      const before = Date.now() - 1;
      expect(idsOf(await everything(moving, 'article', { sinceMs: before }))).toEqual(['1']);
      expect(idsOf(await everything(moving, 'article', { sinceMs: before }))).toEqual(['1']);
      expect(left()).toEqual(['articles-changed-1.csv']);
      put('articles-changed-2.csv', rows(2), 700);
      expect(idsOf(await everything(moving, 'article', { sinceMs: Date.now() + 1 }))).toEqual(['2']);
      expect(left()).toEqual(['articles-changed-2.csv', 'processed']);
      expect(readdirSync(join(root, 'processed'))).toEqual([expect.stringMatching(/^\d+-articles-changed-1\.csv$/)]);
    });
  });

  describe('is written', () => {
    it('one file a batch, whole or not at all, with the columns in order', async () => {
      const results = await open(orders).write('article', [item('create', null, { no: '1', name: 'A;"B"', amount: 5 }), item('create', null, { name: 'M' }, { idempotencyKey: 'key-2' })], signal);
      expect(results).toMatchObject([{ outcome: 'ok', id: '1' }, { outcome: 'ok', id: 'key-2' }]);
      expect(only()).toBe('no;name;note;amount\r\n1;"A;""B""";;5\r\nkey-2;M;;\r\n');
    });

    it('once, however often the same rows are sent, together or alone', async () => {
      const batch = [item('create', null, { no: '1' }), item('create', null, { no: '2' })];
      const connector = open(orders);
      expect(connector.sendsIdempotencyKey('article', 'create')).toBe(true);
      await connector.write('article', batch, signal);
      await connector.write('article', batch, signal);
      for (const one of batch) expect(await connector.write('article', [one], signal)).toMatchObject([{ outcome: 'ok' }]);
      expect(left()).toHaveLength(1);
      // The system has taken the file in.
      rmSync(join(root, left()[0] ?? ''));
      expect(await connector.write('article', batch.slice(1), signal)).toMatchObject([{ outcome: 'ok' }]);
      expect(left()).toEqual([]);
    });

    it('to its end where an attempt before was broken off', async () => {
      const connector = open({ ...orders, write: { ...write, marker: '.done' } });
      const batch = [item('create', null, { no: '1' }), item('create', null, { no: '2' })];
      await connector.write('article', batch, signal);
      const [name = ''] = left();
      // As if it had ended after the rows were noted, and before the file had its name.
      mkdirSync(join(root, '.crosswalk'), { recursive: true });
      writeFileSync(join(root, '.crosswalk', name), readFileSync(join(root, name)));
      for (const each of left()) rmSync(join(root, each));
      expect(await connector.write('article', batch.slice(1), signal)).toMatchObject([{ outcome: 'ok' }]);
      expect(left()).toEqual([name, `${name}.done`]);
    });

    it('with formulas made harmless, unless a column is raw', async () => {
      await open({ ...orders, write: { ...write, raw: ['note'] } }).write('article', [item('create', null, { no: '1', name: '=HYPERLINK("http://evil")', note: '@raw', amount: '-12.50' })], signal);
      expect(only()).toContain('"\'=HYPERLINK(""http://evil"")";@raw;-12.50');
    });

    it('in its encoding, and not with characters that it lacks', async () => {
      const connector = open({ ...orders, csv: { delimiter: ',', quote: '"', encoding: 'windows-1252' } });
      expect(await connector.write('article', [item('create', null, { no: '1', name: 'Müller €' }), item('create', null, { no: '2', name: 'Ж' })], signal)).toMatchObject([{ outcome: 'ok' }, { outcome: 'park', message: expect.stringContaining('cannot be written in windows-1252') }]);
      expect(only()).toContain('1,M\xfcller \x80,,');
    });

    it('not with a column that it does not have, nor what the ledger has not taken', async () => {
      expect(await open(orders).write('article', [item('create', null, { no: '1', other: 'x' })], signal)).toMatchObject([{ outcome: 'park' }]);
      expect(await open(orders).write('article', [item('create', null, { no: '1' })], signal, async () => false)).toMatchObject([{ outcome: 'retry' }]);
      expect(left()).toEqual([]);
    });
  });

  describe.runIf(where === 'sftp')('over SFTP', () => {
    it('talks to no host with another key', async () => {
      const pinned = open(articles, { hostKeys: [`SHA256:${'A'.repeat(43)}`] });
      await expect(everything(pinned, 'article')).rejects.toMatchObject({ message: expect.stringContaining("not among 'hostKeys'"), detail: { outcome: 'fail', code: 'certificate-invalid' } });
    });

    it('stops where the password is refused, and does not tell it', async () => {
      await expect(everything(open(articles, { password: 'wrong-password-1' }), 'article')).rejects.toMatchObject({ message: expect.not.stringContaining('wrong-password-1'), detail: { outcome: 'fail', code: 'authentication-failed' } });
    });

    it('passes over names that lead out of the folder', async () => {
      put('articles-full-1.csv', rows(1));
      server.extraNames = ['../articles-full-9.csv', 'articles-full-/x.csv'];
      expect(idsOf(await everything(open(), 'article'))).toEqual(['1']);
    });

    it('tries again, on a new connection, where the old one is lost', async () => {
      put('articles-full-1.csv', rows(1));
      const connector = open();
      await everything(connector, 'article');
      server.heeds = (command) => {
        if (command !== 'OPEN') return true;
        for (const connection of server.connections) connection.end();
        return false;
      };
      await expect(everything(connector, 'article')).rejects.toMatchObject({ detail: { outcome: 'retry' } });
      server.heeds = () => true;
      expect(idsOf(await everything(connector, 'article'))).toEqual(['1']);
    });

    it('does not know whether a file got its name when the answer is lost, and finds out', async () => {
      const connector = open(orders);
      const one = item('create', null, { no: '1' });
      server.heeds = (command) => command !== 'RENAME';
      expect(await connector.write('article', [one], signal)).toMatchObject([{ outcome: 'unknown' }]);
      server.heeds = () => true;
      expect(await connector.write('article', [one], signal)).toMatchObject([{ outcome: 'ok', id: '1' }]);
      expect(left()).toHaveLength(1);
    });
  });
});
