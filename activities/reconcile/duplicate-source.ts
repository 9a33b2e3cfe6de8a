/**
 * duplicateSource is the source id under which the removal of a duplicate stands in the ledger: no record of the source
 * stands for it, and the ledger lets one write at a time be open for each source record.
 */
export function duplicateSource(targetId: string): string {
  return `(duplicate ${targetId})`;
}
