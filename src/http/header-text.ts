/** ResponseHeaders is the header fields of an answer by lower-case name; repeated ones are an array. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** headerText gives the value of a header, repeated ones joined by commas (RFC 9110 §5.3); undefined where it is absent. */
export function headerText(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}
