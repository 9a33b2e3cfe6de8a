import { handoffWorkflowType } from '../../contracts/ids.js';
import { reservedWorkflowTypes } from '../../contracts/names.js';
import { actions } from '../compile-handoff.js';
import { findingAt, type DefinitionPath, type DefinitionSource, type Detail } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { isMapping, listAt, textAt, valueAt } from '../tolerant-access.js';
import { hasPart, type DefinitionIndex } from './definition-index.js';
import { endFindings } from './sync-ends.js';

const kindKeys = [...actions, 'wait', 'until', 'hours', 'events', 'approval', 'branch', 'parallel', 'forEach', 'notify', 'end'] as const;
const waitKeys: readonly string[] = ['wait', 'until', 'hours', 'events'];

/** Names that the values of a handoff have already. */
const takenNames: ReadonlySet<string> = new Set(['trigger', 'step']);

/** handoffTriggerRule finds a trigger that names no known object, and a name whose workflow type is taken. */
export function handoffTriggerRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const name = textAt(source.value, ['handoff']) ?? '';
  const taken = reservedWorkflowTypes.has(handoffWorkflowType(name))
    ? [findingAt(source, ['handoff'], { type: 'invalid-name', message: `a handoff cannot be called '${name}': workflows of that type are Crosswalk's own` })] : [];
  const on = parseObjectReference(textAt(source.value, ['on']) ?? '');
  const unread = on !== undefined && hasPart(index.system(on.system), on.object, 'get') === false
    ? [findingAt(source, ['on'], { type: 'missing-operation', message: `${on.system}.${on.object} needs a 'get' operation: a handoff reads its record anew` })] : [];
  return [...endFindings(source, 'on', index), ...taken, ...unread];
}

/** handoffStepsRule finds steps that do nothing or several things, names given twice, and writes that their systems cannot do. */
export function handoffStepsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const names = new Set(takenNames);
  return stepPaths(source, ['steps']).flatMap((path) => [...kindFindings(source, path), ...nameFindings(source, path, names), ...actionFindings(source, path, index)]);
}

/** stepPaths are the places of all steps below a list, steps within steps too. */
export function stepPaths(source: DefinitionSource, list: DefinitionPath): DefinitionPath[] {
  return listAt(source.value, list).flatMap((_, position) => {
    const path = [...list, position];
    const ways = listAt(source.value, [...path, 'branch']).flatMap((_way, way) => stepPaths(source, [...path, 'branch', way, 'steps']));
    const parallel = listAt(source.value, [...path, 'parallel']).flatMap((_way, way) => stepPaths(source, [...path, 'parallel', way]));
    return [path, ...ways, ...parallel, ...stepPaths(source, [...path, 'steps'])];
  });
}

function kindFindings(source: DefinitionSource, path: DefinitionPath): readonly Finding[] {
  const step = valueAt(source.value, path);
  if (!isMapping(step)) return [];
  const found = kindKeys.filter((key) => Object.hasOwn(step, key));
  const kinds = new Set(found.map((key) => (waitKeys.includes(key) ? 'wait' : key)));
  const at = (key: string, detail: Detail): Finding => findingAt(source, key === '' ? path : [...path, key], detail);
  if (kinds.size === 0) return [at('', { type: 'missing-key', message: `a step needs one of ${kindKeys.join(', ')}` })];
  if (kinds.size > 1) return [at(found[1] ?? '', { type: 'invalid-value', part: 'key', message: `a step does one thing: '${found.join("' and '")}' are two` })];
  const findings: Finding[] = [];
  if (Object.hasOwn(step, 'forEach') && !Object.hasOwn(step, 'steps')) findings.push(at('forEach', { type: 'missing-key', part: 'key', message: "'forEach' needs 'steps'" }));
  if (Object.hasOwn(step, 'wait') && Object.hasOwn(step, 'until')) findings.push(at('until', { type: 'invalid-value', part: 'key', message: "a wait has 'wait' or 'until', not both" }));
  if (Object.hasOwn(step, 'events') && !Object.hasOwn(step, 'wait') && !Object.hasOwn(step, 'until')) {
    findings.push(at('events', { type: 'missing-key', part: 'key', message: "a wait for events needs 'wait' or 'until', after which it goes on without one" }));
  }
  return findings;
}

function nameFindings(source: DefinitionSource, path: DefinitionPath, names: Set<string>): readonly Finding[] {
  return ['step', 'as'].flatMap((key) => {
    const name = textAt(source.value, [...path, key]);
    if (name === undefined) return [];
    if (names.has(name)) return [findingAt(source, [...path, key], { type: 'duplicate-name', message: `'${name}' is a name within this handoff already` })];
    names.add(name);
    return [];
  });
}

const operations = { read: 'get', create: 'create', ensure: 'create', update: 'update', archive: 'archive' } as const;

function actionFindings(source: DefinitionSource, path: DefinitionPath, index: DefinitionIndex): readonly Finding[] {
  const does = actions.find((key) => textAt(source.value, [...path, key]) !== undefined);
  const object = does === undefined ? undefined : parseObjectReference(textAt(source.value, [...path, does]) ?? '');
  if (does === undefined || object === undefined) return [];
  const step = valueAt(source.value, path);
  if (!isMapping(step)) return [];
  const findings = [...endFindings(source, does, index, path)];
  const add = (key: string, detail: Detail): void => { findings.push(findingAt(source, [...path, key], detail)); };
  const has = (part: string, ...more: readonly string[]) => hasPart(index.system(object.system), object.object, part, ...more);
  const name = `${object.system}.${object.object}`;
  if (has(operations[does]) === false) add(does, { type: 'missing-operation', message: `${name} has no '${operations[does]}' operation` });
  const makes = does === 'create' || does === 'ensure';
  if (!makes && step['id'] === undefined) add(does, { type: 'missing-key', part: 'key', message: `'${does}' needs 'id', where the id of the record is among the values of the handoff` });
  if (does !== 'read' && does !== 'archive' && step['fields'] === undefined) add(does, { type: 'missing-key', part: 'key', message: `'${does}' needs 'fields'` });
  const by = typeof step['by'] === 'string' ? step['by'] : undefined;
  if (does === 'ensure' && by === undefined) add(does, { type: 'missing-key', part: 'key', message: "'ensure' needs 'by', the field that tells whether the record is there" });
  if (by !== undefined && has('find', 'by', by) === false) add('by', { type: 'missing-operation', message: `${name} cannot be looked up by '${by}'` });
  if (makes && by === undefined && has('create', 'idempotencyHeader') === false && has('create', 'upsert') === false) {
    add(does, { type: 'no-probe', level: 'warning', part: 'key', message: `when the answer to this create is lost, a person has to say whether it was executed: ${name} takes no idempotency key, and 'by' names no field to look it up` });
  }
  const undo = step['undo'];
  if (undo === 'restore' && does !== 'update') add('undo', { type: 'invalid-value', message: "'restore' undoes an update only" });
  if ((undo === 'delete' || undo === 'archive') && !makes) add('undo', { type: 'invalid-value', message: `'${undo}' undoes what 'create' or 'ensure' made` });
  if ((undo === 'delete' || undo === 'archive') && has(undo) === false) add('undo', { type: 'missing-operation', message: `${name} has no '${undo}' operation` });
  return findings;
}
