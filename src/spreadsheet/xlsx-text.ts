// What XML 1.0 forbids or discourages, and the carriage return, which reading XML turns into a line feed.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const unwritable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffd-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/g;

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * xlsxText escapes what a cell of an XLSX file cannot hold as `_xHHHH_` (ISO/IEC 29500-1, 22.9.2.19, ST_Xstring), and
 * text that looks like such an escape. Spreadsheet programs and read-excel-file undo it.
 */
export function xlsxText(text: string): string {
  // write-excel-file 4 looks texts up in a plain object, and takes a member that every object has for the number of a text.
  if (inherited.has(text)) return escaped(text.charAt(0)) + text.slice(1);
  return text.replaceAll(/_x(?=[0-9A-Fa-f]{4})/g, '_x005F_x').replaceAll(unwritable, escaped);
}

function escaped(characters: string): string {
  return Array.from({ length: characters.length }, (_, index) => `_x${characters.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}_`).join('');
}
