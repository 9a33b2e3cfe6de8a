/** Link is one link of a Link header. */
export interface Link {
  /** URI reference as it is written: it may be relative. */
  readonly target: string;
  /** Relation types, in lower case. */
  readonly rels: readonly string[];
}

/**
 * parseLinkHeader reads a Link header (RFC 8288 §3 and appendix B.2): links separated by commas, each with parameters that
 * may be quoted and hold commas and semicolons themselves. Of a repeated `rel` the first counts; a link with an `anchor` is
 * about another page and is left out. What cannot be read ends the list.
 */
export function parseLinkHeader(header: string): readonly Link[] {
  const links: Link[] = [];
  let rest = header;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const target = /^<([^>]*)>/.exec(rest);
    if (target === null) return links;
    rest = rest.slice(target[0].length);
    let rel: string | undefined;
    let anchored = false;
    for (let parameter = readParameter(rest); parameter !== undefined; parameter = readParameter(rest)) {
      rest = parameter.rest;
      if (parameter.name === 'rel') rel ??= parameter.value;
      if (parameter.name === 'anchor') anchored = true;
    }
    if (!anchored) links.push({ target: target[1] ?? '', rels: (rel ?? '').toLowerCase().split(/\s+/).filter((each) => each !== '') });
    if (!/^\s*(?:,|$)/.test(rest)) return links;
  }
}

const parameterPattern = /^\s*;\s*([^\s=;,"<>]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/;

function readParameter(text: string): { readonly name: string; readonly value: string; readonly rest: string } | undefined {
  const match = parameterPattern.exec(text);
  if (match === null) return undefined;
  const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
  return { name: (match[1] ?? '').toLowerCase(), value, rest: text.slice(match[0].length) };
}
