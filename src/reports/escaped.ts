const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** escapeHtml makes text safe within HTML and SVG, in elements and in quoted attributes; control characters become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? character).replaceAll(/[^\P{Cc}\t\n]/gu, '\uFFFD');
}

/** escapeMarkdown makes text safe on one line of a Markdown page or in a cell of its tables: no markup, no HTML, no line breaks. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').replaceAll(/[\\`*_{}[\]()#+!|~]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
