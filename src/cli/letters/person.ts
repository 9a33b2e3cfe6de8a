import os from 'node:os';

/** personOf is who does something to a dead letter: the name that was given, or the one that the computer knows the person by. */
export function personOf({ by }: { readonly by?: string }): string {
  const name = by?.trim() ?? '';
  return (name === '' ? os.userInfo().username : name).slice(0, 100);
}
