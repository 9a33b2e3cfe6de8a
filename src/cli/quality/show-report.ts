import type { QualityDay } from '../../contracts/quality.js';
import { measuresOf, percent, type Measure } from '../../domain/quality/targets.js';
import { activeDefinitions } from '../../store/definitions.js';
import { latestQualityDays } from '../../store/quality-days.js';
import { lastQualityRun, recentQualityRuns } from '../../store/quality-runs.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import type { Style } from '../terminal/style.js';
import { table, type Cell } from '../terminal/table.js';
import { count, moment } from '../terminal/wording.js';
import { figuresText } from './figures-text.js';
import { activeQuality } from './quality-names.js';

/** qualityShowReport is what `crosswalk quality show` says: all definitions, or one with its days; throws CommandError for one that there is not. */
export async function qualityShowReport(context: CommandContext, name: string | undefined, days: number): Promise<Report> {
  return name === undefined ? allReport(context) : oneReport(context, name, days);
}

async function allReport({ session }: CommandContext): Promise<Report> {
  const database = await session.database();
  const definitions = await activeDefinitions(database, 'quality');
  const latest = await latestQualityDays(database, 1);
  const rows = definitions.map(({ name, body }) => ({ quality: name, title: body.title, owner: body.owner ?? null, day: latest.find(({ quality }) => quality === name) ?? null }));
  return {
    data: { definitions: rows },
    text: (style) => (rows.length === 0
      ? 'There are no quality definitions in force. See docs/data-quality.md for how to write one.'
      : table(
        [{ title: 'definition' }, { title: 'department' }, { title: 'day' }, { title: 'records', align: 'right' }, { title: 'duplicates', align: 'right' }, { title: 'missing', align: 'right' }, { title: 'invalid', align: 'right' }, { title: 'differs', align: 'right' }],
        rows.map(({ quality, owner, day }): Cell[] => (day === null ? [quality, owner ?? '', 'never run'] : [quality, day.owner, day.day, count(day.records), ...shareCells(day, style)])),
        style, 0,
      )),
  };
}

async function oneReport({ session }: CommandContext, name: string, days: number): Promise<Report> {
  const database = await session.database();
  const { body, version } = await activeQuality(database, name);
  const series = (await latestQualityDays(database, days)).filter(({ quality }) => quality === name);
  const [newest] = await recentQualityRuns(database, name, 1);
  const last = await lastQualityRun(database, name);
  const day = series.at(-1);
  return {
    data: { definition: body, version, newestRun: newest ?? null, lastSucceededRun: last ?? null, days: series },
    text: (style) => [
      style.colors.bold(`${name}  ${body.title}`),
      style.colors.dim(`${body.object.system}.${body.object.object}, version ${version}${newest === undefined ? '' : `, last run ${newest.state} ${moment(newest.finishedAt ?? newest.startedAt)}`}`),
      ...(newest?.message == null ? [] : [newest.message]),
      '',
      ...(day === undefined ? [`It has not been run yet: crosswalk quality run ${name}`] : [figuresText(day, style), '', seriesTable(series, style)]),
    ].join('\n'),
  };
}

function seriesTable(series: readonly QualityDay[], style: Style): string {
  const rows = series.map((day): Cell[] => [day.day, count(day.records), ...shareCells(day, style)]);
  return table([{ title: 'day' }, { title: 'records', align: 'right' }, { title: 'duplicates', align: 'right' }, { title: 'missing', align: 'right' }, { title: 'invalid', align: 'right' }, { title: 'differs', align: 'right' }], rows, style);
}

function shareCells(day: QualityDay, style: Style): Cell[] {
  return measuresOf(day, day.targets).map((measure) => shareCell(measure, style));
}

function shareCell({ share, met }: Measure, { colors }: Style): Cell {
  const text = percent(share);
  // A mark as well as a colour, for readers who do not see it and for logs.
  return met === false ? { text: `${text} !`, paint: colors.red } : text;
}
