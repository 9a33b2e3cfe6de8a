import { DefaultFailureConverter } from '@temporalio/common';

// A workflow has no environment to ask. Workers that encrypt change these words in the bundle, to others of the same length.
const failures = 'crosswalk failures: plain  ';

/** failureConverter is how workflows write failures down: plain, or within a payload, which the codec of the worker encrypts. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: failures.endsWith('encoded') });
