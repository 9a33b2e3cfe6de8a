import { z } from 'zod';
import { keyed, plainText } from './checked-text.js';
import { durationText, nameText, percentageText } from './scalars.js';

/** alertsSchema is an alerts definition as people write it. */
export const alertsSchema = keyed({
  alerts: nameText('a definition of alerts').describe('Name of the definition; a deployment has one.'),
  every: durationText('1m', '10s', '1h').default('1m').describe('How often is looked.'),
  within: durationText('15m', '1m', '1d').default('15m').describe('How far back failures are counted.'),
  repeat: durationText('4h', '0s', '7d').default('4h').describe('After how long an alert that goes on is told of again; `0s`: never.'),
  department: plainText('a department', 100).optional().describe('Department that is told; without it, the default channels.'),
  above: keyed({
    errorRate: percentageText('10%').default('10%').describe('Share of a sync\'s runs that failed.'),
    errorRateOf: z.int().min(1).max(10_000).default(5).describe('Runs that must have ended before a share means anything.'),
    authentication: z.boolean().default(true).describe('Whether refused credentials, and accounts that have to be authorized anew, are told of.'),
    credentialsExpire: durationText('14d', '0s', '365d').default('14d').describe('How long before its end a refresh token or a client secret is told of, where that is known.'),
    rateLimit: durationText('5m', '0s', '1d').default('5m').describe('How long a system asks to be left alone.'),
    circuit: durationText('1m', '0s', '1d').default('1m').describe('How long a system that fails has been left alone.'),
    usage: z.number().min(1.1).max(1_000).default(3).describe('How many times as many requests as usual a system got within an hour.'),
    lag: durationText('5m', '1s', '7d').default('5m').describe('How long what a webhook announced waits.'),
    missedSchedule: durationText('15m', '1s', '7d').default('15m').describe('How late a sync is for its schedule.'),
    waitingApproval: durationText('1d', '1s', '90d').default('1d').describe('How long a question waits for a person.'),
    deadLetters: z.int().min(0).max(10_000_000).default(100).describe('Open dead letters of a sync.'),
  }).prefault({}).describe('Above what each kind of trouble is told of.'),
});

/** AuthorAlerts is an alerts definition as it is written, defaults filled in. */
export type AuthorAlerts = z.output<typeof alertsSchema>;
