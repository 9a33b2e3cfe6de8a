import { describe, expect, it } from 'vitest';
import { parseConnectionUrl } from '../../../../src/connectors/postgres/connection-url.js';

describe('a connection URL', () => {
  it('is read with what is escaped in it', () => {
    expect(parseConnectionUrl('postgres://cross%40walk:p%2Fw@db.example.com:6432/er%20p')).toEqual({ host: 'db.example.com', port: 6_432, user: 'cross@walk', password: 'p/w', database: 'er p', tls: true });
  });

  it.each([
    ['postgres://u:p@db.example.com/d', true], ['postgres://u:p@db.example.com/d?sslmode=require', true], ['postgres://u:p@db.example.com/d?sslmode=prefer', true], ['postgres://u:p@10.0.0.1/d', true],
    ['postgres://u:p@localhost/d', false], ['postgres://u:p@127.0.0.1/d', false], ['postgres://u:p@[::1]/d', false], ['postgres://u:p@localhost/d?sslmode=verify-full', true], ['postgresql://u@x/d?host=/run/postgresql', false],
  ])('%s is encrypted and verified: %s', (url, tls) => expect(parseConnectionUrl(url).tls).toBe(tls));

  it.each([
    ['postgres://u:p@db.example.com/d?sslmode=disable', 'sslmode=disable'], ['postgres://u:p@db.example.com/d?sslmode=off', 'not known'], ['postgres://u:p@db.example.com/d?options=-c%20x', "the parameter 'options'"],
    ['mysql://u:p@h/d', 'no URL such as'], ['secret text', 'no URL such as'], ['postgres://u:p@h/', 'names no database'], ['postgres://h/d', 'names no user'], ['postgres://u:p@h/d?sslrootcert=/x', "'sslrootcert'"],
  ])('is refused where it is no good, without being shown: %s', (url, message) => {
    expect(() => parseConnectionUrl(url)).toThrow(message);
    expect(() => parseConnectionUrl(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('db.example.com') }));
  });
});
