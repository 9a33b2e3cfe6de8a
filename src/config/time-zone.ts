/** isTimeZone says whether a name is a time zone of the IANA database, as this machine knows it. */
export function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are accepted by Intl, but they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** timeZoneNames lists the IANA names that a mistyped one can be compared with. */
export function timeZoneNames(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
