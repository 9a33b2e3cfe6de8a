import { foldText } from '../strong-keys.js';

// Legal forms of the countries that most names come from, folded and without dots; ISO 20275 lists them all.
const LEGAL_FORMS = new Set((
  'ab ag aktiengesellschaft aps as asa bv bvba co company corp corporation cv eg ek ev gbr gesmbh gmbh gmbhco inc incorporated kft kg kgaa kk ' +
  'limited llc llp lp ltd ltda mbh nv ohg oy oyj pc plc pllc pte pty pvt sa sarl sas sasu sca scs se sl slu snc spa spzoo srl sro ug vof zrt doo zoo sp ' +
  '株式会社 有限会社 合同会社 有限公司'
).split(' '));

const FILLERS = new Set(['and', 'und', 'et', 'y', 'e', 'the']);

/**
 * normaliseAccountName gives the form in which names of companies are compared: folded, accents and punctuation left out,
 * without legal forms at the end or the start, `and` in any of its spellings left out. Names that are nothing but a legal
 * form keep it. Empty where no letter or digit is left.
 */
export function normaliseAccountName(name: string): string {
  const words = foldText(name).normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/[.'’]/g, '')
    .split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !FILLERS.has(word));
  let end = words.length;
  while (end > 1 && LEGAL_FORMS.has(words[end - 1] ?? '')) end -= 1;
  let start = 0;
  // At the start, two letters are more often a part of the name.
  while (end - start > 1 && isLongForm(words[start] ?? '')) start += 1;
  return words.slice(start, end).join(' ').normalize('NFC');
}

function isLongForm(word: string): boolean {
  return LEGAL_FORMS.has(word) && !/^[a-z]{1,2}$/.test(word);
}
