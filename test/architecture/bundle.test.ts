import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundleCode } from '../support/workflow-bundle.js';

// A bundle that is made without a warning is no proof: packages that bring a build for browsers slip in silently.
const PACKAGES = ['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc'];
const OWN_FOLDERS = ['src/contracts', 'src/domain', 'workflows'];

let code: string;

beforeAll(async () => { code = await workflowBundleCode(); }, 120_000);

describe('the workflow bundle', () => {
  it('holds the packages that a workflow needs and no other', () => {
    const packages = new Set([...code.matchAll(/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name]) => name));
    expect(packages).toEqual(new Set(PACKAGES));
  });

  it('holds of our own folders only workflows and pure ones', () => {
    const modules = [...code.matchAll(/^\/\*\*\*\/ "(\.[^"]+)":?$/gm)].flatMap(([, place]) => place ?? [])
      .filter((place) => !place.includes('/node_modules/'))
      .map((place) => place.replace(/^\.\/(dist[^/]*\/)?/, ''));
    expect(modules.some((module) => module.startsWith('workflows/'))).toBe(true);
    expect(modules.filter((module) => !OWN_FOLDERS.some((folder) => module.startsWith(`${folder}/`)))).toEqual([]);
  });
});
