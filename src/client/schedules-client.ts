import type { ScheduleView, StartedBackfill } from '../contracts/schedule-view.js';
import { requestApi, type ApiClientOptions, type Sent } from './api-request.js';

/** SentSchedule is a schedule with its next times and last runs, as the API gives it. */
export type SentSchedule = Sent<ScheduleView>;

/** SentBackfill is the making up for past times, as the API gives it. */
export type SentBackfill = Sent<StartedBackfill>;

/** TriggeredSchedule is what a trigger started; `started` is false where a run was under way, which `workflowId` names. */
export interface TriggeredSchedule {
  readonly id: string;
  readonly started: boolean;
  readonly workflowId: string | null;
}

/** SchedulesClient lists, pauses, resumes and triggers the schedules over the API; every method throws CrosswalkApiError for what the API refuses. */
export class SchedulesClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** schedules are all that "crosswalk apply" keeps. */
  async schedules(): Promise<readonly SentSchedule[]> {
    return (await requestApi<{ schedules: readonly SentSchedule[] }>(this.options, 'GET', '/api/schedules')).schedules;
  }

  /** pause holds a schedule back until it is resumed. */
  pause(name: string, by: string, reason: string): Promise<SentSchedule> {
    return requestApi(this.options, 'POST', address(name, 'pause'), { by, reason });
  }

  /** resume lets a paused schedule go on. */
  resume(name: string, by: string, reason = ''): Promise<SentSchedule> {
    return requestApi(this.options, 'POST', address(name, 'resume'), { by, reason });
  }

  /** trigger starts what a schedule runs now. */
  trigger(name: string): Promise<TriggeredSchedule> {
    return requestApi(this.options, 'POST', address(name, 'trigger'), {});
  }

  /** backfill starts a run for each time within a past range, one after another; refused where that is more than `most`, which is 5 unless given. */
  backfill(name: string, range: { readonly from: string; readonly to: string; readonly most?: number }): Promise<SentBackfill> {
    return requestApi(this.options, 'POST', address(name, 'backfill'), range);
  }
}

function address(name: string, action: string): string {
  return `/api/schedules/${encodeURIComponent(name)}/${action}`;
}
