import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding, FindingLevel } from '../finding.js';
import { parseObjectReference } from '../object-name.js';
import { textAt } from '../tolerant-access.js';
import { hasPart, type DefinitionIndex } from './definition-index.js';

/** syncOperationsRule finds what a sync asks of the objects of its two systems that their definitions do not say how to do. */
export function syncOperationsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  return [...targetFindings(source, index), ...sourceFindings(source, index)];
}

function targetFindings(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const to = parseObjectReference(textAt(source.value, ['to']) ?? '');
  if (to === undefined) return [];
  const target = index.system(to.system);
  const name = `${to.system}.${to.object}`;
  const findings: Finding[] = [];
  const lacks = (part: string, path: DefinitionPath, message: string, level: FindingLevel = 'error'): void => {
    if (hasPart(target, to.object, part) === false) findings.push(findingAt(source, path, { type: 'missing-operation', level, message }));
  };
  lacks('create', ['to'], `${name} has no 'create', so nothing can be written there; add it to the system '${to.system}'`);
  lacks('update', ['to'], `${name} has no 'update': records are created there, and later changes are not sent`, 'warning');
  for (const key of ['onDelete', 'onInactive']) {
    const wanted = textAt(source.value, [key]);
    if (wanted === 'archive' || wanted === 'delete') {
      lacks(wanted, [key], `'${key}: ${wanted}' needs ${wanted === 'archive' ? 'an' : 'a'} '${wanted}' operation of ${name}; add it to the system '${to.system}'`);
    }
  }
  if (hasPart(target, to.object, 'create') === true && !canProbe(target, to.object)) {
    findings.push(findingAt(source, ['to'], {
      type: 'no-probe', level: 'warning',
      message: `${name} has neither 'find' nor an idempotencyHeader of 'create': a create whose answer is lost cannot be checked and waits for a person`,
    }));
  }
  return findings;
}

function canProbe(target: DefinitionSource | undefined, object: string): boolean {
  return hasPart(target, object, 'find') === true || hasPart(target, object, 'create', 'idempotencyHeader') === true || hasPart(target, object, 'create', 'upsert') === true;
}

function sourceFindings(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  const from = parseObjectReference(textAt(source.value, ['from']) ?? '');
  if (from === undefined) return [];
  const lacks = (part: string): boolean => hasPart(index.system(from.system), from.object, part) === false;
  const name = `${from.system}.${from.object}`;
  const findings: Finding[] = [];
  const every = textAt(source.value, ['when', 'every']);
  if (every !== undefined && lacks('since')) {
    findings.push(findingAt(source, ['when', 'every'], {
      type: 'no-since', level: 'warning',
      message: `every ${every} all of ${name} is read, since it has no 'since'; add it to the system '${from.system}' to read only what changed`,
    }));
  }
  if (textAt(source.value, ['onInactive']) === 'archive' && lacks('inactive')) {
    findings.push(findingAt(source, ['onInactive'], {
      type: 'no-effect', level: 'warning', message: `'onInactive: archive' does nothing, since ${name} has no 'inactive' condition`,
    }));
  }
  const onDelete = textAt(source.value, ['onDelete']);
  if (onDelete !== undefined && onDelete !== 'ignore' && lacks('deleted') && textAt(source.value, ['when', 'fullRead']) === undefined) {
    findings.push(findingAt(source, ['onDelete'], {
      type: 'no-effect', level: 'warning',
      message: `'onDelete: ${onDelete}' never happens: ${name} has no 'deleted' condition, and without 'when.fullRead' nobody notices that a record is gone`,
    }));
  }
  return findings;
}
