import type { FindingLevel } from '../config/finding.js';

/** SheetFinding is one thing that is wrong, or worth knowing, in a sheet. */
export interface SheetFinding {
  /** `D7`; null where it is about no single cell. */
  readonly address: string | null;
  readonly level: FindingLevel;
  readonly message: string;
}
