import type { AnswerVerdict } from '../../contracts/approval.js';

/** RefusedVerdict is a verdict by which an answer changes nothing. */
export type RefusedVerdict = Exclude<AnswerVerdict, 'accepted' | 'repeated'>;

/** refusalTexts say to a person why their answer does not count. */
export const refusalTexts: Readonly<Record<RefusedVerdict, string>> = {
  'own-request': 'Nobody answers their own request, in somebody else\'s place neither.',
  'no-approver': 'This person is not among those who may answer.',
  stale: 'What is shown has changed since; look again.',
  'answered-before': 'This person has approved already, or somebody has in their place; each counts once.',
  closed: 'The approval has ended.',
};

/** isRefused says whether an answer changed nothing. */
export function isRefused(verdict: AnswerVerdict): verdict is RefusedVerdict {
  return verdict !== 'accepted' && verdict !== 'repeated';
}
