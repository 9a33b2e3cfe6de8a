/** PatternNode is a part of a pattern. */
export type PatternNode =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'sequence'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly min: number; readonly max: number };

/** PatternError says what is wrong with a pattern and where, in UTF-16 units from its start. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}

const MAX_PATTERN = 500;
const MAX_REPEAT = 200;
const MAX_DEPTH = 20;

/**
 * parseLinearPattern reads a pattern in the part of JavaScript's syntax that can be matched in linear time: characters,
 * `.`, classes `[a-z]`, `\d \w \s \p{L}` and their opposites, groups, `|`, and the quantifiers `? * + {2} {2,} {2,5}`.
 * A `^` at the start and a `$` at the end are taken and change nothing.
 * @throws PatternError for anything else, back references and look-around among them.
 */
export function parseLinearPattern(pattern: string): PatternNode {
  if (pattern.length > MAX_PATTERN) throw new PatternError(`A pattern has at most ${MAX_PATTERN} characters.`, 0);
  const end = /(?<!\\)(?:\\\\)*\$$/.test(pattern) ? pattern.length - 1 : pattern.length;
  return new Parser(pattern.slice(0, end), pattern.startsWith('^') ? 1 : 0).whole();
}

class Parser {
  constructor(private readonly text: string, private at: number) {}

  whole(): PatternNode {
    const node = this.choice(0);
    if (this.at < this.text.length) throw new PatternError('This ")" closes no group.', this.at);
    return node;
  }

  private choice(depth: number): PatternNode {
    if (depth > MAX_DEPTH) throw new PatternError(`Groups are nested more than ${MAX_DEPTH} deep.`, this.at);
    const options = [this.sequence(depth)];
    while (this.take('|')) options.push(this.sequence(depth));
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', of: options };
  }

  private sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') parts.push(this.repeated(this.single(depth)));
    return { kind: 'sequence', of: parts };
  }

  private single(depth: number): PatternNode {
    const start = this.at;
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    this.at += character.length;
    if (character === '(') return this.group(depth, start);
    if (character === '[') return this.characterClass(start);
    if (character === '\\') return this.escape(start);
    if (character === '.') return { kind: 'character', fits: (found) => !/[\n\r\u2028\u2029]/.test(found) };
    if ('?*+{'.includes(character)) throw new PatternError(`Nothing stands before "${character}" that could be repeated; write \\${character} for the character.`, start);
    if ('^$'.includes(character)) throw new PatternError(`A pattern is always about the whole value, so "${character}" has no place within it; write \\${character} for the character.`, start);
    return { kind: 'character', fits: (found) => found === character };
  }

  private group(depth: number, start: number): PatternNode {
    if (this.take('?') && !this.take(':')) throw new PatternError('Of the groups that begin with "(?" only (?: … ) is taken; look-ahead, look-behind and names are not.', start);
    const node = this.choice(depth + 1);
    if (!this.take(')')) throw new PatternError('This group is not closed with ")".', start);
    return node;
  }

  private characterClass(start: number): PatternNode {
    let end = this.at;
    while (end < this.text.length && this.text[end] !== ']') end += this.text[end] === '\\' ? 2 : 1;
    if (end >= this.text.length) throw new PatternError('This class is not closed with "]".', start);
    this.at = end + 1;
    return this.oneCharacter(this.text.slice(start, this.at), start);
  }

  private escape(start: number): PatternNode {
    const property = /^[pP]\{[\w=]{1,40}\}/.exec(this.text.slice(this.at))?.[0];
    const escaped = property ?? this.text.charAt(this.at);
    this.at += escaped.length;
    if (property === undefined && !/^[dDwWsStnr^$\\.*+?()[\]{}|/-]$/.test(escaped)) {
      throw new PatternError(`"\\${escaped}" is not taken in a pattern; \\d, \\w, \\s, \\p{…} and signs such as \\. are.`, start);
    }
    return escaped === '-' ? { kind: 'character', fits: (found) => found === '-' } : this.oneCharacter(`\\${escaped}`, start);
  }

  // A class or an escape stands for one character, so the engine of the language can judge it without any backtracking.
  private oneCharacter(text: string, start: number): PatternNode {
    try {
      const expression = new RegExp(`^${text}$`, 'u');
      return { kind: 'character', fits: (found) => expression.test(found) };
    } catch {
      throw new PatternError(`"${text}" is no class of characters.`, start);
    }
  }

  private repeated(node: PatternNode): PatternNode {
    const start = this.at;
    const [min, max] = this.quantifier();
    if (min === undefined || max === undefined) return node;
    if (Number.isFinite(max) ? max > MAX_REPEAT || max < min : min > MAX_REPEAT) throw new PatternError(`A part is repeated from 0 to ${MAX_REPEAT} times, the smaller number first.`, start);
    if (/^[?*+{]/.test(this.text.slice(this.at))) throw new PatternError('Two quantifiers follow each other; one is enough, since only whether the value matches counts.', this.at);
    return { kind: 'repeat', of: node, min, max };
  }

  private quantifier(): readonly [number?, number?] {
    if (this.take('?')) return [0, 1];
    if (this.take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.text[this.at] !== '{') return [];
    const found = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.text.slice(this.at));
    if (found === null) throw new PatternError('A quantifier in braces is written {2}, {2,} or {2,5}; write \\{ for the character.', this.at);
    this.at += found[0].length;
    const min = Number(found[1]);
    if (found[2] === undefined) return [min, min];
    return [min, found[3] === '' || found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3])];
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}
