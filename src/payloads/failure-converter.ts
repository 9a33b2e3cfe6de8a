import { DefaultFailureConverter } from '@temporalio/common';

/** failureConverter puts messages and stacks of failures into a payload, which the codec encrypts; Temporal loads this module by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
