/** taskQueue is the Temporal task queue that workers poll. */
export const taskQueue = 'crosswalk';

/** workflowTypes are the names under which workflows are started and shown in the Temporal UI. */
export const workflowTypes = {
  sync: 'sync', backfill: 'backfill', plan: 'plan', scheduledSync: 'scheduledSync', redrive: 'redrive', applyPlan: 'applyPlan', planUndo: 'planUndo',
  reconcile: 'reconcile', scheduledReconcile: 'scheduledReconcile', quality: 'quality', qualityRepair: 'qualityRepair',
  resolveConflict: 'resolveConflict', realtime: 'realtime',
  approval: 'approval',
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
