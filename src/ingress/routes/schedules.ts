import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { FEW_RUNS, MOST_RUNS, type ScheduleView } from '../../contracts/schedule-view.js';
import { backfillSchedule, planBackfill } from '../../schedules/backfill-schedule.js';
import { pauseSchedule, resumeSchedule, triggerSchedule } from '../../schedules/control-schedule.js';
import { ScheduleRefused } from '../../schedules/find-schedule.js';
import { viewSchedules } from '../../schedules/view-schedules.js';
import type { ApiDependencies } from '../api-dependencies.js';
import { problem } from '../problem.js';

const by = z.string().trim().min(1).max(100);
const reason = z.string().trim().max(500);
const bodies = {
  pause: z.strictObject({ by, reason: reason.min(1) }),
  resume: z.strictObject({ by, reason: reason.default('') }),
  trigger: z.strictObject({}),
  backfill: z.strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }), most: z.number().int().min(1).max(MOST_RUNS).default(FEW_RUNS) }),
};

interface NamedSchedule {
  readonly Params: { readonly name: string };
}

/**
 * schedules answers `GET /api/schedules`: the schedules that `apply` keeps, with their next times and last runs; and
 * `POST /api/schedules/<name>/pause`, `/resume`, `/trigger` and `/backfill`.
 */
export function schedules(server: FastifyInstance, { client: { temporal } }: ApiDependencies): void {
  server.get('/api/schedules', async () => ({ schedules: await viewSchedules(temporal) }));
  server.post<NamedSchedule>('/api/schedules/:name/pause', (request, reply) => answered(reply, bodies.pause, request.body, async (decision) => (
    viewed(await pauseSchedule(temporal.schedule, request.params.name, decision))
  )));
  server.post<NamedSchedule>('/api/schedules/:name/resume', (request, reply) => answered(reply, bodies.resume, request.body, async (decision) => (
    viewed(await resumeSchedule(temporal.schedule, request.params.name, decision))
  )));
  server.post<NamedSchedule>('/api/schedules/:name/trigger', (request, reply) => answered(reply, bodies.trigger, request.body, async () => {
    const triggered = await triggerSchedule(temporal.schedule, request.params.name);
    if (triggered.started) void reply.code(202);
    return triggered;
  }));
  server.post<NamedSchedule>('/api/schedules/:name/backfill', (request, reply) => answered(reply, bodies.backfill, request.body, async ({ from, to, most }) => {
    const range = { from: new Date(from), to: new Date(to) };
    const planned = await planBackfill(temporal.schedule, request.params.name, range);
    if (planned.runs > most) throw new ScheduleRefused(`It would start ${planned.runs} runs, one after another. Give "most" as ${planned.runs} to have that.`, 'not now');
    await backfillSchedule(temporal.schedule, planned, range);
    void reply.code(202);
    return planned;
  }));

  async function viewed(id: string): Promise<ScheduleView | undefined> {
    return (await viewSchedules(temporal, [id]))[0];
  }
}

const statuses = { 'unknown': 404, 'not now': 409, 'not so': 400 } as const;

async function answered<Body>(reply: FastifyReply, schema: z.ZodType<Body>, body: unknown, act: (body: Body) => Promise<unknown>): Promise<unknown> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return reply.code(400).type('application/problem+json').send(problem(400, z.prettifyError(parsed.error)));
  try {
    return await act(parsed.data);
  } catch (error) {
    if (!(error instanceof ScheduleRefused)) throw error;
    const status = statuses[error.kind];
    return reply.code(status).type('application/problem+json').send(problem(status, error.message));
  }
}
