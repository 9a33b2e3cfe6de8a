/** noSourceRecord stands in the ledger for the source record of a write to a target record that no source record stands for; one such write at a time can be open for each. */
export function noSourceRecord(targetId: string): string {
  return `(duplicate ${targetId})`;
}

/** isNoSourceRecord says whether a write's source id is not the id of a record, so that the source cannot be asked for it. */
export function isNoSourceRecord({ sourceId, externalId }: { readonly sourceId: string; readonly externalId: string | null }): boolean {
  return externalId !== null && sourceId === noSourceRecord(externalId);
}
