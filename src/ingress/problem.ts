/** problem is an error answer (RFC 9457). */
export function problem(status: number, detail: string): { readonly status: number; readonly detail: string } {
  return { status, detail };
}
