import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { badInput, CommandError } from '../command-error.js';

/** editText lets a person change a text in $VISUAL or $EDITOR, in a file that only they can read; throws CommandError where there is no editor, or it fails. */
export async function editText(text: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const editor = [environment['VISUAL'], environment['EDITOR']].find((command) => command !== undefined && command.trim() !== '');
  if (editor === undefined) throw badInput('No editor is known: neither VISUAL nor EDITOR is set.', { todo: 'Set EDITOR, or give the change with --set field=value or --payload FILE.' });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'crosswalk-edit-'));
  try {
    const file = path.join(folder, 'record.json');
    writeFileSync(file, text, { mode: 0o600 });
    await run(editor, file);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The variable holds a command with its options, as git reads it too, so a shell takes it apart; the file's name is handed over beside it.
function run(editor: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'editor', file], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new CommandError(`The editor ended with exit code ${code ?? 'none'}; nothing was changed.`));
    });
  });
}
