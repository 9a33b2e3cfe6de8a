/** Json is any value that JSON (RFC 8259) can carry; numbers that a double cannot hold arrive as text. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** JsonObject is a JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}
