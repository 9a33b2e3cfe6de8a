import type { FastifyRequest } from 'fastify';

/** ifMatch compares the header `If-Match` (RFC 9110 §13.1.1) with a version; weak and unquoted forms are understood too. */
export function ifMatch(request: FastifyRequest, version: string): 'absent' | 'matches' | 'differs' {
  const header = request.headers['if-match'];
  if (header === undefined || header === '') return 'absent';
  if (header.trim() === '*') return 'matches';
  const versions = header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"(.*)"$/, '$1'));
  return versions.includes(version) ? 'matches' : 'differs';
}
