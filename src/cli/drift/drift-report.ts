import type { Quarantine } from '../../contracts/drift.js';
import { isTwoWay, type ObjectReference } from '../../contracts/sync-definition.js';
import { unholdable, withoutHeld } from '../../domain/drift/without-held.js';
import { activeDefinitions } from '../../store/definitions.js';
import { knownDeprecations, type Deprecation } from '../../store/deprecations.js';
import { openQuarantines } from '../../store/drift.js';
import { heldCounts } from '../../store/drift-held.js';
import type { CommandContext } from '../run-command.js';
import { printable } from '../terminal/printable.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table } from '../terminal/table.js';
import { counted, distance } from '../terminal/wording.js';

/** HeldMapping is a target field of a sync that is not written while a source field is in quarantine. */
interface HeldMapping {
  readonly sync: string;
  readonly fields: readonly string[];
  /** Records that a run came across meanwhile; those that nothing has read since are not counted. */
  readonly records: number;
  /** Whether the sync as a whole waits, since it cannot go on without the field. */
  readonly waits: boolean;
}

/** driftReport is what `crosswalk drift` says. */
export async function driftReport({ session }: CommandContext): Promise<Report> {
  const database = await session.database();
  const [quarantines, counts, syncs, systems, deprecations] = await Promise.all([openQuarantines(database), heldCounts(database), activeDefinitions(database, 'sync'), activeDefinitions(database, 'system'), knownDeprecations(database)]);
  const shown = quarantines.map((quarantine) => ({
    ...quarantine,
    holds: syncs.flatMap(({ name, body }): HeldMapping[] => {
      const twoWay = isTwoWay(body);
      const isEnd = (end: ObjectReference): boolean => end.system === quarantine.system && end.object === quarantine.object;
      const [quarantined, atTarget] = [isEnd(body.from) ? [quarantine.field] : [], twoWay && isEnd(body.to) ? [quarantine.field] : []];
      if (quarantined.length === 0 && atTarget.length === 0) return [];
      const [from, to] = [body.from, body.to].map((end) => systems.find((system) => system.name === end.system)?.body.objects[end.object]);
      const states = { source: [from?.deleted, from?.inactive], target: [to?.deleted, to?.inactive], isPartial: from?.isPartial === true || to?.isPartial === true };
      const waits = unholdable(body, states, quarantined, atTarget) !== undefined;
      if (waits) return [{ sync: name, fields: [], records: 0, waits }];
      const fields = withoutHeld(body, quarantined, atTarget).held;
      const records = Math.max(0, ...counts.filter(({ sync, field }) => sync === name && fields.includes(field)).map((count) => count.records));
      return fields.length === 0 ? [] : [{ sync: name, fields, records, waits }];
    }),
  }));
  return {
    data: { quarantines: shown, deprecations },
    text: (style) => [
      ...(shown.length === 0 ? ['No field is in quarantine.'] : shown.map((one) => quarantineText(one, style))),
      ...deprecationsText(deprecations, style),
    ].join('\n'),
  };
}

function quarantineText({ system, object, field, summary, beganAt, holds }: Quarantine & { readonly holds: readonly HeldMapping[] }, { colors, now }: Style): string {
  const name = field.slice(1).includes('/') ? field : field.slice(1);
  return [
    `${colors.yellow(`${printable(system)}.${printable(object)} ${printable(field)}`)}  (since ${distance(beganAt, now)})`,
    `  ${printable(summary)}`,
    ...holds.map(({ sync, fields, records, waits }) => (waits ? `  ${printable(sync)} waits as a whole: it cannot go on without the field` : `  ${printable(sync)} does not write ${fields.map(printable).join(', ')}${records === 0 ? '' : `; ${counted(records, 'record')} came by meanwhile`}`)),
    colors.dim(`  crosswalk drift accept ${printable(system)}.${printable(object)} ${printable(name)}    it is right as it is now`),
    colors.dim(`  crosswalk drift release ${printable(system)}.${printable(object)} ${printable(name)}   it was mended at the source`),
  ].join('\n');
}

function deprecationsText(deprecations: readonly Deprecation[], style: Style): string[] {
  if (deprecations.length === 0) return [];
  return ['', 'Announced to end', table(
    [{ title: 'system' }, { title: 'request' }, { title: 'deprecated' }, { title: 'ends' }, { title: 'see' }],
    deprecations.map(({ system, request, deprecation, sunset, link }) => [system, request, deprecation ?? '', sunset ?? '', link ?? '']), style,
  )];
}
