/** Codes in use by the digits of their minor unit, from the ISO 4217 list one. */
const CODES_BY_DIGITS: Readonly<Record<number, string>> = {
  0: `
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF`,
  2: `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: `
    BHD IQD JOD KWD LYD OMR TND`,
  4: `
    CLF UYW`,
};

/** Codes in use that have no minor unit: metals, funds, units of account, tests. */
const CODES_WITHOUT_MINOR_UNIT = `
    XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX`;

const digitsByCode = new Map<string, number | null>();
for (const [digits, codes] of Object.entries(CODES_BY_DIGITS)) {
  for (const code of codes.trim().split(/\s+/)) digitsByCode.set(code, Number(digits));
}
for (const code of CODES_WITHOUT_MINOR_UNIT.trim().split(/\s+/)) digitsByCode.set(code, null);

/** currencyCodes are the ISO 4217 codes in use, in upper case; withdrawn currencies are not among them. */
export const currencyCodes: readonly string[] = [...digitsByCode.keys()].toSorted();

/** readCurrency gives the ISO 4217 code in upper case, or undefined where the text is none that is in use. */
export function readCurrency(text: string): string | undefined {
  const code = text.length === 3 ? text.toUpperCase() : '';
  return digitsByCode.has(code) ? code : undefined;
}

/**
 * minorUnitDigits gives how many decimal places the minor unit of a currency has (EUR 2, JPY 0, BHD 3), null where the
 * currency has no minor unit (XAU), undefined where the code is not in use. The code is in upper case.
 */
export function minorUnitDigits(code: string): number | null | undefined {
  return digitsByCode.get(code);
}
