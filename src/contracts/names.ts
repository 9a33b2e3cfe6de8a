/** taskQueue is the Temporal task queue that workers poll. */
export const taskQueue = 'crosswalk';

/** workflowTypes are the names under which workflows are started and shown in the Temporal UI. */
export const workflowTypes = {
  sync: 'sync', backfill: 'backfill', plan: 'plan', scheduledSync: 'scheduledSync', redrive: 'redrive', applyPlan: 'applyPlan', planUndo: 'planUndo',
  reconcile: 'reconcile', scheduledReconcile: 'scheduledReconcile', quality: 'quality', qualityRepair: 'qualityRepair',
  resolveConflict: 'resolveConflict', realtime: 'realtime', checkAlerts: 'checkAlerts', watchDrift: 'watchDrift',
  approval: 'approval',
  dealClosed: 'dealClosed', onboarding: 'onboarding', startHandoffs: 'startHandoffs', handoffTriggers: 'handoffTriggers',
} as const;

/** messageNames are the names of the signals, queries and updates that workflows answer. */
export const messageNames = { pause: 'pause', resume: 'resume', stop: 'stop', progress: 'progress', resolve: 'resolve', wake: 'wake' } as const;

/** approvalMessages are the names of the signals, the update and the query that an approval's workflow answers. */
export const approvalMessages = { approve: 'approve', reject: 'reject', decide: 'decide', shownChanged: 'shownChanged', standing: 'standing' } as const;

/** searchAttributes are the names of Crosswalk's Temporal search attributes; all are keywords. */
export const searchAttributes = {
  system: 'CrosswalkSystem',
  sync: 'CrosswalkSync',
  definitionVersion: 'CrosswalkDefinitionVersion',
  outcome: 'CrosswalkOutcome',
  entity: 'CrosswalkEntity',
} as const;

/** handoffMessages are the names of the signals and queries that the workflows of handoffs answer. */
export const handoffMessages = { event: 'event', settle: 'settle', wake: 'wake', progress: 'progress' } as const;

/** reservedWorkflowTypes are the workflow types that no handoff may have besides the two that are made for one. */
export const reservedWorkflowTypes: ReadonlySet<string> = new Set([...Object.values(workflowTypes).filter((type) => type !== 'dealClosed' && type !== 'onboarding'), 'approval']);
