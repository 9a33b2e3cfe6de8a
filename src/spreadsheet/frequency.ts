import type { CellFormat, ReadCell } from './cell-value.js';

const BY_HAND = 'by hand';

/** frequencyFormat is for the times of a sync: `realtime; every 15m; full read 02:00 Europe/Berlin`, or `by hand`. */
export const frequencyFormat: CellFormat = {
  write: (value) => {
    const { realtime, every, fullRead } = (value ?? {}) as { readonly realtime?: unknown; readonly every?: unknown; readonly fullRead?: unknown };
    const parts = [...(realtime === true ? ['realtime'] : []), ...(typeof every === 'string' ? [`every ${every}`] : []), ...(typeof fullRead === 'string' ? [`full read ${fullRead}`] : [])];
    return parts.length === 0 ? BY_HAND : parts.join('; ');
  },
  read: (text) => {
    if (text.trim() === '') return { value: undefined };
    if (text.trim().toLowerCase() === BY_HAND) return { value: {} };
    return readParts(text);
  },
};

function readParts(text: string): ReadCell {
  const when: Record<string, unknown> = {};
  for (const part of text.split(/[;,\n]/).map((each) => each.trim())) {
    const every = /^every\s+(\S.*)$/i.exec(part)?.[1];
    const fullRead = /^full read(?:\s+at)?\s+(\S.*)$/i.exec(part)?.[1];
    if (part === '') continue;
    if (/^realtime$/i.test(part)) when['realtime'] = true;
    else if (every !== undefined) when['every'] = every;
    else if (fullRead !== undefined) when['fullRead'] = fullRead;
    else return { problem: `expected times such as 'every 15m; full read 02:00 Europe/Berlin', 'realtime' or '${BY_HAND}', found '${part.slice(0, 60)}'` };
  }
  return { value: when };
}
