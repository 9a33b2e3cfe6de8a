const minorDigits: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, CLP: 0, ISK: 0, VND: 0, BHD: 3, KWD: 3, TND: 3, JOD: 3, OMR: 3 };

/** minorDigitsOf is how many decimals a currency has (ISO 4217). */
export function minorDigitsOf(currency: string): number {
  return minorDigits[currency] ?? 2;
}

/** decimalAmount writes whole units and a share of a unit (0 to 1) as a decimal text with the currency's decimals. */
export function decimalAmount(units: number, share: number, currency: string): string {
  const digits = minorDigitsOf(currency);
  if (digits === 0) return String(units);
  const scale = 10 ** digits;
  return `${units}.${String(Math.floor(share * scale)).padStart(digits, '0')}`;
}
