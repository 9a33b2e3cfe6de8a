import type { Command } from 'commander';

const WIDTH = 100;

/**
 * withHelpTexts fills the help texts of a Markdown page, each between `<!-- generated: help NAME -->` and `<!-- end -->`,
 * and leaves everything else as it is; `crosswalk` names the program itself. Throws RangeError where a command has no
 * place on the page, or a place no command.
 */
export function withHelpTexts(page: string, program: Command): string {
  const texts = new Map(helpTexts(program));
  const filled = new Set<string>();
  const text = page.replaceAll(/(<!-- generated: help ([\w -]+) -->\n)[^]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const help = texts.get(name);
    if (help === undefined) throw new RangeError(`there is no command '${name}'`);
    filled.add(name);
    return `${begin}\n\`\`\`\n${help.trimEnd()}\n\`\`\`\n\n${end}`;
  });
  const missing = [...texts.keys()].filter((name) => !filled.has(name));
  if (missing.length > 0) throw new RangeError(`the page has no place for the help of ${missing.join(', ')}`);
  return text;
}

function helpTexts(command: Command, path: readonly string[] = []): (readonly [string, string])[] {
  const name = path.length === 0 ? command.name() : path.join(' ');
  return [[name, helpText(command)], ...command.commands.flatMap((child) => helpTexts(child, [...path, child.name()]))];
}

function helpText(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => { text += part; }, getOutHelpWidth: () => WIDTH, getOutHasColors: () => false });
  command.outputHelp();
  return text;
}
