import { expect, test } from 'vitest';
import { RunningSandbox } from './running-sandbox.js';

test('a project is created, changed without an answer, and read', async () => {
  const sandbox = await RunningSandbox.start();
  const created = await sandbox.projects('POST', '/projects', { project: { name: 'Launch', reference: 'd-1' } });
  expect(created.status).toBe(201);
  expect(created.json.project.updated).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  const changed = await sandbox.projects('PUT', '/projects/prj-000001', { project: { status: 'closed' } });
  expect([changed.status, changed.text]).toEqual([204, '']);
  expect((await sandbox.projects('GET', '/projects/prj-000001')).json.project).toMatchObject({ name: 'Launch', status: 'closed' });
  expect((await sandbox.projects('GET', '/projects?reference=d-1')).json.projects).toHaveLength(1);
});

test('the keyset gives every project once, also those of the same second', async () => {
  const sandbox = await RunningSandbox.start();
  await sandbox.unlimited('projects');
  for (let index = 0; index < 45; index += 1) await sandbox.projects('POST', '/projects', { project: { name: `P${index}` } });
  const ids: string[] = [];
  let after = '';
  for (;;) {
    const { json } = await sandbox.projects('GET', `/projects?limit=20${after}`);
    ids.push(...json.projects.map((project: { id: string }) => project.id));
    const last = json.projects.at(-1);
    if (last === undefined) break;
    after = `&after_updated=${encodeURIComponent(last.updated)}&after_id=${last.id}`;
  }
  expect(ids).toHaveLength(45);
  expect(new Set(ids).size).toBe(45);
});

test('the keyset goes on after a record that is gone by then', async () => {
  const sandbox = await RunningSandbox.start();
  for (const name of ['a', 'b', 'c']) await sandbox.projects('POST', '/projects', { project: { name } });
  const { json } = await sandbox.projects('GET', '/projects?limit=2');
  const last = json.projects[1];
  await sandbox.projects('DELETE', `/projects/${last.id}`);
  const rest = await sandbox.projects('GET', `/projects?after_updated=${encodeURIComponent(last.updated)}&after_id=${last.id}`);
  expect(rest.json.projects.map((project: { name: string }) => project.name)).toEqual(['c']);
});

test.each([
  ['GET', '/projects/prj-000009', undefined, 404],
  ['GET', '/projects?limit=201', undefined, 400],
  ['GET', '/projects?after_updated=2026-11-20T10:11:12Z', undefined, 400],
  ['POST', '/projects', { project: {} }, 422],
  ['POST', '/tasks', { task: { title: 'x', project_id: 'prj-000009' } }, 422],
] as const)('%s %s is refused in JSON', async (method, path, body, status) => {
  const sandbox = await RunningSandbox.start();
  const answer = await sandbox.projects(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.json.errors).toHaveLength(1);
});

test('a wrong password is refused', async () => {
  const sandbox = await RunningSandbox.start();
  const authorization = `Basic ${Buffer.from('sandbox-projects:wrong').toString('base64')}`;
  const answer = await sandbox.send('GET', '/projects/projects', undefined, { authorization });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toContain('Basic');
});
