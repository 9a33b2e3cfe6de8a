import type { Quarantine } from '../../contracts/drift.js';
import { withoutHeld } from '../../domain/drift/without-held.js';
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
}

/** driftReport is what `crosswalk drift` says. */
export async function driftReport({ session }: CommandContext): Promise<Report> {
  const database = await session.database();
  const [quarantines, counts, syncs, deprecations] = await Promise.all([openQuarantines(database), heldCounts(database), activeDefinitions(database, 'sync'), knownDeprecations(database)]);
  const shown = quarantines.map((quarantine) => ({
    ...quarantine,
    holds: syncs.flatMap(({ name, body }): HeldMapping[] => {
      if (body.from.system !== quarantine.system || body.from.object !== quarantine.object) return [];
      const fields = withoutHeld(body, [quarantine.field]).held;
      const records = Math.max(0, ...counts.filter(({ sync, field }) => sync === name && fields.includes(field)).map((count) => count.records));
      return fields.length === 0 ? [] : [{ sync: name, fields, records }];
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
    ...holds.map(({ sync, fields, records }) => `  ${printable(sync)} does not write ${fields.map(printable).join(', ')}${records === 0 ? '' : `; ${counted(records, 'record')} came by meanwhile`}`),
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
