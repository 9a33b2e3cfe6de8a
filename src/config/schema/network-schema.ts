import { z } from 'zod';
import { networkEntryProblem } from '../../egress/network-rules.js';
import { checkedText, keyed } from './checked-text.js';

const entryText = checkedText("'loopback', a host name, an address or a range such as 10.20.0.0/16", (text) => {
  const problem = networkEntryProblem(text);
  if (problem === undefined) return undefined;
  return { message: problem.startsWith('expected') ? problem : `'${text}' ${problem}`, type: 'forbidden-address' };
});

/** networkSchema says which addresses may be connected to besides public ones. */
export const networkSchema = keyed({
  allow: z.array(entryText).max(50)
    .describe('Private addresses that are meant: `loopback` (this machine, where the URL names it), a host name (whatever private address it has), an address, or a range such as `10.20.0.0/16`.'),
});
