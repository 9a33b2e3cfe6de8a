/** CircuitDefinition says when a system that fails is left alone. */
export interface CircuitDefinition {
  /** Requests in a row that must have failed. */
  readonly failures: number;
  /** How long it is left alone at first; twice as long each time it fails again, up to five minutes. */
  readonly pauseMs: number;
}

/** OpenCircuit is a system that is left alone. */
export interface OpenCircuit {
  /** Until it is tried again; 0 or less: it may be tried now. */
  readonly remainingMs: number;
  readonly reason: string;
}

/** CircuitShare is what the workers of a deployment tell each other about a system. */
export interface CircuitShare {
  /** look gives what is known against the system; undefined: nothing. */
  look(): Promise<OpenCircuit | undefined>;
  /** open has everybody leave the system alone; several who open it at once count as one. */
  open(pauseMs: number, reason: string): Promise<OpenCircuit>;
  /** claimProbe gives leave to find out whether the system is well again, to one worker at a time. */
  claimProbe(forMs: number): Promise<boolean>;
  /** releaseProbe gives the leave back where the probe said nothing about the system. */
  releaseProbe(): Promise<void>;
  close(): Promise<void>;
}
