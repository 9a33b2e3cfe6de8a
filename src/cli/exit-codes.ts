/** exitCodes is what the process ends with; scripts may rely on it. */
export const exitCodes = { done: 0, failed: 1, usage: 2, held: 3, interrupted: 130 } as const;

/** ExitCode is one of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** exitCodeHelp explains the exit codes in `crosswalk --help`. */
export const exitCodeHelp = `Exit codes:
  0    done
  1    failed: a run failed, or a database, a server or a system does not answer
  2    wrong usage or bad input: unknown options or names, definitions with errors
  3    held: a run waits for a person; with --strict also when records were parked or too many differ
  130  interrupted: Ctrl-C, or the run was stopped before its end`;
